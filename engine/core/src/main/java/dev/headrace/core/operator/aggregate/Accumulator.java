package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.state.StateTable;
import dev.headrace.core.state.TextPages;
import java.util.List;

/**
 * One aggregate call as columns of a state row. It updates many rows in one loop, and reads a result from any copy of a
 * row's cells.
 */
abstract class Accumulator {
    /** The state column of the accumulator's first cell. */
    private int column;

    final void place(int firstColumn) {
        column = firstColumn;
    }

    final int column() {
        return column;
    }

    /** Types of the accumulator's columns. */
    abstract List<DataType> columns();

    /** Whether the first column of no rows is null; all else of no rows is 0 and not null. */
    boolean startsNull() {
        return false;
    }

    /** Sets a row just added to the value of no rows; all cells are 0 and not null. */
    final void initialize(StateTable table, int row) {
        if (startsNull()) {
            table.setNull(row, column, true);
        }
    }

    /**
     * Takes in rows.
     *
     * @param batchRows row numbers of the batch
     * @param stateRows for each the state row that it goes to
     * @param signs for each 1 to add or -1 to take away, absent where all add
     */
    abstract void update(StateTable table, Batch batch, int[] batchRows, int[] stateRows, byte[] signs, int count);

    /** Lets go of what is kept of a group outside of its row. */
    void forget(long groupId) {}

    /** Adds another row's value, of the same or another table of the same schema. */
    abstract void merge(StateTable into, int intoRow, StateTable from, int fromRow);

    /**
     * Writes a result.
     *
     * @param cells a table's cells or copies of rows of it
     * @param base where the row begins in them
     */
    abstract void result(StateTable table, long[] cells, int base, Column target, int targetRow);

    /** Writes a cell of the table, or of a copy of a row of it, as a value that is not null. */
    static void setResult(StateTable table, long cell, Column target, int targetRow) {
        if (target.type().layout() == Layout.BYTES) {
            target.setBytes(targetRow, table.text().page(cell), TextPages.slice(cell));
        } else {
            target.setLong(targetRow, cell);
        }
    }

    static boolean isNull(long[] cells, int base, int column) {
        return (cells[base + 1 + (column >> 6)] >>> column & 1) != 0;
    }
}
