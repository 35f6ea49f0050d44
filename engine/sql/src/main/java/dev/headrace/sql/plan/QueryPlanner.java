package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.Names;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import dev.headrace.core.run.Connections;
import dev.headrace.sql.catalog.TableEntry;
import dev.headrace.sql.error.SqlError;
import dev.headrace.sql.validate.Catalog;
import dev.headrace.sql.validate.QueryConverter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/** Plans the INSERTs and queries of one job. */
public final class QueryPlanner {
    private final QueryConverter converter;
    private final Catalog catalog;
    private final Connections connections;
    private final Optional<Function<Schema, TableDefinition>> queryTable;
    private final RelTranslator translator;
    private final Duration timeToLive;
    private final SessionZone zone;
    private final Map<String, Source> sources = new HashMap<>();
    private final List<Plan.SinkPlan> sinks = new ArrayList<>();

    /** @param queryTable makes the table to which a bare SELECT is written from its columns; empty: it is refused */
    public QueryPlanner(
            QueryConverter converter,
            Catalog catalog,
            Connections connections,
            Optional<Function<Schema, TableDefinition>> queryTable,
            Duration timeToLive,
            SessionZone zone) {
        this.converter = converter;
        this.catalog = catalog;
        this.connections = connections;
        this.queryTable = queryTable;
        this.timeToLive = timeToLive;
        this.zone = zone;
        translator = new RelTranslator(timeToLive, zone, this::source);
    }

    private Source source(TableEntry table) {
        TableDefinition definition = table.definition();
        table.lateRows().filter(late -> catalog.table(late).isEmpty()).ifPresent(late -> {
            throw UserError.request("table '" + definition.name() + "': option 'late-rows' names '" + late
                    + "', which is not declared; declare it with CREATE TABLE"
                    + Names.suggestion(late, catalog.tableNames()));
        });
        return sources.computeIfAbsent(definition.name(), n -> connections.source(definition));
    }

    /** INSERT INTO. */
    public void insert(SqlInsert insert) {
        SqlIdentifier name = (SqlIdentifier) insert.getTargetTable();
        SqlParserPos position = name.getParserPosition();
        TableEntry target = catalog.table(name.names.getLast())
                .orElseThrow(() -> SqlError.at(
                        position,
                        "table '" + name + "' is not declared; declare it with CREATE TABLE"
                                + Names.suggestion(name.names.getLast(), catalog.tableNames())));
        Relation source = located(insert.getSource());
        Schema declared = writable(target);
        List<Integer> order = order(insert, target, declared, source, position);
        List<String> names = new ArrayList<>(target.definition().physical().fields().stream()
                .map(Field::name)
                .toList());
        // Metadata goes behind the physical columns, wherever it is declared.
        declared.fields().stream()
                .map(Field::name)
                .filter(n -> !names.contains(n))
                .forEach(names::add);
        List<Expression> projections = new ArrayList<>();
        for (String column : names) {
            Field wanted = declared.fields().get(declared.indexOf(column));
            int from = order.get(declared.indexOf(column));
            projections.add(
                    from < 0
                            ? new Expression.Null(wanted.type())
                            : cast(source.plan().schema(), from, wanted, target, position));
        }
        Relation fitted = RelTranslator.projected(source, projections, names);
        sink(target.definition(), fitted, position);
    }

    /** The columns that can be written, in the order in which they are declared. */
    private Schema writable(TableEntry target) {
        boolean hasMetadata = target.definition().metadata().stream().anyMatch(m -> !m.virtual());
        Set<String> metadata =
                hasMetadata ? connections.sink(target.definition()).writableMetadata() : Set.of();
        return new Schema(target.columns().stream()
                .filter(c -> switch (c) {
                    case TableEntry.Physical _ -> true;
                    case TableEntry.Metadata m -> !m.virtual() && metadata.contains(m.key());
                    case TableEntry.Computed _ -> false;
                })
                .map(c -> new Field(c.name(), c.type()))
                .toList());
    }

    private Relation located(SqlNode query) {
        try {
            return translator.translate(Predicates.pushDown(Subqueries.toJoins(converter.convert(query))));
        } catch (Unsupported e) {
            throw SqlError.at(e.position(query), e.getMessage());
        } catch (UserError e) {
            throw QueryConverter.located(e, query.getParserPosition());
        }
    }

