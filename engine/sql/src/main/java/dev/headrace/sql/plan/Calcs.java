package dev.headrace.sql.plan;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Filters and projections, put together as they are made: a Calc never stands on a Calc that it could take in. */
final class Calcs {
    private Calcs() {}

    /** The rows for which a condition holds. */
    static Plan filter(Plan input, Expression condition) {
        return calc(
                input,
                Optional.of(condition),
                Expressions.identity(input.schema().types()),
                input.schema().fields().stream().map(Field::name).toList());
    }

    static Plan project(Plan input, List<Expression> projections, List<String> names) {
        return calc(input, Optional.empty(), projections, names);
    }

    /** A projection to columns of the input. */
    static Plan columns(Plan input, List<Integer> columns) {
        List<Expression> projections = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int column : columns) {
            projections.add(new Expression.Input(column, input.schema().type(column)));
            names.add(input.schema().name(column));
        }
        return project(input, projections, names);
    }

    static Plan calc(Plan input, Optional<Expression> condition, List<Expression> projections, List<String> names) {
        if (input instanceof Plan.Calc inner && canMerge(inner, condition, projections)) {
            Optional<Expression> merged = condition.map(
                    c -> Expressions.replace(c, i -> inner.projections().get(i.index())));
            List<Expression> conditions = new ArrayList<>();
            inner.condition().ifPresent(c -> conditions.addAll(Expressions.conjuncts(c)));
            merged.ifPresent(c -> conditions.addAll(Expressions.conjuncts(c)));
            List<Expression> outer =
                    Expressions.replaceAll(projections, i -> inner.projections().get(i.index()));
            return simplified(inner.input(), conditions, outer, names);
        }
        return simplified(input, condition.map(Expressions::conjuncts).orElse(List.of()), projections, names);
    }

    private static Plan simplified(
            Plan input, List<Expression> conditions, List<Expression> projections, List<String> names) {
        List<Expression> kept = new ArrayList<>();
        List<Expression> ordered = new ArrayList<>(conditions);
        // Tests that cost nothing and cannot fail come first.
        ordered.sort(Comparator.comparing(c -> !Expressions.isCheapTest(c)));
        for (Expression condition : ordered) {
            Expression decided = Expressions.under(condition, kept);
            if (!Expressions.isTruth(decided, true) && !kept.contains(decided)) {
                kept.add(decided);
            }
        }
        List<Expression> decided =
                projections.stream().map(p -> Expressions.under(p, kept)).toList();
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < decided.size(); i++) {
            fields.add(new Field(names.get(i), decided.get(i).type()));
        }
        return new Plan.Calc(
                input,
                kept.isEmpty() ? Optional.empty() : Optional.of(Expressions.and(kept)),
                decided,
                new Schema(fields));
    }

    /** Whether no expression that costs something would be evaluated twice. */
    private static boolean canMerge(Plan.Calc inner, Optional<Expression> condition, List<Expression> projections) {
        Map<Integer, Integer> uses = new HashMap<>();
        condition.ifPresent(c -> count(c, uses));
        projections.forEach(p -> count(p, uses));
        return uses.entrySet().stream()
                .allMatch(use -> use.getValue() == 1
                        || Expressions.isCheap(inner.projections().get(use.getKey()))
                        || isTimeChoice(inner.projections().get(use.getKey())));
    }

    /** A CASE over columns, as unions of event types compute their time: under a filter it mostly comes down to one. */
    private static boolean isTimeChoice(Expression expression) {
        return expression instanceof Expression.Call call
                && call.function().equals("CASE")
                && call.operands().stream()
                        .allMatch(o -> Expressions.isCheap(o)
                                || Expressions.operands(o).stream().allMatch(Expressions::isCheap));
    }

    private static void count(Expression expression, Map<Integer, Integer> uses) {
        if (expression instanceof Expression.Input(int index, DataType _)) {
            uses.merge(index, 1, Integer::sum);
        }
        Expressions.operands(expression).forEach(o -> count(o, uses));
    }
}
