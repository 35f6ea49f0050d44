package dev.headrace.sql.plan;

import dev.headrace.api.error.UserError;
import dev.headrace.api.type.Field;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import dev.headrace.sql.catalog.TableEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds what goes to the tables named by the option {@code late-rows}: for each such source, the rows that at least one
 * event-time aggregation takes into none of its windows. From an aggregation down to the source, rows keep the watermark
 * that was before them; what lies between must not change or hold them (projections, filters, unions, keeping the first
 * that arrives, lookups). A late row is written whole, and once for all aggregations over the same rows.
 */
final class LateRowsPlanner {
    private final Function<String, Optional<TableEntry>> tables;
    private final Function<String, Plan.Calc> sources;
    private final Map<Place, List<Timed>> places = new LinkedHashMap<>();

    private LateRowsPlanner(Function<String, Optional<TableEntry>> tables, Function<String, Plan.Calc> sources) {
        this.tables = tables;
        this.sources = sources;
    }

    /** Rows of one place in the plan, under conditions. */
    private record Place(Plan base, List<Expression> conditions, TableEntry source) {}

    /** A window and the time that decides it, over the place's columns. */
    private record Timed(Window window, Expression time, Duration allowedLateness) {}

    /**
     * @param roots the inputs of the job's sinks
     * @param tables declared tables by name
     * @param sources by table, its columns over its scan
     * @return by late table, the rows that go there, with the late table's columns
     */
    static Map<String, List<Plan>> plan(
            List<Plan> roots, Function<String, Optional<TableEntry>> tables, Function<String, Plan.Calc> sources) {
        LateRowsPlanner planner = new LateRowsPlanner(tables, sources);
        roots.forEach(planner::collect);
        Map<String, List<Plan>> late = new LinkedHashMap<>();
        planner.places.forEach((place, windows) -> {
            String name = place.source().lateRows().orElseThrow();
            TableEntry target = tables.apply(name)
                    .orElseThrow(() -> UserError.request("table '"
                            + place.source().definition().name() + "': option 'late-rows' names '" + name
                            + "', which is not declared; declare it with CREATE TABLE"));
            late.computeIfAbsent(name, t -> new ArrayList<>()).add(planner.late(place, windows, target));
        });
        return late;
    }

    private void collect(Plan plan) {
        if (plan instanceof Plan.WindowAggregate aggregate && aggregate.timeColumn() >= 0) {
            Plan input = aggregate.input();
            Expression time =
                    new Expression.Input(aggregate.timeColumn(), input.schema().type(aggregate.timeColumn()));
            trace(input, List.of(), new Timed(aggregate.window(), time, aggregate.allowedLateness()));
        }
        plan.inputs().forEach(this::collect);
    }

    private void trace(Plan plan, List<Expression> conditions, Timed timed) {
        switch (plan) {
            case Plan.Calc calc -> {
                Function<Expression.Input, Expression> below =
                        i -> calc.projections().get(i.index());
                List<Expression> all = new ArrayList<>();
                calc.condition().ifPresent(c -> all.addAll(Expressions.conjuncts(c)));
                all.addAll(Expressions.replaceAll(conditions, below));
                trace(
                        calc.input(),
                        all,
                        new Timed(timed.window(), Expressions.replace(timed.time(), below), timed.allowedLateness()));
            }
            case Plan.Union union -> union.inputs().forEach(i -> trace(i, conditions, timed));
            default ->
                source(plan).filter(s -> s.lateRows().isPresent()).ifPresent(source -> {
                    List<Timed> known =
                            places.computeIfAbsent(new Place(plan, conditions, source), p -> new ArrayList<>());
                    if (!known.contains(timed)) {
                        known.add(timed);
                    }
                });
        }
    }

    /** The table whose rows, with their watermarks, these are. */
    private Optional<TableEntry> source(Plan plan) {
        return switch (plan) {
            case Plan.Scan scan -> tables.apply(scan.table().name());
            case Plan.Calc calc -> source(calc.input());
            case Plan.Deduplicate p when !p.keepLast() && p.timeColumn() < 0 -> source(p.input());
            case Plan.LookupJoin p -> source(p.left());
            default -> Optional.empty();
        };
    }

    private Plan late(Place place, List<Timed> timed, TableEntry target) {
        Columns columns = columns(place);
        List<Plan.TimedWindow> windows = timed.stream()
                .map(t -> new Plan.TimedWindow(t.window(), columns.place(t.time()), t.allowedLateness()))
                .toList();
        Plan rows = columns.calc(
                place.conditions().isEmpty() ? Optional.empty() : Optional.of(Expressions.and(place.conditions())));
        List<String> names = rows.schema().fields().stream().map(Field::name).toList();
        List<Integer> wanted = new ArrayList<>();
        for (Field field : target.definition().physical().fields()) {
            int column = names.indexOf(field.name());
            if (column < 0) {
                throw UserError.request("table '" + target.definition().name() + "' takes late rows of '"
                        + place.source().definition().name() + "', but that has no column '" + field.name() + "'");
            }
            wanted.add(column);
        }
        return Calcs.columns(new Plan.LateRows(rows, windows), wanted);
    }

    /** The columns that rows have there; where a table is read, its computed ones, too. */
    private Columns columns(Place place) {
        Relation base = Relation.of(place.base());
        if (place.base() instanceof Plan.Scan scan) {
            Plan.Calc declared = sources.apply(scan.table().name());
            return new Columns(
                    base,
                    declared.projections(),
                    declared.schema().fields().stream().map(Field::name).toList());
        }
        return new Columns(
                base,
                Expressions.identity(place.base().schema().types()),
                place.base().schema().fields().stream().map(Field::name).toList());
    }
}
