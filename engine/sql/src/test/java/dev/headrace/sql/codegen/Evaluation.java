package dev.headrace.sql.codegen;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.Program;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Expressions over rows of Java values: Boolean, Long (all else of layout LONG), Double, BigDecimal, String, null. What
 * the compiler gives is the same however the rows lie in a batch, so every evaluation checks that too.
 */
final class Evaluation {
    static final Instant NOW = Instant.parse("2024-02-29T12:34:56.789Z");
    static final DataType TRUTH = DataType.BOOLEAN;
    static final DataType BIG = DataType.BIGINT;
    static final DataType INT = DataType.INT;
    static final DataType DOUBLE = DataType.DOUBLE;
    static final DataType TEXT = DataType.STRING;
    static final DataType TIMESTAMP = DataType.timestamp(3);
    static final DataType DATE = DataType.DATE;
    static final DataType MONTHS = DataType.of(Kind.INTERVAL_YEAR_MONTH);
    static final DataType MICROS = DataType.of(Kind.INTERVAL_DAY_TIME);

    private Evaluation() {}

    static DataType decimal(int precision, int scale) {
        return DataType.decimal(precision, scale);
    }

    static Expression call(String function, DataType type, Expression... operands) {
        return new Expression.Call(function, List.of(operands), type);
    }

    static Expression input(int index, DataType type) {
        return new Expression.Input(index, type);
    }

    static Expression text(String value) {
        return new Expression.Literal(value, TEXT.notNull());
    }

    static Expression number(long value) {
        return new Expression.Literal(value, BIG.notNull());
    }

    /** The constant of a type. */
    static Expression constant(Object value, DataType type) {
        return switch (value) {
            case null -> new Expression.Null(type);
            case Boolean truth -> new Expression.Literal(truth ? 1L : 0L, type.notNull());
            case BigDecimal decimal
            when !type.isWideDecimal() ->
                new Expression.Literal(
                        decimal.setScale(type.scale()).unscaledValue().longValueExact(), type.notNull());
            case BigDecimal decimal -> new Expression.Literal(decimal.setScale(type.scale()), type.notNull());
            default -> new Expression.Literal(value, type.notNull());
        };
    }

    static long micros(String timestamp) {
        LocalDateTime time = LocalDateTime.parse(timestamp.replace(' ', 'T'));
        return time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1000;
    }

    static Batch batch(List<DataType> types, List<Object[]> rows) {
        Batch batch = Batch.of(types, Math.max(1, rows.size()));
        batch.clear();
        for (int c = 0; c < types.size(); c++) {
            for (int r = 0; r < rows.size(); r++) {
                write(batch.column(c), r, rows.get(r)[c]);
            }
        }
        batch.setRows(rows.size());
        return batch;
    }

    private static void write(Column column, int row, Object value) {
        switch (value) {
            case null -> column.setNull(row);
            case Boolean truth -> column.setLong(row, truth ? 1 : 0);
            case Long number -> column.setLong(row, number);
            case Double number -> column.setDouble(row, number);
            case String text -> column.setText(row, text);
            case BigDecimal decimal
            when column.type().isWideDecimal() -> {
                byte[] bytes = new byte[WideDecimal.BYTES];
                WideDecimal.put(
                        bytes, 0, decimal.setScale(column.type().scale()).unscaledValue());
                column.setBytes(row, bytes, 0, bytes.length);
            }
            case BigDecimal decimal ->
                column.setLong(
                        row,
                        decimal.setScale(column.type().scale()).unscaledValue().longValueExact());
            default -> throw new IllegalArgumentException("value " + value);
        }
    }

    static Object read(Column column, int row) {
        if (column.isNull(row)) {
            return null;
        }
        DataType type = column.type();
        long value = column.values()[row];
        return switch (type.kind()) {
            case BOOLEAN -> value != 0;
            case FLOAT, DOUBLE -> column.doubleAt(row);
            case CHAR, VARCHAR -> column.textAt(row);
            case DECIMAL ->
                type.isWideDecimal()
                        ? WideDecimal.get(column.heap(), Slice.offset(value), type.scale())
                        : BigDecimal.valueOf(value, type.scale());
            default -> value;
        };
    }

    static Program compile(List<DataType> inputs, Expression condition, Expression... projections) {
        return new GeneratedCode(InstantSource.fixed(NOW))
                .compile(inputs, Optional.ofNullable(condition), List.of(projections));
    }

    static Batch output(Expression... projections) {
        return Batch.of(Arrays.stream(projections).map(Expression::type).toList(), 1);
    }

    /** The expression's value in every row: of all at once, of every other row, and in a second run of the same code. */
    static List<Object> evaluate(Expression expression, List<DataType> inputs, List<Object[]> rows) {
        Program program = compile(inputs, null, expression);
        Batch in = batch(inputs, rows);
        Batch out = output(expression);
        program.run(in, out);
        List<Object> values = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            values.add(read(out.column(0), r));
        }
        int[] odd = new int[rows.size() / 2];
        Arrays.setAll(odd, i -> i * 2 + 1);
        in.select(odd, odd.length);
        program.run(in, out);
        for (int row : odd) {
            Object again = read(out.column(0), row);
            if (!Objects.equals(values.get(row), again)) {
                throw new AssertionError(expression + ": " + values.get(row) + " of all rows, but " + again
                        + " of every other row, at " + Arrays.toString(rows.get(row)));
            }
        }
        program.close();
        return values;
    }

    /**
     * The value of a call of columns with these values, {@code types} theirs and last the result's. An argument that is an
     * Expression is passed as it is. Rows of nulls lie around, which must not matter to it.
     */
    static Object value(String function, List<DataType> types, Object... arguments) {
        List<DataType> inputs = types.subList(0, arguments.length);
        Expression[] operands = new Expression[arguments.length];
        Object[] row = new Object[arguments.length];
        Object[] nulls = new Object[arguments.length];
        for (int i = 0; i < operands.length; i++) {
            boolean fixed = arguments[i] instanceof Expression;
            operands[i] = fixed ? (Expression) arguments[i] : input(i, inputs.get(i));
            row[i] = fixed ? null : arguments[i];
        }
        Expression call = call(function, types.getLast(), operands);
        List<Object> mixed = evaluate(call, inputs, List.of(nulls, row, row, nulls));
        List<Object> plain = evaluate(call, inputs, List.of(row, row));
        for (Object other : List.of(Optional.ofNullable(mixed.get(2)), Optional.ofNullable(plain.get(1)))) {
            if (!Optional.ofNullable(mixed.get(1)).equals(other)) {
                throw new AssertionError(call + " of " + Arrays.toString(row) + ": " + mixed + " and " + plain);
            }
        }
        return mixed.get(1);
    }
}
