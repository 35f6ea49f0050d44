package dev.headrace.core.operator.rank;

import java.util.Arrays;

/**
 * Row numbers in the order of a comparison that tells any two of them apart, in chunks of at most {@link #CHUNK}. With each
 * lies its prefix, a number that is lower for an earlier row; only rows of one prefix are compared themselves, so that
 * searching seldom touches the rows. Adding and removing cost O(log n) and moving a chunk and the list of chunks.
 */
final class SortedRows {
    private static final int CHUNK = 512;

    /** Tells which of two rows comes first. */
    interface Comparison {
        int compare(int left, int right);
    }

    private int[][] chunks = {new int[4]};
    private long[][] prefixes = {new long[4]};
    private int[] sizes = new int[1];
    private int chunkCount = 1;
    private int size;

    int size() {
        return size;
    }

    void add(int row, long prefix, Comparison comparison) {
        int at = chunkOf(row, prefix, comparison);
        int count = sizes[at];
        if (count == CHUNK) {
            split(at);
            add(row, prefix, comparison);
            return;
        }
        if (count == chunks[at].length) {
            chunks[at] = Arrays.copyOf(chunks[at], Math.min(CHUNK, count * 2));
            prefixes[at] = Arrays.copyOf(prefixes[at], Math.min(CHUNK, count * 2));
        }
        int place = search(at, row, prefix, comparison);
        move(at, place, at, place + 1, count - place);
        chunks[at][place] = row;
        prefixes[at][place] = prefix;
        sizes[at]++;
        size++;
    }

    void remove(int row, long prefix, Comparison comparison) {
        int at = chunkOf(row, prefix, comparison);
        int place = search(at, row, prefix, comparison);
        if (place == sizes[at] || chunks[at][place] != row) {
            throw new IllegalStateException("row " + row + " is not where its order says");
        }
        move(at, place + 1, at, place, --sizes[at] - place);
        size--;
        if (sizes[at] == 0 && chunkCount > 1) {
            int behind = --chunkCount - at;
            System.arraycopy(chunks, at + 1, chunks, at, behind);
            System.arraycopy(prefixes, at + 1, prefixes, at, behind);
            System.arraycopy(sizes, at + 1, sizes, at, behind);
        }
    }

    private void move(int chunk, int from, int toChunk, int to, int count) {
        System.arraycopy(chunks[chunk], from, chunks[toChunk], to, count);
        System.arraycopy(prefixes[chunk], from, prefixes[toChunk], to, count);
    }

    private int compare(int chunk, int place, int row, long prefix, Comparison comparison) {
        long other = prefixes[chunk][place];
        return other != prefix ? Long.compare(other, prefix) : comparison.compare(chunks[chunk][place], row);
    }

    /** The last chunk whose first row does not come after the row. */
    private int chunkOf(int row, long prefix, Comparison comparison) {
        int low = 0;
        int high = chunkCount - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (compare(middle, 0, row, prefix, comparison) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The place of the first row of a chunk that does not come before the row. */
    private int search(int chunk, int row, long prefix, Comparison comparison) {
        int low = 0;
        int high = sizes[chunk];
        while (low < high) {
            int middle = low + high >>> 1;
            if (compare(chunk, middle, row, prefix, comparison) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void split(int at) {
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunkCount * 2);
            prefixes = Arrays.copyOf(prefixes, chunkCount * 2);
            sizes = Arrays.copyOf(sizes, chunkCount * 2);
        }
        int behind = chunkCount++ - at - 1;
        System.arraycopy(chunks, at + 1, chunks, at + 2, behind);
        System.arraycopy(prefixes, at + 1, prefixes, at + 2, behind);
        System.arraycopy(sizes, at + 1, sizes, at + 2, behind);
        int half = CHUNK / 2;
        chunks[at + 1] = new int[CHUNK];
        prefixes[at + 1] = new long[CHUNK];
        move(at, half, at + 1, 0, CHUNK - half);
        sizes[at] = half;
        sizes[at + 1] = CHUNK - half;
    }

    /** Copies the first rows and returns how many there are, at most {@code count}. */
    int first(int count, int[] out, int from) {
        int copied = 0;
        for (int i = 0; i < chunkCount && copied < count; i++) {
            int taken = Math.min(sizes[i], count - copied);
            System.arraycopy(chunks[i], 0, out, from + copied, taken);
            copied += taken;
        }
        return copied;
    }
}
