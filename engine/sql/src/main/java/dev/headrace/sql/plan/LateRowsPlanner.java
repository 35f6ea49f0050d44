package dev.headrace.sql.plan;

import dev.headrace.api.error.UserError;
import dev.headrace.api.type.Field;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.graph.PlanIdentity;
import dev.headrace.core.plan.Plan;
import dev.headrace.sql.catalog.TableEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Plans what goes to the tables named by the option {@code late-rows}: of each such source, the rows that an event-time
 * aggregation takes into none of its windows, as {@link Plan.LateRows} hands them out. The columns that the late table takes
 * come to the aggregation with its rows, behind those that it needs itself.
 *
 * <p>From an aggregation down to the source, rows keep the watermark that was before them; what lies between must not change
 * or hold them (projections, filters, unions, keeping the first that arrives, lookups). Of several aggregations over the same
 * rows a late row is written by the first for which it is late, so once; but those over sessions do not know of each other,
 * unless they are the same sessions.
 */
final class LateRowsPlanner {
    private final Function<String, Optional<TableEntry>> tables;
    private final Function<String, Plan.Calc> sources;
    private final SessionZone zone;
    private final PlanIdentity identities = new PlanIdentity();
    /** By identity, aggregations of sources that have a table for late rows. */
    private final Map<String, Reader> readers = new LinkedHashMap<>();

    private LateRowsPlanner(
            Function<String, Optional<TableEntry>> tables, Function<String, Plan.Calc> sources, SessionZone zone) {
        this.tables = tables;
        this.sources = sources;
        this.zone = zone;
    }

    /**
     * The sinks of a job.
     *
     * @param sinks in which the aggregations get the columns for late tables
     * @param late by late table, the rows that go there, with the late table's columns
     */
    record Planned(List<Plan.SinkPlan> sinks, Map<String, List<Plan>> late) {}

    /** An aggregation and where its rows come from, in the order of {@link LateColumns}. */
    private record Reader(Plan.WindowAggregate aggregate, List<LateColumns.Origin> origins) {}

    /** The rows of an origin of an aggregation. */
    private record Part(String reader, int origin, TimedRows rows) {}

    /**
     * @param tables declared tables by name
     * @param sources by table, its columns over its scan
     */
    static Planned plan(
            List<Plan.SinkPlan> sinks,
            Function<String, Optional<TableEntry>> tables,
            Function<String, Plan.Calc> sources,
            SessionZone zone) {
        LateRowsPlanner planner = new LateRowsPlanner(tables, sources, zone);
        sinks.forEach(planner::collect);
        return planner.readers.isEmpty() ? new Planned(sinks, Map.of()) : planner.plan(sinks);
    }

    private void collect(Plan plan) {
        if (plan instanceof Plan.WindowAggregate aggregate && aggregate.timeColumn() >= 0) {
            List<LateColumns.Origin> origins = LateColumns.origins(aggregate.input(), this::source);
            if (origins.stream().anyMatch(o -> o.lateTable().isPresent())) {
                readers.putIfAbsent(Sharing.identity(aggregate, identities), new Reader(aggregate, origins));
            }
        }
        plan.inputs().forEach(this::collect);
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

    private Planned plan(List<Plan.SinkPlan> sinks) {
        List<Part> writing = writing();
        Map<String, Plan> inputs = new LinkedHashMap<>();
        Map<String, List<Plan>> late = new LinkedHashMap<>();
        readers.forEach((identity, reader) -> {
            LateColumns columns = new LateColumns(reader.aggregate().input(), reader.origins());
            for (Part part : writing) {
                if (part.reader().equals(identity)) {
                    List<TimedRows> before = writing.subList(0, writing.indexOf(part)).stream()
                            .map(Part::rows)
                            .filter(r -> !r.isSession() && r.isOfSameRows(part.rows()))
                            .toList();
                    columns.want(part.origin(), wanted(reader.origins().get(part.origin())), before);
                }
            }
            if (columns.areWanted()) {
                Plan input = columns.input();
                inputs.put(identity, input);
                columns.of(new Plan.LateRows(withInput(reader.aggregate(), input)), zone)
                        .forEach((table, plans) -> late.computeIfAbsent(table, t -> new ArrayList<>())
                                .addAll(plans));
            }
        });
        return new Planned(
                sinks.stream().map(s -> (Plan.SinkPlan) widened(s, inputs)).toList(), late);
    }

    /** The parts whose late rows are to be written: all for which there is no other that writes the same and more. */
    private List<Part> writing() {
        List<Part> parts = new ArrayList<>();
        for (boolean sessions : new boolean[] {false, true}) {
            readers.forEach((identity, reader) -> {
                for (int i = 0; i < reader.origins().size(); i++) {
                    LateColumns.Origin origin = reader.origins().get(i);
                    TimedRows rows = origin.timed(reader.aggregate());
                    if (origin.lateTable().isPresent() && rows.isSession() == sessions) {
                        parts.add(new Part(identity, i, rows));
                    }
                }
            });
        }
        List<Part> writing = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            TimedRows rows = parts.get(i).rows();
            boolean written = false;
            for (int other = 0; other < parts.size(); other++) {
                TimedRows others = parts.get(other).rows();
                written |= other != i && others.covers(rows) && (other < i || !rows.covers(others));
            }
            if (!written) {
                writing.add(parts.get(i));
            }
        }
        return writing;
    }

    /** The columns of a late table, over what the origin's rows are read from. */
    private Map<Field, Expression> wanted(LateColumns.Origin origin) {
        TableEntry source = origin.source().orElseThrow();
        String name = origin.lateTable().orElseThrow();
        TableEntry target = tables.apply(name)
                .orElseThrow(
                        () -> UserError.request("table '" + source.definition().name() + "': option 'late-rows' names '"
                                + name + "', which is not declared; declare it with CREATE TABLE"));
        Plan base = origin.base();
        Plan.Calc declared = base instanceof Plan.Scan scan
                ? sources.apply(scan.table().name())
                : new Plan.Calc(
                        base,
                        Optional.empty(),
                        Expressions.identity(base.schema().types()),
                        base.schema());
        Map<Field, Expression> columns = new LinkedHashMap<>();
        for (Field field : target.definition().physical().fields()) {
            int column = declared.schema().indexOf(field.name());
            if (column < 0) {
                throw UserError.request("table '" + target.definition().name() + "' takes late rows of '"
                        + source.definition().name() + "', but that has no column '" + field.name() + "'");
            }
            Expression value = declared.projections().get(column);
            if (ImplicitCast.of(value, field.type(), zone).isEmpty()) {
                throw UserError.request("table '" + target.definition().name() + "' takes late rows of '"
                        + source.definition().name() + "', in which column '" + field.name() + "' is "
                        + value.type().withNullable(true) + "; declare it so there, too, not as "
                        + field.type().withNullable(true));
            }
            columns.put(field, value);
        }
        return columns;
    }

    private Plan widened(Plan plan, Map<String, Plan> inputs) {
        if (plan instanceof Plan.WindowAggregate aggregate
                && inputs.containsKey(Sharing.identity(aggregate, identities))) {
            return withInput(aggregate, inputs.get(Sharing.identity(aggregate, identities)));
        }
        return Plans.withInputs(plan, input -> widened(input, inputs));
    }

    private static Plan.WindowAggregate withInput(Plan.WindowAggregate aggregate, Plan input) {
        return (Plan.WindowAggregate) Plans.withInputs(aggregate, _ -> input);
    }
}
