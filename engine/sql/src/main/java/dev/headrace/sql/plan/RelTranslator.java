package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.WatermarkStrategy;
import dev.headrace.sql.catalog.TableEntry;
import dev.headrace.sql.catalog.TypeMapping;
import dev.headrace.sql.validate.SourceScan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Intersect;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Minus;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;

/** Relational algebra to plans, from the leaves up. Every updating node is RETRACT here; {@link Changelogs} lessens that. */
final class RelTranslator {
    static final String PROCTIME = "PROCTIME";

    private final Duration timeToLive;
    private final Function<TableEntry, Source> sourceOf;
    private final SessionZone zone;
    private final RexTranslator expressions;
    private final AggregateTranslator aggregates;
    private final JoinTranslator joins;
    private final SnapshotJoinTranslator snapshotJoins;
    private final RankTranslator ranks;
    private final Map<String, Plan.Calc> sources = new HashMap<>();
    private final OverTranslator overs;

    /** @param sourceOf makes a table's source, which checks its options */
    RelTranslator(Duration timeToLive, SessionZone zone, Function<TableEntry, Source> sourceOf) {
        this.zone = zone;
        expressions = new RexTranslator(zone);
        overs = new OverTranslator(timeToLive, zone);
        this.timeToLive = timeToLive;
        this.sourceOf = sourceOf;
        aggregates = new AggregateTranslator(timeToLive);
        joins = new JoinTranslator(timeToLive, zone);
        snapshotJoins = new SnapshotJoinTranslator(timeToLive, zone);
        ranks = new RankTranslator(timeToLive, zone);
    }

    /** The columns of a table that has been read, over its scan. */
    Plan.Calc source(String table) {
        return sources.get(table);
    }

    Relation translate(RelNode node) {
        return switch (node) {
            case SourceScan scan -> scan(scan);
            case Project project when project.containsOver() -> over(project);
            case Project project -> project(translate(project.getInput()), project);
            case Filter filter -> filter(filter);
            case Aggregate aggregate -> aggregates.translate(aggregate, translate(aggregate.getInput()));
            case TableFunctionScan window -> WindowTranslator.table(window, translate(window.getInput(0)));
            case Join join -> joins.translate(join, translate(join.getLeft()), translate(join.getRight()));
            case Correlate correlate ->
                snapshotJoins.translate(correlate, translate(correlate.getLeft()), this::translate);
            case Union union -> union(union);
            case Intersect intersect -> compared(intersect);
            case Minus minus -> compared(minus);
            case Values values -> values(values);
            case Sort sort -> sort(sort);
            default -> throw refused(node);
        };
    }

    private static Unsupported refused(RelNode node) {
        return switch (node.getRelTypeName().replace("Logical", "")) {
            case "Match" -> Unsupported.because("MATCH_RECOGNIZE is not supported", "MATCH_RECOGNIZE");
            case "Uncollect" ->
                Unsupported.because("UNNEST is not supported; read a table whose records are the elements", "UNNEST");
            case "Sample" ->
                Unsupported.because("TABLESAMPLE is not supported; write WHERE RAND() < 0.1", "TABLESAMPLE");
            case "TableModify" ->
                Unsupported.because("rows are not changed in place; write INSERT INTO .. SELECT, to a table with a"
                        + " PRIMARY KEY");
            case "TableFunctionScan" -> Unsupported.because("table functions are not supported", "COLLECTION_TABLE");
            default ->
                Unsupported.because("this part of the query is not supported: "
                        + node.getRelTypeName().replace("Logical", ""));
        };
    }

