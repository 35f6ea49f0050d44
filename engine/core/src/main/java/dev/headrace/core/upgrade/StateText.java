package dev.headrace.core.upgrade;

import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** The state of a job in words: each step that keeps some with its identity, and below it its tables, key: values. */
public final class StateText {
    private StateText() {}

    /** @param tables of the steps that keep state, by identity */
    public static List<String> lines(JobGraph graph, Map<String, List<StateSchema>> tables) {
        List<String> lines = new ArrayList<>();
        for (JobGraph.Node node : graph.nodes()) {
            List<StateSchema> kept = tables.getOrDefault(node.identity(), List.of());
            if (!kept.isEmpty()) {
                lines.add(node.meaning().step() + " [" + node.identity() + "]");
                kept.forEach(t -> lines.add("  " + t.name() + ": " + columns(t)));
            }
        }
        return lines;
    }

    private static String columns(StateSchema table) {
        if (table.columns().isEmpty()) {
            return "whether it is there";
        }
        String values = names(
                table.columns().subList(table.keyColumns(), table.columns().size()));
        return names(table.columns().subList(0, table.keyColumns())) + (values.isEmpty() ? "" : " -> " + values);
    }

    /** Names, each once: an aggregate call of several columns is one thing to a reader. */
    private static String names(List<StateColumn> columns) {
        return String.join(
                ", ",
                new LinkedHashSet<>(columns.stream().map(StateColumn::meaning).toList()));
    }
}
