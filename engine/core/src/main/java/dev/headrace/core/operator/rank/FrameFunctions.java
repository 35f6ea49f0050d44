package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Slice;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.state.StateTable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;

/** The aggregates of OVER. Nulls are left out, as everywhere; a sum or average of none is null. */
final class FrameFunctions {
    private FrameFunctions() {}

    /**
     * @param type of the argument, null without one
     * @param column the state column of the argument
     * @param order of the rows, for the ranking functions
     */
    static FrameFunction of(AggregateCall call, DataType type, int column, RowOrder order) {
        if (call.distinct()
                && !call.function().equals("MIN")
                && !call.function().equals("MAX")) {
            throw UserError.request(call.function() + "(DISTINCT ..) OVER is not supported");
        }
        return switch (call.function()) {
            case "COUNT" -> new Count(type == null ? -1 : column);
            case "SUM", "$SUM0", "AVG" -> {
                boolean average = call.function().equals("AVG");
                yield type.layout() == Layout.DOUBLE
                        ? new DoubleSum(column, average, call.type())
                        : new ExactSum(column, average, type, call.type());
            }
            case "MIN", "MAX" -> new Extreme(column, type, call.function().equals("MIN"));
            case "FIRST_VALUE" -> new Edge(column, type, true);
            case "LAST_VALUE" -> new Edge(column, type, false);
            case "ROW_NUMBER", "RANK", "DENSE_RANK" -> new Ranking(call.function(), order);
            default -> throw UserError.request(call.function() + " OVER is not supported");
        };
    }

    private static final class Count extends FrameFunction {
        private final int column;
        private long count;

        Count(int column) {
            this.column = column;
        }

        @Override
        void reset() {
            count = 0;
        }

        @Override
        void add(StateTable table, int row) {
            count += column < 0 || !table.isNull(row, column) ? 1 : 0;
        }

        @Override
        boolean canRemove() {
            return true;
        }

        @Override
        void remove(StateTable table, int row) {
            count -= column < 0 || !table.isNull(row, column) ? 1 : 0;
        }

        @Override
        void finish(StateTable table, int row) {
            set(count);
        }

        @Override
        List<DataType> accumulator() {
            return List.of(DataType.BIGINT);
        }

        @Override
        void save(StateTable table, int row, int at) {
            table.set(row, at, count);
        }

        @Override
        void load(StateTable table, int row, int at) {
            count = table.get(row, at);
        }
    }

    /** Doubles are not taken again: what has been rounded away would be missing. */
    private static final class DoubleSum extends FrameFunction {
        private final int column;
        private final boolean average;
        private final boolean single;
        private double sum;
        private long count;

        DoubleSum(int column, boolean average, DataType result) {
            this.column = column;
            this.average = average;
            single = result.kind() == Kind.FLOAT;
        }

        @Override
        void reset() {
            sum = 0;
            count = 0;
        }

        @Override
        void add(StateTable table, int row) {
            if (!table.isNull(row, column)) {
                sum += Double.longBitsToDouble(table.get(row, column));
                count++;
            }
        }

        @Override
        void finish(StateTable table, int row) {
            if (count == 0) {
                setNull();
                return;
            }
            double result = average ? sum / count : sum;
            set(Double.doubleToRawLongBits(single ? (float) result : result));
        }

        @Override
        List<DataType> accumulator() {
            return List.of(DataType.DOUBLE, DataType.BIGINT);
        }

        @Override
        void save(StateTable table, int row, int at) {
            table.set(row, at, Double.doubleToRawLongBits(sum));
            table.set(row, at + 1, count);
        }

        @Override
        void load(StateTable table, int row, int at) {
            sum = Double.longBitsToDouble(table.get(row, at));
            count = table.get(row, at + 1);
        }
    }

    /** Sums of integers and decimals: 128 bits, of which the lower half is unsigned. */
    private static final class ExactSum extends FrameFunction {
        private final int column;
        private final boolean average;
        private final DataType type;
        private final DataType result;
        private final boolean wide;
        private long high;
        private long low;
        private long count;

        ExactSum(int column, boolean average, DataType type, DataType result) {
            this.column = column;
            this.average = average;
            this.type = type;
            this.result = result;
            wide = type.layout() == Layout.BYTES;
        }

        @Override
        void reset() {
            high = 0;
            low = 0;
            count = 0;
        }

        @Override
        void add(StateTable table, int row) {
            if (!table.isNull(row, column)) {
                long cell = table.slice(row, column);
                byte[] heap = table.bytes(row, column);
                plus(
                        wide ? WideDecimal.high(heap, Slice.offset(cell)) : cell >> 63,
                        wide ? WideDecimal.low(heap, Slice.offset(cell)) : cell);
                count++;
            }
        }

        private void plus(long addedHigh, long addedLow) {
            low += addedLow;
            high += addedHigh + (Long.compareUnsigned(low, addedLow) < 0 ? 1 : 0);
        }

        @Override
        boolean canRemove() {
            return true;
        }

