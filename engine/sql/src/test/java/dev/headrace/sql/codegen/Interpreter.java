package dev.headrace.sql.codegen;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** What expressions mean, in plain Java over the values of {@link Evaluation}, with decimals that never overflow. */
final class Interpreter {
    private Interpreter() {}

    static Object evaluate(Expression expression, Object[] row) {
        return switch (expression) {
            case Expression.Input(int index, DataType _) -> row[index];
            case Expression.Null _ -> null;
            case Expression.Literal(Object value, DataType type) ->
                switch (type.kind()) {
                    case BOOLEAN -> !value.equals(0L);
                    case DECIMAL -> value instanceof Long unscaled ? BigDecimal.valueOf(unscaled, type.scale()) : value;
                    default -> value;
                };
            case Expression.Call call -> call(call, row);
            case Expression.UserCall call -> throw new IllegalArgumentException("call of " + call);
        };
    }

    private static Object call(Expression.Call call, Object[] row) {
        List<Expression> operands = call.operands();
        switch (call.function()) {
            case "CASE":
                for (int i = 0; i + 1 < operands.size(); i += 2) {
                    if (Boolean.TRUE.equals(evaluate(operands.get(i), row))) {
                        return as(evaluate(operands.get(i + 1), row), call.type());
                    }
                }
                return as(evaluate(operands.getLast(), row), call.type());
            case "COALESCE":
                for (Expression operand : operands) {
                    Object value = evaluate(operand, row);
                    if (value != null) {
                        return as(value, call.type());
                    }
                }
                return null;
            default:
        }
        Object a = evaluate(operands.getFirst(), row);
        Object b = evaluate(operands.getLast(), row);
        return switch (call.function()) {
            case "AND" -> Boolean.FALSE.equals(a) || Boolean.FALSE.equals(b) ? (Object) false : a == null ? null : b;
            case "OR" -> Boolean.TRUE.equals(a) || Boolean.TRUE.equals(b) ? (Object) true : a == null ? null : b;
            case "IS NULL" -> a == null;
            case "IS NOT NULL" -> a != null;
            case "IS TRUE" -> Boolean.TRUE.equals(a);
            case "IS NOT TRUE" -> !Boolean.TRUE.equals(a);
            case "IS FALSE" -> Boolean.FALSE.equals(a);
            case "IS NOT FALSE" -> !Boolean.FALSE.equals(a);
            default -> a == null || b == null ? null : strict(call, a, b);
        };
    }

    private static Object strict(Expression.Call call, Object a, Object b) {
        return switch (call.function()) {
            case "NOT" -> !(Boolean) a;
            case "=" -> order(a, b) == 0;
            case "<>" -> order(a, b) != 0;
            case "<" -> order(a, b) < 0;
            case "<=" -> order(a, b) <= 0;
            case ">" -> order(a, b) > 0;
            case ">=" -> order(a, b) >= 0;
            case "CAST" -> as(a, call.type());
            case "||" -> (String) a + b;
            case "UPPER" -> ((String) a).toUpperCase(java.util.Locale.ROOT);
            case "CHAR_LENGTH" -> (long) ((String) a).codePointCount(0, ((String) a).length());
            default ->
                arithmetic(call.function(), a, b, call.type(), call.operands().size());
        };
    }

    private static Object arithmetic(String operator, Object a, Object b, DataType type, int operands) {
        if (type.layout() == dev.headrace.api.type.Layout.DOUBLE) {
            double x = ((Number) a).doubleValue();
            double y = ((Number) b).doubleValue();
            return operands == 1
                    ? (Object) (-x)
                    : switch (operator) {
                        case "+" -> x + y;
                        case "-" -> x - y;
                        default -> x * y;
                    };
        }
        BigDecimal x = decimal(a);
        BigDecimal y = decimal(b);
        BigDecimal exact = operands == 1
                ? x.negate()
                : switch (operator) {
                    case "+" -> x.add(y);
                    case "-" -> x.subtract(y);
                    default -> x.multiply(y);
                };
        return type.kind() == Kind.DECIMAL
                ? as(exact, type)
                : (Object)
                        (type.kind() == Kind.INT
                                ? (long) exact.toBigInteger().intValue()
                                : exact.toBigInteger().longValue());
    }

    private static BigDecimal decimal(Object number) {
        return switch (number) {
            case BigDecimal decimal -> decimal;
            case Double floating -> BigDecimal.valueOf(floating);
            default -> BigDecimal.valueOf((Long) number);
        };
    }

    private static int order(Object a, Object b) {
        if (a instanceof String text) {
            return java.util.Arrays.compareUnsigned(
                    text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    ((String) b).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        if (a instanceof Boolean truth) {
            return truth.compareTo((Boolean) b);
        }
        if (a instanceof Double || b instanceof Double) {
            double x = ((Number) a).doubleValue();
            double y = ((Number) b).doubleValue();
            return x < y ? -1 : x > y ? 1 : 0;
        }
        return decimal(a).compareTo(decimal(b));
    }

    /** A value as that type has it; null where a decimal has too many digits for it. */
    private static Object as(Object value, DataType type) {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean truth -> truth;
            case Number number ->
                switch (type.kind()) {
                    case DECIMAL -> {
                        BigDecimal scaled = decimal(number).setScale(type.scale(), RoundingMode.HALF_UP);
                        yield scaled.precision() > type.precision() ? null : scaled;
                    }
                    case DOUBLE -> number.doubleValue();
                    case INT -> decimal(number).toBigInteger().longValue() << 32 >> 32;
                    case VARCHAR -> number instanceof BigDecimal decimal ? decimal.toPlainString() : number.toString();
                    default -> number.longValue();
                };
            default -> throw new IllegalArgumentException("value " + value);
        };
    }
}
