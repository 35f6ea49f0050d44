package dev.headrace.core.state;

import dev.headrace.api.batch.ByteHeap;
import java.util.Arrays;

/** The keys of rows that are gone but that the last snapshot holds, for the next one, in the form of {@link RowCodec}. */
final class Tombstones {
    private final ByteHeap keys = new ByteHeap(16);
    private int[] groups = new int[4];
    private int[] ends = new int[4];
    private int count;

    void add(StateTable table, int row) {
        if (count == ends.length) {
            groups = Arrays.copyOf(groups, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
        }
        RowCodec.writeKey(table, row, keys);
        groups[count] = table.keyGroup(row);
        ends[count++] = keys.length();
    }

    int count() {
        return count;
    }

    int group(int i) {
        return groups[i];
    }

    private int start(int i) {
        return i == 0 ? 0 : ends[i - 1];
    }

    /** Bytes of a key. */
    int length(int i) {
        return ends[i] - start(i);
    }

    /** Copies a key into an array. */
    void copy(int i, byte[] target, int at) {
        System.arraycopy(keys.bytes(), start(i), target, at, length(i));
    }

    void clear() {
        keys.clear();
        count = 0;
    }

    /** Bytes of all keys. */
    int bytes() {
        return keys.length();
    }

    /** Bytes held. */
    long memory() {
        return keys.bytes().length + 8L * groups.length;
    }
}
