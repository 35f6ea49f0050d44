package dev.headrace.sql.plan;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.TimedWindow;
import dev.headrace.sql.catalog.TableEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The columns of an aggregation's input that its late rows are written from. Columns that the aggregation has already are
 * taken as they are, others are put behind them; so what it computes, and by which places, stays the same. Where rows of
 * several origins do not go the same way, one more column says which way each goes.
 */
final class LateColumns {
    private static final DataType WAY = DataType.INT;

    private final Plan input;
    private final List<Origin> origins;
    private final int ownColumns;
    private final List<Added> added = new ArrayList<>();
    /** The ways of late rows, with their origins. */
    private final Map<Way, List<Integer>> ways = new LinkedHashMap<>();

    LateColumns(Plan input, List<Origin> origins) {
        this.input = input;
        this.origins = List.copyOf(origins);
        ownColumns = input.schema().size();
    }

    /**
     * Where rows of an aggregation come from, through projections, filters and unions.
     *
     * @param conditions under which they pass, over the base's columns
     * @param columns of the aggregation's input, over the base's
     * @param source the table whose rows these are
     */
    record Origin(Plan base, List<Expression> conditions, List<Expression> columns, Optional<TableEntry> source) {
        Optional<String> lateTable() {
            return source.flatMap(TableEntry::lateRows);
        }

        TimedRows timed(Plan.WindowAggregate aggregate) {
            return new TimedRows(
                    base,
                    conditions,
                    aggregate.window(),
                    simple(columns.get(aggregate.timeColumn())),
                    aggregate.allowedLateness(),
                    aggregate.keys().stream().map(k -> simple(columns.get(k))).toList());
        }

        /** What an expression over the base comes down to for these rows. */
        Expression simple(Expression expression) {
            return Expressions.under(expression, conditions);
        }
    }

    /** A column behind those that are there; by origin its value, null where none is wanted. */
    private record Added(String name, DataType type, Expression[] values) {}

    /**
     * Where late rows go.
     *
     * @param fields of the late table
     * @param columns of the aggregation's input that go there
     * @param windows rows late for these are written by another aggregation
     */
    private record Way(String table, List<Field> fields, List<Integer> columns, List<TimedWindow> windows) {}

    /** The origins of an aggregation's input, in the order in which the plan has them. */
    static List<Origin> origins(Plan input, Function<Plan, Optional<TableEntry>> sources) {
        List<Origin> found = new ArrayList<>();
        collect(input, List.of(), Expressions.identity(input.schema().types()), sources, found);
        return found;
    }

    private static void collect(
            Plan plan,
            List<Expression> conditions,
            List<Expression> columns,
            Function<Plan, Optional<TableEntry>> sources,
            List<Origin> found) {
        switch (plan) {
            case Plan.Calc calc -> {
                Function<Expression.Input, Expression> below =
                        i -> calc.projections().get(i.index());
                List<Expression> all = new ArrayList<>();
                calc.condition().ifPresent(c -> all.addAll(Expressions.conjuncts(c)));
                all.addAll(Expressions.replaceAll(conditions, below));
                collect(calc.input(), all, Expressions.replaceAll(columns, below), sources, found);
            }
            case Plan.Union union -> union.inputs().forEach(i -> collect(i, conditions, columns, sources, found));
            default -> found.add(new Origin(plan, conditions, columns, sources.apply(plan)));
        }
    }

    /**
     * Has the late rows of an origin written to its late table.
     *
     * @param columns of the late table, over the origin's base
     * @param before rows late there are left out
     */
    void want(int origin, Map<Field, Expression> columns, List<TimedRows> before) {
        List<Integer> places = new ArrayList<>();
        columns.forEach((field, value) -> places.add(place(origin, field.name(), value)));
        List<TimedWindow> windows = before.stream()
                .map(b -> new TimedWindow(b.window(), place(origin, "$time", b.time()), b.allowedLateness()))
                .toList();
        Way way =
                new Way(origins.get(origin).lateTable().orElseThrow(), List.copyOf(columns.keySet()), places, windows);
        ways.computeIfAbsent(way, w -> new ArrayList<>()).add(origin);
    }

    boolean areWanted() {
        return !ways.isEmpty();
    }

