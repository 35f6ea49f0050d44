package dev.headrace.sql.plan;

import dev.headrace.api.error.UserError;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.sql.catalog.TableEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds what goes to the tables named by the option {@code late-rows}: for each such source, the rows that at least one
 * event-time aggregation takes into none of its windows. They are told from the columns that the source's rows have right
 * below the aggregation's projection, so a late row is written whole, and once for all aggregations there.
 */
final class LateRowsPlanner {
    private LateRowsPlanner() {}

    /** Rows of one place in the plan, under one condition. */
    private record Place(Plan base, Optional<Expression> condition, TableEntry source) {}

    /**
     * @param roots the inputs of the job's sinks
     * @param tables declared tables by name
     * @return by late table, the rows that go there, with the late table's columns
     */
    static Map<String, List<Plan>> plan(List<Plan> roots, Function<String, TableEntry> tables) {
        Map<Place, List<Plan.WindowAggregate>> aggregates = new LinkedHashMap<>();
        for (Plan root : roots) {
            collect(root, tables, aggregates);
        }
        Map<String, List<Plan>> late = new LinkedHashMap<>();
        aggregates.forEach((place, found) -> {
            String table = place.source().lateRows().orElseThrow();
            TableEntry target = tables.apply(table);
            if (target == null) {
                throw UserError.request("table '" + place.source().definition().name() + "': option 'late-rows' names '"
                        + table + "', which is not declared; declare it with CREATE TABLE");
            }
            late.computeIfAbsent(table, t -> new ArrayList<>()).add(late(place, found, target));
        });
        return late;
    }

    private static void collect(
            Plan plan, Function<String, TableEntry> tables, Map<Place, List<Plan.WindowAggregate>> aggregates) {
        if (plan instanceof Plan.WindowAggregate aggregate && aggregate.timeColumn() >= 0) {
            Plan base = aggregate.input() instanceof Plan.Calc calc ? calc.input() : aggregate.input();
            Optional<Expression> condition =
                    aggregate.input() instanceof Plan.Calc calc ? calc.condition() : Optional.empty();
            source(base, tables).filter(s -> s.lateRows().isPresent()).ifPresent(source -> {
                List<Plan.WindowAggregate> at =
                        aggregates.computeIfAbsent(new Place(base, condition, source), p -> new ArrayList<>());
                if (!at.contains(aggregate)) {
                    at.add(aggregate);
                }
            });
        }
        plan.inputs().forEach(input -> collect(input, tables, aggregates));
    }

    /** The table whose rows, with their watermarks, these are. */
    private static Optional<TableEntry> source(Plan plan, Function<String, TableEntry> tables) {
        return switch (plan) {
            case Plan.Scan scan -> Optional.ofNullable(tables.apply(scan.table().name()));
            case Plan.Calc calc -> source(calc.input(), tables);
            case Plan.Deduplicate p when !p.keepLast() && p.timeColumn() < 0 -> source(p.input(), tables);
            case Plan.LookupJoin p -> source(p.left(), tables);
            default -> Optional.empty();
        };
    }

    private static Plan late(Place place, List<Plan.WindowAggregate> aggregates, TableEntry target) {
        List<Expression> projections =
                new ArrayList<>(Expressions.identity(place.base().schema().types()));
        List<String> names = new ArrayList<>(
                place.base().schema().fields().stream().map(f -> f.name()).toList());
        List<Plan.TimedWindow> windows = new ArrayList<>();
        for (Plan.WindowAggregate aggregate : aggregates) {
            Expression time = aggregate.input() instanceof Plan.Calc calc
                    ? calc.projections().get(aggregate.timeColumn())
                    : projections.get(aggregate.timeColumn());
            int column = projections.indexOf(time);
            if (column < 0) {
                column = projections.size();
                projections.add(time);
                names.add("$time" + column);
            }
            windows.add(new Plan.TimedWindow(aggregate.window(), column));
        }
        Plan input = Calcs.calc(place.base(), place.condition(), projections, names);
        List<Integer> columns = new ArrayList<>();
        List<String> targetNames = new ArrayList<>();
        for (var field : target.definition().physical().fields()) {
            int column = names.indexOf(field.name());
            if (column < 0) {
                throw UserError.request("table '" + target.definition().name() + "' takes late rows of '"
                        + place.source().definition().name() + "', but that has no column '" + field.name() + "'");
            }
            columns.add(column);
            targetNames.add(field.name());
        }
        return Calcs.columns(new Plan.LateRows(input, windows), columns);
    }
}
