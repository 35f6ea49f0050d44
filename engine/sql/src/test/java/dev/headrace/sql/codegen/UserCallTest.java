package dev.headrace.sql.codegen;

import static dev.headrace.sql.codegen.Evaluation.BIG;
import static dev.headrace.sql.codegen.Evaluation.DOUBLE;
import static dev.headrace.sql.codegen.Evaluation.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headrace.api.error.UserError;
import dev.headrace.api.function.ScalarFunction;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.Program;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    @BeforeEach
    void forget() {
        EVENTS.clear();
    }

    private static Expression call(Class<?> type, DataType argument) {
        return new Expression.UserCall("f", type.getName(), List.of(input(0, argument)), BIG);
    }

    @Test
    void aFunctionIsOpenedOnceAndClosedWithItsProgram() {
        Expression twice =
                new Expression.UserCall("f", Recording.class.getName(), List.of(call(Recording.class, BIG)), BIG);
        Program program = Evaluation.compile(List.of(BIG), null, twice, call(Recording.class, BIG));
        assertEquals(List.of("open"), EVENTS);
        program.close();
        assertEquals(List.of("open", "close"), EVENTS);
    }

    @Test
    void aFunctionIsClosedThoughAnotherFailsAtItsEnd() {
        Program program =
                Evaluation.compile(List.of(BIG), null, call(FailingAtItsEnd.class, BIG), call(Recording.class, BIG));
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
                        call(Recording.class, BIG),
                        Evaluation.call("NO SUCH", BIG, input(1, DOUBLE))));
        assertEquals(List.of("open", "close"), EVENTS);
    }
}
