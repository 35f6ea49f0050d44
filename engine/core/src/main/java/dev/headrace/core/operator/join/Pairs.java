package dev.headrace.core.operator.join;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.state.Cells;
import dev.headrace.core.state.StateTable;
import java.util.List;

/**
 * Pairs of a row of a batch and a row of a state table, gathered into a batch of left and then right columns. Either row may be missing ({@link #NONE}):
 * its columns are then null.
 */
final class Pairs {
    static final int NONE = -1;

    private final int leftColumns;
    private final int columns;
    private final Batch out;
    private final int[] batchRows = new int[Batch.CAPACITY];
    private final int[] stateRows = new int[Batch.CAPACITY];
    private final byte[] kinds = new byte[Batch.CAPACITY];
    private int count;
    private boolean missing;
    private Batch batch;
    private boolean batchIsLeft;
    private StateTable table;
    private int[] places;

    /**
     * @param types of the left and then the right columns, or of the left ones alone
     * @param leftColumns how many are the left side's
     */
    Pairs(List<DataType> types, int leftColumns) {
        this.leftColumns = leftColumns;
        columns = types.size();
        out = Batch.of(types, Batch.CAPACITY);
    }

    /**
     * Sets where rows come from.
     *
     * @param statePlaces the state column of each column of the table's side
     */
    void begin(Batch rows, boolean rowsAreLeft, StateTable stateRowsOf, int[] statePlaces) {
        batch = rows;
        batchIsLeft = rowsAreLeft;
        table = stateRowsOf;
        places = statePlaces;
    }

    /** Adds a pair and returns whether there is no room for another one. */
    boolean add(int batchRow, int stateRow, byte kind) {
        batchRows[count] = batchRow;
        stateRows[count] = stateRow;
        kinds[count++] = kind;
        missing |= (batchRow | stateRow) < 0;
        return count == Batch.CAPACITY;
    }

    int count() {
        return count;
    }

    int batchRow(int pair) {
        return batchRows[pair];
    }

    int stateRow(int pair) {
        return stateRows[pair];
    }

    byte kind(int pair) {
        return kinds[pair];
    }

    void replace(byte old, byte code) {
        for (int i = 0; i < count; i++) {
            if (kinds[i] == old) {
                kinds[i] = code;
            }
        }
    }

    /** The pairs as a batch; {@link #clear} begins the next one. */
    Batch fill(boolean withKinds) {
        out.clear();
        for (int c = 0; c < columns; c++) {
            boolean fromBatch = (c < leftColumns) == batchIsLeft;
            int column = c < leftColumns ? c : c - leftColumns;
            if (fromBatch) {
                gather(batch.column(column), out.column(c));
            } else {
                gather(places[column], out.column(c));
            }
        }
        if (withKinds) {
            System.arraycopy(kinds, 0, out.ownKinds(count), 0, count);
        }
        out.setRows(count);
        return out;
    }

    void clear() {
        count = 0;
        missing = false;
    }

    private void gather(Column source, Column target) {
        long[] from = source.values();
        long[] to = target.values();
        if (target.type().layout() == Layout.BYTES) {
            target.shareHeap(source.heap());
        }
        if (!missing && !source.hasNulls()) {
            for (int i = 0; i < count; i++) {
                to[i] = from[batchRows[i]];
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            int row = batchRows[i];
            if (row < 0 || source.isNull(row)) {
                target.setNull(i);
            } else {
                to[i] = from[row];
            }
        }
    }

    private void gather(int column, Column target) {
        Cells cells = table.cells();
        long[] to = target.values();
        int cell = table.cell(column);
        int nullWord = 1 + (column >> 6);
        long nulls = 0;
        for (int i = 0; i < count; i++) {
            int row = stateRows[i];
            if (row < 0) {
                target.setNull(i);
            } else {
                long[] page = cells.page(row);
                int base = cells.base(row);
                to[i] = page[base + cell];
                nulls |= page[base + nullWord] >>> column & 1;
            }
        }
        if (nulls != 0) {
            for (int i = 0; i < count; i++) {
                int row = stateRows[i];
                if (row >= 0 && (cells.page(row)[cells.base(row) + nullWord] >>> column & 1) != 0) {
                    target.setNull(i);
                }
            }
        }
        if (target.type().layout() == Layout.BYTES) {
            table.text().copyAll(target, count);
        }
    }
}
