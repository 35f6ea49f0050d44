package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.core.graph.PlanIdentity;
import dev.headrace.core.plan.Plan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes nodes that mean the same the same node, so that they run once. The names of columns mean nothing; those of the
 * first node stay. Of two nodes that differ only in whether they emit rows before updates, the one that does serves both.
 */
final class Sharing {
    private final PlanIdentity identities = new PlanIdentity();
    private final Map<String, Plan> known = new HashMap<>();

    private Sharing() {}

    static List<Plan.SinkPlan> share(List<Plan.SinkPlan> sinks) {
        Sharing sharing = new Sharing();
        List<Plan.SinkPlan> once = sinks.stream().map(sharing::sink).toList();
        return once.stream().map(sharing::sink).toList();
    }

    /** The same for nodes that will be one, whichever of them emits rows before updates. */
    static String identity(Plan plan, PlanIdentity identities) {
        return identities.of(Changelogs.withUpdateBefore(plan));
    }

    private Plan.SinkPlan sink(Plan.SinkPlan sink) {
        return new Plan.SinkPlan(sink.table(), shared(sink.input()), sink.upsertKey());
    }

    private Plan shared(Plan plan) {
        Plan rebuilt = Plans.withInputs(plan, this::shared);
        if (rebuilt.mode() == ChangelogMode.UPSERT) {
            Plan twin = known.get(identity(rebuilt, identities));
            if (twin != null) {
                return twin;
            }
        }
        return known.computeIfAbsent(identities.of(rebuilt), i -> rebuilt);
    }
}
