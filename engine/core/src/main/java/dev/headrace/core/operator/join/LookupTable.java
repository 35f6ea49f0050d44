package dev.headrace.core.operator.join;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.core.state.ChainIndex;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.List;

/**
 * A table held whole in memory and found by key. Rows are stored as key columns, then all columns; rows whose key has a
 * null are left out, since nothing equals them. Not part of snapshots: it is read anew at each start.
 */
public final class LookupTable {
    private final StateTable rows;
    private final ChainIndex byKey;
    private final int[] keys;
    private final int columns;
    private int[] hashes = new int[Batch.CAPACITY];

    public LookupTable(List<DataType> types, List<Integer> keys) {
        this.keys = keys.stream().mapToInt(Integer::intValue).toArray();
        columns = types.size();
        List<DataType> stored = new ArrayList<>();
        keys.forEach(k -> stored.add(types.get(k)));
        stored.addAll(types);
        rows = new StateTable(StateSchema.unnamed("lookup", stored, this.keys.length, this.keys.length), false);
        byKey = new ChainIndex(rows, this.keys.length);
    }

    /** Adds the selected rows. */
    public void add(Batch batch) {
        if (hashes.length < batch.selected()) {
            hashes = new int[batch.selected()];
        }
        Hashing.hash(batch, keys, hashes);
        for (int i = 0; i < batch.selected(); i++) {
            int from = batch.row(i);
            if (hasNull(batch, keys, from)) {
                continue;
            }
            int row = rows.addRow(hashes[i]);
            for (int k = 0; k < keys.length; k++) {
                rows.setFrom(row, k, batch.column(keys[k]), from);
            }
            for (int c = 0; c < columns; c++) {
                rows.setFrom(row, keys.length + c, batch.column(c), from);
            }
            byKey.link(hashes[i], row);
        }
    }

    static boolean hasNull(Batch batch, int[] columns, int row) {
        for (int column : columns) {
            if (batch.column(column).isNull(row)) {
                return true;
            }
        }
        return false;
    }

    int first(int hash, Batch batch, int[] batchKeys, int batchRow) {
        return byKey.first(hash, batch, batchKeys, batchRow);
    }

    int next(int row) {
        return byKey.next(row);
    }

    StateTable rows() {
        return rows;
    }

    /** The place of a looked-up column among the stored ones. */
    int stored(int column) {
        return keys.length + column;
    }

    int columns() {
        return columns;
    }
}
