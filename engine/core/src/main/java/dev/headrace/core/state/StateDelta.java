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
