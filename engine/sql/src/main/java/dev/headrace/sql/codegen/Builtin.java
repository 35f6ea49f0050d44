package dev.headrace.sql.codegen;

import dev.headrace.core.expression.Expression;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A function as a Java method over raw values: LONG is a {@code long}, DOUBLE a {@code double}, BYTES a {@code byte[]} and
 * a {@code long} slice. A null argument makes the result null without a call.
 *
 * @param owner the class of the method
 * @param method its name; it is static, or, with {@code prepare}, an instance method of the prepared object
 * @param literals operands, by place, that are constants and go to {@code prepare} instead of the method
 * @param prepare makes the object that holds what the constants mean; null for a static method
 * @param result how the result comes
 */
record Builtin(
        Class<?> owner,
        String method,
        List<Integer> literals,
        Function<List<Expression>, Object> prepare,
        Result result) {

    enum Result {
        /** The method's value. */
        PLAIN,
        /** A value, where {@code Builtins.NULL} stands for null. */
        NULLABLE,
        /** A slice of what the method appended to the {@code ByteHeap} that is its last parameter. */
        APPENDED,
        /** The same; {@code Builtins.NULL} stands for null. */
        APPENDED_NULLABLE,
        /** A slice of the first BYTES argument's array; {@code Builtins.NULL} stands for null. */
        SLICE
    }

    /** Whether there is no other method of the name than those of doubles, so that all numbers are passed as such. */
    boolean takesDoubles() {
        return Arrays.stream(owner.getDeclaredMethods())
                .filter(m -> m.getName().equals(method))
                .allMatch(m -> m.getParameterCount() > 0
                        && Arrays.stream(m.getParameterTypes()).allMatch(p -> p == double.class));
    }
}
