package dev.headrace.sql.codegen;

import static dev.headrace.sql.codegen.Evaluation.BIG;
import static dev.headrace.sql.codegen.Evaluation.DOUBLE;
import static dev.headrace.sql.codegen.Evaluation.INT;
import static dev.headrace.sql.codegen.Evaluation.TEXT;
import static dev.headrace.sql.codegen.Evaluation.TRUTH;
import static dev.headrace.sql.codegen.Evaluation.call;
import static dev.headrace.sql.codegen.Evaluation.decimal;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Expressions made at random give what {@link Interpreter} gives. */
final class RandomExpressionsTest {
    private static final DataType NARROW = decimal(9, 3);
    private static final DataType WIDE = decimal(25, 3);
    private static final List<DataType> KINDS = List.of(TRUTH, INT, BIG, DOUBLE, NARROW, WIDE, TEXT);
    private static final String[] COMPARISONS = {"=", "<>", "<", "<=", ">", ">="};

    /** Each kind once with nulls and once without. */
    private static final List<DataType> INPUTS = inputs();

    private final long seed = Long.getLong("headrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private static List<DataType> inputs() {
        List<DataType> all = new ArrayList<>(KINDS);
        KINDS.forEach(k -> all.add(k.notNull()));
        return all;
    }

    @Test
    void projections() {
        for (int i = 0; i < 400; i++) {
            check(make(pick(KINDS), 4));
        }
    }

    /** Such as are too large for one method. */
    @Test
    void largeProjections() {
        for (int i = 0; i < 20; i++) {
            DataType type = pick(KINDS);
            check(call(
                    "CASE",
                    type,
                    Stream.iterate(0, n -> n < 601, n -> n + 1)
                            .map(n -> n % 2 == 0 && n < 600 ? rarely() : make(type, 2))
                            .toArray(Expression[]::new)));
            check(make(type, 7));
        }
    }

    /** A condition that some of the rows meet. */
    private Expression rarely() {
        Expression few = call("=", TRUTH, make(INT, 1), Evaluation.constant(value(INT), INT));
        return random.nextInt(10) == 0 ? make(TRUTH, 3) : few;
    }

    private void check(Expression expression) {
        List<Object[]> rows = rows();
        List<Object> found = Evaluation.evaluate(expression, INPUTS, rows);
        for (int r = 0; r < rows.size(); r++) {
            Object[] row = rows.get(r);
            assertEquals(
                    Interpreter.evaluate(expression, row),
                    found.get(r),
                    () -> "seed " + seed + ": " + expression + " of " + Arrays.toString(row));
        }
    }

