package dev.headrace.core.state;

import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What rows of state hold. A row is a number; its cells are {@code stride} longs in {@link #cells()}: one header (hash), null
 * bits, then one long a column in the column's {@link Layout}, text as a cell of {@link #text()}.
 */
public abstract sealed class StateRows permits StateTable {
    /** Parts of the text, in sixteenths, that may be garbage: as a rule, and where memory is tight. */
    private static final int MUCH = 11;

    private static final int MUCH_IF_TIGHT = 4;

    final Layout[] layouts;
    final int firstCell;
    final Cells cells;
    final TextPages text = new TextPages();
    final RowKeys rowKeys;

    StateRows(List<DataType> columns) {
        layouts = columns.stream().map(DataType::layout).toArray(Layout[]::new);
        firstCell = 1 + (columns.size() + 63) / 64;
        cells = new Cells(firstCell + columns.size());
        rowKeys = new RowKeys(cells, text, firstCell, layouts);
    }

    public final Cells cells() {
        return cells;
    }

    public final TextPages text() {
        return text;
    }

    public final int stride() {
        return cells.stride();
    }

    /** The place of a column's cell within a row. */
    public final int cell(int column) {
        return firstCell + column;
    }

    public final int hashOf(int row) {
        return (int) cells.page(row)[cells.base(row)];
    }

    public final long get(int row, int column) {
        return cells.page(row)[cells.base(row) + firstCell + column];
    }

    public final void set(int row, int column, long value) {
        cells.page(row)[cells.base(row) + firstCell + column] = value;
    }

    public final boolean isNull(int row, int column) {
        return (cells.page(row)[cells.base(row) + 1 + (column >> 6)] >>> column & 1) != 0;
    }

    public final void setNull(int row, int column, boolean isNull) {
        long[] page = cells.page(row);
        int base = cells.base(row);
        if (isNull) {
            if (layouts[column] == Layout.BYTES) {
                text.release(page[base + firstCell + column]);
            }
            page[base + 1 + (column >> 6)] |= 1L << column;
            page[base + firstCell + column] = 0;
        } else {
            page[base + 1 + (column >> 6)] &= ~(1L << column);
        }
    }

    /** Sets a cell of layout BYTES to a copy of the bytes; the old bytes become garbage until {@link #compact}. */
    public final void setBytes(int row, int column, byte[] source, long slice) {
        long[] page = cells.page(row);
        int at = cells.base(row) + firstCell + column;
        text.release(page[at]);
        page[at] = text.append(source, Slice.offset(slice), Slice.length(slice));
    }

    /** The array that holds the bytes of a cell, at {@link #slice}; any array for a cell that is null or of another layout. */
    public final byte[] bytes(int row, int column) {
        return text.page(layouts[column] == Layout.BYTES ? get(row, column) : 0);
    }

    /** Where in {@link #bytes} the bytes lie; for a cell of another layout, its value. */
    public final long slice(int row, int column) {
        long cell = get(row, column);
        return layouts[column] == Layout.BYTES ? TextPages.slice(cell) : cell;
    }

    /** Copies a value of a batch into a cell, null or not. */
    public final void setFrom(int row, int column, Column source, int sourceRow) {
        if (source.isNull(sourceRow)) {
            setNull(row, column, true);
            return;
        }
        setNull(row, column, false);
        if (layouts[column] == Layout.BYTES) {
            setBytes(row, column, source.heap(), source.values()[sourceRow]);
        } else {
            set(row, column, source.values()[sourceRow]);
        }
    }

    /** {@link #setFrom} for a column of several rows: row {@code sourceRows[i]} of the batch into {@code rows[i]}. */
    public final void setAllFrom(int column, Column source, int[] rows, int[] sourceRows, int count) {
        if (source.hasNulls()) {
            for (int i = 0; i < count; i++) {
                setFrom(rows[i], column, source, sourceRows[i]);
            }
            return;
        }
        long[] values = source.values();
        int cell = firstCell + column;
        int nullWord = 1 + (column >> 6);
        long notNull = ~(1L << column);
        if (layouts[column] == Layout.BYTES) {
            byte[] from = source.heap();
            for (int i = 0; i < count; i++) {
                long[] page = cells.page(rows[i]);
                int base = cells.base(rows[i]);
                long slice = values[sourceRows[i]];
                text.release(page[base + cell]);
                page[base + cell] = text.append(from, Slice.offset(slice), Slice.length(slice));
                page[base + nullWord] &= notNull;
            }
        } else {
            for (int i = 0; i < count; i++) {
                long[] page = cells.page(rows[i]);
                int base = cells.base(rows[i]);
                page[base + cell] = values[sourceRows[i]];
                page[base + nullWord] &= notNull;
            }
        }
    }

    /** Copies a cell into a batch. */
    public final void copyTo(int row, int column, Column target, int targetRow) {
        if (isNull(row, column)) {
            target.setNull(targetRow);
        } else if (layouts[column] == Layout.BYTES) {
            target.setBytes(targetRow, bytes(row, column), slice(row, column));
        } else {
            target.setLong(targetRow, get(row, column));
        }
    }

    /**
     * Gives back the bytes of overwritten and removed values once they are more than two thirds, or a quarter where memory
     * is tight.
     */
    final void compact(int rowLimit, IntPredicate isLive, boolean tight) {
        text.freeEmpty();
        int much = tight ? MUCH_IF_TIGHT : MUCH;
        if (!text.isGarbage(much)) {
            return;
        }
        text.beginMoving(much / 2);
        for (int column = 0; column < layouts.length; column++) {
            if (layouts[column] == Layout.BYTES) {
                for (int row = 0; row < rowLimit; row++) {
                    if (isLive.test(row)) {
                        set(row, column, text.moved(get(row, column)));
                    }
                }
            }
        }
        text.endMoving();
    }

    /** The hash of a row's first {@code columns} columns, from its cells. */
    public final int hashCells(int row, int columns) {
        return rowKeys.hash(row, columns);
    }

    final void setHash(int row, int hash) {
        cells.page(row)[cells.base(row)] = hash & 0xFFFFFFFFL;
    }

    final RowKeys rowKeys() {
        return rowKeys;
    }

    final Layout layout(int column) {
        return layouts[column];
    }
}
