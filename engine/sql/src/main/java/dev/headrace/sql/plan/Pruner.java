package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.TimedWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Drops columns that nobody reads. A pruned node has the columns asked for and those that it needs itself. A node that
 * keeps state and is read in several places keeps the columns that any of them reads, so that it is one node still.
 */
final class Pruner {
    private final SharedNeeds needs = new SharedNeeds();
    private final AggregatePruner aggregates = new AggregatePruner(this, needs);
    private final JoinPruner joins = new JoinPruner(this);
    private final RankPruner ranks = new RankPruner(this);

    private Pruner() {}

    static List<Plan.SinkPlan> prune(List<Plan.SinkPlan> sinks) {
        Pruner pruner = new Pruner();
        List<Plan.SinkPlan> pruned;
        do {
            pruner.needs.beginPass();
            pruned = sinks.stream().map(pruner::prune).toList();
        } while (pruner.needs.hasGrown());
        return pruned;
    }

    /** The columns that identify a row, as far as a node needs them: rows that only come need not be found again. */
    static List<Integer> neededUnique(Plan input, List<Integer> unique) {
        return input.mode() == ChangelogMode.INSERT_ONLY ? List.of() : unique;
    }

    private Plan.SinkPlan prune(Plan.SinkPlan sink) {
        Set<Integer> all = ColumnSets.all(sink.input().schema().size());
        Pruned input = prune(sink.input(), all);
        return new Plan.SinkPlan(sink.table(), input.exactly(all), sink.upsertKey());
    }

    /** The node with the columns asked for, and those that it needs itself. */
    Pruned prune(Plan plan, Set<Integer> asked) {
        Set<Integer> needed = isShareable(plan) ? needs.add(plan, asked) : asked;
        return switch (plan) {
            case Plan.Scan p -> new Pruned(p, identity(p.schema().size()));
            case Plan.Values p -> new Pruned(p, identity(p.schema().size()));
            case Plan.Calc p -> calc(p, needed);
            case Plan.Union p -> union(p, needed);
            case Plan.Aggregate p -> aggregates.aggregate(p, needed);
            case Plan.WindowAggregate p -> aggregates.windowAggregate(p, needed);
            case Plan.WindowTable p -> windowTable(p, needed);
            case Plan.LateRows p -> aggregates.lateRows(p, needed);
            case Plan.OnTimeRows p -> onTimeRows(p, needed);
            case Plan.Join p -> joins.join(p, needed);
            case Plan.IntervalJoin p -> joins.intervalJoin(p, needed);
            case Plan.WindowJoin p -> joins.windowJoin(p, needed);
            case Plan.TemporalJoin p -> joins.temporalJoin(p, needed);
            case Plan.LookupJoin p -> joins.lookupJoin(p, needed);
            case Plan.Rank p -> ranks.rank(p, needed);
            case Plan.WindowRank p -> ranks.windowRank(p, needed);
            case Plan.Deduplicate p -> deduplicate(p, needed);
            case Plan.Over p -> ranks.over(p, needed);
            case Plan.Normalize p -> normalize(p, needed);
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

    private static int[] identity(int size) {
        int[] places = new int[size];
        for (int i = 0; i < size; i++) {
            places[i] = i;
        }
        return places;
    }

    private Pruned calc(Plan.Calc calc, Set<Integer> needed) {
        List<Expression> kept = new ArrayList<>();
        List<String> names = new ArrayList<>();
        int[] places = new int[calc.projections().size()];
        Arrays.fill(places, -1);
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
                .map(i -> prune(i, wanted).exactly(wanted))
                .toList();
        int[] places = new int[union.schema().size()];
        Arrays.fill(places, -1);
        List<Field> fields = new ArrayList<>();
        for (int column : new TreeSet<>(wanted)) {
            places[column] = fields.size();
            fields.add(union.schema().fields().get(column));
        }
        return new Pruned(new Plan.Union(inputs, new Schema(fields), union.mode()), places);
    }

    private Pruned windowTable(Plan.WindowTable p, Set<Integer> needed) {
        int inputColumns = p.input().schema().size();
        Set<Integer> own = ColumnSets.below(needed, inputColumns);
        if (p.timeColumn() >= 0) {
            own.add(p.timeColumn());
        }
        Pruned input = prune(p.input(), own);
        List<Field> fields = new ArrayList<>(input.plan().schema().fields());
        int[] places = Arrays.copyOf(input.places(), inputColumns + 3);
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

    private Pruned onTimeRows(Plan.OnTimeRows p, Set<Integer> needed) {
        Pruned input = prune(
                p.input(),
                ColumnSets.with(
                        needed,
                        p.windows().stream().map(TimedWindow::timeColumn).toList()));
        return new Pruned(
                new Plan.OnTimeRows(
                        input.plan(),
                        p.windows().stream()
                                .map(w -> new TimedWindow(w.window(), input.at(w.timeColumn()), w.allowedLateness()))
                                .toList()),
                input.places());
    }

    private Pruned deduplicate(Plan.Deduplicate p, Set<Integer> needed) {
        List<Integer> own = new ArrayList<>(p.keys());
        if (p.timeColumn() >= 0) {
            own.add(p.timeColumn());
        }
        Pruned input = prune(p.input(), ColumnSets.with(needed, own));
        return new Pruned(
                new Plan.Deduplicate(
                        input.plan(),
                        input.all(p.keys()),
                        p.timeColumn() < 0 ? -1 : input.at(p.timeColumn()),
                        p.keepLast(),
                        p.mode(),
                        p.timeToLive()),
                input.places());
    }

    private Pruned normalize(Plan.Normalize p, Set<Integer> needed) {
        Pruned input = prune(p.input(), ColumnSets.with(needed, p.keys()));
        return new Pruned(new Plan.Normalize(input.plan(), input.all(p.keys()), p.timeToLive()), input.places());
    }
}
