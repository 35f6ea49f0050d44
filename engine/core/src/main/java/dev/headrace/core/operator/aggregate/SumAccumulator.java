package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.state.Cells;
import dev.headrace.core.state.StateTable;
import java.util.List;

/**
 * SUM and AVG of whole numbers and of floating-point numbers: the sum and how many values it is of; null over none. The
 * average of whole numbers is a whole number, cut toward zero.
 */
final class SumAccumulator extends Accumulator {
    private final int argument;
    private final boolean floating;
    private final boolean average;

    SumAccumulator(int argument, DataType argumentType, boolean average) {
        this.argument = argument;
        this.average = average;
        floating = argumentType.layout() == Layout.DOUBLE;
    }

    @Override
    List<DataType> columns() {
        return List.of(floating ? DataType.DOUBLE : DataType.BIGINT, DataType.BIGINT);
    }

    @Override
    void update(StateTable table, Batch batch, int[] batchRows, int[] stateRows, byte[] signs, int count) {
        Column source = batch.column(argument);
        long[] values = source.values();
        boolean[] nulls = source.hasNulls() ? source.nulls() : null;
        Cells cells = table.cells();
        int cell = table.cell(column());
        if (floating) {
            for (int i = 0; i < count; i++) {
                if (nulls == null || !nulls[batchRows[i]]) {
                    long[] page = cells.page(stateRows[i]);
                    int at = cells.base(stateRows[i]) + cell;
                    int sign = signs == null ? 1 : signs[i];
                    double sum =
                            Double.longBitsToDouble(page[at]) + sign * Double.longBitsToDouble(values[batchRows[i]]);
                    page[at] = Double.doubleToRawLongBits(sum);
                    page[at + 1] += sign;
                }
            }
        } else if (nulls == null && signs == null) {
            for (int i = 0; i < count; i++) {
                long[] page = cells.page(stateRows[i]);
                int at = cells.base(stateRows[i]) + cell;
                page[at] += values[batchRows[i]];
                page[at + 1]++;
            }
        } else {
            for (int i = 0; i < count; i++) {
                if (nulls == null || !nulls[batchRows[i]]) {
                    long[] page = cells.page(stateRows[i]);
                    int at = cells.base(stateRows[i]) + cell;
                    int sign = signs == null ? 1 : signs[i];
                    page[at] += sign * values[batchRows[i]];
                    page[at + 1] += sign;
                }
            }
        }
    }

    @Override
    void merge(StateTable into, int intoRow, StateTable from, int fromRow) {
        int column = column();
        into.set(intoRow, column + 1, into.get(intoRow, column + 1) + from.get(fromRow, column + 1));
        if (floating) {
            double sum = Double.longBitsToDouble(into.get(intoRow, column))
                    + Double.longBitsToDouble(from.get(fromRow, column));
            into.set(intoRow, column, Double.doubleToRawLongBits(sum));
        } else {
            into.set(intoRow, column, into.get(intoRow, column) + from.get(fromRow, column));
        }
    }

    @Override
    void result(StateTable table, long[] cells, int base, Column target, int targetRow) {
        int at = base + table.cell(column());
        long values = cells[at + 1];
        if (values == 0) {
            target.setNull(targetRow);
        } else if (floating) {
            double sum = Double.longBitsToDouble(cells[at]);
            target.setDouble(targetRow, average ? sum / values : sum);
        } else {
            target.setLong(targetRow, average ? cells[at] / values : cells[at]);
        }
    }
}
