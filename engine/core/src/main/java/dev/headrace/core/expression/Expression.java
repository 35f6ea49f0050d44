package dev.headrace.core.expression;

import dev.headrace.api.type.DataType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A scalar expression over the columns of a row. Immutable; {@code toString} is canonical: equal text means equal
 * meaning, which state identity builds on.
 */
public sealed interface Expression {
    DataType type();

    /** Column {@code index} of the input. */
    record Input(int index, DataType type) implements Expression {
        @Override
        public String toString() {
            return "$" + index;
        }
    }

    /**
     * A constant: a {@link Long} for types of layout LONG, a {@link Double} for DOUBLE, a {@link String} for text, a
     * {@link java.math.BigDecimal} for decimals of more than 18 digits, a {@code Binary} for bytes.
     */
    record Literal(Object value, DataType type) implements Expression {
        @Override
        public String toString() {
            return (value instanceof String text ? "'" + text.replace("'", "''") + "'" : value.toString()) + ":" + type;
        }
    }

    /** Bytes with value equality, written in hexadecimal. */
    record Binary(String hex) {}

    /** The constant NULL. */
    record Null(DataType type) implements Expression {
        @Override
        public String toString() {
            return "NULL:" + type;
        }
    }

    /**
     * A call of a built-in function or operator by its canonical name ({@code +}, {@code AND}, {@code CASE}, {@code
     * CAST}, {@code UPPER}). CASE has operands condition, value, condition, value, .., otherwise. A unit or flag, as in
     * EXTRACT(HOUR FROM t), is a text literal operand in front.
     */
    record Call(String function, List<Expression> operands, DataType type) implements Expression {
        public Call {
            operands = List.copyOf(operands);
        }

        @Override
        public String toString() {
            return operands.stream().map(Object::toString).collect(Collectors.joining(", ", function + "(", ")"))
                    + (function.endsWith("CAST") ? ":" + type : "");
        }
    }

    /** A call of a user's function by its class. */
    record UserCall(String name, String className, List<Expression> operands, DataType type) implements Expression {
        public UserCall {
            operands = List.copyOf(operands);
        }

        @Override
        public String toString() {
            return operands.stream().map(Object::toString).collect(Collectors.joining(", ", className + "(", ")"));
        }
    }
}
