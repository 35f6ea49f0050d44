package dev.headrace.core.operator.join;

import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.plan.Plan;

/** Makes the operators that join two streams. */
public final class JoinOperators {
    private JoinOperators() {}

    public static Operator create(Plan.Join plan, OperatorContext context) {
        return new JoinOperator(plan, context);
    }

    public static Operator create(Plan.WindowJoin plan, OperatorContext context) {
        return new WindowJoinOperator(plan, context);
    }

    public static Operator create(Plan.IntervalJoin plan, OperatorContext context) {
        return new IntervalJoinOperator(plan, context);
    }
}
