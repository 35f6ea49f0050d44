package dev.headrace.sql.plan;

import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What conditions say about the distance of two time columns: {@code lower <= left - right <= upper}, microseconds; and
 * the conditions that say something else.
 */
record TimeBounds(OptionalLong least, OptionalLong most, List<Expression> rest) {

    boolean isComplete() {
        return least.isPresent() && most.isPresent();
    }

    long lower() {
        return least.orElseThrow();
    }

    long upper() {
        return most.orElseThrow();
    }

    static TimeBounds of(List<Expression> conditions, int left, int right) {
        OptionalLong least = OptionalLong.empty();
        OptionalLong most = OptionalLong.empty();
        List<Expression> rest = new ArrayList<>();
        for (Expression condition : conditions) {
            Comparison comparison = comparison(condition, left, right);
            if (comparison == null) {
                rest.add(condition);
                continue;
            }
            if (comparison.least().isPresent()) {
                long bound = comparison.least().getAsLong();
                least = OptionalLong.of(least.isPresent() ? Math.max(least.getAsLong(), bound) : bound);
            }
            if (comparison.most().isPresent()) {
                long bound = comparison.most().getAsLong();
                most = OptionalLong.of(most.isPresent() ? Math.min(most.getAsLong(), bound) : bound);
            }
        }
        return new TimeBounds(least, most, rest);
    }

    private record Comparison(OptionalLong least, OptionalLong most) {}

    /** {@code time + constant}, over one of the two columns. */
    private record Time(int column, long plus) {}

    /** Null where the condition is no comparison of the two columns. */
    private static Comparison comparison(Expression condition, int left, int right) {
        if (!(condition instanceof Expression.Call(String function, List<Expression> operands, DataType _))
                || operands.size() != 2) {
            return null;
        }
        Time a = time(operands.get(0));
        Time b = time(operands.get(1));
        if (a == null || b == null) {
            return null;
        }
        boolean straight = a.column() == left && b.column() == right;
        if (!straight && !(a.column() == right && b.column() == left)) {
            return null;
        }
        // left + p OP right + q: left - right OP q - p.
        long distance = straight ? b.plus() - a.plus() : a.plus() - b.plus();
        String operator = straight ? function : mirrored(function);
        return switch (operator) {
            case ">=" -> new Comparison(OptionalLong.of(distance), OptionalLong.empty());
            case ">" -> new Comparison(OptionalLong.of(distance + 1), OptionalLong.empty());
            case "<=" -> new Comparison(OptionalLong.empty(), OptionalLong.of(distance));
            case "<" -> new Comparison(OptionalLong.empty(), OptionalLong.of(distance - 1));
            case "=" -> new Comparison(OptionalLong.of(distance), OptionalLong.of(distance));
            default -> null;
        };
    }

    private static String mirrored(String operator) {
        return switch (operator) {
            case ">=" -> "<=";
            case ">" -> "<";
            case "<=" -> ">=";
            case "<" -> ">";
            default -> operator;
        };
    }

    private static Time time(Expression expression) {
        return switch (expression) {
            case Expression.Input(int column, DataType _) -> new Time(column, 0);
            case Expression.Call(String function, List<Expression> operands, DataType _)
            when operands.size() == 2
                    && operands.get(0) instanceof Expression.Input(int column, DataType _)
                    && operands.get(1) instanceof Expression.Literal(Long micros, DataType _) ->
                switch (function) {
                    case "+", "DATETIME_PLUS" -> new Time(column, micros);
                    case "-" -> new Time(column, -micros);
                    default -> null;
                };
            default -> null;
        };
    }
}
