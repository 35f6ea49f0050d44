package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.graph.PlanIdentity;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Drops columns that nobody reads. A pruned node has the columns asked for and those that it needs itself. A node that
 * keeps state and is read in several places keeps the columns that any of them reads, so that it is one node still.
 */
final class Pruner {
    private final PlanIdentity identities = new PlanIdentity();
    private final Map<String, Set<Integer>> neededOfShared = new HashMap<>();
    /** By identity of an aggregation, the columns of its input that are read of its late rows. */
    private final Map<String, Set<Integer>> neededOfLate = new HashMap<>();

    private boolean grown;

    private Pruner() {}

    static List<Plan.SinkPlan> prune(List<Plan.SinkPlan> sinks) {
        Pruner pruner = new Pruner();
        List<Plan.SinkPlan> pruned;
        do {
            pruner.grown = false;
            pruned = sinks.stream().map(pruner::prune).toList();
        } while (pruner.grown);
        return pruned;
    }

    /**
     * A pruned node.
     *
     * @param places for each old column its new place, -1 where it is gone
     */
    private record Pruned(Plan plan, int[] places) {
        int at(int column) {
            return places[column];
        }

        List<Integer> all(List<Integer> columns) {
            return columns.stream().map(this::at).toList();
        }

        Expression of(Expression expression) {
            return Expressions.replace(expression, i -> new Expression.Input(at(i.index()), i.type()));
        }
    }

    private Plan.SinkPlan prune(Plan.SinkPlan sink) {
        Set<Integer> all = range(sink.input().schema().size());
        Pruned input = prune(sink.input(), all);
        return new Plan.SinkPlan(sink.table(), exactly(input, all), sink.upsertKey());
    }

    /** The node with just these columns, in rising order. */
    private static Plan exactly(Pruned input, Set<Integer> columns) {
        List<Integer> places = columns.stream().map(input::at).toList();
        boolean asIs =
                places.size() == input.plan().schema().size() && places.equals(List.copyOf(range(places.size())));
        return asIs ? input.plan() : Calcs.columns(input.plan(), places);
    }

    private static Set<Integer> range(int size) {
        Set<Integer> all = new TreeSet<>();
        for (int i = 0; i < size; i++) {
            all.add(i);
        }
        return all;
    }

    private static int[] identity(int size) {
        int[] places = new int[size];
        for (int i = 0; i < size; i++) {
            places[i] = i;
        }
        return places;
    }

    private static Set<Integer> with(Set<Integer> columns, Collection<Integer> more) {
        Set<Integer> all = new TreeSet<>(columns);
        all.addAll(more);
        return all;
    }

    private static Set<Integer> below(Set<Integer> columns, int limit) {
        Set<Integer> found = new TreeSet<>(columns);
        found.removeIf(c -> c >= limit);
        return found;
    }

    private Pruned prune(Plan plan, Set<Integer> asked) {
        Set<Integer> needed = isShareable(plan) ? neededByAll(plan, asked) : asked;
        return switch (plan) {
            case Plan.Scan p -> new Pruned(p, identity(p.schema().size()));
            case Plan.Values p -> new Pruned(p, identity(p.schema().size()));
            case Plan.Calc p -> calc(p, needed);
            case Plan.Union p -> union(p, needed);
            case Plan.Aggregate p -> aggregate(p, needed);
            case Plan.WindowAggregate p -> windowAggregate(p, needed).output();
            case Plan.WindowTable p -> windowTable(p, needed);
            case Plan.LateRows p -> lateRows(p, needed);
            case Plan.OnTimeRows p -> {
                Pruned input = prune(
                        p.input(),
                        with(
                                needed,
                                p.windows().stream()
                                        .map(Plan.TimedWindow::timeColumn)
                                        .toList()));
                yield new Pruned(
                        new Plan.OnTimeRows(
                                input.plan(),
                                p.windows().stream()
                                        .map(w -> new Plan.TimedWindow(
                                                w.window(), input.at(w.timeColumn()), w.allowedLateness()))
                                        .toList()),
                        input.places());
            }
            case Plan.Join p -> join(p, needed);
            case Plan.IntervalJoin p -> intervalJoin(p, needed);
            case Plan.WindowJoin p -> windowJoin(p, needed);
            case Plan.TemporalJoin p -> temporalJoin(p, needed);
            case Plan.LookupJoin p -> lookupJoin(p, needed);
            case Plan.Rank p -> rank(p, needed);
            case Plan.WindowRank p -> windowRank(p, needed);
            case Plan.Deduplicate p -> {
                List<Integer> own = new ArrayList<>(p.keys());
                if (p.timeColumn() >= 0) {
                    own.add(p.timeColumn());
                }
                Pruned input = prune(p.input(), with(needed, own));
                yield new Pruned(
                        new Plan.Deduplicate(
                                input.plan(),
                                input.all(p.keys()),
                                p.timeColumn() < 0 ? -1 : input.at(p.timeColumn()),
                                p.keepLast(),
                                p.mode(),
                                p.timeToLive()),
                        input.places());
            }
            case Plan.Over p -> over(p, needed);
            case Plan.Normalize p -> {
                Pruned input = prune(p.input(), with(needed, p.keys()));
                yield new Pruned(new Plan.Normalize(input.plan(), input.all(p.keys()), p.timeToLive()), input.places());
            }
            case Plan.SinkPlan p -> throw new IllegalArgumentException("a sink inside a plan: " + p);
        };
    }

