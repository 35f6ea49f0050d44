package dev.headrace.core.run;

import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.snapshot.Manifest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The event time of an operator in one worker, over restarts. As rows meet there by key, every worker has got the same
 * watermarks, but for splits that came to be idle, and goes on from the highest that any had: what has been emitted is
 * not emitted again.
 *
 * @param gates of the operator
 * @param saved how far event time had come in the snapshot
 */
record TaskTime(String operator, Gates gates, Manifest.EventTime saved) {

    /** @param saved of all operators */
    static TaskTime of(JobGraph.Node node, Gates gates, List<Manifest.EventTime> saved) {
        int inputs = Math.max(1, node.inputs().size());
        Manifest.EventTime start = saved.stream()
                .filter(e -> e.operator().equals(node.identity()) && e.inputs().size() == inputs)
                .reduce(TaskTime::highest)
                .orElseGet(() -> none(node.identity(), inputs));
        return new TaskTime(node.identity(), gates, start);
    }

    private static Manifest.EventTime none(String operator, int inputs) {
        return new Manifest.EventTime(
                operator, Collections.nCopies(inputs, Operator.NO_WATERMARK), Operator.NO_WATERMARK);
    }

    private static Manifest.EventTime highest(Manifest.EventTime a, Manifest.EventTime b) {
        List<Long> inputs = new ArrayList<>();
        for (int port = 0; port < a.inputs().size(); port++) {
            inputs.add(Math.max(a.inputs().get(port), b.inputs().get(port)));
        }
        return new Manifest.EventTime(a.operator(), inputs, Math.max(a.watermark(), b.watermark()));
    }

    void begin() {
        gates.begin(saved);
    }

    Manifest.EventTime reached() {
        return gates.reached(operator);
    }
}