    @Test
    void conditions() {
        for (int i = 0; i < 200; i++) {
            Expression condition = call("AND", TRUTH, make(TRUTH, 3), make(TRUTH, 2));
            Expression output = make(TEXT, 2);
            List<Object[]> rows = rows();
            List<Object> expected = new ArrayList<>();
            for (int r = 0; r < rows.size(); r++) {
                if (Boolean.TRUE.equals(Interpreter.evaluate(condition, rows.get(r)))) {
                    expected.add(r);
                    expected.add(Interpreter.evaluate(output, rows.get(r)));
                }
            }
            Batch out = Evaluation.output(output);
            Evaluation.compile(INPUTS, condition, output).run(Evaluation.batch(INPUTS, rows), out);
            List<Object> found = new ArrayList<>();
            for (int r = 0; r < out.selected(); r++) {
                found.add(out.row(r));
                found.add(Evaluation.read(out.column(0), out.row(r)));
            }
            assertEquals(expected, found, () -> "seed " + seed + ": " + output + " where " + condition);
        }
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private List<Object[]> rows() {
        List<Object[]> rows = new ArrayList<>();
        boolean nulls = random.nextBoolean();
        for (int r = 0; r < 20; r++) {
            Object[] row = new Object[INPUTS.size()];
            for (int c = 0; c < row.length; c++) {
                boolean isNull = nulls && INPUTS.get(c).nullable() && random.nextInt(3) == 0;
                row[c] = isNull ? null : value(INPUTS.get(c));
            }
            rows.add(row);
        }
        return rows;
    }

    private Object value(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT -> (long) (random.nextBoolean() ? random.nextInt() : random.nextInt(-3, 4));
            case BIGINT -> random.nextBoolean() ? random.nextLong() >> random.nextInt(64) : random.nextInt(-3, 4);
            case DOUBLE -> random.nextInt(-20, 20) / 4.0;
            case DECIMAL -> {
                BigInteger limit = BigInteger.TEN.pow(random.nextInt(1, type.precision() + 1));
                BigInteger unscaled = new BigInteger(128, random).mod(limit);
                yield new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), type.scale());
            }
            default -> pick(List.of("", "a", "ab", "b", "é", "Zoë", "\uD83D\uDE00x", "a longer text of some words"));
        };
    }

    private Expression make(DataType type, int depth) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return leaf(type);
        }
        return switch (random.nextInt(5)) {
            case 0 -> call("COALESCE", type, make(type, depth - 1), make(type, depth - 1));
            case 1 ->
                call(
                        "CASE",
                        type,
                        make(TRUTH, depth - 1),
                        make(type, depth - 1),
                        make(TRUTH, depth - 1),
                        make(type, depth - 1),
                        make(type, depth - 1));
            default -> of(type, depth - 1);
        };
    }

    private Expression leaf(DataType type) {
        int index = KINDS.indexOf(type) + (random.nextBoolean() ? KINDS.size() : 0);
        return switch (random.nextInt(8)) {
            case 0 -> new Expression.Null(type);
            case 1 -> Evaluation.constant(value(type), type);
            default -> Evaluation.input(index, INPUTS.get(index));
        };
    }

    private Expression of(DataType type, int depth) {
        return switch (type.kind()) {
            case BOOLEAN -> truth(depth);
            case VARCHAR ->
                switch (random.nextInt(3)) {
                    case 0 -> call("||", type, make(type, depth), make(type, depth));
                    case 1 -> call("CAST", type, make(pick(List.of(INT, BIG, NARROW, WIDE)), depth));
                    default -> call("UPPER", type, make(type, depth));
                };
            case DECIMAL -> decimals(type, depth);
            case DOUBLE ->
                random.nextBoolean()
                        ? call(
                                pick(List.of("+", "-", "*")),
                                type,
                                make(type, depth),
                                make(pick(List.of(INT, DOUBLE)), depth))
                        : call("-", type, make(type, depth));
            default -> {
                DataType other = type.kind() == Kind.INT ? INT : pick(List.of(INT, BIG));
                yield switch (random.nextInt(4)) {
                    case 0 -> call("-", type, make(type, depth));
                    case 1 ->
                        type.equals(INT)
                                ? call("CHAR_LENGTH", type, make(TEXT, depth))
                                : call("CAST", type, make(INT, depth));
                    default -> call(pick(List.of("+", "-", "*")), type, make(type, depth), make(other, depth));
                };
            }
        };
    }

    /** Decimals of the exact type that SQL gives an operation, cast to the one wanted. */
    private Expression decimals(DataType type, int depth) {
        DataType narrow = decimal(10, 3);
        Expression exact = switch (random.nextInt(6)) {
            case 0 -> call("+", narrow, make(NARROW, depth), make(NARROW, depth));
            case 1 -> call("*", decimal(18, 6), make(NARROW, depth), make(NARROW, depth));
            case 2 -> call("*", decimal(29, 3), make(NARROW, depth), make(BIG, depth));
            case 3 -> call("-", decimal(26, 3), make(WIDE, depth), make(BIG, depth));
            case 4 -> call("*", decimal(35, 6), make(WIDE, depth), make(NARROW, depth));
            default -> make(pick(List.of(INT, BIG, NARROW, WIDE)), depth);
        };
        return call("CAST", type, exact);
    }

    private Expression truth(int depth) {
        return switch (random.nextInt(7)) {
            case 0 -> call("AND", TRUTH, make(TRUTH, depth), make(TRUTH, depth));
            case 1 -> call("OR", TRUTH, make(TRUTH, depth), make(TRUTH, depth));
            case 2 -> call("NOT", TRUTH, make(TRUTH, depth));
            case 3 ->
                call(pick(List.of("IS TRUE", "IS FALSE", "IS NOT TRUE", "IS NOT FALSE")), TRUTH, make(TRUTH, depth));
            case 4 -> call(pick(List.of("IS NULL", "IS NOT NULL")), TRUTH, make(pick(KINDS), depth));
            case 5 -> call(COMPARISONS[random.nextInt(6)], TRUTH, make(TEXT, depth), make(TEXT, depth));
            default -> {
                List<DataType> numbers = random.nextBoolean() ? List.of(INT, BIG, NARROW, WIDE) : List.of(INT, DOUBLE);
                yield call(
                        COMPARISONS[random.nextInt(6)], TRUTH, make(pick(numbers), depth), make(pick(numbers), depth));
            }
        };
    }
}
