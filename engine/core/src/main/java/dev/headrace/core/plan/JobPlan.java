package dev.headrace.core.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A whole job.
 *
 * @param sinks its roots
 * @param settings what the script SET, by Flink's names
 * @param notes what a user should know: options without a meaning here, results that a replay would not repeat
 */
public record JobPlan(List<Plan.SinkPlan> sinks, Map<String, String> settings, List<String> notes) {
    public JobPlan {
        sinks = List.copyOf(sinks);
        settings = Map.copyOf(settings);
        notes = List.copyOf(notes);
    }

    /** Time between two emissions of dirty keys. */
    public static final Duration DEFAULT_EPOCH = Duration.ofMillis(100);
}
