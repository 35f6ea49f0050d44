package dev.headrace.core.state;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import java.util.Arrays;

/**
 * The bytes of a table's texts, in pages of {@link #PAGE_BYTES}. A cell of layout BYTES tells where its value lies: the number
 * of the page in the upper 16 bits, the place in it in units of 8 bytes in the next 16, the length in the lower 32 bits. So
 * {@link Slice#length} is right for a cell, and {@link #page} with {@link #slice} lead to the bytes. A value longer than
 * half a page has a page of its own. At most 32 GiB.
 *
 * <p>Bytes stay where they are until {@link #beginMoving}. What is not used any more is counted page by page ({@link #release}).
 */
public final class TextPages {
    static final int PAGE_BYTES = 1 << 19;
    private static final int PAGES = 1 << 16;
    private static final int UNIT_BITS = 3;
    private static final int UNIT = 1 << UNIT_BITS;
    private static final int FIRST_BYTES = 1024;
    private static final byte[] NONE = {};

    private byte[][] pages;
    /** By page the bytes that have been given out, and those of them that are not used any more. */
    private int[] used;

    private int[] garbage;
    private int count;
    private int current;
    private int[] free;
    private int freeCount;
    private long allUsed;
    private long allGarbage;
    private long capacity;
    private boolean[] moving = {};

    TextPages() {
        clear();
    }

    void clear() {
        pages = new byte[4][];
        used = new int[4];
        garbage = new int[4];
        free = new int[4];
        count = 0;
        freeCount = 0;
        allUsed = 0;
        allGarbage = 0;
        capacity = 0;
        current = add(FIRST_BYTES);
    }

    /** The array that holds the bytes of a cell. */
    public byte[] page(long cell) {
        return pages[(int) (cell >>> 48)];
    }

    /** Where the bytes of a cell lie in its {@link #page}. */
    public static long slice(long cell) {
        return (cell & 0xFFFFL << 32) << UNIT_BITS | cell & 0xFFFF_FFFFL;
    }

    /** Copies bytes and returns the cell that leads to the copy. */
    long append(byte[] source, int offset, int length) {
        if (length == 0) {
            return Slice.EMPTY;
        }
        int padded = padded(length);
        int page = current;
        if (padded > pages[page].length - used[page]) {
            page = roomFor(padded);
        }
        int at = used[page];
        System.arraycopy(source, offset, pages[page], at, length);
        used[page] = at + padded;
        allUsed += padded;
        return (long) page << 48 | (long) (at >>> UNIT_BITS) << 32 | length;
    }

    /** The bytes of a cell are not used any more. */
    void release(long cell) {
        int length = padded(Slice.length(cell));
        garbage[(int) (cell >>> 48)] += length;
        allGarbage += length;
    }

    private static int padded(int length) {
        return length + UNIT - 1 & -UNIT;
    }

    private int roomFor(int bytes) {
        if (bytes > PAGE_BYTES / 2) {
            return add(bytes);
        }
        int length = pages[current].length;
        if (length < PAGE_BYTES) {
            int grown = Math.min(PAGE_BYTES, Math.max(length * 2, Integer.highestOneBit(used[current] + bytes) * 2));
            capacity += grown - length;
            pages[current] = Arrays.copyOf(pages[current], grown);
            if (bytes <= grown - used[current]) {
                return current;
            }
        }
        current = add(PAGE_BYTES);
        return current;
    }

    private int add(int bytes) {
        int page = freeCount > 0 ? free[--freeCount] : count++;
        if (page == PAGES) {
            throw new OutOfMemoryError("a state table holds 32 GiB of text in one worker");
        }
        if (page == pages.length) {
            pages = Arrays.copyOf(pages, page * 2);
            used = Arrays.copyOf(used, page * 2);
            garbage = Arrays.copyOf(garbage, page * 2);
        }
        pages[page] = new byte[bytes];
        capacity += bytes;
        return page;
    }

    boolean equal(long cell, byte[] other, int otherFrom, int otherLength) {
        int length = Slice.length(cell);
        if (length != otherLength) {
            return false;
        }
        int from = (int) (cell >>> 32 & 0xFFFF) << UNIT_BITS;
        return Arrays.equals(page(cell), from, from + length, other, otherFrom, otherFrom + length);
    }

    /** Whether a cell has these bytes. */
    public boolean equal(long cell, byte[] other, long otherSlice) {
        return equal(cell, other, Slice.offset(otherSlice), Slice.length(otherSlice));
    }

    /** Whether two cells of these pages have the same bytes. */
    public boolean equal(long a, long b) {
        return a == b || equal(a, page(b), slice(b));
    }

    /** Copies the bytes of cells of one column of a batch, as far as they are not null, into a heap of the batch's own. */
    public void copyAll(Column target, int count) {
        long[] values = target.values();
        boolean[] nulls = target.hasNulls() ? target.nulls() : null;
        ByteHeap heap = target.ownHeap();
        for (int i = 0; i < count; i++) {
            if (nulls == null || !nulls[i]) {
                long cell = values[i];
                values[i] = heap.append(page(cell), slice(cell));
            }
        }
        target.shareHeap(heap.bytes());
    }

    // --- giving back -------------------------------------------------------------------------------------------------

    /** Bytes in use. */
    long live() {
        return allUsed - allGarbage;
    }

    /** Whether at least this part of the bytes is not used any more, by sixteenths; never where they are few. */
    boolean isGarbage(int sixteenths) {
        return allGarbage >= 4096 && allGarbage * 16 >= allUsed * sixteenths;
    }

    /**
     * Says that the pages of which at least this part is not used any more shall be given back: each cell is now to be replaced
     * by {@link #moved} of it, until {@link #endMoving}.
     */
    void beginMoving(int sixteenths) {
        moving = new boolean[pages.length];
        for (int page = 0; page < count; page++) {
            moving[page] = garbage[page] > 0 && garbage[page] * 16L >= used[page] * (long) sixteenths;
        }
        if (moving[current]) {
            long room = Math.max(FIRST_BYTES, live() * 2);
            boolean[] victims = moving;
            current = add((int) Math.min(PAGE_BYTES, Long.highestOneBit(room) * 2));
            moving = Arrays.copyOf(victims, pages.length);
        }
    }

    long moved(long cell) {
        int page = (int) (cell >>> 48);
        if (page >= moving.length || !moving[page] || Slice.length(cell) == 0) {
            return cell;
        }
        long slice = slice(cell);
        return append(pages[page], Slice.offset(slice), Slice.length(slice));
    }

    void endMoving() {
        for (int page = 0; page < moving.length; page++) {
            if (moving[page]) {
                free(page);
            }
        }
        moving = new boolean[0];
    }

    private void free(int page) {
        capacity -= pages[page].length;
        allUsed -= used[page];
        allGarbage -= garbage[page];
        pages[page] = NONE;
        used[page] = 0;
        garbage[page] = 0;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = page;
    }

    /** Gives back the pages in which nothing is used. */
    void freeEmpty() {
        for (int page = 0; page < count; page++) {
            if (page != current && used[page] > 0 && garbage[page] == used[page]) {
                free(page);
            }
        }
    }

    /** Bytes held. */
    long memory() {
        return capacity + 13L * pages.length;
    }

    /** Bytes that are taken when the room ends, and 0 while there is much room. */
    long growth() {
        int length = pages[current].length;
        return length - used[current] < length / 4 ? Math.min(length, PAGE_BYTES) : 0;
    }
}
