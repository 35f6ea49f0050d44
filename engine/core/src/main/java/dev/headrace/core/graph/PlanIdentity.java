package dev.headrace.core.graph;

import dev.headrace.core.plan.Plan;
import java.util.HashMap;
import java.util.Map;

/**
 * The identity of what a plan node computes, column by column in their places: a digest of its text, in which each input
 * stands by its own identity and a table by its name and connector. Nodes of equal identity run once. It tells whether a
 * job has changed at all; what of its state a changed job still needs, {@link Meaning} tells.
 */
public final class PlanIdentity {
    private final Map<Plan, String> known = new HashMap<>();

    /** 32 hexadecimal digits. */
    public String of(Plan plan) {
        String identity = known.get(plan);
        if (identity == null) {
            identity = Digests.of(text(plan));
            known.put(plan, identity);
        }
        return identity;
    }

    private String text(Plan plan) {
        return switch (plan) {
            case Plan.Scan p ->
                "scan " + p.table().name() + " " + p.table().options().asMap().get("connector") + " " + p.request()
                        + " " + p.mode() + " "
                        + p.watermark().map(w -> w.expression().toString());
            case Plan.Values p -> "values " + p.schema() + p.rows();
            case Plan.Calc p -> "calc " + of(p.input()) + p.condition() + p.projections();
            case Plan.Union p -> "union " + p.inputs().stream().map(this::of).toList();
            case Plan.Aggregate p -> "aggregate " + of(p.input()) + p.keys() + p.calls() + p.mode() + p.timeToLive();
            case Plan.WindowAggregate p ->
                "window " + of(p.input()) + p.window() + p.timeColumn() + p.keys() + p.calls() + p.properties()
                        + p.mode() + p.allowedLateness();
            case Plan.WindowTable p -> "windows of " + of(p.input()) + p.window() + p.timeColumn();
            case Plan.LateRows p -> "late for " + of(p.aggregate());
            case Plan.OnTimeRows p -> "on time " + of(p.input()) + p.windows();
            case Plan.Join p ->
                "join " + of(p.left()) + of(p.right()) + p.kind() + p.leftKeys() + p.rightKeys() + p.condition()
                        + p.leftUnique() + p.rightUnique() + p.mode() + p.timeToLive();
            case Plan.IntervalJoin p ->
                "interval join " + of(p.left()) + of(p.right()) + p.kind() + p.leftKeys() + p.rightKeys() + p.leftTime()
                        + "," + p.rightTime() + "," + p.lower() + "," + p.upper() + p.condition();
            case Plan.WindowJoin p ->
                "window join " + of(p.left()) + of(p.right()) + p.kind() + p.leftKeys() + p.rightKeys()
                        + p.leftWindowEnd() + "," + p.rightWindowEnd() + p.condition();
            case Plan.TemporalJoin p ->
                "temporal join " + of(p.left()) + of(p.right()) + p.kind() + p.leftKeys() + p.rightKeys() + p.leftTime()
                        + "," + p.rightTime() + p.condition() + p.timeToLive();
            case Plan.LookupJoin p ->
                "lookup " + of(p.left()) + of(p.table()) + p.kind() + p.leftKeys() + p.tableKeys() + p.condition();
            case Plan.Rank p ->
                "rank " + of(p.input()) + p.partition() + p.orderings() + p.from() + "-" + p.to() + p.emitRank()
                        + p.inputUnique() + p.mode() + p.timeToLive();
            case Plan.WindowRank p ->
                "window rank " + of(p.input()) + p.windowEnd() + p.partition() + p.orderings() + p.from() + "-" + p.to()
                        + p.emitRank();
            case Plan.Deduplicate p ->
                "deduplicate " + of(p.input()) + p.keys() + p.timeColumn() + p.keepLast() + p.mode() + p.timeToLive();
            case Plan.Over p ->
                "over " + of(p.input()) + p.partition() + p.orderings() + p.timeColumn() + "," + p.precedingRows() + ","
                        + p.precedingRange() + p.calls() + p.inputUnique() + p.mode() + p.timeToLive();
            case Plan.Normalize p -> "normalize " + of(p.input()) + p.keys() + p.timeToLive();
            case Plan.SinkPlan p -> "sink " + p.table().name() + " " + of(p.input()) + p.upsertKey();
        };
    }
}
