package dev.headrace.core.state;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;

/**
 * The rows of an indexed table that are not in memory; a unit is one row. An entry's key is the row's hash and key
 * columns, its value the other columns. A second chance is given to rows that have been found since the hand last passed
 * (the clock algorithm).
 */
final class SpilledRows implements Spill {
    private final StateTable table;
    private final SpillSpace space;
    private final int keyColumns;
    private final int columns;
    private final ByteHeap key = new ByteHeap(64);
    private final ByteHeap value = new ByteHeap(64);
    private final ByteHeap cursor = new ByteHeap(64);
    private long spilled;
    private int hand;

    SpilledRows(StateTable table, SpillStore store) {
        this.table = table;
        space = store.open();
        keyColumns = table.schema().keyColumns();
        columns = table.schema().columns().size();
    }

    /** Brings the row with that key into memory; -1 if there is none. */
    int load(int hash, Batch batch, int[] keys, int batchRow) {
        begin(hash);
        RowCodec.writeBatch(batch, keys, batchRow, key);
        return load(hash);
    }

    /** {@link #load} for a key of one column of layout LONG that is not null. */
    int loadLong(int hash, long only) {
        begin(hash);
        RowCodec.writeLong(key, only);
        return load(hash);
    }

    /** {@link #load} for a key of a long and a batch column's value. */
    int loadPair(int hash, long first, Column second, int batchRow) {
        begin(hash);
        RowCodec.writeLong(key, first);
        RowCodec.write(second, batchRow, key);
        return load(hash);
    }

    /** {@link #load} for the key of a row of this or another table with the same key columns. */
    int loadKeyOf(StateTable other, int otherRow, int hash) {
        begin(hash);
        RowCodec.writeKey(other, otherRow, key);
        return load(hash);
    }

    private void begin(int hash) {
        key.clear();
        RowCodec.writeInt(key, hash);
    }

    private int load(int hash) {
        if (!space.get(key, value)) {
            return -1;
        }
        spilled--;
        int row = table.addLoaded(hash);
        RowCodec.read(table, row, key.bytes(), Integer.BYTES, 0, keyColumns);
        RowCodec.read(table, row, value.bytes(), 0, keyColumns, columns);
        table.enter(hash, row);
        return table.isWanted(row) ? row : discard(row);
    }

    private int discard(int row) {
        table.removeUnwanted(row);
        return -1;
    }

    @Override
    public int evict(int rows) {
        int limit = table.rowLimit();
        int moved = 0;
        for (long seen = 0; moved < rows && seen < 2L * limit; seen++) {
            hand = hand + 1 < limit ? hand + 1 : 0;
            if (table.marks().isEvictable(hand) && !table.marks().takeTouch(hand)) {
                if (!table.marks().isClean(hand)) {
                    begin(table.hashOf(hand));
                    RowCodec.writeKey(table, hand, key);
                    value.clear();
                    RowCodec.write(table, hand, keyColumns, columns, value);
                    space.put(key, value);
                }
                table.evicted(hand);
                moved++;
            }
        }
        space.flush();
        spilled += moved;
        return moved;
    }

    /** A row in memory that has a copy below is removed. */
    void forget(int row) {
        begin(table.hashOf(row));
        RowCodec.writeKey(table, row, key);
        space.delete(key);
    }

    /** Brings all rows into memory whose hash, as an unsigned number, is from {@code first} to before {@code end}. */
    void loadRange(long first, long end) {
        space.flush();
        begin((int) first);
        try (SpillSpace.Scan scan = space.scan(key)) {
            while (scan.next()) {
                byte[] found = scan.key();
                int hash = RowCodec.readInt(found, 0);
                if (Integer.toUnsignedLong(hash) >= end) {
                    return;
                }
                int row = table.addLoaded(hash);
                RowCodec.read(table, row, found, Integer.BYTES, 0, keyColumns);
                if (table.enterLoaded(row)) {
                    RowCodec.read(table, row, scan.value(), 0, keyColumns, columns);
                    spilled--;
                    if (!table.isWanted(row)) {
                        table.removeUnwanted(row);
                    }
                }
            }
        }
    }

    @Override
    public void sweep(int rows) {
        space.flush();
        int seen = 0;
        try (SpillSpace.Scan scan = space.scan(cursor)) {
            while (seen < rows && scan.next()) {
                seen++;
                byte[] found = scan.key();
                int row = table.addLoaded(RowCodec.readInt(found, 0));
                RowCodec.read(table, row, found, Integer.BYTES, 0, keyColumns);
                RowCodec.read(table, row, scan.value(), 0, keyColumns, columns);
                if (table.isWanted(row)) {
                    table.takeOut(row);
                } else if (table.enterLoaded(row)) {
                    spilled--;
                    table.removeUnwanted(row);
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
