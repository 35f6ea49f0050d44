package dev.headrace.sql.plan;

import dev.headrace.core.plan.Plan;
import java.util.function.Function;

/** Rebuilding of plans. */
final class Plans {
    private Plans() {}

    /** The node with its inputs replaced. */
    static Plan withInputs(Plan plan, Function<Plan, Plan> change) {
        return switch (plan) {
            case Plan.Scan p -> p;
            case Plan.Values p -> p;
            case Plan.Calc p -> new Plan.Calc(change.apply(p.input()), p.condition(), p.projections(), p.schema());
            case Plan.Union p -> new Plan.Union(p.inputs().stream().map(change).toList(), p.schema(), p.mode());
            case Plan.Aggregate p ->
                new Plan.Aggregate(change.apply(p.input()), p.keys(), p.calls(), p.schema(), p.mode(), p.timeToLive());
            case Plan.WindowAggregate p ->
                new Plan.WindowAggregate(
                        change.apply(p.input()),
                        p.window(),
                        p.timeColumn(),
                        p.keys(),
                        p.calls(),
                        p.properties(),
                        p.schema(),
                        p.mode(),
                        p.allowedLateness());
            case Plan.WindowTable p ->
                new Plan.WindowTable(change.apply(p.input()), p.window(), p.timeColumn(), p.schema());
            case Plan.LateRows p -> new Plan.LateRows((Plan.WindowAggregate) change.apply(p.aggregate()));
            case Plan.OnTimeRows p -> new Plan.OnTimeRows(change.apply(p.input()), p.windows());
            case Plan.Join p ->
                new Plan.Join(
                        change.apply(p.left()),
                        change.apply(p.right()),
                        p.kind(),
                        p.leftKeys(),
                        p.rightKeys(),
                        p.condition(),
                        p.leftUnique(),
                        p.rightUnique(),
                        p.schema(),
                        p.mode(),
                        p.timeToLive());
            case Plan.IntervalJoin p ->
                new Plan.IntervalJoin(
                        change.apply(p.left()),
                        change.apply(p.right()),
                        p.kind(),
                        p.leftKeys(),
                        p.rightKeys(),
                        p.leftTime(),
                        p.rightTime(),
                        p.lower(),
                        p.upper(),
                        p.condition(),
                        p.schema());
            case Plan.WindowJoin p ->
                new Plan.WindowJoin(
                        change.apply(p.left()),
                        change.apply(p.right()),
                        p.kind(),
                        p.leftKeys(),
                        p.rightKeys(),
                        p.leftWindowEnd(),
                        p.rightWindowEnd(),
                        p.condition(),
                        p.schema());
            case Plan.TemporalJoin p ->
                new Plan.TemporalJoin(
                        change.apply(p.left()),
                        change.apply(p.right()),
                        p.kind(),
                        p.leftKeys(),
                        p.rightKeys(),
                        p.leftTime(),
                        p.rightTime(),
                        p.condition(),
                        p.schema(),
                        p.timeToLive());
            case Plan.LookupJoin p ->
                new Plan.LookupJoin(
                        change.apply(p.left()),
                        change.apply(p.table()),
                        p.kind(),
                        p.leftKeys(),
                        p.tableKeys(),
                        p.condition(),
                        p.schema());
            case Plan.Rank p ->
                new Plan.Rank(
                        change.apply(p.input()),
                        p.partition(),
                        p.orderings(),
                        p.from(),
                        p.to(),
                        p.emitRank(),
                        p.inputUnique(),
                        p.schema(),
                        p.mode(),
                        p.timeToLive());
            case Plan.WindowRank p ->
                new Plan.WindowRank(
                        change.apply(p.input()),
                        p.windowEnd(),
                        p.partition(),
                        p.orderings(),
                        p.from(),
                        p.to(),
                        p.emitRank(),
                        p.schema());
            case Plan.Deduplicate p ->
                new Plan.Deduplicate(
                        change.apply(p.input()), p.keys(), p.timeColumn(), p.keepLast(), p.mode(), p.timeToLive());
            case Plan.Over p ->
                new Plan.Over(
                        change.apply(p.input()),
                        p.partition(),
                        p.orderings(),
                        p.timeColumn(),
                        p.precedingRows(),
                        p.precedingRange(),
                        p.calls(),
                        p.inputUnique(),
                        p.schema(),
                        p.mode(),
                        p.timeToLive());
            case Plan.Normalize p -> new Plan.Normalize(change.apply(p.input()), p.keys(), p.timeToLive());
            case Plan.SinkPlan p -> new Plan.SinkPlan(p.table(), change.apply(p.input()), p.upsertKey());
        };
    }
}
