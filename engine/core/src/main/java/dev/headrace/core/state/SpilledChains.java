package dev.headrace.core.state;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;

/**
 * The chains of a {@link ChainIndex} that are not in memory; a unit is a chain. An entry's key is the hash and the columns
 * of the chain's prefix, its value all rows, in order, without these columns. The first row of a chain in memory says
 * whether the chain has a copy below; if all its rows are clean, the copy is what the chain is. A second chance is given
 * to chains found since the hand last passed (the clock algorithm).
 */
final class SpilledChains implements Spill {
    private final ChainIndex chains;
    private final StateTable table;
    private final SpillSpace space;
    private final int prefix;
    private final int columns;
    private final ByteHeap key = new ByteHeap(64);
    private final ByteHeap value = new ByteHeap(256);
    private final ByteHeap cursor = new ByteHeap(64);
    private long spilled;
    private int hand;

    SpilledChains(ChainIndex chains, StateTable table, int prefix) {
        this.chains = chains;
        this.table = table;
        this.prefix = prefix;
        space = table.spillStore().open();
        columns = table.schema().columns().size();
    }

    /** Brings the chain of that prefix into memory and returns its first row; -1 if there is none. */
    int load(int hash, Batch batch, int[] keys, int batchRow) {
        if (spilled == 0) {
            return -1;
        }
        begin(hash);
        RowCodec.writeBatch(batch, keys, batchRow, key);
        return load(hash);
    }

    /** {@link #load} for the prefix of a row. */
    int loadFor(int row, int hash) {
        if (spilled == 0) {
            return -1;
        }
        begin(hash);
        RowCodec.write(table, row, 0, prefix, key);
        return load(hash);
    }

    private void begin(int hash) {
        key.clear();
        RowCodec.writeInt(key, hash);
    }

    private int load(int hash) {
        return space.get(key, value) ? take(hash, key.bytes(), value.bytes(), value.length()) : -1;
    }

    private int take(int hash, byte[] keyBytes, byte[] valueBytes, int length) {
        int first = -1;
        boolean whole = true;
        for (int at = 0; at < length; ) {
            int row = table.addLoaded(hash);
            RowCodec.read(table, row, keyBytes, Integer.BYTES, 0, prefix);
            at = RowCodec.read(table, row, valueBytes, at, prefix, columns);
            table.enterChained(row);
            spilled--;
            if (table.isWanted(row)) {
                chains.append(hash, row);
                first = first < 0 ? row : first;
            } else {
                table.removeUnwanted(row);
                whole = false;
            }
        }
        if (first < 0) {
            space.delete(key);
        } else if (!whole) {
            table.marks().setOutOfDate(first);
        }
        return first;
    }

    @Override
    public int evict(int rows) {
        int moved = 0;
        int limit = table.rowLimit();
        for (long seen = 0; moved < rows && seen < 2L * limit; seen++) {
            hand = hand + 1 < limit ? hand + 1 : 0;
            if (table.isLive(hand) && chains.isHead(hand) && !table.marks().takeTouch(hand)) {
                moved += evictChain(hand);
            }
        }
        space.flush();
        spilled += moved;
        return moved;
    }

    private int evictChain(int head) {
        boolean clean = true;
        for (int row = head; row >= 0; row = chains.next(row)) {
            if (!table.marks().isEvictable(row)) {
                return 0;
            }
            clean &= table.marks().isClean(row);
        }
        int hash = table.hashCells(head, prefix);
        if (!clean) {
            begin(hash);
            RowCodec.write(table, head, 0, prefix, key);
            value.clear();
            for (int row = head; row >= 0; row = chains.next(row)) {
                RowCodec.write(table, row, prefix, columns, value);
            }
            space.put(key, value);
        }
        int count = 0;
        chains.cut(hash, head);
        for (int row = head; row >= 0; count++) {
            int next = chains.next(row);
            table.evicted(row);
            row = next;
        }
        return count;
    }

    /** The last row of a chain that has a copy below is about to go. */
    void forget(int row, int hash) {
        begin(hash);
        RowCodec.write(table, row, 0, prefix, key);
        space.delete(key);
    }

    /** Brings all chains into memory. */
    void loadAll() {
        space.flush();
        key.clear();
        try (SpillSpace.Scan scan = space.scan(key)) {
            while (spilled > 0 && scan.next()) {
                if (!isInMemory(scan.key())) {
                    take(scan);
                }
            }
        }
    }

    private boolean isInMemory(byte[] found) {
        int hash = RowCodec.readInt(found, 0);
        int probe = table.addLoaded(hash);
        RowCodec.read(table, probe, found, Integer.BYTES, 0, prefix);
        boolean inMemory = chains.hasChainLike(hash, probe);
        table.takeOut(probe);
        return inMemory;
    }

    private void take(SpillSpace.Scan scan) {
        byte[] found = scan.key();
        key.clear();
        key.append(found, 0, found.length);
        byte[] rows = scan.value();
        take(RowCodec.readInt(found, 0), found, rows, rows.length);
    }

    @Override
    public void sweep(int rows) {
        space.flush();
        int seen = 0;
        try (SpillSpace.Scan scan = space.scan(cursor)) {
            while (seen < rows && scan.next()) {
                byte[] found = scan.key();
                byte[] all = scan.value();
                boolean wanted = true;
                for (int at = 0; at < all.length; seen++) {
                    int row = table.addLoaded(0);
                    RowCodec.read(table, row, found, Integer.BYTES, 0, prefix);
                    at = RowCodec.read(table, row, all, at, prefix, columns);
                    wanted &= table.isWanted(row);
                    table.takeOut(row);
                }
                if (!wanted && !isInMemory(found)) {
                    take(scan);
                }
                cursor.clear();
                cursor.append(found, 0, found.length);
            }
        }
        if (seen < rows) {
            cursor.clear();
        }
    }

    @Override
    public long rows() {
        return spilled;
    }

    @Override
    public long memory() {
        return key.bytes().length + value.bytes().length;
    }

    @Override
    public void drop() {
        space.drop();
    }
}
