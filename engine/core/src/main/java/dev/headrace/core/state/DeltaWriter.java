package dev.headrace.core.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Brings changed rows of a table into the form of a snapshot: deltas of about {@link #DELTA} bytes, or of one key group if
 * that has more, in order of group. The rows are gone through twice, in their own order: to find how long each group will be,
 * and to write each row where it belongs. Nothing is copied, and no array is larger than a delta.
 */
final class DeltaWriter {
    static final int DELTA = 4 << 20;

    private DeltaWriter() {}

    static List<StateDelta> write(StateTable table, RowList rows, Tombstones tombstones) {
        int[] groups = new int[rows.count()];
        long[] lengths = new long[KeyGroups.COUNT];
        for (int i = 0; i < tombstones.count(); i++) {
            lengths[tombstones.group(i)] += 1 + tombstones.length(i);
        }
        int columns = table.schema().columns().size();
        for (int i = 0; i < groups.length; i++) {
            groups[i] = table.keyGroup(rows.get(i));
            lengths[groups[i]] += 1 + RowCodec.length(table, rows.get(i), 0, columns);
        }
        byte[][] target = new byte[KeyGroups.COUNT][];
        int[] next = new int[KeyGroups.COUNT];
        List<StateDelta> deltas = layOut(lengths, target, next);
        for (int i = 0; i < tombstones.count(); i++) {
            int group = tombstones.group(i);
            target[group][next[group]] = StateDelta.TOMBSTONE;
            tombstones.copy(i, target[group], next[group] + 1);
            next[group] += 1 + tombstones.length(i);
        }
        for (int i = 0; i < groups.length; i++) {
            int group = groups[i];
            byte[] bytes = target[group];
            bytes[next[group]] = StateDelta.ROW;
            next[group] = RowCodec.write(table, rows.get(i), 0, columns, bytes, next[group] + 1);
        }
        return deltas;
    }

    /** Makes deltas for groups of these lengths; for each group the array that its entries go into, and where they begin. */
    private static List<StateDelta> layOut(long[] lengths, byte[][] target, int[] starts) {
        List<StateDelta> deltas = new ArrayList<>();
        for (int first = 0; first < lengths.length; ) {
            long sum = lengths[first];
            int end = first + 1;
            while (end < lengths.length && sum + lengths[end] <= DELTA) {
                sum += lengths[end++];
            }
            if (sum > 0) {
                byte[] bytes = new byte[Math.toIntExact(sum)];
                int[] offsets = new int[KeyGroups.COUNT + 1];
                for (int group = first; group < end; group++) {
                    starts[group] = offsets[group];
                    target[group] = bytes;
                    offsets[group + 1] = offsets[group] + (int) lengths[group];
                }
                Arrays.fill(offsets, end, offsets.length, bytes.length);
                deltas.add(new StateDelta(bytes, offsets));
            }
            first = end;
        }
        return deltas;
    }
}