    /** Whether it is worth more columns that the node runs once. */
    private static boolean isShareable(Plan plan) {
        return switch (plan) {
            case Plan.Scan _, Plan.Values _, Plan.Calc _, Plan.Union _, Plan.WindowTable _ -> false;
            case Plan.LateRows _, Plan.OnTimeRows _ -> false;
            default -> true;
        };
    }

    private Set<Integer> neededByAll(Plan plan, Set<Integer> asked) {
        Set<Integer> known = neededOfShared.get(identities.of(plan));
        if (known == null) {
            known = new TreeSet<>(asked);
            neededOfShared.put(identities.of(plan), known);
        } else if (known.addAll(asked)) {
            grown = true;
        }
        return new TreeSet<>(known);
    }

    private Pruned calc(Plan.Calc calc, Set<Integer> needed) {
        List<Expression> kept = new ArrayList<>();
        List<String> names = new ArrayList<>();
        int[] places = new int[calc.projections().size()];
        java.util.Arrays.fill(places, -1);
        for (int column : needed) {
            places[column] = kept.size();
            kept.add(calc.projections().get(column));
            names.add(calc.schema().name(column));
        }
        Set<Integer> below = new TreeSet<>();
        kept.forEach(e -> below.addAll(Expressions.inputs(e)));
        calc.condition().ifPresent(c -> below.addAll(Expressions.inputs(c)));
        Pruned input = prune(calc.input(), below);
        List<Expression> projections = kept.stream().map(input::of).toList();
        Optional<Expression> condition = calc.condition().map(input::of);
        boolean identity = condition.isEmpty()
                && !(input.plan() instanceof Plan.Scan)
                && projections.equals(Expressions.identity(input.plan().schema().types()));
        if (identity) {
            return new Pruned(input.plan(), places);
        }
        return new Pruned(Calcs.calc(input.plan(), condition, projections, names), places);
    }

    private Pruned union(Plan.Union union, Set<Integer> needed) {
        Set<Integer> wanted = needed.isEmpty() ? Set.of(0) : needed;
        List<Plan> inputs = union.inputs().stream()
                .map(i -> exactly(prune(i, wanted), wanted))
                .toList();
        int[] places = new int[union.schema().size()];
        java.util.Arrays.fill(places, -1);
        List<Field> fields = new ArrayList<>();
        for (int column : new TreeSet<>(wanted)) {
            places[column] = fields.size();
            fields.add(union.schema().fields().get(column));
        }
        return new Pruned(new Plan.Union(inputs, new Schema(fields), union.mode()), places);
    }

    private static Set<Integer> arguments(List<AggregateCall> calls) {
        Set<Integer> columns = new TreeSet<>();
        for (AggregateCall call : calls) {
            columns.addAll(call.arguments());
            call.filter().ifPresent(columns::add);
        }
        return columns;
    }

    private static List<AggregateCall> moved(List<AggregateCall> calls, Pruned input) {
        return calls.stream()
                .map(c -> new AggregateCall(
                        c.function(),
                        input.all(c.arguments()),
                        c.distinct(),
                        c.filter().isPresent()
                                ? OptionalInt.of(input.at(c.filter().getAsInt()))
                                : OptionalInt.empty(),
                        c.type()))
                .toList();
    }

