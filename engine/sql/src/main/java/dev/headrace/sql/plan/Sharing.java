package dev.headrace.sql.plan;

import dev.headrace.core.graph.PlanIdentity;
import dev.headrace.core.plan.Plan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes nodes that mean the same the same node, so that they run once. The names of columns mean nothing; those of the
 * first node stay.
 */
final class Sharing {
    private final PlanIdentity identities = new PlanIdentity();
    private final Map<String, Plan> known = new HashMap<>();

    private Sharing() {}

    static List<Plan.SinkPlan> share(List<Plan.SinkPlan> sinks) {
        Sharing sharing = new Sharing();
        return sinks.stream()
                .map(s -> new Plan.SinkPlan(s.table(), sharing.shared(s.input()), s.upsertKey()))
                .toList();
    }

    private Plan shared(Plan plan) {
        Plan rebuilt = Plans.withInputs(plan, this::shared);
        return known.computeIfAbsent(identities.of(rebuilt), i -> rebuilt);
    }
}
