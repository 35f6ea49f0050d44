package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.core.state.StateTable;
import java.util.List;

/** VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP: count, sum and sum of squares as doubles. */
final class VarianceAccumulator extends Accumulator {
    private final int argument;
    private final DataType argumentType;
    private final boolean sample;
    private final boolean root;
    private final DataType resultType;

    VarianceAccumulator(int argument, DataType argumentType, DataType resultType, boolean sample, boolean root) {
        this.argument = argument;
        this.argumentType = argumentType;
        this.resultType = resultType;
        this.sample = sample;
        this.root = root;
    }

    @Override
    List<DataType> columns() {
        return List.of(DataType.BIGINT, DataType.DOUBLE, DataType.DOUBLE);
    }

    @Override
    void update(StateTable table, Batch batch, int[] batchRows, int[] stateRows, byte[] signs, int count) {
        Column source = batch.column(argument);
        for (int i = 0; i < count; i++) {
            if (!source.isNull(batchRows[i])) {
                double value = number(source, batchRows[i]);
                int sign = signs == null ? 1 : signs[i];
                add(table, stateRows[i], sign, sign * value, sign * value * value);
            }
        }
    }

    private double number(Column source, int row) {
        long value = source.values()[row];
        if (argumentType.layout() == Layout.DOUBLE) {
            return Double.longBitsToDouble(value);
        }
        if (argumentType.isWideDecimal()) {
            return WideDecimal.get(source.heap(), Slice.offset(value), argumentType.scale())
                    .doubleValue();
        }
        return argumentType.scale() == 0 ? value : value / Math.pow(10, argumentType.scale());
    }

    private void add(StateTable table, int row, long values, double sum, double squares) {
        int column = column();
        table.set(row, column, table.get(row, column) + values);
        table.set(row, column + 1, plus(table.get(row, column + 1), sum));
        table.set(row, column + 2, plus(table.get(row, column + 2), squares));
    }

    private static long plus(long bits, double more) {
        return Double.doubleToRawLongBits(Double.longBitsToDouble(bits) + more);
    }

    @Override
    void merge(StateTable into, int intoRow, StateTable from, int fromRow) {
        int column = column();
        add(
                into,
                intoRow,
                from.get(fromRow, column),
                Double.longBitsToDouble(from.get(fromRow, column + 1)),
                Double.longBitsToDouble(from.get(fromRow, column + 2)));
    }

    @Override
    void result(StateTable table, long[] cells, int base, Column target, int targetRow) {
        int at = base + table.cell(column());
        long values = cells[at];
        if (values == 0 || sample && values == 1) {
            target.setNull(targetRow);
            return;
        }
        double sum = Double.longBitsToDouble(cells[at + 1]);
        double squares = Double.longBitsToDouble(cells[at + 2]);
        double variance = Math.max(0, squares - sum * sum / values) / (sample ? values - 1 : values);
        double value = root ? Math.sqrt(variance) : variance;
        if (resultType.layout() == Layout.DOUBLE) {
            target.setDouble(targetRow, value);
        } else {
            target.setLong(targetRow, (long) value);
        }
    }
}
