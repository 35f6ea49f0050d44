package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A table whose changes are versions by key: it has a key and an event time.
 *
 * @param changes as the source gives them; upserts are not normalized, since that takes together what follows each other
 *     closely
 * @param key columns
 * @param time the column of the time from which a change holds
 */
record TemporalTable(Relation changes, List<Integer> key, int time) {
    static TemporalTable of(Relation table, Relation left) {
        if (left.plan().mode() != ChangelogMode.INSERT_ONLY) {
            throw Unsupported.because(
                    "FOR SYSTEM_TIME AS OF an event time joins rows that only come, but the left side "
                            + Changelogs.kind(left.plan()),
                    "SNAPSHOT");
        }
        Optional<Plan> changes = changes(table.plan());
        if (changes.isEmpty()) {
            throw Unsupported.because(
                    "FOR SYSTEM_TIME AS OF an event time takes a table or a view that computes columns, not one that"
                            + " filters, joins or aggregates; put conditions into ON",
                    "SNAPSHOT");
        }
        List<Integer> key = key(table.plan());
        if (key.isEmpty() || key.contains(-1) || table.rowtime().isEmpty()) {
            throw Unsupported.because(
                    "FOR SYSTEM_TIME AS OF an event time takes a table of versions, with a PRIMARY KEY (..) NOT ENFORCED"
                            + " and a WATERMARK, whose columns a view keeps; this one has no "
                            + (table.rowtime().isEmpty() ? "event time" : "key"),
                    "SNAPSHOT");
        }
        int time = table.rowtime().stream().min(Integer::compare).orElseThrow();
        return new TemporalTable(table.with(changes.get()), key, time);
    }

    /** The plan without the node that keeps the row of each key. */
    private static Optional<Plan> changes(Plan plan) {
        return switch (plan) {
            case Plan.Calc p
            when p.condition().isEmpty() ->
                changes(p.input()).map(i -> new Plan.Calc(i, p.condition(), p.projections(), p.schema()));
            case Plan.Normalize p -> changes(p.input());
            case Plan.Scan p -> Optional.of(p);
            default -> Optional.empty();
        };
    }

    /** The places of the key's columns, -1 for one that is not there. */
    private static List<Integer> key(Plan plan) {
        return switch (plan) {
            case Plan.Scan p ->
                Changelogs.places(
                        p.table().primaryKey(),
                        p.schema().fields().stream().map(Field::name).toList());
            case Plan.Calc p -> key(p.input()).stream().map(k -> place(p, k)).toList();
            default -> key(plan.inputs().getFirst());
        };
    }

    private static int place(Plan.Calc calc, int column) {
        Predicate<Expression> isColumn = e -> e instanceof Expression.Input(int index, DataType _) && index == column;
        for (int i = 0; i < calc.projections().size(); i++) {
            if (isColumn.test(calc.projections().get(i))) {
                return i;
            }
        }
        return -1;
    }
}
