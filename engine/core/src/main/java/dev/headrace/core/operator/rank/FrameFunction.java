package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.state.StateTable;
import java.util.List;

/**
 * An aggregate over a frame of rows of a state table that moves forward: rows are added at its end and, where {@link
 * #canRemove}, taken at its start; else it is made anew when its start moves. Its accumulator can be kept in columns of
 * the last row, to go on from there.
 */
abstract class FrameFunction {
    /** Where the value of the last {@link #finish} is, if it is BYTES. */
    final ByteHeap bytes = new ByteHeap(16);

    boolean isNull;
    long value;

    /** Forgets all rows. */
    abstract void reset();

    abstract void add(StateTable table, int row);

    boolean canRemove() {
        return false;
    }

    void remove(StateTable table, int row) {
        throw new UnsupportedOperationException();
    }

    /** Sets {@link #value} and {@link #isNull} to the result for a row whose frame this is. */
    abstract void finish(StateTable table, int row);

    /** Columns for {@link #save}. */
    abstract List<DataType> accumulator();

    /** Writes the accumulator to columns of a row, from {@code column} on. */
    abstract void save(StateTable table, int row, int column);

    abstract void load(StateTable table, int row, int column);

    final void setNull() {
        isNull = true;
        value = 0;
    }

    final void set(long result) {
        isNull = false;
        value = result;
    }

    final void setFrom(StateTable table, int row, int column, Layout layout) {
        isNull = table.isNull(row, column);
        value = isNull ? 0 : table.get(row, column);
        if (!isNull && layout == Layout.BYTES) {
            bytes.clear();
            value = bytes.append(table.bytes(row, column), table.slice(row, column));
        }
    }

    /** Writes the result of {@link #finish} to a cell. */
    final void writeTo(StateTable table, int row, int column, Layout layout) {
        table.setNull(row, column, isNull);
        if (!isNull && layout == Layout.BYTES) {
            table.setBytes(row, column, bytes.bytes(), value);
        } else {
            table.set(row, column, value);
        }
    }

    /** Whether a cell holds the result of {@link #finish}. */
    final boolean isIn(StateTable table, int row, int column, Layout layout) {
        if (isNull || table.isNull(row, column)) {
            return isNull && table.isNull(row, column);
        }
        long other = table.get(row, column);
        if (layout != Layout.BYTES) {
            return value == other;
        }
        return table.text().equal(other, bytes.bytes(), value);
    }
}
