package dev.headrace.sql.codegen;

import static dev.headrace.sql.codegen.Evaluation.BIG;
import static dev.headrace.sql.codegen.Evaluation.DOUBLE;
import static dev.headrace.sql.codegen.Evaluation.input;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.error.UserError;
import dev.headrace.api.function.ScalarFunction;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.Program;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Calls of users' functions. */
final class UserCallTest {
    private static final List<String> EVENTS = new ArrayList<>();

    /** Writes down when it is opened and closed. */
    public static final class Recording extends ScalarFunction {
        public long eval(long value) {
            return value + 1;
        }

        @Override
        public void open() {
            EVENTS.add("open");
        }

        @Override
        public void close() {
            EVENTS.add("close");
        }
    }

    /** Fails at its end. */
    public static final class FailingAtItsEnd extends ScalarFunction {
        public long eval(long value) {
            return value;
        }

        @Override
        public void close() {
            throw new IllegalStateException("no end");
        }
    }

    /** Boxes and objects, which may be null. */
    public static final class Objects extends ScalarFunction {
        public Long eval(Long value) {
            return value == null ? Long.valueOf(-1) : value == 0 ? null : value;
        }

        public Integer eval(Integer value) {
            return value == null ? null : value + 1;
        }

        public Boolean eval(Boolean value) {
            return value == null ? null : !value;
        }

        public Double eval(Double value) {
            return value == null ? Double.valueOf(0.5) : value < 0 ? null : value * 2;
        }

        public BigDecimal eval(BigDecimal value) {
            return value == null ? null : value.negate();
        }

        public String eval(String value) {
            return value == null ? "none" : value.isEmpty() ? null : value + "!";
        }

        public byte[] eval(byte[] value) {
            return value == null ? null : new byte[] {value[0], 'x'};
        }

        public LocalDate eval(LocalDate value) {
            return value == null ? null : value.plusDays(1);
        }

        public LocalTime eval(LocalTime value) {
            return value == null ? null : value.plusHours(1);
        }

        public LocalDateTime eval(LocalDateTime value) {
            return value == null ? null : value.plusDays(1);
        }

        public Instant eval(Instant value) {
            return value == null ? null : value.plusSeconds(1);
        }
    }

    /** Says which method was called, and with what. */
    public static final class Choosing extends ScalarFunction {
        public String eval(int value) {
            return "int " + value;
        }

        public String eval(long value) {
            return "long " + value;
        }

        public String eval(Long value) {
            return "Long " + value;
        }

        public String eval(double value) {
            return "double " + value;
        }

        public String eval(String first, long second) {
            return first + " and " + second;
        }

        public String eval(String first, Integer... rest) {
            return first + Arrays.toString(rest);
        }

        public String eval(Instant first, long... rest) {
            return first + Arrays.toString(rest);
        }
    }

    /** Fails. */
    public static final class Failing extends ScalarFunction {
        public long eval(long value) throws java.io.IOException {
            if (value == 0) {
                throw new java.io.IOException("no answer");
            }
            return 7 / (value - 1);
        }
    }

    @BeforeEach
    void forget() {
        EVENTS.clear();
    }

    private static Expression call(Class<?> function, DataType type, Expression argument) {
        return new Expression.UserCall("f", function.getName(), List.of(argument), type);
    }

    private static Expression call(Class<?> function) {
        return call(function, BIG, input(0, BIG));
    }

    @Test
    void aFunctionIsOpenedOnceAndClosedWithItsProgram() {
        Expression twice = new Expression.UserCall("f", Recording.class.getName(), List.of(call(Recording.class)), BIG);
        Program program = Evaluation.compile(List.of(BIG), null, twice, call(Recording.class));
        assertEquals(List.of("open"), EVENTS);
        program.close();
        assertEquals(List.of("open", "close"), EVENTS);
    }

    @Test
    void aFunctionIsClosedThoughAnotherFailsAtItsEnd() {
        Program program = Evaluation.compile(List.of(BIG), null, call(FailingAtItsEnd.class), call(Recording.class));
        IllegalStateException error = assertThrows(IllegalStateException.class, program::close);
        assertEquals("no end", error.getMessage());
        assertEquals(List.of("open", "close"), EVENTS);
    }

    @Test
    void aFunctionIsClosedIfTheCodeCannotBeMade() {
        assertThrows(
                UserError.class,
                () -> Evaluation.compile(
                        List.of(BIG, DOUBLE),
                        null,
                        call(Recording.class),
                        Evaluation.call("NO SUCH", BIG, input(1, DOUBLE))));
        assertEquals(List.of("open", "close"), EVENTS);
    }

    private final List<Executable> cases = new ArrayList<>();

