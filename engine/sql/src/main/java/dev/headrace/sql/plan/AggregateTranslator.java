package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import dev.headrace.core.plan.WindowProperty;
import dev.headrace.sql.catalog.TypeMapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.rel.core.Aggregate;

/** GROUP BY: over windows where its keys name one, else over the whole changelog. */
final class AggregateTranslator {
    private static final DataType TIME = DataType.timestamp(3).notNull();

    private final Duration timeToLive;

    AggregateTranslator(Duration timeToLive) {
        this.timeToLive = timeToLive;
    }

    Relation translate(Aggregate aggregate, Relation input) {
        if (aggregate.getGroupType() != Aggregate.Group.SIMPLE) {
            return GroupingSets.translate(aggregate, input, this::aggregate);
        }
        List<DataType> types = TypeMapping.fields(aggregate.getRowType()).stream()
                .map(Field::type)
                .toList();
        return aggregate(
                aggregate.getGroupSet().asList(),
                aggregate.getAggCallList(),
                aggregate.getRowType().getFieldNames(),
                types,
                input);
    }

    private Relation aggregate(
            List<Integer> keys,
            List<org.apache.calcite.rel.core.AggregateCall> found,
            List<String> names,
            List<DataType> types,
            Relation input) {
        List<Call> calls = found.stream().map(c -> call(c, input)).toList();
        Optional<Relation> grouped = groupWindow(keys, calls, names, types, input);
        if (grouped.isPresent()) {
            return grouped.get();
        }
        Optional<Relation> windowed = windowed(keys, calls, names, types, input);
        if (windowed.isPresent()) {
            return windowed.get();
        }
        if (calls.stream().anyMatch(c -> c.property().isPresent())) {
            throw propertyWithoutWindow();
        }
        List<AggregateCall> aggregates = calls.stream().map(Call::aggregate).toList();
        return grouped(input, keys, aggregates, schema(names, types));
    }

    private Relation grouped(Relation input, List<Integer> keys, List<AggregateCall> calls, Schema schema) {
        // A group without calls never changes once it is there.
        boolean distinctRows = calls.isEmpty() && input.plan().mode() == ChangelogMode.INSERT_ONLY;
        Plan plan = new Plan.Aggregate(
                input.plan(),
                keys,
                calls,
                schema,
                distinctRows ? ChangelogMode.INSERT_ONLY : ChangelogMode.RETRACT,
                timeToLive);
        return Relation.of(plan)
                .withUnique(IntStream.range(0, keys.size()).boxed().toList());
    }

    /** SELECT DISTINCT over all columns. */
    Relation distinct(Relation input) {
        List<Integer> all =
                IntStream.range(0, input.plan().schema().size()).boxed().toList();
        return grouped(input, all, List.of(), input.plan().schema());
    }

    /** INTERSECT and EXCEPT: the rows that are on both sides, or on the left one only; each once. */
    Relation compared(Relation left, Relation right, boolean both) {
        int columns = left.plan().schema().size();
        List<Plan> sides = List.of(marked(left.plan(), true), marked(right.plan(), false));
        boolean insertOnly = sides.stream().allMatch(s -> s.mode() == ChangelogMode.INSERT_ONLY);
        Plan union = new Plan.Union(
                sides, sides.getFirst().schema(), insertOnly ? ChangelogMode.INSERT_ONLY : ChangelogMode.RETRACT);
        List<Integer> keys = IntStream.range(0, columns).boxed().toList();
        List<Field> fields = new ArrayList<>(left.plan().schema().fields());
        List<AggregateCall> calls = new ArrayList<>();
        for (int side = 0; side < 2; side++) {
            DataType count = DataType.BIGINT.notNull();
            fields.add(new Field("$side" + side, count));
            calls.add(new AggregateCall("COUNT", List.of(), false, OptionalInt.of(columns + side), count));
        }
        Relation grouped = grouped(Relation.of(union), keys, calls, new Schema(fields));
        Expression zero = new Expression.Literal(0L, DataType.BIGINT.notNull());
        DataType truth = DataType.BOOLEAN.notNull();
        Expression onLeft = new Expression.Call(
                ">", List.of(new Expression.Input(columns, DataType.BIGINT.notNull()), zero), truth);
        Expression onRight = new Expression.Call(
                both ? ">" : "=", List.of(new Expression.Input(columns + 1, DataType.BIGINT.notNull()), zero), truth);
        Plan filtered = Calcs.filter(grouped.plan(), Expressions.and(List.of(onLeft, onRight)));
        return RelTranslator.projected(
                grouped.with(filtered),
                Expressions.identity(left.plan().schema().types()),
                left.plan().schema().fields().stream().map(Field::name).toList());
    }