    private int place(int origin, String name, Expression value) {
        Origin from = origins.get(origin);
        Expression wanted = from.simple(value);
        for (int column = 0; column < ownColumns; column++) {
            if (from.simple(from.columns().get(column)).equals(wanted)) {
                return column;
            }
        }
        DataType type = origins.size() == 1 ? wanted.type() : wanted.type().withNullable(true);
        for (int i = 0; i < added.size(); i++) {
            Expression[] values = added.get(i).values();
            boolean same = wanted.equals(values[origin]);
            boolean free = values[origin] == null
                    && added.get(i).name().equals(name)
                    && added.get(i).type().equals(type);
            if (same || free) {
                values[origin] = wanted;
                return ownColumns + i;
            }
        }
        Expression[] values = new Expression[origins.size()];
        values[origin] = wanted;
        added.add(new Added(name, type, values));
        return ownColumns + added.size() - 1;
    }

    /** Whether all rows go the same way. */
    private boolean isOneWay() {
        return ways.size() == 1 && ways.values().iterator().next().size() == origins.size();
    }

    /** The aggregation's input with all these columns. */
    Plan input() {
        Iterator<Integer> numbers = IntStream.range(0, origins.size()).iterator();
        return widened(input, numbers);
    }

    private Plan widened(Plan plan, Iterator<Integer> numbers) {
        return switch (plan) {
            case Plan.Calc calc
            when calc.input() instanceof Plan.Calc || calc.input() instanceof Plan.Union -> {
                Plan below = widened(calc.input(), numbers);
                List<Expression> passed = Expressions.identity(below.schema().types());
                int first = calc.input().schema().size();
                yield with(calc, below, passed.subList(first, passed.size()));
            }
            case Plan.Calc calc -> with(calc, calc.input(), values(numbers.next()));
            case Plan.Union union -> {
                List<Plan> inputs =
                        union.inputs().stream().map(i -> widened(i, numbers)).toList();
                List<Field> fields = new ArrayList<>(union.schema().fields());
                fields.addAll(fields());
                yield new Plan.Union(inputs, new Schema(fields), union.mode());
            }
            default ->
                with(
                        new Plan.Calc(
                                plan,
                                Optional.empty(),
                                Expressions.identity(plan.schema().types()),
                                plan.schema()),
                        plan,
                        values(numbers.next()));
        };
    }

    private Plan with(Plan.Calc calc, Plan below, List<Expression> values) {
        List<Expression> projections = new ArrayList<>(calc.projections());
        projections.addAll(values);
        List<Field> fields = new ArrayList<>(calc.schema().fields());
        fields.addAll(fields());
        return new Plan.Calc(below, calc.condition(), projections, new Schema(fields));
    }

    private List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        added.forEach(a -> fields.add(new Field(a.name(), a.type())));
        if (!isOneWay()) {
            fields.add(new Field("$way", WAY));
        }
        return fields;
    }

    private List<Expression> values(int origin) {
        List<Expression> values = new ArrayList<>();
        for (Added column : added) {
            Expression value = column.values()[origin];
            values.add(value == null ? new Expression.Null(column.type().withNullable(true)) : value);
        }
        if (!isOneWay()) {
            int number = 0;
            Expression way = new Expression.Null(WAY);
            for (List<Integer> of : ways.values()) {
                way = of.contains(origin) ? number(number) : way;
                number++;
            }
            values.add(way);
        }
        return values;
    }

    private static Expression number(int way) {
        return new Expression.Literal((long) way, WAY);
    }

    /** By late table, what is written there of an aggregation's late rows. */
    Map<String, List<Plan>> of(Plan.LateRows late, SessionZone zone) {
        Map<String, List<Plan>> written = new LinkedHashMap<>();
        int number = 0;
        for (Way way : ways.keySet()) {
            Plan rows = late;
            if (!isOneWay()) {
                Expression column = new Expression.Input(ownColumns + added.size(), WAY);
                rows = Calcs.filter(rows, new Expression.Call("=", List.of(column, number(number)), DataType.BOOLEAN));
            }
            if (!way.windows().isEmpty()) {
                rows = new Plan.OnTimeRows(rows, way.windows());
            }
            List<Expression> columns = new ArrayList<>();
            for (int i = 0; i < way.columns().size(); i++) {
                int column = way.columns().get(i);
                Expression value = new Expression.Input(column, rows.schema().type(column));
                columns.add(
                        ImplicitCast.of(value, way.fields().get(i).type(), zone).orElseThrow());
            }
            written.computeIfAbsent(way.table(), t -> new ArrayList<>())
                    .add(Calcs.project(
                            rows,
                            columns,
                            way.fields().stream().map(Field::name).toList()));
            number++;
        }
        return written;
    }
}