    private Relation scan(SourceScan scan) {
        TableEntry table = scan.table();
        List<ScanRequest.ScanColumn> request = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        List<Expression> columns = new ArrayList<>();
        Set<Integer> proctime = new HashSet<>();
        for (int i = 0; i < table.columns().size(); i++) {
            switch (table.columns().get(i)) {
                case TableEntry.Physical(String name, DataType type, int index) -> {
                    columns.add(new Expression.Input(request.size(), type));
                    request.add(new ScanRequest.Physical(List.of(index), type));
                    fields.add(new Field(name, type));
                }
                case TableEntry.Metadata column -> {
                    DataType found = metadataType(table, column);
                    Expression value = new Expression.Input(request.size(), found);
                    columns.add(
                            found.withNullable(true).equals(column.type().withNullable(true))
                                    ? value
                                    : zone.call("CAST", List.of(value), column.type()));
                    request.add(new ScanRequest.Metadata(column.key(), found));
                    fields.add(new Field(column.name(), found));
                }
                case TableEntry.Computed computed
                when computed.processingTime() -> {
                    proctime.add(i);
                    columns.add(new Expression.Call(PROCTIME, List.of(), computed.type()));
                }
                case TableEntry.Computed _ ->
                    columns.add(Expressions.replace(
                            expressions.translate(scan.computed().get(i)), c -> columns.get(c.index())));
            }
        }
        Optional<WatermarkStrategy> watermark = table.watermark()
                .map(w -> new WatermarkStrategy(
                        Expressions.replace(
                                expressions.translate(scan.watermark().getFirst()), c -> columns.get(c.index())),
                        w.idleTimeout(),
                        w.maxDrift()));
        ChangelogMode mode = sourceOf.apply(table).changelogMode();
        Plan plan = new Plan.Scan(table.definition(), new ScanRequest(request), new Schema(fields), mode, watermark);
        List<String> names =
                table.columns().stream().map(TableEntry.Column::name).toList();
        List<Integer> key =
                table.definition().primaryKey().stream().map(table::indexOf).toList();
        Plan calc = Calcs.project(plan, columns, names);
        sources.put(table.definition().name(), (Plan.Calc) calc);
        if (mode == ChangelogMode.UPSERT) {
            if (key.isEmpty()) {
                throw Unsupported.because(
                        "table '" + table.definition().name() + "' is read as changes by key, but has no"
                                + " PRIMARY KEY; add PRIMARY KEY (..) NOT ENFORCED to its declaration");
            }
            calc = new Plan.Normalize(calc, key, timeToLive);
        }
        return Relation.of(calc)
                .withTimes(table.watermark().map(w -> Set.of(w.column())).orElse(Set.of()), proctime)
                .withUnique(mode == ChangelogMode.INSERT_ONLY ? List.of() : key)
                .withAllowedLateness(table.allowedLateness());
    }

    private DataType metadataType(TableEntry table, TableEntry.Metadata column) {
        Schema metadata = sourceOf.apply(table).metadata();
        int place = metadata.indexOf(column.key());
        if (place < 0) {
            throw UserError.request("table '" + table.definition().name() + "': its records have no metadata '"
                    + column.key() + "'" + (metadata.size() == 0 ? "" : "; there is: ")
                    + String.join(
                            ", ", metadata.fields().stream().map(Field::name).toList()));
        }
        return metadata.type(place);
    }

    private Relation filter(Filter filter) {
        List<RexNode> conditions = org.apache.calcite.plan.RelOptUtil.conjunctions(filter.getCondition());
        if (filter.getInput() instanceof Project project && project.containsOver()) {
            Optional<Relation> ranked = ranks.translate(project, translate(project.getInput()), conditions);
            if (ranked.isPresent()) {
                return ranked.get();
            }
        }
        Relation input = translate(filter.getInput());
        return input.with(Calcs.filter(input.plan(), Expressions.and(expressions.translateAll(conditions))));
    }

    private Relation project(Relation input, Project project) {
        return projected(
                input,
                expressions.translateAll(project.getProjects()),
                project.getRowType().getFieldNames());
    }

