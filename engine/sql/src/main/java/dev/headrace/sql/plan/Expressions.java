package dev.headrace.sql.plan;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Layout;
import dev.headrace.core.expression.Expression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Rewriting of expressions; all pure. */
final class Expressions {
    static final String FIELD = "FIELD";
    private static final Set<String> COMPARISONS = Set.of("=", "<>", "<", "<=", ">", ">=", "IS NULL", "IS NOT NULL");

    private Expressions() {}

    /** The expression with each input replaced. */
    static Expression replace(Expression expression, Function<Expression.Input, Expression> replacement) {
        return switch (expression) {
            case Expression.Input input -> replacement.apply(input);
            case Expression.Literal literal -> literal;
            case Expression.Null none -> none;
            case Expression.Call(String function, List<Expression> operands, DataType type) ->
                new Expression.Call(function, replaceAll(operands, replacement), type);
            case Expression.UserCall(String name, String className, List<Expression> operands, DataType type) ->
                new Expression.UserCall(name, className, replaceAll(operands, replacement), type);
        };
    }

    static List<Expression> replaceAll(
            List<Expression> expressions, Function<Expression.Input, Expression> replacement) {
        return expressions.stream().map(e -> replace(e, replacement)).toList();
    }

    /** The expression over inputs moved by {@code offset}. */
    static Expression shift(Expression expression, int offset) {
        return replace(expression, i -> new Expression.Input(i.index() + offset, i.type()));
    }

    static List<Expression> operands(Expression expression) {
        return switch (expression) {
            case Expression.Call call -> call.operands();
            case Expression.UserCall call -> call.operands();
            default -> List.of();
        };
    }

    /** The inputs that an expression reads. */
    static Set<Integer> inputs(Expression expression) {
        Set<Integer> found = new LinkedHashSet<>();
        collectInputs(expression, found);
        return found;
    }

    private static void collectInputs(Expression expression, Set<Integer> found) {
        if (expression instanceof Expression.Input(int index, DataType _)) {
            found.add(index);
        }
        operands(expression).forEach(o -> collectInputs(o, found));
    }

    /** The operands of nested ANDs. */
    static List<Expression> conjuncts(Expression expression) {
        if (expression instanceof Expression.Call(String function, List<Expression> operands, DataType _)
                && function.equals("AND")) {
            return operands.stream().flatMap(o -> conjuncts(o).stream()).toList();
        }
        return List.of(expression);
    }

    /** One condition of several; there is at least one. */
    static Expression and(List<Expression> conditions) {
        return conditions.size() == 1
                ? conditions.getFirst()
                : new Expression.Call("AND", conditions, DataType.BOOLEAN);
    }

    /** Whether evaluating it again costs next to nothing: a column, a constant, a field of a row. */
    static boolean isCheap(Expression expression) {
        return switch (expression) {
            case Expression.Call call -> call.function().equals(FIELD);
            case Expression.UserCall _ -> false;
            default -> true;
        };
    }

    /** Whether it compares columns of fixed width with constants or with each other. */
    static boolean isCheapTest(Expression condition) {
        return condition instanceof Expression.Call(String function, List<Expression> operands, DataType _)
                && COMPARISONS.contains(function)
                && operands.stream().allMatch(o -> isCheap(o) && o.type().layout() != Layout.BYTES);
    }

    static List<Expression> identity(List<DataType> types) {
        List<Expression> all = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            all.add(new Expression.Input(i, types.get(i)));
        }
        return all;
    }

    /**
     * What an expression comes down to where {@code condition} holds: comparisons of a column that the condition sets equal
     * to a constant are decided, and with them branches of CASE.
     */
    static Expression under(Expression expression, List<Expression> conditions) {
        Map<Expression, Expression.Literal> known = new HashMap<>();
        for (Expression condition : conditions) {
            if (condition instanceof Expression.Call(String function, List<Expression> operands, DataType _)
                    && function.equals("=")
                    && operands.get(1) instanceof Expression.Literal literal
                    && isCheap(operands.get(0))) {
                known.put(operands.get(0), literal);
            }
        }
        return known.isEmpty() ? expression : decide(expression, known);
    }

    private static Expression decide(Expression expression, Map<Expression, Expression.Literal> known) {
        if (!(expression instanceof Expression.Call(String function, List<Expression> operands, DataType type))) {
            return expression;
        }
        List<Expression> decided = operands.stream().map(o -> decide(o, known)).toList();
        if (function.equals("=") && decided.get(1) instanceof Expression.Literal other) {
            Expression.Literal value = known.get(decided.get(0));
            if (value != null
                    && value.type().layout() == other.type().layout()
                    && !value.type().isText()) {
                return truth(value.value().equals(other.value()));
            }
        }
        if (function.equals("CASE")) {
            return decideCase(decided, type);
        }
        return new Expression.Call(function, decided, type);
    }

    private static Expression decideCase(List<Expression> operands, DataType type) {
        List<Expression> kept = new ArrayList<>();
        for (int i = 0; i + 1 < operands.size(); i += 2) {
            if (isTruth(operands.get(i), false)) {
                continue;
            }
            if (isTruth(operands.get(i), true)) {
                kept.add(operands.get(i + 1));
                break;
            }
            kept.add(operands.get(i));
            kept.add(operands.get(i + 1));
        }
        if (kept.size() % 2 == 0) {
            kept.add(operands.getLast());
        }
        return kept.size() == 1 && kept.getFirst().type().layout() == type.layout()
                ? kept.getFirst()
                : new Expression.Call("CASE", kept, type);
    }

    private static Expression truth(boolean value) {
        return new Expression.Literal(value ? 1L : 0L, DataType.of(Kind.BOOLEAN).notNull());
    }

    static boolean isTruth(Expression expression, boolean value) {
        return expression instanceof Expression.Literal(Object found, DataType type)
                && type.kind() == Kind.BOOLEAN
                && found.equals(value ? 1L : 0L);
    }
}