    /** The rows with two further columns: whether they are of the left side, and of the right one. */
    private static Plan marked(Plan side, boolean left) {
        List<Expression> projections =
                new ArrayList<>(Expressions.identity(side.schema().types()));
        List<String> names =
                new ArrayList<>(side.schema().fields().stream().map(Field::name).toList());
        for (boolean mark : new boolean[] {left, !left}) {
            names.add("$side" + names.size());
            projections.add(new Expression.Literal(mark ? 1L : 0L, DataType.BOOLEAN.notNull()));
        }
        return Calcs.project(side, projections, names);
    }

    /** An aggregate, or a property of the group's window. */
    private record Call(AggregateCall aggregate, Optional<WindowProperty> property) {}

    private static Call call(org.apache.calcite.rel.core.AggregateCall call, Relation input) {
        String function = call.getAggregation().getName().toUpperCase(java.util.Locale.ROOT);
        DataType type = TypeMapping.fromCalcite(call.getType());
        AggregateCall aggregate = new AggregateCall(
                function.equals("SINGLE_VALUE")
                        ? "FIRST_VALUE"
                        : function.equals("ANY_VALUE") ? "FIRST_VALUE" : function,
                call.getArgList(),
                call.isDistinct(),
                call.filterArg < 0 ? OptionalInt.empty() : OptionalInt.of(call.filterArg),
                type);
        Optional<WindowProperty> property = function.matches("(TUMBLE|HOP|SESSION)_(START|END|ROWTIME|PROCTIME)")
                ? Optional.of(
                        function.endsWith("_START")
                                ? WindowProperty.START
                                : function.endsWith("_END") ? WindowProperty.END : WindowProperty.TIME)
                : Optional.empty();
        return new Call(aggregate, property);
    }

    /** GROUP BY TUMBLE(...): one of the keys is a window function of the input's projection. */
    private Optional<Relation> groupWindow(
            List<Integer> keys, List<Call> calls, List<String> names, List<DataType> types, Relation input) {
        if (!(input.plan() instanceof Plan.Calc calc)) {
            return Optional.empty();
        }
        for (int place = 0; place < keys.size(); place++) {
            if (!(calc.projections().get(keys.get(place)) instanceof Expression.Call window)
                    || !window.function().startsWith("GROUP_")) {
                continue;
            }
            for (Call call : calls) {
                boolean same = call.property().isEmpty()
                        || call.aggregate().arguments().stream()
                                .map(calc.projections()::get)
                                .toList()
                                .equals(window.operands());
                if (!same) {
                    throw propertyWithoutWindow();
                }
            }
            // The window function goes; the time that it is over becomes a column of its own.
            List<Expression> projections = new ArrayList<>(calc.projections());
            List<String> columns = new ArrayList<>(
                    calc.schema().fields().stream().map(Field::name).toList());
            projections.set(keys.get(place), new Expression.Null(TIME.withNullable(true)));
            int timeColumn = projections.size();
            projections.add(window.operands().getFirst());
            columns.add(
                    window.operands().getFirst() instanceof Expression.Input(int column, DataType _)
                            ? calc.input().schema().name(column)
                            : "$time");
            Relation timed = time(input, calc, window, projections, columns, timeColumn);
            WindowTranslator.TimedWindow spec = WindowTranslator.group(
                    new Expression.Call(
                            window.function(),
                            replaceFirst(window.operands(), new Expression.Input(timeColumn, TIME)),
                            window.type()),
                    timed);
            return Optional.of(aggregate(
                    timed, spec.window(), spec.timeColumn(), keys, Set.of(place), -1, -1, calls, names, types));
        }
        return Optional.empty();
    }

    private static Unsupported propertyWithoutWindow() {
        return Unsupported.because(
                "TUMBLE_START and its like need the same window in GROUP BY: the same time and the same lengths",
                "TUMBLE_START",
                "TUMBLE_END",
                "TUMBLE_ROWTIME",
                "TUMBLE_PROCTIME",
                "HOP_START",
                "HOP_END",
                "HOP_ROWTIME",
                "HOP_PROCTIME",
                "SESSION_START",
                "SESSION_END",
                "SESSION_ROWTIME",
                "SESSION_PROCTIME");
    }

    private static List<Expression> replaceFirst(List<Expression> operands, Expression first) {
        List<Expression> replaced = new ArrayList<>(operands);
        replaced.set(0, first);
        return replaced;
    }