        @Override
        void remove(StateTable table, int row) {
            if (!table.isNull(row, column)) {
                long cell = table.slice(row, column);
                byte[] heap = table.bytes(row, column);
                long takenHigh = wide ? WideDecimal.high(heap, Slice.offset(cell)) : cell >> 63;
                long takenLow = wide ? WideDecimal.low(heap, Slice.offset(cell)) : cell;
                high -= takenHigh + (Long.compareUnsigned(low, takenLow) < 0 ? 1 : 0);
                low -= takenLow;
                count--;
            }
        }

        @Override
        void finish(StateTable table, int row) {
            if (count == 0) {
                setNull();
            } else if (type.kind() != Kind.DECIMAL && high == low >> 63) {
                set(average ? low / count : low);
            } else {
                finishLarge();
            }
        }

        private void finishLarge() {
            byte[] sum = new byte[WideDecimal.BYTES];
            WideDecimal.put(sum, 0, high, low);
            BigDecimal total = new BigDecimal(new BigInteger(sum), type.scale());
            int scale = result.kind() == Kind.DECIMAL ? result.scale() : 0;
            BigDecimal scaled = average
                    ? total.divide(
                            BigDecimal.valueOf(count),
                            scale,
                            type.kind() == Kind.DECIMAL ? RoundingMode.HALF_UP : RoundingMode.DOWN)
                    : total.setScale(scale, RoundingMode.HALF_UP);
            if (result.layout() == Layout.BYTES) {
                WideDecimal.put(sum, 0, scaled.unscaledValue());
                bytes.clear();
                isNull = false;
                value = bytes.append(sum, 0, sum.length);
            } else {
                set(scaled.unscaledValue().longValue());
            }
        }

        @Override
        List<DataType> accumulator() {
            return List.of(DataType.BIGINT, DataType.BIGINT, DataType.BIGINT);
        }

        @Override
        void save(StateTable table, int row, int at) {
            table.set(row, at, high);
            table.set(row, at + 1, low);
            table.set(row, at + 2, count);
        }

        @Override
        void load(StateTable table, int row, int at) {
            high = table.get(row, at);
            low = table.get(row, at + 1);
            count = table.get(row, at + 2);
        }
    }

    /** A value of one of the rows: keeps it, as the result, in {@link #value}. */
    private abstract static class Chosen extends FrameFunction {
        final int column;
        final DataType type;

        Chosen(int column, DataType type) {
            this.column = column;
            this.type = type;
            setNull();
        }

        @Override
        void reset() {
            setNull();
        }

        @Override
        void add(StateTable table, int row) {
            if (!table.isNull(row, column) && (isNull || wins(table, row))) {
                setFrom(table, row, column, type.layout());
            }
        }

        /** Whether the row's value takes the place of {@link #value}; neither is null. */
        abstract boolean wins(StateTable table, int row);

        @Override
        void finish(StateTable table, int row) {}

        @Override
        List<DataType> accumulator() {
            return List.of(type.withNullable(true));
        }

        @Override
        void save(StateTable table, int row, int at) {
            writeTo(table, row, at, type.layout());
        }

        @Override
        void load(StateTable table, int row, int at) {
            setFrom(table, row, at, type.layout());
        }
    }

    private static final class Extreme extends Chosen {
        private final boolean least;

        Extreme(int column, DataType type, boolean least) {
            super(column, type);
            this.least = least;
        }

        @Override
        boolean wins(StateTable table, int row) {
            int compared =
                    RowOrder.compare(type, table.slice(row, column), table.bytes(row, column), value, bytes.bytes());
            return least ? compared < 0 : compared > 0;
        }
    }

    private static final class Edge extends Chosen {
        private final boolean first;

        Edge(int column, DataType type, boolean first) {
            super(column, type);
            this.first = first;
        }

        @Override
        boolean wins(StateTable table, int row) {
            return !first;
        }
    }

    /** Counts rows or groups of rows that tie, from the first row of the partition. */
    private static final class Ranking extends FrameFunction {
        private final String function;
        private final RowOrder order;
        private long rows;
        private long rank;
        private long denseRank;
        private int last = -1;

        Ranking(String function, RowOrder order) {
            this.function = function;
            this.order = order;
        }

        @Override
        void reset() {
            rows = 0;
            rank = 0;
            denseRank = 0;
            last = -1;
        }

        @Override
        void add(StateTable table, int row) {
            rows++;
            if (last < 0 || order.compare(table, last, row) != 0) {
                rank = rows;
                denseRank++;
            }
            last = row;
        }

        @Override
        void finish(StateTable table, int row) {
            set(
                    switch (function) {
                        case "ROW_NUMBER" -> rows;
                        case "RANK" -> rank;
                        default -> denseRank;
                    });
        }

        @Override
        List<DataType> accumulator() {
            return List.of(DataType.BIGINT, DataType.BIGINT, DataType.BIGINT);
        }

        @Override
        void save(StateTable table, int row, int at) {
            table.set(row, at, rows);
            table.set(row, at + 1, rank);
            table.set(row, at + 2, denseRank);
        }

        @Override
        void load(StateTable table, int row, int at) {
            rows = table.get(row, at);
            rank = table.get(row, at + 1);
            denseRank = table.get(row, at + 2);
            last = row;
        }
    }
}
