package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.state.Cells;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Emits rows of a state table as batches, column by column. A row is given by its number, or, as
 * {@code ~n}, as the n-th image: images are copies of a row's cells, {@code stride} longs each, taken earlier in the epoch,
 * while the table's bytes stay where they are.
 */
public final class ChangeWriter {
    private static final long[] NO_IMAGES = {};

    private final int[] columns;
    private final boolean withPlace;
    private final boolean insertOnly;
    private final Batch batch;
    private final int[] rows = new int[Batch.CAPACITY];
    private final byte[] kinds = new byte[Batch.CAPACITY];
    private final long[] places = new long[Batch.CAPACITY];
    private StateTable table;
    private long[] images = NO_IMAGES;
    private Output output;
    private int count;

    /**
     * @param types of the output's columns that come from the table
     * @param columns the state column of each
     * @param withPlace a BIGINT column follows
     * @param insertOnly kinds are left out
     */
    public ChangeWriter(List<DataType> types, int[] columns, boolean withPlace, boolean insertOnly) {
        this.columns = columns;
        this.withPlace = withPlace;
        this.insertOnly = insertOnly;
        List<DataType> all = new ArrayList<>(types);
        if (withPlace) {
            all.add(DataType.BIGINT);
        }
        batch = Batch.of(all, Batch.CAPACITY);
    }

    /** Begins to write rows of a table, which does not change until {@link #flush}. */
    public void begin(StateTable from, Output to) {
        begin(from, NO_IMAGES, to);
    }

    public void begin(StateTable from, long[] imagesOfRows, Output to) {
        table = from;
        images = imagesOfRows;
        output = to;
    }

    public void add(byte kind, int row) {
        add(kind, row, 0);
    }

    /** @param place the value of the column behind the row */
    public void add(byte kind, int row, long place) {
        rows[count] = row;
        kinds[count] = kind;
        places[count++] = place;
        if (count == Batch.CAPACITY) {
            flush();
        }
    }

    /** Hands on what has been added. */
    public void flush() {
        if (count == 0) {
            return;
        }
        batch.clear();
        for (int c = 0; c < columns.length; c++) {
            gather(batch.column(c), columns[c]);
        }
        if (withPlace) {
            System.arraycopy(places, 0, batch.column(columns.length).values(), 0, count);
        }
        if (!insertOnly) {
            System.arraycopy(kinds, 0, batch.ownKinds(count), 0, count);
        }
        batch.setRows(count);
        count = 0;
        output.emit(batch);
    }

    private void gather(Column target, int column) {
        Cells cells = table.cells();
        int stride = cells.stride();
        int cell = table.cell(column);
        int nullWord = 1 + (column >> 6);
        long[] values = target.values();
        long nulls = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            long[] source = row >= 0 ? cells.page(row) : images;
            int base = row >= 0 ? cells.base(row) : ~row * stride;
            values[i] = source[base + cell];
            nulls |= source[base + nullWord] >>> column & 1;
        }
        if (nulls != 0) {
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                long[] source = row >= 0 ? cells.page(row) : images;
                int base = row >= 0 ? cells.base(row) : ~row * stride;
                if ((source[base + nullWord] >>> column & 1) != 0) {
                    target.setNull(i);
                }
            }
        }
        if (target.type().layout() == Layout.BYTES) {
            table.text().copyAll(target, count);
        }
    }
}
