package dev.headrace.sql.codegen;

import static dev.headrace.sql.codegen.Evaluation.BIG;
import static dev.headrace.sql.codegen.Evaluation.DOUBLE;
import static dev.headrace.sql.codegen.Evaluation.INT;
import static dev.headrace.sql.codegen.Evaluation.TEXT;
import static dev.headrace.sql.codegen.Evaluation.TRUTH;
import static dev.headrace.sql.codegen.Evaluation.call;
import static dev.headrace.sql.codegen.Evaluation.compile;
import static dev.headrace.sql.codegen.Evaluation.constant;
import static dev.headrace.sql.codegen.Evaluation.decimal;
import static dev.headrace.sql.codegen.Evaluation.input;
import static dev.headrace.sql.codegen.Evaluation.number;
import static dev.headrace.sql.codegen.Evaluation.text;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.Program;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What operators give, a line a case; and what a program does with the rows around. */
final class OperatorTablesTest {
    private final List<Executable> cases = new ArrayList<>();

    private void gives(Object expected, String function, List<DataType> types, Object... arguments) {
        cases.add(() -> assertEquals(
                expected,
                Evaluation.value(function, types, arguments),
                () -> function + Arrays.toString(arguments) + " " + types));
    }

    private static BigDecimal dec(String text) {
        return new BigDecimal(text);
    }

    @Test
    void wholeNumbers() {
        List<DataType> bigs = List.of(BIG, BIG, BIG);
        List<DataType> ints = List.of(INT, INT, INT);
        gives(5L, "+", bigs, 2L, 3L);
        gives(-1L, "-", bigs, 2L, 3L);
        gives(6L, "*", bigs, 2L, 3L);
        gives(-2L, "/", bigs, -7L, 3L);
        gives(-1L, "MOD", bigs, -7L, 3L);
        gives(1L, "%", bigs, 7L, 3L);
        gives(null, "+", bigs, null, 3L);
        gives(null, "*", bigs, 3L, null);
        gives((long) Integer.MIN_VALUE, "+", ints, (long) Integer.MAX_VALUE, 1L);
        gives(-4L, "-", List.of(BIG, BIG), 4L);
        gives(7L, "+", List.of(INT, BIG, BIG), 4L, number(3));
        assertAll(cases);
    }

    @Test
    void floatingNumbers() {
        gives(2.5, "+", List.of(DOUBLE, DOUBLE, DOUBLE), 1.0, 1.5);
        gives(0.5, "/", List.of(DOUBLE, BIG, DOUBLE), 1.0, 2L);
        gives(Double.POSITIVE_INFINITY, "/", List.of(DOUBLE, DOUBLE, DOUBLE), 1.0, 0.0);
        gives(3.0, "*", List.of(decimal(10, 2), DOUBLE, DOUBLE), dec("1.50"), 2.0);
        gives(-1.5, "-", List.of(DOUBLE, DOUBLE), 1.5);
        gives(null, "/", List.of(DOUBLE, DOUBLE, DOUBLE), 1.0, null);
        assertAll(cases);
    }

    @Test
    void decimals() {
        DataType wide = decimal(38, 3);
        gives(dec("3.75"), "+", List.of(decimal(5, 2), decimal(5, 1), decimal(7, 2)), dec("1.25"), dec("2.5"));
        gives(dec("2.5"), "-", List.of(decimal(5, 1), BIG, decimal(20, 1)), dec("4.5"), 2L);
        gives(dec("0.908"), "*", List.of(decimal(4, 3), BIG, decimal(23, 3)), dec("0.908"), 1L);
        gives(dec("-908.000"), "*", List.of(decimal(4, 3), BIG, decimal(23, 3)), dec("0.908"), -1000L);
        gives(
                dec("8374821809464136432.756"),
                "*",
                List.of(decimal(4, 3), BIG, decimal(23, 3)),
                dec("0.908"),
                Long.MAX_VALUE);
        gives(dec("1.875"), "*", List.of(decimal(3, 2), decimal(3, 1), decimal(6, 3)), dec("1.25"), dec("1.5"));
        gives(dec("0.333333"), "/", List.of(decimal(5, 0), decimal(5, 0), decimal(11, 6)), dec("1"), dec("3"));
        gives(dec("0.666667"), "/", List.of(decimal(5, 0), decimal(5, 0), decimal(11, 6)), dec("2"), dec("3"));
        gives(dec("0.50"), "MOD", List.of(decimal(5, 2), decimal(5, 2), decimal(5, 2)), dec("2.50"), dec("1.00"));
        gives(dec("1.500"), "-", List.of(wide, wide), dec("-1.500"));
        gives(dec("0.000"), "-", List.of(wide, wide), dec("0.000"));
        gives(
                dec("12345678901234567890.003"),
                "+",
                List.of(wide, wide, wide),
                dec("12345678901234567890.001"),
                dec("0.002"));
        BigDecimal most = dec("9".repeat(35) + ".999");
        gives(null, "+", List.of(wide, wide, wide), most, most);
        gives(null, "*", List.of(wide, wide, wide), most, most);
        gives(null, "+", List.of(wide, wide, wide), most, null);
        assertAll(cases);
    }

