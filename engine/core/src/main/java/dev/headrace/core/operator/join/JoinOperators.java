package dev.headrace.core.operator.join;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.plan.Plan;

/** Makes the operators that join two streams. */
public final class JoinOperators {
    private JoinOperators() {}

    public static Operator create(Plan.Join plan, OperatorContext context) {
        if (plan.left().mode() == ChangelogMode.UPSERT || plan.right().mode() == ChangelogMode.UPSERT) {
            throw new IllegalArgumentException(
                    "a join takes old rows back, so its inputs are not upserts: normalize them");
        }
        return new JoinOperator(plan, context);
    }

    public static Operator create(Plan.WindowJoin plan, OperatorContext context) {
        return new WindowJoinOperator(plan, context);
    }

    public static Operator create(Plan.TemporalJoin plan, OperatorContext context) {
        return new TemporalJoinOperator(plan, context);
    }

    public static Operator create(Plan.IntervalJoin plan, OperatorContext context) {
        return new IntervalJoinOperator(plan, context);
    }
}