    /** Keys stay; of the calls those that are needed. Fills {@code places} and {@code fields} for both. */
    private static List<AggregateCall> neededCalls(
            int keys, List<AggregateCall> calls, Set<Integer> needed, Schema schema, int[] places, List<Field> fields) {
        java.util.Arrays.fill(places, -1);
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

    private Pruned aggregate(Plan.Aggregate p, Set<Integer> needed) {
        int[] places = new int[p.schema().size()];
        List<Field> fields = new ArrayList<>();
        List<AggregateCall> calls = neededCalls(p.keys().size(), p.calls(), needed, p.schema(), places, fields);
        Pruned input = prune(p.input(), with(arguments(calls), p.keys()));
        return new Pruned(
                new Plan.Aggregate(
                        input.plan(),
                        input.all(p.keys()),
                        moved(calls, input),
                        new Schema(fields),
                        p.mode(),
                        p.timeToLive()),
                places);
    }

    /**
     * A pruned aggregation.
     *
     * @param input its input
     */
    private record PrunedWindows(Plan.WindowAggregate plan, int[] places, Pruned input) {
        Pruned output() {
            return new Pruned(plan, places);
        }
    }

    /** Asks the aggregation for the columns, which it passes on of all its rows. */
    private Pruned lateRows(Plan.LateRows p, Set<Integer> needed) {
        if (neededOfLate
                .computeIfAbsent(Sharing.identity(p.aggregate(), identities), i -> new TreeSet<>())
                .addAll(needed)) {
            grown = true;
        }
        PrunedWindows pruned = windowAggregate(p.aggregate(), neededByAll(p.aggregate(), Set.of()));
        return new Pruned(new Plan.LateRows(pruned.plan()), pruned.input().places());
    }

    private PrunedWindows windowAggregate(Plan.WindowAggregate p, Set<Integer> needed) {
        int[] places = new int[p.schema().size()];
        List<Field> fields = new ArrayList<>();
        List<AggregateCall> calls = neededCalls(p.keys().size(), p.calls(), needed, p.schema(), places, fields);
        List<Plan.WindowProperty> properties = new ArrayList<>();
        int firstProperty = p.keys().size() + p.calls().size();
        for (int i = 0; i < p.properties().size(); i++) {
            // Bounds cost nothing, and keeping both lets consumers that need one or the other share the node.
            boolean bound = p.properties().get(i) != Plan.WindowProperty.TIME;
            if (bound || needed.contains(firstProperty + i)) {
                places[firstProperty + i] = fields.size();
                fields.add(p.schema().fields().get(firstProperty + i));
                properties.add(p.properties().get(i));
            }
        }
        Set<Integer> own = with(arguments(calls), p.keys());
        if (p.timeColumn() >= 0) {
            own.add(p.timeColumn());
        }
        if (p.window() instanceof Window.Attached(int start, int end)) {
            own.add(start);
            own.add(end);
        }
        own.addAll(neededOfLate.getOrDefault(Sharing.identity(p, identities), Set.of()));
        Pruned input = prune(p.input(), own);
        Window window = p.window() instanceof Window.Attached(int start, int end)
                ? new Window.Attached(input.at(start), input.at(end))
                : p.window();
        return new PrunedWindows(
                new Plan.WindowAggregate(
                        input.plan(),
                        window,
                        p.timeColumn() < 0 ? -1 : input.at(p.timeColumn()),
                        input.all(p.keys()),
                        moved(calls, input),
                        properties,
                        new Schema(fields),
                        p.mode(),
                        p.allowedLateness()),
                places,
                input);
    }

    private Pruned windowTable(Plan.WindowTable p, Set<Integer> needed) {
        int inputColumns = p.input().schema().size();
        Set<Integer> own = below(needed, inputColumns);
        if (p.timeColumn() >= 0) {
            own.add(p.timeColumn());
        }
        Pruned input = prune(p.input(), own);
        List<Field> fields = new ArrayList<>(input.plan().schema().fields());
        int[] places = java.util.Arrays.copyOf(input.places(), inputColumns + 3);
        for (int i = 0; i < 3; i++) {
            places[inputColumns + i] = fields.size();
            fields.add(p.schema().fields().get(inputColumns + i));
        }
        return new Pruned(
                new Plan.WindowTable(
                        input.plan(),
                        p.window(),
                        p.timeColumn() < 0 ? -1 : input.at(p.timeColumn()),
                        new Schema(fields)),
                places);
    }

    /** The two pruned sides of a join, and where the columns of its output have gone. */
    private record Sides(Pruned left, Pruned right, int[] places, Schema schema, Optional<Expression> condition) {}

    private Sides sides(
            Plan left,
            Plan right,
            Set<Integer> needed,
            Collection<Integer> leftOwn,
            Collection<Integer> rightOwn,
            Optional<Expression> condition,
            Schema schema) {
        int leftColumns = left.schema().size();
        Set<Integer> all =
                condition.map(c -> with(needed, Expressions.inputs(c))).orElse(needed);
        Set<Integer> fromRight = new TreeSet<>();
        all.stream().filter(c -> c >= leftColumns).forEach(c -> fromRight.add(c - leftColumns));
        Pruned prunedLeft = prune(left, with(below(all, leftColumns), leftOwn));
        Pruned prunedRight = prune(right, with(fromRight, rightOwn));
        int newLeftColumns = prunedLeft.plan().schema().size();
        int[] places = new int[leftColumns + right.schema().size()];
        Field[] fields = new Field[newLeftColumns + prunedRight.plan().schema().size()];
        for (int i = 0; i < places.length; i++) {
            int place = i < leftColumns ? prunedLeft.at(i) : prunedRight.at(i - leftColumns);
            places[i] = place < 0 || i < leftColumns ? place : place + newLeftColumns;
            if (places[i] >= 0 && i < schema.size()) {
                fields[places[i]] = schema.fields().get(i);
            }
        }
        List<Field> kept = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            if (fields[i] != null) {
                kept.add(fields[i]);
            }
        }
        Optional<Expression> moved =
                condition.map(c -> Expressions.replace(c, i -> new Expression.Input(places[i.index()], i.type())));
        return new Sides(prunedLeft, prunedRight, places, new Schema(kept), moved);
    }