    @Test
    void comparisons() {
        for (String operator : List.of("=", "<>", "<", "<=", ">", ">=")) {
            compares(operator, BIG, -5L, BIG, 3L, -1);
            compares(operator, BIG, Long.MIN_VALUE, BIG, Long.MAX_VALUE, -1);
            compares(operator, DOUBLE, 1.5, DOUBLE, 1.5, 0);
            compares(operator, DOUBLE, 1.5, BIG, 2L, -1);
            compares(operator, TEXT, "abc", TEXT, "abd", -1);
            compares(operator, TEXT, "abc", TEXT, "ab", 1);
            compares(operator, TEXT, "\u00e9", TEXT, "z", 1);
            compares(operator, TEXT, "", TEXT, "", 0);
            compares(operator, decimal(5, 2), dec("1.50"), decimal(4, 1), dec("1.5"), 0);
            compares(operator, decimal(5, 2), dec("1.51"), BIG, 1L, 1);
            compares(operator, decimal(5, 2), dec("1.50"), DOUBLE, 1.5, 0);
            compares(operator, decimal(23, 3), dec("-12345678901234567890.001"), BIG, 0L, -1);
            compares(operator, decimal(23, 3), dec("50000000.001"), INT, 50000000L, 1);
            compares(operator, decimal(38, 0), dec("9".repeat(38)), decimal(38, 0), dec("-" + "9".repeat(38)), 1);
        }
        assertAll(cases);
    }

