package dev.headrace.sql.plan;

import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import dev.headrace.core.plan.WindowProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Prunes aggregations: they keep their keys, and of the calls those that somebody reads. */
final class AggregatePruner {
    private final Pruner pruner;
    private final SharedNeeds needs;

    AggregatePruner(Pruner pruner, SharedNeeds needs) {
        this.pruner = pruner;
        this.needs = needs;
    }

    Pruned aggregate(Plan.Aggregate p, Set<Integer> needed) {
        int[] places = new int[p.schema().size()];
        List<Field> fields = new ArrayList<>();
        List<AggregateCall> calls = neededCalls(p.keys().size(), p.calls(), needed, p.schema(), places, fields);
        Pruned input = pruner.prune(p.input(), ColumnSets.with(ColumnSets.arguments(calls), p.keys()));
        return new Pruned(
                new Plan.Aggregate(
                        input.plan(),
                        input.all(p.keys()),
                        input.calls(calls),
                        new Schema(fields),
                        p.mode(),
                        p.timeToLive()),
                places);
    }

    Pruned windowAggregate(Plan.WindowAggregate p, Set<Integer> needed) {
        PrunedWindows pruned = windows(p, needed);
        return new Pruned(pruned.plan(), pruned.places());
    }

    /** Asks the aggregation for the columns, which it passes on of all its rows. */
    Pruned lateRows(Plan.LateRows p, Set<Integer> needed) {
        needs.addOfLateRows(p.aggregate(), needed);
        PrunedWindows pruned = windows(p.aggregate(), needs.add(p.aggregate(), Set.of()));
        return new Pruned(new Plan.LateRows(pruned.plan()), pruned.input().places());
    }

    /**
     * A pruned aggregation.
     *
     * @param input its input
     */
    private record PrunedWindows(Plan.WindowAggregate plan, int[] places, Pruned input) {}

    private PrunedWindows windows(Plan.WindowAggregate p, Set<Integer> needed) {
        int[] places = new int[p.schema().size()];
        List<Field> fields = new ArrayList<>();
        List<AggregateCall> calls = neededCalls(p.keys().size(), p.calls(), needed, p.schema(), places, fields);
        List<WindowProperty> properties = new ArrayList<>();
        int firstProperty = p.keys().size() + p.calls().size();
        for (int i = 0; i < p.properties().size(); i++) {
            // Bounds cost nothing, and keeping both lets consumers that need one or the other share the node.
            boolean bound = p.properties().get(i) != WindowProperty.TIME;
            if (bound || needed.contains(firstProperty + i)) {
                places[firstProperty + i] = fields.size();
                fields.add(p.schema().fields().get(firstProperty + i));
                properties.add(p.properties().get(i));
            }
        }
        Set<Integer> own = ColumnSets.with(ColumnSets.arguments(calls), p.keys());
        if (p.timeColumn() >= 0) {
            own.add(p.timeColumn());
        }
        if (p.window() instanceof Window.Attached(int start, int end)) {
            own.add(start);
            own.add(end);
        }
        own.addAll(needs.ofLateRows(p));
        Pruned input = pruner.prune(p.input(), own);
        Window window = p.window() instanceof Window.Attached(int start, int end)
                ? new Window.Attached(input.at(start), input.at(end))
                : p.window();
        return new PrunedWindows(
                new Plan.WindowAggregate(
                        input.plan(),
                        window,
                        p.timeColumn() < 0 ? -1 : input.at(p.timeColumn()),
                        input.all(p.keys()),
                        input.calls(calls),
                        properties,
                        new Schema(fields),
                        p.mode(),
                        p.allowedLateness()),
                places,
                input);
    }

    /** Keys stay; of the calls those that are needed. Fills {@code places} and {@code fields} for both. */
    private static List<AggregateCall> neededCalls(
            int keys, List<AggregateCall> calls, Set<Integer> needed, Schema schema, int[] places, List<Field> fields) {
        Arrays.fill(places, -1);
        for (int key = 0; key < keys; key++) {
            places[key] = fields.size();
            fields.add(schema.fields().get(key));
        }
        List<AggregateCall> kept = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            if (needed.contains(keys + i)) {
                places[keys + i] = fields.size();
                fields.add(schema.fields().get(keys + i));
                kept.add(calls.get(i));
            }
        }
        return kept;
    }
}
