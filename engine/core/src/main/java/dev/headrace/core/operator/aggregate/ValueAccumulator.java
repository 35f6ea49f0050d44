package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.core.state.Cells;
import dev.headrace.core.state.StateTable;
import java.util.Arrays;
import java.util.List;

/** MIN, MAX, FIRST_VALUE and LAST_VALUE of an insert-only input: one value, null over none. */
final class ValueAccumulator extends Accumulator {
    /** Which of two values stays. */
    enum Choice {
        LEAST,
        GREATEST,
        FIRST,
        LAST
    }

    private final int argument;
    private final DataType type;
    private final Choice choice;

    ValueAccumulator(int argument, DataType type, Choice choice) {
        this.argument = argument;
        this.type = type;
        this.choice = choice;
    }

    @Override
    List<DataType> columns() {
        return List.of(type.withNullable(true));
    }

    @Override
    boolean startsNull() {
        return true;
    }

    @Override
    void update(StateTable table, Batch batch, int[] batchRows, int[] stateRows, byte[] signs, int count) {
        Column source = batch.column(argument);
        if (type.layout() == Layout.LONG && (choice == Choice.LEAST || choice == Choice.GREATEST)) {
            updateLongs(table, source, batchRows, stateRows, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            int row = batchRows[i];
            if (!source.isNull(row)) {
                take(table, stateRows[i], source.values()[row], source.heap());
            }
        }
    }

    private void updateLongs(StateTable table, Column source, int[] batchRows, int[] stateRows, int count) {
        long[] values = source.values();
        boolean[] nulls = source.hasNulls() ? source.nulls() : null;
        Cells cells = table.cells();
        int cell = table.cell(column());
        int word = 1 + (column() >> 6);
        long bit = 1L << column();
        boolean greatest = choice == Choice.GREATEST;
        for (int i = 0; i < count; i++) {
            int row = batchRows[i];
            if (nulls != null && nulls[row]) {
                continue;
            }
            long[] page = cells.page(stateRows[i]);
            int base = cells.base(stateRows[i]);
            long value = values[row];
            if ((page[base + word] & bit) != 0) {
                page[base + word] &= ~bit;
                page[base + cell] = value;
            } else if (greatest ? value > page[base + cell] : value < page[base + cell]) {
                page[base + cell] = value;
            }
        }
    }

    private void take(StateTable table, int row, long value, byte[] heap) {
        if (!table.isNull(row, column())) {
            if (choice == Choice.FIRST) {
                return;
            }
            if (choice != Choice.LAST) {
                int compared = compare(type, value, heap, table.slice(row, column()), table.bytes(row, column()));
                if (choice == Choice.GREATEST ? compared <= 0 : compared >= 0) {
                    return;
                }
            }
        }
        table.setNull(row, column(), false);
        if (type.layout() == Layout.BYTES) {
            table.setBytes(row, column(), heap, value);
        } else {
            table.set(row, column(), value);
        }
    }

    /** Order of two values of a type. */
    static int compare(DataType type, long a, byte[] heap, long b, byte[] otherHeap) {
        return switch (type.layout()) {
            case LONG -> Long.compare(a, b);
            case DOUBLE -> Double.compare(Double.longBitsToDouble(a), Double.longBitsToDouble(b));
            case BYTES -> {
                int from = Slice.offset(a);
                int otherFrom = Slice.offset(b);
                if (type.isWideDecimal()) {
                    int high = Long.compare(WideDecimal.high(heap, from), WideDecimal.high(otherHeap, otherFrom));
                    yield high != 0
                            ? high
                            : Long.compareUnsigned(WideDecimal.low(heap, from), WideDecimal.low(otherHeap, otherFrom));
                }
                yield Arrays.compareUnsigned(
                        heap, from, from + Slice.length(a), otherHeap, otherFrom, otherFrom + Slice.length(b));
            }
        };
    }

    @Override
    void merge(StateTable into, int intoRow, StateTable from, int fromRow) {
        if (!from.isNull(fromRow, column())) {
            take(into, intoRow, from.slice(fromRow, column()), from.bytes(fromRow, column()));
        }
    }

    @Override
    void result(StateTable table, long[] cells, int base, Column target, int targetRow) {
        if (isNull(cells, base, column())) {
            target.setNull(targetRow);
        } else {
            setResult(table, cells[base + table.cell(column())], target, targetRow);
        }
    }
}
