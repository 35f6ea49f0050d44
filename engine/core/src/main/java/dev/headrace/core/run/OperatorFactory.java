package dev.headrace.core.run;

import dev.headrace.core.operator.CalcOperator;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.UnionOperator;
import dev.headrace.core.operator.aggregate.AggregateOperator;
import dev.headrace.core.operator.join.JoinOperators;
import dev.headrace.core.operator.join.LookupJoinOperator;
import dev.headrace.core.operator.rank.RankOperators;
import dev.headrace.core.operator.window.AttachedWindowOperator;
import dev.headrace.core.operator.window.OnTimeRowsOperator;
import dev.headrace.core.operator.window.SessionOperator;
import dev.headrace.core.operator.window.UpdatingWindowOperator;
import dev.headrace.core.operator.window.WindowAggregateOperator;
import dev.headrace.core.operator.window.WindowTableOperator;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;

/** Makes the operator of a plan node. */
final class OperatorFactory {
    private final LookupLoader lookups;

    OperatorFactory(LookupLoader lookups) {
        this.lookups = lookups;
    }

    Operator create(Plan plan, OperatorContext context) {
        return switch (plan) {
            case Plan.Calc p -> new CalcOperator(p, context);
            case Plan.Union _, Plan.LateRows _ -> new UnionOperator();
            case Plan.LookupJoin p ->
                new LookupJoinOperator(p, lookups.load(p.table(), p.tableKeys(), context), context);
            case Plan.Join p -> JoinOperators.create(p, context);
            case Plan.IntervalJoin p -> JoinOperators.create(p, context);
            case Plan.TemporalJoin p -> JoinOperators.create(p, context);
            case Plan.WindowJoin p -> JoinOperators.create(p, context);
            case Plan.WindowRank p -> RankOperators.create(p, context);
            case Plan.Over p -> RankOperators.create(p, context);
            case Plan.Normalize p -> RankOperators.create(p, context);
            case Plan.Deduplicate p -> RankOperators.create(p, context);
            case Plan.Rank p -> RankOperators.create(p, context);
            case Plan.Aggregate p -> new AggregateOperator(p, context);
            case Plan.WindowAggregate p ->
                switch (p.window()) {
                    case Window.Attached _ -> new AttachedWindowOperator(p, context);
                    case Window.Session _ -> new SessionOperator(p, context);
                    default ->
                        p.allowedLateness().isZero()
                                ? new WindowAggregateOperator(p, context)
                                : new UpdatingWindowOperator(p, context);
                };
            case Plan.WindowTable p -> new WindowTableOperator(p, context);
            case Plan.OnTimeRows p -> new OnTimeRowsOperator(p);
            case Plan.Scan _, Plan.Values _, Plan.SinkPlan _ ->
                throw new IllegalArgumentException("not an operator: " + plan);
        };
    }
}