    private static Relation time(
            Relation input,
            Plan.Calc calc,
            Expression.Call window,
            List<Expression> projections,
            List<String> columns,
            int timeColumn) {
        Expression time = window.operands().getFirst();
        boolean processing =
                time instanceof Expression.Call call && call.function().equals(RelTranslator.PROCTIME);
        boolean known = false;
        for (int i = 0; i < calc.projections().size(); i++) {
            if (calc.projections().get(i).equals(time)) {
                known |= input.rowtime().contains(i);
                processing |= input.proctime().contains(i);
            }
        }
        Plan plan = new Plan.Calc(
                calc.input(),
                calc.condition(),
                projections,
                new Schema(IntStream.range(0, projections.size())
                        .mapToObj(i ->
                                new Field(columns.get(i), projections.get(i).type()))
                        .toList()));
        return Relation.of(plan)
                .withTimes(known ? Set.of(timeColumn) : Set.of(), processing ? Set.of(timeColumn) : Set.of())
                .withAllowedLateness(input.allowedLateness());
    }

    /** The input's rows carry their window, and both its bounds are keys. */
    private Optional<Relation> windowed(
            List<Integer> keys, List<Call> calls, List<String> names, List<DataType> types, Relation input) {
        if (input.windowed().isEmpty()) {
            return Optional.empty();
        }
        int start = keys.indexOf(input.windowed().get().start());
        int end = keys.indexOf(input.windowed().get().end());
        if (end < 0 || start < 0 && input.windowed().get().start() >= 0) {
            return Optional.empty();
        }
        Set<Integer> windowPlaces = new HashSet<>();
        for (int place = 0; place < keys.size(); place++) {
            if (isWindowColumn(input, keys.get(place))) {
                windowPlaces.add(place);
            }
        }
        Optional<Relation> onTable = overTableFunction(keys, windowPlaces, start, end, calls, names, types, input);
        if (onTable.isPresent()) {
            return onTable;
        }
        if (start < 0) {
            return Optional.empty();
        }
        Window window = new Window.Attached(keys.get(start), keys.get(end));
        return Optional.of(aggregate(input, window, -1, keys, windowPlaces, start, end, calls, names, types));
    }

    private static boolean isWindowColumn(Relation input, int column) {
        Relation.Windowed windowed = input.windowed().orElseThrow();
        if (column == windowed.start() || column == windowed.end()) {
            return true;
        }
        return windowTimeOf(input.plan(), column);
    }

    private static boolean windowTimeOf(Plan plan, int column) {
        return switch (plan) {
            case Plan.WindowTable table -> column >= table.input().schema().size();
            case Plan.Calc(Plan.WindowTable table, Optional<Expression> _, List<Expression> projections, Schema _) ->
                projections.get(column) instanceof Expression.Input(int index, DataType _)
                        && index >= table.input().schema().size();
            default -> false;
        };
    }