    private static List<Integer> needsUnique(Plan side, List<Integer> unique) {
        return side.mode() == ChangelogMode.INSERT_ONLY ? List.of() : unique;
    }

    private Pruned join(Plan.Join p, Set<Integer> needed) {
        List<Integer> leftUnique = needsUnique(p.left(), p.leftUnique());
        List<Integer> rightUnique = needsUnique(p.right(), p.rightUnique());
        Sides sides = sides(
                p.left(),
                p.right(),
                needed,
                with(new TreeSet<>(p.leftKeys()), leftUnique),
                with(new TreeSet<>(p.rightKeys()), rightUnique),
                p.condition(),
                p.schema());
        return new Pruned(
                new Plan.Join(
                        sides.left().plan(),
                        sides.right().plan(),
                        p.kind(),
                        sides.left().all(p.leftKeys()),
                        sides.right().all(p.rightKeys()),
                        sides.condition(),
                        sides.left().all(leftUnique),
                        sides.right().all(rightUnique),
                        sides.schema(),
                        p.mode(),
                        p.timeToLive()),
                sides.places());
    }

    private Pruned intervalJoin(Plan.IntervalJoin p, Set<Integer> needed) {
        Sides sides = sides(
                p.left(),
                p.right(),
                needed,
                with(new TreeSet<>(p.leftKeys()), List.of(p.leftTime())),
                with(new TreeSet<>(p.rightKeys()), List.of(p.rightTime())),
                p.condition(),
                p.schema());
        return new Pruned(
                new Plan.IntervalJoin(
                        sides.left().plan(),
                        sides.right().plan(),
                        p.kind(),
                        sides.left().all(p.leftKeys()),
                        sides.right().all(p.rightKeys()),
                        sides.left().at(p.leftTime()),
                        sides.right().at(p.rightTime()),
                        p.lower(),
                        p.upper(),
                        sides.condition(),
                        sides.schema()),
                sides.places());
    }

    private Pruned windowJoin(Plan.WindowJoin p, Set<Integer> needed) {
        Sides sides = sides(
                p.left(),
                p.right(),
                needed,
                with(new TreeSet<>(p.leftKeys()), List.of(p.leftWindowEnd())),
                with(new TreeSet<>(p.rightKeys()), List.of(p.rightWindowEnd())),
                p.condition(),
                p.schema());
        return new Pruned(
                new Plan.WindowJoin(
                        sides.left().plan(),
                        sides.right().plan(),
                        p.kind(),
                        sides.left().all(p.leftKeys()),
                        sides.right().all(p.rightKeys()),
                        sides.left().at(p.leftWindowEnd()),
                        sides.right().at(p.rightWindowEnd()),
                        sides.condition(),
                        sides.schema()),
                sides.places());
    }

    private Pruned temporalJoin(Plan.TemporalJoin p, Set<Integer> needed) {
        Sides sides = sides(
                p.left(),
                p.right(),
                needed,
                with(new TreeSet<>(p.leftKeys()), List.of(p.leftTime())),
                with(new TreeSet<>(p.rightKeys()), List.of(p.rightTime())),
                p.condition(),
                p.schema());
        return new Pruned(
                new Plan.TemporalJoin(
                        sides.left().plan(),
                        sides.right().plan(),
                        p.kind(),
                        sides.left().all(p.leftKeys()),
                        sides.right().all(p.rightKeys()),
                        sides.left().at(p.leftTime()),
                        sides.right().at(p.rightTime()),
                        sides.condition(),
                        sides.schema(),
                        p.timeToLive()),
                sides.places());
    }

