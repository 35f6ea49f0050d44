package dev.headrace.core.state;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.Layout;

/** Compares and hashes the first columns of rows of a table; a null equals a null. */
final class RowKeys {
    private final Cells cells;
    private final TextPages text;
    private final int firstCell;
    private final boolean[] bytes;

    RowKeys(Cells cells, TextPages text, int firstCell, Layout[] layouts) {
        this.cells = cells;
        this.text = text;
        this.firstCell = firstCell;
        bytes = new boolean[layouts.length];
        for (int column = 0; column < bytes.length; column++) {
            bytes[column] = layouts[column] == Layout.BYTES;
        }
    }

    private static boolean isNull(long[] page, int base, int column) {
        return (page[base + 1 + (column >> 6)] >>> column & 1) != 0;
    }

    /** Whether a row's first columns are these columns of a row of a batch. */
    boolean equal(int row, Batch batch, int[] columns, int batchRow) {
        long[] page = cells.page(row);
        int base = cells.base(row);
        for (int k = 0; k < columns.length; k++) {
            Column column = batch.column(columns[k]);
            boolean isNull = isNull(page, base, k);
            if (column.isNull(batchRow) != isNull) {
                return false;
            }
            if (isNull) {
                continue;
            }
            long mine = page[base + firstCell + k];
            long other = column.values()[batchRow];
            if (bytes[k] ? !text.equal(mine, column.heap(), other) : mine != other) {
                return false;
            }
        }
        return true;
    }

    /** Whether a row's first two columns, which are not null, are a long and a value of a batch. */
    boolean equal(int row, long first, Column second, int batchRow) {
        long[] page = cells.page(row);
        int base = cells.base(row) + firstCell;
        long mine = page[base + 1];
        long other = second.values()[batchRow];
        return page[base] == first && (bytes[1] ? text.equal(mine, second.heap(), other) : mine == other);
    }

    /** Whether a row agrees in so many first columns with a row of a table with the same first columns. */
    boolean equal(int row, RowKeys others, int otherRow, int columns) {
        long[] page = cells.page(row);
        int base = cells.base(row);
        long[] otherPage = others.cells.page(otherRow);
        int otherBase = others.cells.base(otherRow);
        for (int column = 0; column < columns; column++) {
            if (isNull(page, base, column) != isNull(otherPage, otherBase, column)) {
                return false;
            }
            long mine = page[base + firstCell + column];
            long other = otherPage[otherBase + others.firstCell + column];
            if (bytes[column] ? !text.equal(mine, others.text.page(other), TextPages.slice(other)) : mine != other) {
                return false;
            }
        }
        return true;
    }

    /** The {@link Hashing} of a row's first columns. */
    int hash(int row, int columns) {
        if (columns == 0) {
            return Hashing.EMPTY;
        }
        long[] page = cells.page(row);
        int base = cells.base(row);
        int hash = 0;
        for (int column = 0; column < columns; column++) {
            long value = page[base + firstCell + column];
            long h;
            if (isNull(page, base, column)) {
                h = Hashing.nullValue();
            } else if (bytes[column]) {
                h = Hashing.bytes(text.page(value), Slice.offset(TextPages.slice(value)), Slice.length(value));
            } else {
                h = Hashing.value(value);
            }
            hash = column == 0 ? Hashing.finish(h) : Hashing.combine(hash, h);
        }
        return hash;
    }
}