    private void gives(Object expected, Class<?> function, DataType result, List<DataType> types, Object... arguments) {
        List<Expression> operands = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            operands.add(input(i, types.get(i)));
        }
        Expression call = new Expression.UserCall("f", function.getName(), operands, result);
        Object[] nulls = new Object[types.size()];
        for (int i = 0; i < nulls.length; i++) {
            nulls[i] = types.get(i).nullable() ? null : arguments[i];
        }
        cases.add(() -> assertEquals(
                expected,
                Evaluation.evaluate(call, types, List.of(nulls, arguments, nulls, arguments))
                        .get(3),
                () -> function.getSimpleName() + Arrays.toString(arguments) + " " + types));
    }

    private void same(Object expected, DataType type, Object argument) {
        gives(expected, Objects.class, type, List.of(type), argument);
    }

    @Test
    void objectsMayBeNullAndGiveNull() {
        same(5L, BIG, 5L);
        same(-1L, BIG, null);
        same(null, BIG, 0L);
        same(8L, DataType.INT, 7L);
        same(null, DataType.INT, null);
        same(false, DataType.BOOLEAN, true);
        same(3.0, DOUBLE, 1.5);
        same(0.5, DOUBLE, null);
        same(null, DOUBLE, -1.0);
        same(3.0, DataType.FLOAT, 1.5);
        same(new BigDecimal("-1.50"), Evaluation.decimal(38, 2), new BigDecimal("1.5"));
        same(
                new BigDecimal("12345678901234567890.50"),
                Evaluation.decimal(38, 2),
                new BigDecimal("-12345678901234567890.5"));
        same(new BigDecimal("-1.50"), Evaluation.decimal(5, 2), new BigDecimal("1.5"));
        same(null, Evaluation.decimal(5, 2), null);
        same("é!", DataType.STRING, "é");
        same("none", DataType.STRING, null);
        same(null, DataType.STRING, "");
        same(20L, DataType.DATE, 19L);
        same(null, DataType.DATE, null);
        same(3_600_000_005L, DataType.time(6), 5L);
        same(86_400_000_005L, DataType.timestamp(6), 5L);
        same(86_399_999_999L, DataType.timestamp(6), -1L);
        same(999_999L, DataType.timestampLtz(6), -1L);
        assertAll(cases);
    }

    @Test
    void bytesArePassed() {
        DataType bytes = new DataType(Kind.VARBINARY, true, DataType.MAX_LENGTH, 0, List.of());
        Expression call = call(Objects.class, bytes, new Expression.Literal(new Expression.Binary("4142"), bytes));
        Program program = Evaluation.compile(List.of(BIG), null, call);
        Batch out = Evaluation.output(call);
        program.run(Evaluation.batch(List.of(BIG), List.<Object[]>of(new Object[] {1L})), out);
        assertEquals("Ax", out.column(0).textAt(0));
    }

    @Test
    void theNearestMethodIsCalled() {
        DataType text = DataType.STRING;
        gives("int 5", Choosing.class, text, List.of(DataType.SMALLINT.notNull()), 5L);
        gives("int 5", Choosing.class, text, List.of(DataType.INT), 5L);
        gives("long 5", Choosing.class, text, List.of(BIG.notNull()), 5L);
        gives("Long null", Choosing.class, text, List.of(BIG), (Object) null);
        gives("double 1.5", Choosing.class, text, List.of(Evaluation.decimal(5, 2)), new BigDecimal("1.5"));
        gives(null, Choosing.class, text, List.of(DOUBLE), (Object) null);
        gives("a and 1", Choosing.class, text, List.of(text, BIG), "a", 1L);
        gives("a and 1", Choosing.class, text, List.of(text, DataType.INT), "a", 1L);
        gives("a[]", Choosing.class, text, List.of(text), "a");
        gives(
                "a[1, null, 3]",
                Choosing.class,
                text,
                List.of(text, DataType.INT, DataType.INT, DataType.INT),
                "a",
                1L,
                null,
                3L);
        gives(null, Choosing.class, text, List.of(DataType.timestampLtz(3), BIG, BIG), 0L, 1L, null);
        gives(
                "1970-01-01T00:00:00Z[1, 2]",
                Choosing.class,
                text,
                List.of(DataType.timestampLtz(3), BIG, BIG),
                0L,
                1L,
                2L);
        assertAll(cases);
    }

    @Test
    void aFailureNamesTheFunction() {
        Program program = Evaluation.compile(List.of(BIG), null, call(Failing.class, BIG, input(0, BIG)));
        Batch out = Evaluation.output(input(0, BIG));
        for (long value : new long[] {0, 1}) {
            Batch in = Evaluation.batch(List.of(BIG), List.<Object[]>of(new Object[] {value}));
            UserError error = assertThrows(UserError.class, () -> program.run(in, out));
            assertEquals(
                    "function 'f' (" + Failing.class.getName() + ") failed with "
                            + (value == 0 ? "IOException: no answer" : "ArithmeticException: / by zero"),
                    error.getMessage());
        }
    }
}
