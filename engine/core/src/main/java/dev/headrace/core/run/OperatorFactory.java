package dev.headrace.core.run;

import dev.headrace.api.error.UserError;
import dev.headrace.core.operator.CalcOperator;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.UnionOperator;
import dev.headrace.core.operator.join.JoinOperators;
import dev.headrace.core.operator.join.LookupJoinOperator;
import dev.headrace.core.operator.rank.RankOperators;
import dev.headrace.core.plan.Plan;

/** Makes the operator of a plan node. */
final class OperatorFactory {
    private final LookupLoader lookups;

    OperatorFactory(LookupLoader lookups) {
        this.lookups = lookups;
    }

    Operator create(Plan plan, OperatorContext context) {
        return switch (plan) {
            case Plan.Calc p -> new CalcOperator(p, context);
            case Plan.Union _ -> new UnionOperator();
            case Plan.LookupJoin p ->
                new LookupJoinOperator(p, lookups.load(p.table(), p.tableKeys(), context), context);
            case Plan.Join p -> JoinOperators.create(p, context);
            case Plan.IntervalJoin p -> JoinOperators.create(p, context);
            case Plan.WindowJoin p -> JoinOperators.create(p, context);
            case Plan.WindowRank p -> RankOperators.create(p, context);
            case Plan.Over p -> RankOperators.create(p, context);
            case Plan.Normalize p -> RankOperators.create(p, context);
            case Plan.Deduplicate p -> RankOperators.create(p, context);
            case Plan.Rank p -> RankOperators.create(p, context);
            default ->
                throw UserError.request("this plan has a step that is not there yet: "
                        + plan.getClass().getSimpleName());
        };
    }
}
