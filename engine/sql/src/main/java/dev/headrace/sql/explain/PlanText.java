package dev.headrace.sql.explain;

import dev.headrace.api.type.Field;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Plans as indented text: each node with what it does, its changes and its columns. A node that several others read is
 * shown whole the first time and by its number from then on.
 */
public final class PlanText {
    private final StringBuilder text = new StringBuilder();
    private final Map<Plan, Integer> shown = new java.util.HashMap<>();
    private final List<Plan> shared;

    private PlanText(List<Plan> shared) {
        this.shared = shared;
    }

    public static String of(List<Plan.SinkPlan> sinks) {
        Map<Plan, Integer> uses = new java.util.HashMap<>();
        sinks.forEach(s -> count(s, uses));
        List<Plan> shared = uses.entrySet().stream()
                .filter(e -> e.getValue() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(ArrayList::new));
        PlanText plan = new PlanText(shared);
        sinks.forEach(s -> plan.write(s, 0));
        return plan.text.toString();
    }

    private static void count(Plan plan, Map<Plan, Integer> uses) {
        if (uses.merge(plan, 1, Integer::sum) == 1) {
            plan.inputs().forEach(i -> count(i, uses));
        }
    }

    private void write(Plan plan, int depth) {
        text.append("  ".repeat(depth));
        if (shown.containsKey(plan)) {
            text.append("(as [").append(shown.get(plan)).append("] above)\n");
            return;
        }
        if (shared.contains(plan)) {
            shown.put(plan, shown.size() + 1);
            text.append('[').append(shown.size()).append("] ");
        }
        text.append(describe(plan)).append('\n');
        plan.inputs().forEach(i -> write(i, depth + 1));
    }

    private static String describe(Plan plan) {
        String what = switch (plan) {
            case Plan.Scan p ->
                "Scan " + p.table().name()
                        + p.watermark().map(w -> " watermark=" + w.expression()).orElse("");
            case Plan.Values p -> "Values " + p.rows().size() + " rows";
            case Plan.Calc p ->
                "Calc" + p.condition().map(c -> " where=" + c).orElse("") + " select=" + p.projections();
            case Plan.Union _ -> "Union";
            case Plan.Aggregate p -> "Aggregate keys=" + p.keys() + " calls=" + calls(p.calls());
            case Plan.WindowAggregate p ->
                "WindowAggregate " + p.window() + (p.timeColumn() < 0 ? "" : " time=$" + p.timeColumn()) + " keys="
                        + p.keys() + " calls=" + calls(p.calls()) + " " + p.properties();
            case Plan.WindowTable p -> "WindowTable " + p.window() + " time=$" + p.timeColumn();
            case Plan.LateRows p -> "LateRows " + p.windows();
            case Plan.Join p ->
                "Join " + p.kind() + " " + p.leftKeys() + " = " + p.rightKeys()
                        + p.condition().map(c -> " on=" + c).orElse("");
            case Plan.IntervalJoin p ->
                "IntervalJoin " + p.kind() + " " + p.leftKeys() + " = " + p.rightKeys() + " " + p.lower()
                        + " <= $" + p.leftTime() + " - $" + p.rightTime() + " <= " + p.upper()
                        + p.condition().map(c -> " on=" + c).orElse("");
            case Plan.WindowJoin p ->
                "WindowJoin " + p.kind() + " " + p.leftKeys() + " = " + p.rightKeys() + " windows=$"
                        + p.leftWindowEnd() + ",$" + p.rightWindowEnd()
                        + p.condition().map(c -> " on=" + c).orElse("");
            case Plan.LookupJoin p ->
                "LookupJoin " + p.kind() + " " + p.leftKeys() + " = " + p.tableKeys()
                        + p.condition().map(c -> " on=" + c).orElse("");
            case Plan.Rank p ->
                "Rank partition=" + p.partition() + " order=" + orderings(p.orderings()) + " rows=" + p.from() + "-"
                        + p.to() + (p.emitRank() ? " with rank" : "");
            case Plan.WindowRank p ->
                "WindowRank window=$" + p.windowEnd() + " partition=" + p.partition() + " order="
                        + orderings(p.orderings()) + " rows=" + p.from() + "-" + p.to()
                        + (p.emitRank() ? " with rank" : "");
            case Plan.Deduplicate p ->
                "Deduplicate keys=" + p.keys() + " keep=" + (p.keepLast() ? "last" : "first")
                        + (p.timeColumn() < 0 ? " by arrival" : " by $" + p.timeColumn());
            case Plan.Over p ->
                "Over partition=" + p.partition() + " order=" + orderings(p.orderings()) + " calls=" + calls(p.calls());
            case Plan.Normalize p -> "Normalize keys=" + p.keys();
            case Plan.SinkPlan p ->
                "Sink " + p.table().name() + (p.upsertKey().isEmpty() ? "" : " key=" + p.upsertKey());
        };
        String columns = plan.schema().fields().stream().map(Field::name).collect(Collectors.joining(", ", "(", ")"));
        return what + " " + plan.mode() + " " + columns;
    }

    private static String orderings(List<dev.headrace.core.plan.Ordering> orderings) {
        return orderings.stream()
                .map(o -> "$" + o.column() + (o.descending() ? " desc" : ""))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String calls(List<dev.headrace.core.plan.AggregateCall> calls) {
        return calls.stream()
                .map(c -> c.function()
                        + (c.distinct() ? " distinct" : "")
                        + c.arguments()
                        + (c.filter().isPresent() ? " filter=$" + c.filter().getAsInt() : ""))
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
