package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.Output;
import dev.headrace.core.state.StateTable;
import java.util.List;

/**
 * Emits groups as batches: keys, results, and further columns: either some of the group's own, or ones that are the same for
 * all rows between two flushes. A group is given by its row, or, as {@code ~n}, by the n-th image of a row.
 */
public final class ResultWriter {
    private static final long[] NO_IMAGES = {};

    private final Aggregation aggregation;
    private final boolean insertOnly;
    private final Batch batch;
    private final int[] rows = new int[Batch.CAPACITY];
    private final byte[] kinds = new byte[Batch.CAPACITY];
    private int[] further = {};
    private long[] furtherPlus = {};
    private long[] constants = NO_IMAGES;
    private StateTable table;
    private long[] images = NO_IMAGES;
    private Output output;
    private int count;

    /** @param types of the output: keys, results, constants */
    public ResultWriter(Aggregation aggregation, List<DataType> types, boolean insertOnly) {
        this.aggregation = aggregation;
        this.insertOnly = insertOnly;
        batch = Batch.of(types, Batch.CAPACITY);
    }

    /**
     * The same, with columns behind the results that are columns of the group, whole numbers and not null.
     *
     * @param columns of the state
     * @param plus what is added to each
     */
    public ResultWriter followedBy(int[] columns, long[] plus) {
        further = columns;
        furtherPlus = plus;
        return this;
    }

    /** Begins to write groups of a table, which does not change until {@link #flush}. */
    public void begin(StateTable from, long[] imagesOfRows, Output to) {
        begin(from, imagesOfRows, to, NO_IMAGES);
    }

    /** @param columns the values of the columns behind the results */
    public void begin(StateTable from, Output to, long... columns) {
        begin(from, NO_IMAGES, to, columns);
    }

    /** Both of the above. */
    public void begin(StateTable from, long[] imagesOfRows, Output to, long[] columns) {
        table = from;
        images = imagesOfRows;
        output = to;
        constants = columns;
    }

    public void add(byte kind, int row) {
        rows[count] = row;
        kinds[count++] = kind;
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
        int column = 0;
        for (int key = 0; key < aggregation.keyCount(); key++) {
            key(batch.column(column++), key);
        }
        for (int call = 0; call < aggregation.results(); call++) {
            result(batch.column(column++), call);
        }
        for (int i = 0; i < further.length; i++) {
            number(batch.column(column++), further[i], furtherPlus[i]);
        }
        for (long constant : constants) {
            java.util.Arrays.fill(batch.column(column++).values(), 0, count, constant);
        }
        if (!insertOnly) {
            System.arraycopy(kinds, 0, batch.ownKinds(count), 0, count);
        }
        batch.setRows(count);
        count = 0;
        output.emit(batch);
    }

    private void key(Column target, int key) {
        int cell = table.cell(key);
        for (int i = 0; i < count; i++) {
            long[] cells = cells(rows[i]);
            int base = base(rows[i]);
            if (Accumulator.isNull(cells, base, key)) {
                target.setNull(i);
            } else {
                Accumulator.setResult(table, cells[base + cell], target, i);
            }
        }
    }

    private void number(Column target, int stateColumn, long plus) {
        int cell = table.cell(stateColumn);
        long[] values = target.values();
        for (int i = 0; i < count; i++) {
            values[i] = cells(rows[i])[base(rows[i]) + cell] + plus;
        }
    }

    private void result(Column target, int call) {
        for (int i = 0; i < count; i++) {
            aggregation.result(call, table, cells(rows[i]), base(rows[i]), target, i);
        }
    }

    private long[] cells(int row) {
        return row >= 0 ? table.cells().page(row) : images;
    }

    private int base(int row) {
        return row >= 0 ? table.cells().base(row) : ~row * table.stride();
    }
}
