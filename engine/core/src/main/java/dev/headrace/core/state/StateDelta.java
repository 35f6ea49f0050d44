package dev.headrace.core.state;

import dev.headrace.api.batch.ByteHeap;
import java.util.Arrays;

/**
 * What changed in a state table between two snapshots, as bytes sorted by key group: entries of a kind byte ({@link #ROW}:
 * the whole row follows; {@link #TOMBSTONE}: the key of a row that is gone follows), in the form of {@link RowCodec}.
 * Those of group g lie from {@code offsets[g]} to {@code offsets[g + 1]}; within a group tombstones come before rows.
 */
public record StateDelta(byte[] bytes, int[] offsets) {
    public static final byte ROW = 0;
    public static final byte TOMBSTONE = 1;

    public static final StateDelta EMPTY = new StateDelta(new byte[0], new int[KeyGroups.COUNT + 1]);

    /** Collects entries in any order. */
    public static final class Writer {
        private final ByteHeap entries = new ByteHeap(4096);
        private int[] groups = new int[64];
        private int[] ends = new int[64];
        private int count;

        void row(StateTable table, int row) {
            entries.append(ROW);
            RowCodec.writeRow(table, row, entries);
            end(table.keyGroup(row));
        }

        void tombstone(int group, byte[] key, int from, int length) {
            entries.append(TOMBSTONE);
            entries.append(key, from, length);
            end(group);
        }

        private void end(int group) {
            if (count == groups.length) {
                groups = Arrays.copyOf(groups, count * 2);
                ends = Arrays.copyOf(ends, count * 2);
            }
            groups[count] = group;
            ends[count++] = entries.length();
        }

        public boolean isEmpty() {
            return count == 0;
        }

        /** The entries, sorted by group and otherwise in the order of writing. */
        public StateDelta finish() {
            int[] offsets = new int[KeyGroups.COUNT + 1];
            for (int i = 0; i < count; i++) {
                offsets[groups[i] + 1] += ends[i] - (i == 0 ? 0 : ends[i - 1]);
            }
            for (int group = 0; group < KeyGroups.COUNT; group++) {
                offsets[group + 1] += offsets[group];
            }
            int[] next = offsets.clone();
            byte[] sorted = new byte[entries.length()];
            for (int i = 0; i < count; i++) {
                int from = i == 0 ? 0 : ends[i - 1];
                System.arraycopy(entries.bytes(), from, sorted, next[groups[i]], ends[i] - from);
                next[groups[i]] += ends[i] - from;
            }
            return new StateDelta(sorted, offsets);
        }
    }

    /** Puts deltas of different groups, in order of group, into one. */
    public static final class Collector {
        private final ByteHeap bytes = new ByteHeap(4096);
        private final int[] lengths = new int[KeyGroups.COUNT];

        public void add(StateDelta delta) {
            bytes.append(delta.bytes, 0, delta.bytes.length);
            for (int group = 0; group < lengths.length; group++) {
                lengths[group] += delta.offsets[group + 1] - delta.offsets[group];
            }
        }

        public int length() {
            return bytes.length();
        }

        /** What has been added since the last call. */
        public StateDelta take() {
            int[] offsets = new int[KeyGroups.COUNT + 1];
            for (int group = 0; group < KeyGroups.COUNT; group++) {
                offsets[group + 1] = offsets[group] + lengths[group];
                lengths[group] = 0;
            }
            byte[] all = Arrays.copyOf(bytes.bytes(), bytes.length());
            bytes.clear();
            return new StateDelta(all, offsets);
        }
    }
}