    /** Aggregates over the function's own input, so that rows are not multiplied by their windows. */
    private Optional<Relation> overTableFunction(
            List<Integer> keys,
            Set<Integer> windowPlaces,
            int start,
            int end,
            List<Call> calls,
            List<String> names,
            List<DataType> types,
            Relation input) {
        Plan.WindowTable table;
        List<Expression> projections;
        Optional<Expression> condition;
        switch (input.plan()) {
            case Plan.WindowTable t -> {
                table = t;
                projections = Expressions.identity(t.schema().types());
                condition = Optional.empty();
            }
            case Plan.Calc(Plan.WindowTable t, Optional<Expression> c, List<Expression> p, Schema _) -> {
                table = t;
                projections = p;
                condition = c;
            }
            default -> {
                return Optional.empty();
            }
        }
        int inputColumns = table.input().schema().size();
        List<Expression> kept = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < projections.size(); i++) {
            boolean ofWindow = Expressions.inputs(projections.get(i)).stream().anyMatch(c -> c >= inputColumns);
            if (ofWindow && !(projections.get(i) instanceof Expression.Input)) {
                return Optional.empty();
            }
            kept.add(ofWindow ? new Expression.Null(TIME.withNullable(true)) : projections.get(i));
            columns.add(input.plan().schema().name(i));
        }
        if (condition.isPresent()
                && Expressions.inputs(condition.get()).stream().anyMatch(c -> c >= inputColumns)) {
            return Optional.empty();
        }
        int timeColumn = -1;
        if (table.timeColumn() >= 0) {
            timeColumn = kept.size();
            kept.add(new Expression.Input(
                    table.timeColumn(), table.input().schema().type(table.timeColumn())));
            columns.add("$time");
        }
        if (table.window() instanceof Window.Session) {
            Set<Integer> plain = new HashSet<>(keys);
            windowPlaces.forEach(p -> plain.remove(keys.get(p)));
            if (condition.isPresent()
                    || !plain.equals(
                            new HashSet<>(input.windowed().orElseThrow().partition()))) {
                throw Unsupported.because(
                        "SESSION's PARTITION BY and the other columns of GROUP BY must be the same, without"
                                + " a WHERE between: SESSION(TABLE t PARTITION BY k, ..) .. GROUP BY k, window_start, window_end",
                        "SESSION");
            }
        }
        Plan plan = Calcs.calc(table.input(), condition, kept, columns);
        return Optional.of(aggregate(
                Relation.of(plan).withAllowedLateness(input.allowedLateness()),
                table.window(),
                timeColumn,
                keys,
                windowPlaces,
                start,
                end,
                calls,
                names,
                types));
    }

    /**
     * @param windowPlaces which of the keys are columns of the window
     * @param start which of the keys is its start, -1 for none; {@code end} likewise; of the others all are its time
     */
    private static Relation aggregate(
            Relation input,
            Window window,
            int timeColumn,
            List<Integer> keys,
            Set<Integer> windowPlaces,
            int start,
            int end,
            List<Call> calls,
            List<String> names,
            List<DataType> types) {
        List<Integer> plainKeys = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        for (int place = 0; place < keys.size(); place++) {
            if (!windowPlaces.contains(place)) {
                plainKeys.add(keys.get(place));
                fields.add(new Field(names.get(place), types.get(place)));
            }
        }
        List<AggregateCall> aggregates = calls.stream()
                .filter(c -> c.property().isEmpty())
                .map(Call::aggregate)
                .toList();
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).property().isEmpty()) {
                fields.add(new Field(names.get(keys.size() + i), types.get(keys.size() + i)));
            }
        }
        int properties = fields.size();
        for (WindowProperty property : WindowProperty.values()) {
            fields.add(new Field("window_" + property.name().toLowerCase(java.util.Locale.ROOT), TIME));
        }
        Duration lateness = timeColumn < 0 ? Duration.ZERO : input.allowedLateness();
        ChangelogMode mode = lateness.isZero() ? ChangelogMode.INSERT_ONLY : ChangelogMode.RETRACT;
        Plan plan = new Plan.WindowAggregate(
                input.plan(),
                window,
                timeColumn,
                plainKeys,
                aggregates,
                List.of(WindowProperty.values()),
                new Schema(fields),
                mode,
                lateness);
        // Back to the order that the query has.
        List<Expression> projections = new ArrayList<>();
        int nextKey = 0;
        for (int place = 0; place < keys.size(); place++) {
            int from;
            if (!windowPlaces.contains(place)) {
                from = nextKey++;
            } else if (start < 0 && end < 0) {
                from = properties;
            } else {
                from = properties + (place == start ? 0 : place == end ? 1 : 2);
            }
            projections.add(new Expression.Input(from, fields.get(from).type()));
        }
        int nextCall = plainKeys.size();
        for (Call call : calls) {
            int from = call.property().map(p -> properties + p.ordinal()).orElse(-1);
            if (from < 0) {
                from = nextCall++;
            }
            projections.add(new Expression.Input(from, fields.get(from).type()));
        }
        boolean eventTime = timeColumn >= 0 || window instanceof Window.Attached;
        if (mode != ChangelogMode.INSERT_ONLY) {
            // A window that is emitted again is a row that changes; it is no longer waited for.
            List<Integer> own = IntStream.range(0, plainKeys.size()).boxed().toList();
            List<List<Integer>> uniques = new ArrayList<>();
            uniques.add(Changelogs.union(own, List.of(properties, properties + 1)));
            // Of two sessions that a watermark has kept apart, the later one ends later but may begin with the other.
            uniques.add(Changelogs.union(own, List.of(properties + 1)));
            if (!(window instanceof Window.Cumulate || window instanceof Window.Session)) {
                uniques.add(Changelogs.union(own, List.of(properties)));
            }
            return RelTranslator.projected(Relation.of(plan).withUniques(uniques), projections, names);
        }
        Window shape = window instanceof Window.Attached
                ? input.windowed().orElseThrow().window()
                : window;
        Relation windowed = Relation.of(plan)
                .withTimes(eventTime ? Set.of(properties + 2) : Set.of(), eventTime ? Set.of() : Set.of(properties + 2))
                .withWindow(Optional.of(new Relation.Windowed(properties, properties + 1, shape, List.of())));
        return RelTranslator.projected(windowed, projections, names);
    }

    private static Schema schema(List<String> names, List<DataType> types) {
        return new Schema(IntStream.range(0, names.size())
                .mapToObj(i -> new Field(names.get(i), types.get(i)))
                .toList());
    }
}