    private void compares(String operator, DataType a, Object left, DataType b, Object right, int order) {
        boolean expected = switch (operator) {
            case "=" -> order == 0;
            case "<>" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
        gives(expected, operator, List.of(a, b, TRUTH), left, right);
        gives(expected, operator, List.of(a, b, TRUTH), left, constant(right, b));
        gives(null, operator, List.of(a, b, TRUTH), left, null);
        gives(null, operator, List.of(a, b, TRUTH), null, right);
    }

    @Test
    void logic() {
        Boolean[] truths = {true, false, null};
        List<DataType> two = List.of(TRUTH, TRUTH, TRUTH);
        for (Boolean a : truths) {
            for (Boolean b : truths) {
                boolean unknown = a == null || b == null;
                boolean no = Boolean.FALSE.equals(a) || Boolean.FALSE.equals(b);
                boolean yes = Boolean.TRUE.equals(a) || Boolean.TRUE.equals(b);
                gives(no ? (Object) false : unknown ? null : true, "AND", two, a, b);
                gives(yes ? (Object) true : unknown ? null : false, "OR", two, a, b);
            }
            List<DataType> one = List.of(TRUTH, TRUTH);
            gives(a == null ? null : !a, "NOT", one, a);
            gives(a == null, "IS NULL", one, a);
            gives(a != null, "IS NOT NULL", one, a);
            gives(Boolean.TRUE.equals(a), "IS TRUE", one, a);
            gives(Boolean.FALSE.equals(a), "IS FALSE", one, a);
            gives(!Boolean.TRUE.equals(a), "IS NOT TRUE", one, a);
            gives(!Boolean.FALSE.equals(a), "IS NOT FALSE", one, a);
        }
        assertAll(cases);
    }

    @Test
    void choice() {
        List<DataType> choice = List.of(TRUTH, TEXT, TRUTH, TEXT, TEXT, TEXT);
        gives("a", "CASE", choice, true, "a", true, "b", "c");
        gives("b", "CASE", choice, null, "a", true, "b", "c");
        gives("c", "CASE", choice, false, "a", false, "b", "c");
        gives(null, "CASE", choice, true, null, true, "b", "c");
        gives("x", "CASE", choice, false, "a", true, text("x"), "c");
        List<DataType> mixed = List.of(TRUTH, BIG, decimal(5, 2), decimal(22, 2));
        gives(dec("3.00"), "CASE", mixed, true, 3L, dec("1.25"));
        gives(dec("1.25"), "CASE", mixed, false, 3L, dec("1.25"));
        gives("b", "COALESCE", List.of(TEXT, TEXT, TEXT), null, "b");
        gives("a", "COALESCE", List.of(TEXT, TEXT, TEXT), "a", "b");
        gives(null, "COALESCE", List.of(TEXT, TEXT, TEXT), null, null);
        gives(0L, "COALESCE", List.of(BIG, BIG, BIG), null, number(0));
        gives("b", "IF", List.of(TRUTH, TEXT, TEXT, TEXT), null, "a", "b");
        gives(null, "NULLIF", List.of(BIG, BIG, BIG), 3L, 3L);
        gives(3L, "NULLIF", List.of(BIG, BIG, BIG), 3L, null);
        gives(9L, "GREATEST", List.of(BIG, BIG, BIG, BIG), 3L, 9L, 4L);
        gives(null, "GREATEST", List.of(BIG, BIG, BIG), 3L, null);
        gives("a", "LEAST", List.of(TEXT, TEXT, TEXT), "b", "a");
        assertAll(cases);
    }

    @Test
    void whatIsNotReachedDoesNotFail() {
        Expression quotient = call("/", BIG, number(1), input(0, BIG));
        Expression guarded = call("CASE", BIG, call("=", TRUTH, input(0, BIG), number(0)), number(-1), quotient);
        assertEquals(
                List.of(-1L, 1L),
                Evaluation.evaluate(guarded, List.of(BIG), List.of(new Object[] {0L}, new Object[] {1L})));
        UserError error = assertThrows(
                UserError.class,
                () -> Evaluation.evaluate(quotient, List.of(BIG), List.of(new Object[] {0L}, new Object[] {1L})));
        assertEquals("division by zero in the projection /(1:BIGINT NOT NULL, $0)", error.getMessage());
    }

    @Test
    void aFailureNamesTheClauseItIsIn() {
        Expression quotient = call("/", BIG, number(1), input(0, BIG));
        Expression condition =
                call("AND", TRUTH, call(">", TRUTH, input(0, BIG), number(-1)), call("=", TRUTH, quotient, number(1)));
        Program program = compile(List.of(BIG), condition, input(0, BIG), call("+", BIG, input(0, BIG), number(1)));
        Batch in = Evaluation.batch(List.of(BIG), List.of(new Object[] {1L}, new Object[] {0L}));
        Batch out = Evaluation.output(input(0, BIG), input(0, BIG));
        UserError error = assertThrows(UserError.class, () -> program.run(in, out));
        assertEquals(
                "division by zero in the condition =(/(1:BIGINT NOT NULL, $0), 1:BIGINT NOT NULL)", error.getMessage());
    }

    @Test
    void conditionNarrowsTheSelection() {
        Expression condition = call(
                "AND",
                TRUTH,
                call("=", TRUTH, input(1, TEXT), text("x")),
                call(">", TRUTH, input(0, BIG), number(1)),
                call("<", TRUTH, input(0, BIG), number(5)));
        Expression[] outputs = {
            input(1, TEXT),
            call("*", BIG, input(0, BIG), number(2)),
            constant(7L, BIG),
            call("UPPER", TEXT, input(1, TEXT))
        };
        Program program = compile(List.of(BIG, TEXT), condition, outputs);
        List<Object[]> rows = new ArrayList<>();
        for (long i = 0; i < 8; i++) {
            rows.add(new Object[] {i == 3 ? null : i, i == 2 ? "y" : "x"});
        }
        rows.add(new Object[] {2L, "x"});
        Batch in = Evaluation.batch(List.of(BIG, TEXT), rows);
        byte[] kinds = in.ownKinds(rows.size());
        kinds[4] = 3;
        Batch out = Evaluation.output(outputs);
        for (int times = 0; times < 2; times++) {
            program.run(in, out);
            assertEquals(2, out.selected());
            assertEquals(List.of(4, 8), List.of(out.row(0), out.row(1)));
            assertEquals(3, out.kind(4));
            assertEquals(9, in.selected());
            assertSame(in.column(1).values(), out.column(0).values());
            assertEquals(8L, Evaluation.read(out.column(1), 4));
            assertEquals(4L, Evaluation.read(out.column(1), 8));
            assertEquals(7L, Evaluation.read(out.column(2), 8));
            assertEquals("X", Evaluation.read(out.column(3), 4));
        }
        in.select(new int[] {0, 1, 2}, 3);
        program.run(in, out);
        assertEquals(0, out.selected());
    }
}