    private Pruned lookupJoin(Plan.LookupJoin p, Set<Integer> needed) {
        Sides sides = sides(p.left(), p.table(), needed, p.leftKeys(), p.tableKeys(), p.condition(), p.schema());
        return new Pruned(
                new Plan.LookupJoin(
                        sides.left().plan(),
                        sides.right().plan(),
                        p.kind(),
                        sides.left().all(p.leftKeys()),
                        sides.right().all(p.tableKeys()),
                        sides.condition(),
                        sides.schema()),
                sides.places());
    }

    private static List<Ordering> movedOrderings(List<Ordering> orderings, Pruned input) {
        return orderings.stream()
                .map(o -> new Ordering(input.at(o.column()), o.descending(), o.nullsLast()))
                .toList();
    }

    private static Set<Integer> rankColumns(
            Set<Integer> needed, int inputColumns, List<Integer> partition, List<Ordering> orderings) {
        Set<Integer> own = with(below(needed, inputColumns), partition);
        orderings.forEach(o -> own.add(o.column()));
        return own;
    }

    private Pruned rank(Plan.Rank p, Set<Integer> needed) {
        int inputColumns = p.input().schema().size();
        List<Integer> unique = needsUnique(p.input(), p.inputUnique());
        boolean emitRank = p.emitRank() && needed.contains(inputColumns);
        Pruned input = prune(p.input(), with(rankColumns(needed, inputColumns, p.partition(), p.orderings()), unique));
        List<Field> fields = new ArrayList<>(input.plan().schema().fields());
        int[] places = java.util.Arrays.copyOf(input.places(), p.schema().size());
        if (p.schema().size() > inputColumns) {
            places[inputColumns] = emitRank ? fields.size() : -1;
            if (emitRank) {
                fields.add(p.schema().fields().get(inputColumns));
            }
        }
        return new Pruned(
                new Plan.Rank(
                        input.plan(),
                        input.all(p.partition()),
                        movedOrderings(p.orderings(), input),
                        p.from(),
                        p.to(),
                        emitRank,
                        input.all(unique),
                        new Schema(fields),
                        p.mode(),
                        p.timeToLive()),
                places);
    }

    private Pruned windowRank(Plan.WindowRank p, Set<Integer> needed) {
        int inputColumns = p.input().schema().size();
        boolean emitRank = p.emitRank() && needed.contains(inputColumns);
        Pruned input = prune(
                p.input(),
                with(rankColumns(needed, inputColumns, p.partition(), p.orderings()), List.of(p.windowEnd())));
        List<Field> fields = new ArrayList<>(input.plan().schema().fields());
        int[] places = java.util.Arrays.copyOf(input.places(), p.schema().size());
        if (p.schema().size() > inputColumns) {
            places[inputColumns] = emitRank ? fields.size() : -1;
            if (emitRank) {
                fields.add(p.schema().fields().get(inputColumns));
            }
        }
        return new Pruned(
                new Plan.WindowRank(
                        input.plan(),
                        input.at(p.windowEnd()),
                        input.all(p.partition()),
                        movedOrderings(p.orderings(), input),
                        p.from(),
                        p.to(),
                        emitRank,
                        new Schema(fields)),
                places);
    }

    private Pruned over(Plan.Over p, Set<Integer> needed) {
        int inputColumns = p.input().schema().size();
        List<Integer> unique = needsUnique(p.input(), p.inputUnique());
        Set<Integer> own = with(rankColumns(needed, inputColumns, p.partition(), p.orderings()), unique);
        own.addAll(arguments(p.calls()));
        Pruned input = prune(p.input(), own);
        List<Field> fields = new ArrayList<>(input.plan().schema().fields());
        int[] places = java.util.Arrays.copyOf(input.places(), p.schema().size());
        for (int i = 0; i < p.calls().size(); i++) {
            places[inputColumns + i] = fields.size();
            fields.add(p.schema().fields().get(inputColumns + i));
        }
        return new Pruned(
                new Plan.Over(
                        input.plan(),
                        input.all(p.partition()),
                        movedOrderings(p.orderings(), input),
                        p.timeColumn() < 0 ? -1 : input.at(p.timeColumn()),
                        p.precedingRows(),
                        p.precedingRange(),
                        moved(p.calls(), input),
                        input.all(unique),
                        new Schema(fields),
                        p.mode(),
                        p.timeToLive()),
                places);
    }
}
