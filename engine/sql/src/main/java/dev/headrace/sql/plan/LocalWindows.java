package dev.headrace.sql.plan;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Windows over instants, and over processing time, that begin when the clock of the session's zone says so. Operators see
 * instants only: the zone's distance from UTC becomes the window's offset, and the window's columns, TIMESTAMPs to the
 * query, stay instants as long as they are passed on, and are turned into local times where something is computed of them
 * or they leave the job.
 */
final class LocalWindows {
    private static final DataType INSTANT = DataType.timestampLtz(3);

    private final SessionZone zone;

    private LocalWindows(SessionZone zone) {
        this.zone = zone;
    }

    /** @param instants columns that hold instants where the schema says TIMESTAMP */
    private record Shown(Plan plan, Set<Integer> instants) {}

    /** The query with what it shows of its windows in local time. */
    static Plan apply(Plan query, SessionZone zone) {
        LocalWindows windows = new LocalWindows(zone);
        return zone.isUtc() ? query : windows.local(windows.visit(query));
    }

    private Shown visit(Plan plan) {
        return switch (plan) {
            case Plan.Calc calc -> calc(calc);
            case Plan.WindowTable table -> table(table);
            case Plan.WindowAggregate aggregate -> windowAggregate(aggregate);
            case Plan.Aggregate aggregate -> {
                Shown input = visit(aggregate.input());
                yield new Shown(
                        Plans.withInputs(aggregate, _ -> input.plan()),
                        grouped(aggregate.keys(), aggregate.calls(), input.instants()));
            }
            case Plan.Over over -> {
                Shown input = visit(over.input());
                Set<Integer> instants = new HashSet<>(input.instants());
                addCalls(over.calls(), over.input().schema().size(), input.instants(), instants);
                yield new Shown(Plans.withInputs(over, _ -> input.plan()), instants);
            }
            case Plan.Union union -> {
                List<Shown> inputs = union.inputs().stream().map(this::visit).toList();
                Set<Integer> instants = inputs.getFirst().instants();
                boolean same = inputs.stream().allMatch(i -> i.instants().equals(instants));
                yield new Shown(
                        new Plan.Union(
                                inputs.stream()
                                        .map(i -> same ? i.plan() : local(i))
                                        .toList(),
                                union.schema(),
                                union.mode()),
                        same ? instants : Set.of());
            }
            case Plan.Join join ->
                joined(join, join.left(), join.right(), join.leftKeys(), join.rightKeys(), join.condition());
            case Plan.IntervalJoin join ->
                joined(join, join.left(), join.right(), join.leftKeys(), join.rightKeys(), join.condition());
            case Plan.WindowJoin join ->
                joined(join, join.left(), join.right(), join.leftKeys(), join.rightKeys(), join.condition());
            case Plan.TemporalJoin join ->
                joined(join, join.left(), join.right(), join.leftKeys(), join.rightKeys(), join.condition());
            case Plan.LookupJoin join ->
                joined(join, join.left(), join.table(), join.leftKeys(), join.tableKeys(), join.condition());
            // Columns are passed on as they are, a rank behind them.
            case Plan.OnTimeRows _, Plan.Rank _, Plan.WindowRank _, Plan.Deduplicate _, Plan.Normalize _ -> {
                Shown input = visit(plan.inputs().getFirst());
                yield new Shown(Plans.withInputs(plan, _ -> input.plan()), input.instants());
            }
            // Late rows are planned when the windows are as they stay.
            case Plan.Scan _, Plan.Values _, Plan.LateRows _ -> new Shown(plan, Set.of());
            case Plan.SinkPlan sink -> new Shown(Plans.withInputs(sink, input -> local(visit(input))), Set.of());
        };
    }

    private Expression read(Expression expression, Set<Integer> instants) {
        return Expressions.replace(expression, i -> instants.contains(i.index()) ? toLocal(i) : i);
    }

