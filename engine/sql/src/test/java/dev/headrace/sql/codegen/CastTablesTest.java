package dev.headrace.sql.codegen;

import static dev.headrace.sql.codegen.Evaluation.BIG;
import static dev.headrace.sql.codegen.Evaluation.DATE;
import static dev.headrace.sql.codegen.Evaluation.DOUBLE;
import static dev.headrace.sql.codegen.Evaluation.INT;
import static dev.headrace.sql.codegen.Evaluation.TEXT;
import static dev.headrace.sql.codegen.Evaluation.TIMESTAMP;
import static dev.headrace.sql.codegen.Evaluation.TRUTH;
import static dev.headrace.sql.codegen.Evaluation.decimal;
import static dev.headrace.sql.codegen.Evaluation.micros;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headrace.api.error.UserError;
import dev.headrace.api.function.ScalarFunction;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What CAST and TRY_CAST give, and calls of users' functions, a line a case. */
final class CastTablesTest {
    private final List<Executable> cases = new ArrayList<>();

    private void casts(Object expected, DataType to, Object value, DataType from) {
        for (String function : List.of("CAST", "TRY_CAST")) {
            cases.add(() -> assertEquals(
                    expected,
                    Evaluation.value(function, List.of(from, to), value),
                    () -> function + " " + value + " " + from + " AS " + to));
        }
    }

    private void fails(DataType to, String value) {
        cases.add(() -> assertEquals(
                null, Evaluation.value("TRY_CAST", List.of(TEXT, to), value), () -> value + " TRY_CAST AS " + to));
        cases.add(() -> {
            UserError error =
                    assertThrows(UserError.class, () -> Evaluation.value("CAST", List.of(TEXT, to), value), value);
            assertTrue(error.getMessage().contains(value), error::getMessage);
        });
    }

    private static BigDecimal dec(String text) {
        return new BigDecimal(text);
    }

    @Test
    void numbers() {
        casts(3L, BIG, 3L, INT);
        casts(-3L, BIG, -3.7, DOUBLE);
        casts(-3L, BIG, dec("-3.70"), decimal(5, 2));
        casts(3L, INT, dec("3.7000"), decimal(25, 4));
        casts(3.0, DOUBLE, 3L, BIG);
        casts(3.25, DOUBLE, dec("3.25"), decimal(5, 2));
        casts(3.25, DOUBLE, dec("3.25"), decimal(25, 2));
        casts(dec("3.00"), decimal(5, 2), 3L, BIG);
        casts(dec("3.00"), decimal(25, 2), 3L, BIG);
        casts(dec("2.35"), decimal(5, 2), dec("2.345"), decimal(6, 3));
        casts(dec("-2.35"), decimal(5, 2), dec("-2.345"), decimal(6, 3));
        casts(dec("2.345"), decimal(25, 3), dec("2.345"), decimal(6, 3));
        casts(dec("2.3"), decimal(3, 1), dec("2.345"), decimal(26, 3));
        casts(null, decimal(3, 1), dec("123.450"), decimal(26, 3));
        casts(null, decimal(3, 1), 100L, BIG);
        casts(dec("2.5"), decimal(3, 1), 2.45, DOUBLE);
        casts(true, TRUTH, 2L, BIG);
        casts(false, TRUTH, 0L, BIG);
        casts(1L, INT, true, TRUTH);
        casts(null, BIG, null, DOUBLE);
        assertAll(cases);
    }

    @Test
    void toText() {
        casts("-12", TEXT, -12L, BIG);
        casts("TRUE", TEXT, true, TRUTH);
        casts("1.5", TEXT, 1.5, DOUBLE);
        casts("1.50", TEXT, dec("1.50"), decimal(5, 2));
        casts("-0.05", TEXT, dec("-0.05"), decimal(25, 2));
        casts("2024-02-29 01:02:03.450", TEXT, micros("2024-02-29 01:02:03.45"), TIMESTAMP);
        casts("2024-02-29", TEXT, LocalDate.parse("2024-02-29").toEpochDay(), DATE);
        casts("01:02:03", TEXT, 3_723_000_000L, DataType.time(0));
        casts("abc", DataType.varchar(5), "abc", TEXT);
        casts(null, TEXT, null, BIG);
        assertAll(cases);
    }

    @Test
    void fromText() {
        casts(12L, BIG, "12", TEXT);
        casts(-12L, INT, " -12 ", TEXT);
        casts(1.5, DOUBLE, "1.5", TEXT);
        casts(dec("1.50"), decimal(5, 2), "1.5", TEXT);
        casts(dec("1.55"), decimal(25, 2), "1.545", TEXT);
        casts(true, TRUTH, "true", TEXT);
        casts(false, TRUTH, "FALSE", TEXT);
        casts(micros("2024-02-29 01:02:03.45"), TIMESTAMP, "2024-02-29 01:02:03.45", TEXT);
        casts(LocalDate.parse("2024-02-29").toEpochDay(), DATE, "2024-02-29", TEXT);
        casts(3_723_000_000L, DataType.time(0), "01:02:03", TEXT);
        fails(BIG, "x");
        fails(BIG, "");
        fails(INT, "3000000000");
        fails(DOUBLE, "1,5");
        fails(decimal(5, 2), "12345");
        fails(TRUTH, "maybe");
        fails(TIMESTAMP, "2024-02-30 00:00:00");
        fails(DATE, "tomorrow");
        assertAll(cases);
    }

    @Test
    void times() {
        long time = micros("2024-02-29 01:02:03.456789");
        long day = LocalDate.parse("2024-02-29").toEpochDay();
        casts(time, DataType.timestamp(6), time, DataType.timestamp(6));
        casts(time - 789, TIMESTAMP, time, DataType.timestamp(6));
        casts(time, DataType.timestampLtz(6), time, DataType.timestamp(6));
        casts(day, DATE, time, DataType.timestamp(6));
        casts(day * 86_400_000_000L, TIMESTAMP, day, DATE);
        casts(-1L, DATE, -1L, DataType.timestamp(6));
        assertAll(cases);
    }

    /** Counts characters, or adds. */
    public static final class Shout extends ScalarFunction {
        public String eval(String text, long times) {
            return text == null || text.isEmpty() ? null : text + "!".repeat((int) times);
        }

        public long eval(String text) {
            return text == null ? -1 : text.length();
        }

        public double eval(double a, double b) {
            return a + b;
        }
    }

    private static Object shout(DataType result, List<DataType> types, Object... values) {
        Expression[] operands = new Expression[types.size()];
        for (int i = 0; i < operands.length; i++) {
            operands[i] = Evaluation.input(i, types.get(i));
        }
        Expression call = new Expression.UserCall("shout", Shout.class.getName(), List.of(operands), result);
        return Evaluation.evaluate(call, types, List.of(new Object[types.size()], values))
                .get(1);
    }

    @Test
    void usersFunctions() {
        assertEquals("hé!!", shout(TEXT, List.of(TEXT, BIG), "hé", 2L));
        assertEquals("hé!!", shout(TEXT, List.of(TEXT, INT), "hé", 2L));
        assertEquals(null, shout(TEXT, List.of(TEXT, BIG), "", 2L));
        assertEquals(null, shout(TEXT, List.of(TEXT, BIG), "a", null));
        assertEquals(2L, shout(BIG, List.of(TEXT), "hé"));
        assertEquals(-1L, shout(BIG, List.of(TEXT), (Object) null));
        assertEquals(3.5, shout(DOUBLE, List.of(DOUBLE, BIG), 1.5, 2L));
    }
}
