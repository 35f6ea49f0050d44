package dev.headrace.core.state;

import java.util.Arrays;

/**
 * The cells of rows, {@code stride} longs a row, in pages of a power of two of rows: the cells of a row lie in {@link
 * #page} from {@link #base} on. Pages have at most {@link #PAGE_LONGS} longs, all the same number but for the first, which
 * begins small and doubles. A page stays the same array while its rows live, unless it is the first.
 */
public final class Cells {
    static final int PAGE_LONGS = 1 << 16;
    private static final int MINIMUM_ROWS = 16;

    private final int stride;
    private final int shift;
    private final int mask;
    private long[][] pages;
    private int count;
    /** Rows that there is room for. */
    private int capacity;

    Cells(int stride) {
        this.stride = stride;
        int rows = Math.max(MINIMUM_ROWS, Integer.highestOneBit(PAGE_LONGS / stride));
        shift = Integer.numberOfTrailingZeros(rows);
        mask = rows - 1;
        clear();
    }

    void clear() {
        pages = new long[4][];
        pages[0] = new long[MINIMUM_ROWS * stride];
        count = 1;
        capacity = MINIMUM_ROWS;
    }

    /** The array that holds a row. */
    public long[] page(int row) {
        return pages[row >>> shift];
    }

    /** Where a row begins in its {@link #page}. */
    public int base(int row) {
        return (row & mask) * stride;
    }

    public int stride() {
        return stride;
    }

    int capacity() {
        return capacity;
    }

    /** Makes room for more rows. */
    void grow() {
        int rows = mask + 1;
        if (capacity < rows) {
            capacity *= 2;
            pages[0] = Arrays.copyOf(pages[0], capacity * stride);
            return;
        }
        if (count == pages.length) {
            pages = Arrays.copyOf(pages, count * 2);
        }
        pages[count++] = new long[rows * stride];
        capacity += rows;
    }

    /** Bytes held. */
    long memory() {
        return 8L * capacity * stride + 4L * pages.length;
    }

    /** Bytes that {@link #grow} takes. */
    long growth() {
        return 8L * Math.min(capacity, mask + 1) * stride;
    }
}