    /** A projection, with what is known of the columns carried through. */
    static Relation projected(Relation input, List<Expression> projections, List<String> names) {
        Set<Integer> rowtime = new HashSet<>();
        Set<Integer> proctime = new HashSet<>();
        int start = -1;
        int end = -1;
        for (int i = 0; i < projections.size(); i++) {
            switch (projections.get(i)) {
                case Expression.Input(int column, DataType _) -> {
                    if (input.rowtime().contains(column)) {
                        rowtime.add(i);
                    }
                    if (input.proctime().contains(column)) {
                        proctime.add(i);
                    }
                    if (input.windowed().isPresent()) {
                        start = start < 0 && input.windowed().get().start() == column ? i : start;
                        end = end < 0 && input.windowed().get().end() == column ? i : end;
                    }
                }
                case Expression.Call call when call.function().equals(PROCTIME) -> proctime.add(i);
                default -> {}
            }
        }
        int windowStart = start;
        int windowEnd = end;
        Optional<Relation.Windowed> windowed = input.windowed()
                .filter(w -> windowStart >= 0 || windowEnd >= 0)
                .map(w -> new Relation.Windowed(
                        windowStart, windowEnd, w.window(), throughProjection(w.partition(), projections)));
        return input.with(Calcs.project(input.plan(), projections, names))
                .withTimes(rowtime, proctime)
                .withWindow(windowed)
                .withUniques(input.uniques().stream()
                        .map(u -> throughProjection(u, projections))
                        .toList());
    }

    private static List<Integer> throughProjection(List<Integer> unique, List<Expression> projections) {
        List<Integer> mapped = new ArrayList<>();
        for (int column : unique) {
            int place = -1;
            for (int i = 0; i < projections.size() && place < 0; i++) {
                if (projections.get(i) instanceof Expression.Input(int index, DataType _) && index == column) {
                    place = i;
                }
            }
            if (place < 0) {
                return List.of();
            }
            mapped.add(place);
        }
        return mapped;
    }

    private Relation over(Project project) {
        return overs.translate(project, translate(project.getInput()));
    }

    private Relation union(Union union) {
        List<Relation> inputs = union.getInputs().stream().map(this::translate).toList();
        Schema schema = new Schema(TypeMapping.fields(union.getRowType()));
        ChangelogMode mode = inputs.stream().allMatch(i -> i.plan().mode() == ChangelogMode.INSERT_ONLY)
                ? ChangelogMode.INSERT_ONLY
                : ChangelogMode.RETRACT;
        Set<Integer> rowtime = new HashSet<>(inputs.getFirst().rowtime());
        inputs.forEach(i -> rowtime.retainAll(i.rowtime()));
        Set<Integer> proctime = new HashSet<>(inputs.getFirst().proctime());
        inputs.forEach(i -> proctime.retainAll(i.proctime()));
        List<Plan> plans = inputs.stream()
                .map(i -> Calcs.project(
                        i.plan(),
                        Expressions.identity(i.plan().schema().types()),
                        union.getRowType().getFieldNames()))
                .toList();
        Duration lateness = inputs.stream()
                .map(Relation::allowedLateness)
                .max(Duration::compareTo)
                .orElseThrow();
        Relation all = Relation.of(new Plan.Union(plans, schema, mode))
                .withTimes(rowtime, proctime)
                .withAllowedLateness(lateness);
        return union.all ? all : aggregates.distinct(all);
    }

    private Relation compared(SetOp setOperation) {
        String name = setOperation instanceof Intersect ? "INTERSECT" : "EXCEPT";
        if (setOperation.all) {
            throw Unsupported.because(
                    name + " ALL is not supported; write " + name + ", which gives each row once", name);
        }
        Relation compared = translate(setOperation.getInput(0));
        for (RelNode other :
                setOperation.getInputs().subList(1, setOperation.getInputs().size())) {
            compared = aggregates.compared(compared, translate(other), setOperation instanceof Intersect);
        }
        return compared;
    }

    private Relation values(Values values) {
        List<List<Expression>> rows = new ArrayList<>();
        for (List<RexLiteral> row : values.getTuples()) {
            rows.add(row.stream().map(expressions::translate).toList());
        }
        return Relation.of(new Plan.Values(new Schema(TypeMapping.fields(values.getRowType())), rows));
    }

    private Relation sort(Sort sort) {
        Relation input = translate(sort.getInput());
        boolean limited = sort.fetch != null || sort.offset != null;
        if (!limited) {
            // Rows of a table have no order; a stream that ends has none to give either.
            throw Unsupported.because(
                    "ORDER BY without LIMIT is not supported: a stream has no last row to wait for; add"
                            + " LIMIT, or drop it",
                    "ORDER_BY");
        }
        return ranks.limit(sort, input);
    }
}
