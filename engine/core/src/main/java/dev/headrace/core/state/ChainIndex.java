package dev.headrace.core.state;

import dev.headrace.api.batch.Batch;
import java.util.Arrays;

/**
 * A second way into a {@link StateTable}: all rows that agree in their first columns, as a chain in order of linking. A
 * hash of several prefixes may share a chain's bucket, so the head of a chain is found by comparing one row's prefix.
 * Every live row of the table is linked, by {@link #link}, right after it was added and its prefix cells were set, and
 * unlinked right before it is removed. All operations are O(1) on average.
 */
public final class ChainIndex {
    private final StateTable table;
    private final RowKeys rows;
    private final int prefix;
    /** The first row of each chain. */
    private final RowIndex heads = new RowIndex();

    private int chains;
    private int[] next = new int[16];
    private int[] previous = new int[16];
    /** Null while all chains are in memory. */
    private SpilledChains spilled;

    /**
     * @param prefix how many of the table's first columns make the chain's key
     */
    public ChainIndex(StateTable table, int prefix) {
        this.table = table;
        rows = table.rowKeys();
        this.prefix = prefix;
    }

    int prefix() {
        return prefix;
    }

    /** Begins to let chains leave memory. */
    Spill spill() {
        spilled = new SpilledChains(this, table, prefix);
        return spilled;
    }

    /** The first row whose prefix equals these batch columns, or -1. {@code hash} is {@link Hashing} over them. */
    public int first(int hash, Batch batch, int[] keys, int batchRow) {
        long[] page = heads.page(hash);
        int at = RowIndex.slot(page, hash);
        for (long entry = page[at]; entry != 0; entry = page[at]) {
            if ((int) (entry >>> 32) == hash && rows.equal((int) entry - 1, batch, keys, batchRow)) {
                int head = (int) entry - 1;
                if (spilled != null) {
                    table.marks().touch(head);
                }
                return head;
            }
            at = RowIndex.next(page, at);
        }
        return spilled == null && table.isWhole() ? -1 : firstElsewhere(hash, batch, keys, batchRow);
    }

    private int firstElsewhere(int hash, Batch batch, int[] keys, int batchRow) {
        if (table.bringChain(hash)) {
            return first(hash, batch, keys, batchRow);
        }
        return spilled == null ? -1 : spilled.load(hash, batch, keys, batchRow);
    }

    /** Brings the chain of that prefix into memory, so that its rows can be found in the table itself. */
    public void load(int hash, Batch batch, int[] keys, int batchRow) {
        table.bringChain(hash);
        if (spilled != null) {
            first(hash, batch, keys, batchRow);
        }
    }

    /** Brings all chains into memory. */
    public void loadAll() {
        table.awaitRemainder();
        if (spilled != null) {
            spilled.loadAll();
        }
    }

    /** The last row whose prefix equals these batch columns, or -1. */
    public int last(int hash, Batch batch, int[] keys, int batchRow) {
        int head = first(hash, batch, keys, batchRow);
        return head < 0 ? -1 : previous[head];
    }

    /** The row after {@code row} in its chain, or -1. */
    public int next(int row) {
        return next[row];
    }

    /** Appends a row to the chain of its prefix. {@code hash} is {@link Hashing} over the prefix. */
    public void link(int hash, int row) {
        table.bringChain(hash);
        if (spilled != null && spilled.rows() > 0 && !hasChainLike(hash, row)) {
            spilled.loadFor(row, hash);
        }
        append(hash, row);
    }

    boolean hasChainLike(int hash, int row) {
        return headLike(hash, row) >= 0;
    }

    /** The first row of the chain that has the prefix of a row, or -1. */
    private int headLike(int hash, int row) {
        long[] page = heads.page(hash);
        int at = RowIndex.slot(page, hash);
        for (long entry = page[at]; entry != 0; entry = page[at]) {
            if ((int) (entry >>> 32) == hash && rows.equal((int) entry - 1, rows, row, prefix)) {
                return (int) entry - 1;
            }
            at = RowIndex.next(page, at);
        }
        return -1;
    }

    /** Appends a row to its chain in memory. */
    void append(int hash, int row) {
        if (row >= next.length) {
            int capacity = Math.max(row + 1, next.length * 2);
            next = Arrays.copyOf(next, capacity);
            previous = Arrays.copyOf(previous, capacity);
        }
        next[row] = -1;
        int head = headLike(hash, row);
        if (head >= 0) {
            // previous[head] is the chain's last row.
            int last = previous[head];
            next[last] = row;
            previous[row] = last;
            previous[head] = row;
            return;
        }
        previous[row] = row;
        heads.enter(hash, row);
        chains++;
    }

    /** Takes a row out of its chain. {@code hash} is that of {@link #link}. */
    public void unlink(int hash, int row) {
        int head = headLike(hash, row);
        int after = next[row];
        if (spilled != null) {
            leaveMark(hash, head, row, after);
        }
        if (row != head) {
            int before = previous[row];
            next[before] = after;
            if (after >= 0) {
                previous[after] = before;
            } else {
                previous[head] = before;
            }
        } else if (after >= 0) {
            previous[after] = previous[row];
            heads.replace(hash, row, after);
        } else {
            cut(hash, row);
        }
    }

    /** Keeps it true that the first row says whether there is a copy below, as {@code row} goes. */
    private void leaveMark(int hash, int head, int row, int after) {
        if (row == head && after < 0) {
            if (table.marks().hasCopyBelow(row)) {
                spilled.forget(row, hash);
            }
        } else if (table.marks().hasCopyBelow(head)) {
            table.marks().setOutOfDate(row == head ? after : head);
        }
    }

    /** Whether a row that is linked is the first of its chain. */
    boolean isHead(int row) {
        return next[previous[row]] < 0;
    }

    /** Forgets a chain; its rows stay linked to each other. */
    void cut(int hash, int head) {
        heads.remove(hash, head);
        chains--;
    }

    /** Chains there are. */
    public int chains() {
        return chains;
    }

    public long memory() {
        return heads.memory() + 4L * (next.length + previous.length);
    }
}