    /** For each of the target's columns, the query's column that goes there, -1 for none. */
    private static List<Integer> order(
            SqlInsert insert, TableEntry target, Schema wanted, Relation source, SqlParserPos position) {
        int found = source.plan().schema().size();
        if (insert.getTargetColumnList() == null) {
            if (found != wanted.size()) {
                throw SqlError.at(
                        position,
                        "table '" + target.definition().name() + "' has " + wanted.size() + " columns "
                                + names(wanted) + ", but the query gives " + found + " "
                                + names(source.plan().schema()));
            }
            return IntStream.range(0, found).boxed().toList();
        }
        List<String> listed = insert.getTargetColumnList().stream()
                .map(n -> ((SqlIdentifier) n).getSimple())
                .toList();
        for (String column : listed) {
            if (wanted.indexOf(column) < 0) {
                throw SqlError.at(
                        position,
                        "table '" + target.definition().name() + "' has no column '" + column + "'; it has "
                                + names(wanted));
            }
        }
        if (listed.size() != found) {
            throw SqlError.at(position, "the list names " + listed.size() + " columns, but the query gives " + found);
        }
        return wanted.fields().stream().map(f -> listed.indexOf(f.name())).toList();
    }

    private static String names(Schema schema) {
        return "(" + String.join(", ", schema.fields().stream().map(Field::name).toList()) + ")";
    }

    private Expression cast(Schema source, int column, Field wanted, TableEntry target, SqlParserPos position) {
        DataType from = source.type(column);
        DataType to = wanted.type();
        Expression input = new Expression.Input(column, from);
        return ImplicitCast.of(input, to, zone)
                .orElseThrow(() -> SqlError.at(
                        position,
                        "column '" + wanted.name() + "' of table '"
                                + target.definition().name() + "' is " + to
                                + ", but the query gives " + from.withNullable(true) + " in its place; write CAST("
                                + (source.name(column).startsWith("EXPR$") ? ".." : source.name(column)) + " AS "
                                + to.withNullable(true) + ")"));
    }

    /** A query by itself, whose rows go where the context says. */
    public void query(SqlNode query) {
        if (queryTable.isEmpty()) {
            throw SqlError.at(
                    query.getParserPosition(), "a SELECT by itself writes nowhere; write INSERT INTO table SELECT ...");
        }
        Relation relation = located(query);
        TableDefinition table = queryTable.get().apply(relation.plan().schema());
        sink(table, relation, query.getParserPosition());
    }

    private void sink(TableDefinition table, Relation relation, SqlParserPos position) {
        refuseSessionRows(relation.plan(), position);
        ChangelogMode accepts = connections.sink(table).accepts();
        List<Integer> key = Changelogs.places(
                table.primaryKey(),
                table.physical().fields().stream().map(Field::name).toList());
        Plan input;
        try {
            input = LocalWindows.apply(
                    Changelogs.forSink(new Changelogs.Target(table.name(), key, accepts), relation, timeToLive), zone);
        } catch (UserError | Unsupported e) {
            throw SqlError.at(position, e.getMessage());
        }
        sinks.add(new Plan.SinkPlan(table, input, accepts == ChangelogMode.UPSERT ? key : List.of()));
    }

    private static void refuseSessionRows(Plan plan, SqlParserPos position) {
        if (plan instanceof Plan.WindowTable table && table.window() instanceof Window.Session) {
            throw SqlError.at(
                    position,
                    "the rows of SESSION(..) must be aggregated: GROUP BY window_start, window_end and the columns of its"
                            + " PARTITION BY");
        }
        plan.inputs().forEach(i -> refuseSessionRows(i, position));
    }

    /** The job: late tables added, columns pruned, scans merged. */
    public List<Plan.SinkPlan> finish() {
        LateRowsPlanner.Planned planned = LateRowsPlanner.plan(sinks, catalog::table, translator::source, zone);
        List<Plan.SinkPlan> all = new ArrayList<>(planned.sinks());
        planned.late().forEach((table, plans) -> {
            TableDefinition definition = catalog.table(table).orElseThrow().definition();
            connections.sink(definition);
            plans.forEach(p -> all.add(new Plan.SinkPlan(definition, p, List.of())));
        });
        return Sharing.share(ScanMerger.merge(Pruner.prune(all)));
    }
}