    private Expression toLocal(Expression.Input column) {
        boolean nullable = column.type().nullable();
        return zone.call(
                "CAST", List.of(new Expression.Input(column.index(), INSTANT.withNullable(nullable))), column.type());
    }

    /** The rows with local times in place of instants. */
    private Plan local(Shown shown) {
        if (shown.instants().isEmpty()) {
            return shown.plan();
        }
        Schema schema = shown.plan().schema();
        return Calcs.project(
                shown.plan(),
                Expressions.identity(schema.types()).stream()
                        .map(e -> read(e, shown.instants()))
                        .toList(),
                schema.fields().stream().map(Field::name).toList());
    }

    private Shown calc(Plan.Calc calc) {
        Shown input = visit(calc.input());
        Set<Integer> instants = new HashSet<>();
        for (int i = 0; i < calc.projections().size(); i++) {
            if (calc.projections().get(i) instanceof Expression.Input(int column, DataType _)
                    && input.instants().contains(column)) {
                instants.add(i);
            }
        }
        List<Expression> projections = calc.projections().stream()
                .map(p -> p instanceof Expression.Input ? p : read(p, input.instants()))
                .toList();
        Optional<Expression> condition = calc.condition().map(c -> read(c, input.instants()));
        return new Shown(new Plan.Calc(input.plan(), condition, projections, calc.schema()), instants);
    }

    private boolean isInstant(Plan input, Set<Integer> instants, int timeColumn) {
        return timeColumn < 0
                || instants.contains(timeColumn)
                || input.schema().type(timeColumn).kind() == Kind.TIMESTAMP_LTZ;
    }

    private Shown table(Plan.WindowTable table) {
        Shown input = visit(table.input());
        boolean instant = isInstant(table.input(), input.instants(), table.timeColumn());
        Set<Integer> instants = new HashSet<>(input.instants());
        int columns = table.input().schema().size();
        if (instant) {
            instants.addAll(List.of(columns, columns + 1, columns + 2));
        }
        return new Shown(
                new Plan.WindowTable(
                        input.plan(),
                        instant ? aligned(table.window()) : table.window(),
                        table.timeColumn(),
                        table.schema()),
                instants);
    }

    private Shown windowAggregate(Plan.WindowAggregate aggregate) {
        Shown input = visit(aggregate.input());
        boolean instant = aggregate.window() instanceof Window.Attached attached
                ? input.instants().contains(attached.endColumn())
                : isInstant(aggregate.input(), input.instants(), aggregate.timeColumn());
        Set<Integer> instants = grouped(aggregate.keys(), aggregate.calls(), input.instants());
        int properties = aggregate.keys().size() + aggregate.calls().size();
        for (int i = 0; instant && i < aggregate.properties().size(); i++) {
            instants.add(properties + i);
        }
        return new Shown(
                new Plan.WindowAggregate(
                        input.plan(),
                        instant ? aligned(aggregate.window()) : aggregate.window(),
                        aggregate.timeColumn(),
                        aggregate.keys(),
                        aggregate.calls(),
                        aggregate.properties(),
                        aggregate.schema(),
                        aggregate.mode(),
                        aggregate.allowedLateness()),
                instants);
    }

