package dev.headrace.e2e.chart;

import dev.headrace.e2e.fixture.Helm;
import dev.headrace.e2e.fixture.Loud;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tests of the chart without a cluster: skipped, with a loud line, where there is no helm. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsHelm.Condition.class)
public @interface NeedsHelm {
    /** Whether helm is in PATH. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (Helm.find().isPresent()) {
                return ConditionEvaluationResult.enabled("helm is there");
            }
            Loud.say("SKIPPED: the tests of the chart, since there is no helm in PATH");
            return ConditionEvaluationResult.disabled("no helm in PATH");
        }
    }
}
