package dev.headrace.core.state;

import java.util.Arrays;

/**
 * Rows by hash: pages of open addressing under a directory by the upper bits of the hash. A full page doubles until it has
 * {@link #PAGE_SLOTS} slots, and is then split by the next bit, so growth moves one page at a time. An entry is the hash in
 * the upper and row + 1 in the lower 32 bits; 0 is empty. Entries of one hash are in one page, one behind the other from
 * {@link #slot} on to the first empty slot; which of them is wanted the caller finds out:
 *
 * <pre>
 * long[] page = index.page(hash);
 * int at = RowIndex.slot(page, hash);
 * for (long entry = page[at]; entry != 0; entry = page[at]) {
 *     if ((int) (entry &gt;&gt;&gt; 32) == hash &amp;&amp; ..) { .. }
 *     at = RowIndex.next(page, at);
 * }
 * </pre>
 *
 * <p>The last long of a page, behind its slots, holds how many entries it has (upper half) and how many bits of the hash they
 * share (lower half).
 */
final class RowIndex {
    static final int PAGE_SLOTS = 1 << 12;
    private static final int FIRST_SLOTS = 32;
    /** Pages that share so many bits double instead of being split. */
    private static final int MOST_BITS = 20;

    private static final long ONE = 1L << 32;

    private long[][] directory;
    /** How many bits of a hash, unsigned, are shifted out to find its place in the directory. */
    private int shift;

    private long slots;

    RowIndex() {
        clear();
    }

    void clear() {
        directory = new long[][] {new long[FIRST_SLOTS + 1]};
        shift = 32;
        slots = FIRST_SLOTS;
    }

    /** The page that has the entries of a hash. */
    long[] page(int hash) {
        return directory[(int) ((hash & 0xFFFF_FFFFL) >>> shift)];
    }

    static int slot(long[] page, int hash) {
        return hash & page.length - 2;
    }

    static int next(long[] page, int slot) {
        return slot + 1 & page.length - 2;
    }

    /** Adds an entry. */
    void enter(int hash, int row) {
        long[] page = page(hash);
        int last = page.length - 1;
        while ((page[last] >>> 32) >= last - (last >>> 2) - (last >>> 3)) {
            grow(page, hash);
            page = page(hash);
            last = page.length - 1;
        }
        page[last] += ONE;
        put(page, (long) hash << 32 | row + 1);
    }

    private static void put(long[] page, long entry) {
        int at = slot(page, (int) (entry >>> 32));
        while (page[at] != 0) {
            at = next(page, at);
        }
        page[at] = entry;
    }

    private void grow(long[] page, int hash) {
        int last = page.length - 1;
        int bits = (int) page[last];
        if (last < PAGE_SLOTS || bits == MOST_BITS) {
            long[] doubled = new long[last * 2 + 1];
            for (int i = 0; i < last; i++) {
                if (page[i] != 0) {
                    put(doubled, page[i]);
                }
            }
            doubled[last * 2] = page[last];
            slots += last;
            replace(hash, bits, doubled, doubled);
            return;
        }
        int bit = 63 - bits;
        int ones = 0;
        for (int i = 0; i < last; i++) {
            ones += (int) (page[i] >>> bit & 1);
        }
        int zeros = (int) (page[last] >>> 32) - ones;
        long[] low = new long[(zeros == 0 ? FIRST_SLOTS : last) + 1];
        long[] high = new long[(ones == 0 ? FIRST_SLOTS : last) + 1];
        for (int i = 0; i < last; i++) {
            if (page[i] != 0) {
                put((page[i] >>> bit & 1) == 0 ? low : high, page[i]);
            }
        }
        low[low.length - 1] = zeros * ONE + bits + 1;
        high[high.length - 1] = ones * ONE + bits + 1;
        slots += low.length + high.length - 2 - last;
        if (32 - shift == bits) {
            doubleDirectory();
        }
        replace(hash, bits, low, high);
    }

    private void doubleDirectory() {
        long[][] doubled = new long[directory.length * 2][];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = directory[i / 2];
        }
        directory = doubled;
        shift--;
    }

    /** Puts a page for each half of the places of the hashes that agree with this one in so many bits. */
    private void replace(int hash, int bits, long[] low, long[] high) {
        int places = directory.length >>> bits;
        int first = (int) ((hash & 0xFFFF_FFFFL) >>> shift) & -places;
        Arrays.fill(directory, first, first + places - places / 2, low);
        Arrays.fill(directory, first + places - places / 2, first + places, high);
    }

    /** Takes out the entry of a row, which is there. */
    void remove(int hash, int row) {
        long[] page = page(hash);
        int mask = page.length - 2;
        page[page.length - 1] -= ONE;
        // Backward shift: entries behind that do not sit where they want move up, so that no probe meets a hole.
        int hole = slotOf(page, hash, row);
        for (int at = hole + 1 & mask; page[at] != 0; at = at + 1 & mask) {
            int wanted = (int) (page[at] >>> 32) & mask;
            if ((at - wanted & mask) >= (at - hole & mask)) {
                page[hole] = page[at];
                hole = at;
            }
        }
        page[hole] = 0;
    }

    /** Lets the entry of a row lead to another one of the same hash. */
    void replace(int hash, int row, int other) {
        long[] page = page(hash);
        page[slotOf(page, hash, row)] = (long) hash << 32 | other + 1;
    }

    private static int slotOf(long[] page, int hash, int row) {
        int at = slot(page, hash);
        while ((int) page[at] != row + 1) {
            at = next(page, at);
        }
        return at;
    }

    /** Bytes held. */
    long memory() {
        return 8 * slots + 4L * directory.length;
    }
}