    /** The columns of keys, then of calls. */
    private static Set<Integer> grouped(List<Integer> keys, List<AggregateCall> calls, Set<Integer> input) {
        Set<Integer> instants = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            if (input.contains(keys.get(i))) {
                instants.add(i);
            }
        }
        addCalls(calls, keys.size(), input, instants);
        return instants;
    }

    /** A call that gives one of its argument's values gives an instant of instants. */
    private static void addCalls(List<AggregateCall> calls, int first, Set<Integer> input, Set<Integer> instants) {
        for (int i = 0; i < calls.size(); i++) {
            AggregateCall call = calls.get(i);
            if (call.type().kind() == Kind.TIMESTAMP
                    && !call.arguments().isEmpty()
                    && input.contains(call.arguments().getFirst())) {
                instants.add(first + i);
            }
        }
    }

    private Shown joined(
            Plan join,
            Plan left,
            Plan right,
            List<Integer> leftKeys,
            List<Integer> rightKeys,
            Optional<Expression> condition) {
        Shown first = visit(left);
        Shown second = visit(right);
        for (int i = 0; i < leftKeys.size(); i++) {
            if (first.instants().contains(leftKeys.get(i)) != second.instants().contains(rightKeys.get(i))) {
                throw Unsupported.because(
                        "in the time zone " + zone.id() + " a window over TIMESTAMP_LTZ or processing time cannot be"
                                + " joined with a column that is no bound of such a window",
                        "JOIN");
            }
        }
        Set<Integer> both = new HashSet<>(first.instants());
        int columns = left.schema().size();
        second.instants().forEach(i -> both.add(columns + i));
        Set<Integer> shown = new TreeSet<>(both);
        shown.removeIf(i -> i >= join.schema().size());
        Plan changed = Plans.withInputs(join, input -> input == left ? first.plan() : second.plan());
        return new Shown(withCondition(changed, condition.map(c -> read(c, both))), shown);
    }

    private static Plan withCondition(Plan plan, Optional<Expression> condition) {
        return switch (plan) {
            case Plan.Join p ->
                new Plan.Join(
                        p.left(),
                        p.right(),
                        p.kind(),
                        p.leftKeys(),
                        p.rightKeys(),
                        condition,
                        p.leftUnique(),
                        p.rightUnique(),
                        p.schema(),
                        p.mode(),
                        p.timeToLive());
            case Plan.IntervalJoin p ->
                new Plan.IntervalJoin(
                        p.left(),
                        p.right(),
                        p.kind(),
                        p.leftKeys(),
                        p.rightKeys(),
                        p.leftTime(),
                        p.rightTime(),
                        p.lower(),
                        p.upper(),
                        condition,
                        p.schema());
            case Plan.WindowJoin p ->
                new Plan.WindowJoin(
                        p.left(),
                        p.right(),
                        p.kind(),
                        p.leftKeys(),
                        p.rightKeys(),
                        p.leftWindowEnd(),
                        p.rightWindowEnd(),
                        condition,
                        p.schema());
            case Plan.TemporalJoin p ->
                new Plan.TemporalJoin(
                        p.left(),
                        p.right(),
                        p.kind(),
                        p.leftKeys(),
                        p.rightKeys(),
                        p.leftTime(),
                        p.rightTime(),
                        condition,
                        p.schema(),
                        p.timeToLive());
            case Plan.LookupJoin p ->
                new Plan.LookupJoin(p.left(), p.table(), p.kind(), p.leftKeys(), p.tableKeys(), condition, p.schema());
            default -> throw new IllegalArgumentException("no join: " + plan);
        };
    }

    private Window aligned(Window window) {
        return switch (window) {
            case Window.Tumble(long size, long offset) -> new Window.Tumble(size, offset(size, offset));
            case Window.Hop(long size, long slide, long offset) ->
                new Window.Hop(size, slide, Math.floorMod(offset(size, offset), slide));
            case Window.Cumulate(long size, long step, long offset) ->
                new Window.Cumulate(size, step, offset(size, offset));
            case Window.Session _, Window.Attached _ -> window;
        };
    }

    private long offset(long unit, long offset) {
        List<Long> shifts = zone.offsets().stream()
                .map(s -> Math.floorMod(s, unit))
                .distinct()
                .toList();
        if (shifts.size() > 1) {
            throw Unsupported.because(
                    "windows of this length are longer or shorter when the clock of " + zone.id()
                            + " changes, and that is not there yet; SET 'table.local-time-zone' to a fixed distance"
                            + " from UTC such as '+01:00', or use shorter windows",
                    "TUMBLE",
                    "HOP",
                    "CUMULATE");
        }
        return Math.floorMod(offset - shifts.getFirst(), unit);
    }
}
