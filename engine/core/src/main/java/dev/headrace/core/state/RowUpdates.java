package dev.headrace.core.state;

/**
 * Takes what newer snapshots say into a table that holds an older one, has been filled by {@link StateTable#restore} and {@link
 * #apply} only, and is all in memory. Then it holds the newer snapshot, just as if it had been restored from that. Time: one
 * look-up an entry. Where the table's rows are not found by key, an index of its own finds them, of 16 to 32 bytes a row.
 */
public final class RowUpdates {
    private final StateTable table;
    private final int keyColumns;
    private final int columns;
    /** Null where the table's own finds rows by key. */
    private final RowIndex keys;

    public RowUpdates(StateTable table) {
        this.table = table;
        keyColumns = table.schema().keyColumns();
        columns = table.schema().columns().size();
        keys = table.isIndexed() ? null : new RowIndex();
        if (keys != null) {
            for (int row = 0; row < table.rowLimit(); row++) {
                if (table.isLive(row)) {
                    keys.enter(table.hashOf(row), row);
                }
            }
        }
    }

    /**
     * Takes entries as in a {@link StateDelta}: a row replaces that of the same key, a tombstone removes it, if it is there.
     *
     * @param bytes of entries that are newer than the table, at most one a key
     */
    public void apply(byte[] bytes) {
        for (int at = 0; at < bytes.length; ) {
            boolean isRow = bytes[at] == StateDelta.ROW;
            int entry = table.addRow(0, false);
            at = RowCodec.read(table, entry, bytes, at + 1, keyColumns);
            int hash = table.hashCells(entry, keyColumns);
            int there = find(hash, entry);
            if (!isRow) {
                table.takeOut(entry);
                if (there >= 0) {
                    remove(there);
                }
            } else if (there >= 0) {
                table.takeOut(entry);
                table.clear(there);
                at = RowCodec.read(table, there, bytes, at, keyColumns, columns);
            } else {
                at = RowCodec.read(table, entry, bytes, at, keyColumns, columns);
                table.enterSaved(hash, entry);
                if (keys != null) {
                    keys.enter(hash, entry);
                }
            }
        }
    }

    private int find(int hash, int entry) {
        if (keys == null) {
            return table.findLike(hash, entry);
        }
        long[] page = keys.page(hash);
        int at = RowIndex.slot(page, hash);
        for (long found = page[at]; found != 0; found = page[at]) {
            int row = (int) found - 1;
            if ((int) (found >>> 32) == hash && table.rowKeys().equal(row, table.rowKeys(), entry, keyColumns)) {
                return row;
            }
            at = RowIndex.next(page, at);
        }
        return -1;
    }

    private void remove(int row) {
        if (keys != null) {
            keys.remove(table.hashOf(row), row);
        }
        table.takeOutSaved(row);
    }

    /** Bytes held beside the table. */
    public long memory() {
        return keys == null ? 0 : keys.memory();
    }
}
