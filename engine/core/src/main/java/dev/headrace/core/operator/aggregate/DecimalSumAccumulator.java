package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.core.state.StateTable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;

/** SUM and AVG of decimals: the unscaled sum in 128 bits and how many values it is of. */
final class DecimalSumAccumulator extends Accumulator {
    private final int argument;
    private final DataType argumentType;
    private final DataType resultType;
    private final boolean average;
    private final byte[] buffer = new byte[WideDecimal.BYTES];

    DecimalSumAccumulator(int argument, DataType argumentType, DataType resultType, boolean average) {
        this.argument = argument;
        this.argumentType = argumentType;
        this.resultType = resultType;
        this.average = average;
    }

    @Override
    List<DataType> columns() {
        return List.of(DataType.BIGINT, DataType.BIGINT, DataType.BIGINT);
    }

    @Override
    void update(StateTable table, Batch batch, int[] batchRows, int[] stateRows, byte[] signs, int count) {
        Column source = batch.column(argument);
        boolean wide = argumentType.isWideDecimal();
        for (int i = 0; i < count; i++) {
            int row = batchRows[i];
            if (source.isNull(row)) {
                continue;
            }
            long value = source.values()[row];
            long high = wide ? WideDecimal.high(source.heap(), Slice.offset(value)) : value >> 63;
            long low = wide ? WideDecimal.low(source.heap(), Slice.offset(value)) : value;
            int sign = signs == null ? 1 : signs[i];
            if (sign < 0) {
                low = -low;
                high = ~high + (low == 0 ? 1 : 0);
            }
            add(table, stateRows[i], high, low, sign);
        }
    }

    private void add(StateTable table, int row, long high, long low, long values) {
        int column = column();
        long sumLow = table.get(row, column + 1) + low;
        long carry = Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0;
        table.set(row, column + 1, sumLow);
        table.set(row, column, table.get(row, column) + high + carry);
        table.set(row, column + 2, table.get(row, column + 2) + values);
    }

    @Override
    void merge(StateTable into, int intoRow, StateTable from, int fromRow) {
        int column = column();
        add(into, intoRow, from.get(fromRow, column), from.get(fromRow, column + 1), from.get(fromRow, column + 2));
    }

    @Override
    void result(StateTable table, long[] cells, int base, Column target, int targetRow) {
        int at = base + table.cell(column());
        long values = cells[at + 2];
        if (values == 0) {
            target.setNull(targetRow);
            return;
        }
        WideDecimal.put(buffer, 0, cells[at], cells[at + 1]);
        BigDecimal sum = WideDecimal.get(buffer, 0, argumentType.scale());
        BigDecimal value = average
                ? sum.divide(BigDecimal.valueOf(values), resultType.scale(), RoundingMode.HALF_UP)
                : sum.setScale(resultType.scale(), RoundingMode.HALF_UP);
        BigInteger unscaled = value.unscaledValue();
        if (value.precision() > resultType.precision()) {
            target.setNull(targetRow);
        } else if (resultType.isWideDecimal()) {
            WideDecimal.put(buffer, 0, unscaled);
            target.setBytes(targetRow, buffer, 0, WideDecimal.BYTES);
        } else {
            target.setLong(targetRow, unscaled.longValueExact());
        }
    }
}
