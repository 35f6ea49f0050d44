package dev.headrace.core.operator.rank;

import java.util.Arrays;

/**
 * Row numbers in the order of a comparison that tells any two of them apart, in chunks of at most {@link #CHUNK}. Adding
 * and removing cost O(log n) comparisons and moving a chunk and the list of chunks.
 */
final class SortedRows {
    private static final int CHUNK = 512;

    /** Tells which of two rows comes first. */
    interface Comparison {
        int compare(int left, int right);
    }

    private int[][] chunks = {new int[4]};
    private int[] sizes = new int[1];
    private int chunkCount = 1;
    private int size;

    int size() {
        return size;
    }

    void add(int row, Comparison comparison) {
        int at = chunkOf(row, comparison);
        int[] chunk = chunks[at];
        int count = sizes[at];
        if (count == chunk.length) {
            if (count == CHUNK) {
                split(at);
                add(row, comparison);
                return;
            }
            chunk = chunks[at] = Arrays.copyOf(chunk, Math.min(CHUNK, count * 2));
        }
        int place = search(chunk, count, row, comparison);
        System.arraycopy(chunk, place, chunk, place + 1, count - place);
        chunk[place] = row;
        sizes[at]++;
        size++;
    }

    void remove(int row, Comparison comparison) {
        int at = chunkOf(row, comparison);
        int[] chunk = chunks[at];
        int place = search(chunk, sizes[at], row, comparison);
        if (place == sizes[at] || chunk[place] != row) {
            throw new IllegalStateException("row " + row + " is not where its order says");
        }
        System.arraycopy(chunk, place + 1, chunk, place, --sizes[at] - place);
        size--;
        if (sizes[at] == 0 && chunkCount > 1) {
            System.arraycopy(chunks, at + 1, chunks, at, chunkCount - at - 1);
            System.arraycopy(sizes, at + 1, sizes, at, --chunkCount - at);
        }
    }

    /** The last chunk whose first row does not come after the row. */
    private int chunkOf(int row, Comparison comparison) {
        int low = 0;
        int high = chunkCount - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (comparison.compare(chunks[middle][0], row) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The place of the first row that does not come before the row. */
    private static int search(int[] chunk, int count, int row, Comparison comparison) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (comparison.compare(chunk[middle], row) < 0) {
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
            sizes = Arrays.copyOf(sizes, chunkCount * 2);
        }
        System.arraycopy(chunks, at + 1, chunks, at + 2, chunkCount - at - 1);
        System.arraycopy(sizes, at + 1, sizes, at + 2, chunkCount - at - 1);
        int half = CHUNK / 2;
        chunks[at + 1] = new int[CHUNK];
        System.arraycopy(chunks[at], half, chunks[at + 1], 0, CHUNK - half);
        sizes[at] = half;
        sizes[at + 1] = CHUNK - half;
        chunkCount++;
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
