package dev.headrace.sql;

import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.Names;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.Schema;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.plan.Plan;
import dev.headrace.sql.catalog.TableEntry;
import dev.headrace.sql.error.SqlError;
import dev.headrace.sql.explain.PlanText;
import dev.headrace.sql.function.UserFunction;
import dev.headrace.sql.parser.SqlScript;
import dev.headrace.sql.parser.SqlScriptException;
import dev.headrace.sql.parser.Statement;
import dev.headrace.sql.parser.StatementNode;
import dev.headrace.sql.plan.QueryPlanner;
import dev.headrace.sql.plan.SessionZone;
import dev.headrace.sql.validate.Catalog;
import dev.headrace.sql.validate.QueryConverter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlNode;

/**
 * Scripts to plans. All INSERTs of a script are one job, whose common parts run once. Statements that ask (EXPLAIN, SHOW,
 * DESCRIBE) are answered with text.
 */
public final class SqlPlanner {
    private static final String ZONE = "table.local-time-zone";

    private final PlanContext context;
    private final QueryConverter converter = new QueryConverter();
    private final Catalog catalog;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> answers = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    public SqlPlanner(PlanContext context) {
        this.context = context;
        catalog = new Catalog(converter, context.baseDirectory(), context.secrets());
    }

    /**
     * What a script asks for.
     *
     * @param job its INSERTs; without sinks where it has none
     * @param answers to its questions, in order
     */
    public record Result(JobPlan job, List<String> answers) {}

    /**
     * Plans a script; declarations stay for the next one.
     *
     * @throws UserError with {@code line:column: } in front where there is one
     */
    public Result plan(String script) {
        answers.clear();
        notes.clear();
        List<SqlNode> queries = new ArrayList<>();
        for (SqlNode node : parse(script)) {
            if (node instanceof StatementNode statement) {
                try {
                    execute(statement, queries);
                } catch (UserError e) {
                    throw QueryConverter.located(e, node.getParserPosition());
                }
            } else {
                queries.add(node);
            }
        }
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(context.settings());
        return new Result(new JobPlan(sinks(queries), all, notes), List.copyOf(answers));
    }

    private static List<SqlNode> parse(String script) {
        try {
            return SqlScript.parse(script);
        } catch (SqlScriptException e) {
            throw UserError.request(e.line() + ":" + e.column() + ": " + e.getMessage());
        }
    }

    private List<Plan.SinkPlan> sinks(List<SqlNode> queries) {
        QueryPlanner planner = new QueryPlanner(
                converter,
                catalog,
                context.connections(),
                context.queryTable(),
                duration("table.exec.state.ttl"),
                zone());
        for (SqlNode query : queries) {
            if (query instanceof SqlInsert insert) {
                planner.insert(insert);
            } else {
                planner.query(query);
            }
        }
        return planner.finish();
    }

    private SessionZone zone() {
        String name = context.settings().getOrDefault(ZONE, settings.get(ZONE));
        return name == null ? SessionZone.UTC : SessionZone.of(name);
    }

    private Duration duration(String setting) {
        String value = context.settings().getOrDefault(setting, settings.get(setting));
        if (value == null) {
            return Duration.ZERO;
        }
        try {
            return new Options("SET", Map.of(setting, value)).duration(setting, Duration.ZERO);
        } catch (UserError e) {
            throw UserError.request("SET '" + setting + "' = '" + value + "': it takes a duration such as '1 h'");
        }
    }

    private void execute(StatementNode node, List<SqlNode> queries) {
        switch (node.statement()) {
            case Statement.CreateTable table -> catalog.create(table, duration("table.exec.source.idle-timeout"));
            case Statement.CreateView view -> {
                String name = view.name().toString();
                if (converter.knows(name)) {
                    if (view.ifNotExists()) {
                        return;
                    }
                    throw SqlError.at(view.name().getParserPosition(), "'" + name + "' is declared twice");
                }
                converter.addView(
                        name,
                        view.query(),
                        view.columns().stream().map(c -> c.getSimple()).toList());
                catalog.addView(name);
            }
            case Statement.CreateFunction function ->
                converter.addFunction(UserFunction.of(function.name().toString(), function.className()));
            case Statement.Drop drop -> catalog.drop(drop);
            case Statement.SetOption(var key, String value) -> {
                if (key.isEmpty()) {
                    answers.add(settings.entrySet().stream()
                            .map(e -> "'" + e.getKey() + "' = '" + e.getValue() + "'")
                            .collect(Collectors.joining("\n")));
                } else {
                    set(key.get(), value);
                }
            }
            case Statement.ResetOption(var key) -> key.ifPresentOrElse(settings::remove, settings::clear);
            case Statement.StatementSet(List<SqlNode> inserts) -> queries.addAll(inserts);
            case Statement.Explain(List<String> _, SqlNode statement) ->
                answers.add(PlanText.of(sinks(
                        statement instanceof StatementNode set
                                        && set.statement() instanceof Statement.StatementSet(List<SqlNode> inserts)
                                ? inserts
                                : List.of(statement))));
            case Statement.Show(String what, var table) ->
                answers.add(
                        switch (what) {
                            case "TABLES" -> String.join("\n", catalog.tableNames());
                            case "VIEWS" -> String.join("\n", catalog.viewNames());
                            default -> table.map(t -> describe(t.toString())).orElse("");
                        });
            case Statement.Describe(var table) -> answers.add(describe(table.toString()));
            case Statement.Use _ -> {}
            case Statement.AddJar(String path) ->
                throw SqlError.at(
                        node.getParserPosition(),
                        "ADD JAR is not supported; put '" + path + "' on the class path with HEADRACE_CLASSPATH");
        }
    }

    private void set(String key, String value) {
        if (Settings.isKnown(key)) {
            settings.put(key, value);
            if (Settings.DURATIONS.contains(key)) {
                duration(key);
            }
            if (key.equals(ZONE)) {
                zone();
            }
        } else if (Settings.hasNoMeaning(key)) {
            notes.add("SET '" + key + "' has no meaning here and is left alone");
        } else {
            notes.add("SET '" + key + "' is not known and is left alone");
        }
    }

    private String describe(String name) {
        TableEntry table = catalog.table(name)
                .orElseThrow(() -> UserError.request(
                        "table '" + name + "' is not declared" + Names.suggestion(name, catalog.tableNames())));
        return table.columns().stream()
                .map(c -> c.name() + " " + c.type()
                        + switch (c) {
                            case TableEntry.Computed computed -> " AS " + computed.expression();
                            case TableEntry.Metadata metadata -> " METADATA FROM '" + metadata.key() + "'";
                            case TableEntry.Physical _ -> "";
                        })
                .collect(Collectors.joining("\n"));
    }

    /** A table definition for rows that go to no declared table. */
    public static TableDefinition unnamedTable(String connector, Schema schema, java.nio.file.Path base) {
        return new TableDefinition(
                "result",
                schema,
                List.of(),
                List.of(),
                List.of(),
                new Options("result", Map.of("connector", connector)),
                base);
    }
}
