package dev.headrace.sql.plan;

import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A pruned node.
 *
 * @param places for each old column its new place, -1 where it is gone
 */
record Pruned(Plan plan, int[] places) {
    int at(int column) {
        return places[column];
    }

    List<Integer> all(List<Integer> columns) {
        return columns.stream().map(this::at).toList();
    }

    Expression of(Expression expression) {
        return Expressions.replace(expression, i -> new Expression.Input(at(i.index()), i.type()));
    }

    List<AggregateCall> calls(List<AggregateCall> calls) {
        return calls.stream()
                .map(c -> new AggregateCall(
                        c.function(),
                        all(c.arguments()),
                        c.distinct(),
                        c.filter().isPresent() ? OptionalInt.of(at(c.filter().getAsInt())) : OptionalInt.empty(),
                        c.type()))
                .toList();
    }

    List<Ordering> orderings(List<Ordering> orderings) {
        return orderings.stream()
                .map(o -> new Ordering(at(o.column()), o.descending(), o.nullsLast()))
                .toList();
    }

    /** The node with just these columns, in rising order. */
    Plan exactly(Set<Integer> columns) {
        List<Integer> wanted = columns.stream().map(this::at).toList();
        boolean asIs =
                wanted.size() == plan.schema().size() && wanted.equals(List.copyOf(ColumnSets.all(wanted.size())));
        return asIs ? plan : Calcs.columns(plan, wanted);
    }
}
