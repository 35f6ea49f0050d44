package dev.headrace.core.operator.rank;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import java.util.List;

/** Makes the operators that choose rows by their order within a key. */
public final class RankOperators {
    private RankOperators() {}

    public static Operator create(Plan.Deduplicate plan, OperatorContext context) {
        boolean byTime = plan.timeColumn() >= 0;
        if (!byTime && !plan.keepLast()) {
            return new KeepFirstOperator(plan, context);
        }
        List<Ordering> orderings =
                byTime ? List.of(new Ordering(plan.timeColumn(), plan.keepLast(), false)) : List.of();
        return new KeepOneOperator(
                plan.schema(),
                new KeepOneOperator.Rule(plan.keys(), orderings, plan.keepLast()),
                plan.mode(),
                false,
                plan.timeToLive(),
                context);
    }

    public static Operator create(Plan.Rank plan, OperatorContext context) {
        if (plan.input().mode() != ChangelogMode.INSERT_ONLY) {
            return new ChangingTopOperator(plan, context);
        }
        if (plan.to() == 1 && plan.from() == 1) {
            return new KeepOneOperator(
                    plan.input().schema(),
                    new KeepOneOperator.Rule(plan.partition(), plan.orderings(), false),
                    plan.mode(),
                    plan.emitRank(),
                    plan.timeToLive(),
                    context);
        }
        return new TopOperator(plan, context);
    }

    public static Operator create(Plan.WindowRank plan, OperatorContext context) {
        return new WindowRankOperator(plan, context);
    }

    public static Operator create(Plan.Normalize plan, OperatorContext context) {
        return new NormalizeOperator(plan, context);
    }

    public static Operator create(Plan.Over plan, OperatorContext context) {
        return plan.timeColumn() >= 0 ? new TimedOverOperator(plan, context) : new ChangingOverOperator(plan, context);
    }
}
