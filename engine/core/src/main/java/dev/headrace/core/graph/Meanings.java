package dev.headrace.core.graph;

import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds what nodes mean. Columns are named by their value over the columns of tables, by name, so places, aliases, and
 * columns that others read leave no trace; conditions are sets, so it does not matter where they stand between two nodes
 * that keep state. Kinds of change, times to live and the options of tables do not count, apart from what names the data
 * ({@link TableDefinition#subject}).
 *
 * <p>Snapshots hold these texts and their digests: another text for the same meaning loses the state of jobs that run.
 */
public final class Meanings {
    /** Functions that are written between their operands. */
    private static final Set<String> BETWEEN = Set.of("=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "OR");

    private static final int LONGEST = 80;
    private static final int SHORTENED = 48;

    private final Map<Plan, Found> known = new HashMap<>();
    /** By node, for people: the tables that it is made of, and under which conditions. */
    private final Map<Plan, String> made = new HashMap<>();

    /** A node's rows before conditions, and the conditions. */
    private record Found(String base, TreeSet<String> conditions, Meaning meaning) {
        Found named(String step) {
            return new Found(base, conditions, new Meaning(meaning.rows(), meaning.columns(), meaning.family(), step));
        }
    }

    public Meaning of(Plan plan) {
        return found(plan).meaning();
    }

    private List<String> columns(Plan plan) {
        return of(plan).columns();
    }

    private Found found(Plan plan) {
        Found found = known.get(plan);
        if (found == null) {
            found = find(plan);
            String tables = plan.inputs().stream().map(made::get).distinct().collect(Collectors.joining(", "));
            switch (plan) {
                case Plan.Scan scan -> made.put(plan, scan.table().name());
                case Plan.Values _ -> made.put(plan, "values");
                case Plan.Calc calc
                when calc.condition().isPresent() ->
                    made.put(plan, tables + " where " + String.join(" and ", found.conditions()));
                case Plan.Calc _, Plan.SinkPlan _ -> made.put(plan, tables);
                default -> {
                    made.put(plan, tables);
                    found = found.named(found.meaning().step() + " of " + name(tables));
                }
            }
            known.put(plan, found);
        }
        return found;
    }

    private String rows(Plan plan) {
        return of(plan).rows();
    }

    private static Found base(String base, List<String> columns, String family, String step) {
        return new Found(base, new TreeSet<>(), new Meaning(Digests.of(base), columns, Digests.of(family), step));
    }

    /** A node whose family is made of the same as its rows. */
    private static Found base(String base, List<String> columns, String step) {
        return base(base, columns, base, step);
    }

    private Found find(Plan plan) {
        return switch (plan) {
            case Plan.Scan p ->
                base(
                        "scan " + source(p.table()),
                        scanned(p),
                        "Scan " + p.table().name());
            case Plan.Values p -> base("values " + p.schema().types() + p.rows(), values(p.schema()), "Values");
            case Plan.Calc p -> calc(p);
            case Plan.Union p -> union(p);
            case Plan.WindowTable p -> {
                List<String> columns = new ArrayList<>(columns(p.input()));
                IntStream.range(columns.size(), p.schema().size())
                        .forEach(c ->
                                columns.add(apart(columns(p.input()), p.schema().name(c))));
                String text = window(p.window(), p.timeColumn(), p.input());
                yield base("windows " + rows(p.input()) + text, columns, "WindowTable " + text);
            }
            case Plan.LateRows p ->
                base(
                        "late for " + of(p.aggregate()).family(),
                        columns(p.aggregate().input()),
                        "LateRows");
            case Plan.OnTimeRows p ->
                base(
                        "on time " + rows(p.input())
                                + p.windows().stream()
                                        .map(w -> window(w.window(), w.timeColumn(), p.input()) + w.allowedLateness())
                                        .sorted()
                                        .toList(),
                        columns(p.input()),
                        "OnTimeRows");
            case Plan.Aggregate p -> {
                List<String> keys = named(p.keys(), p.input());
                List<String> columns = new ArrayList<>(keys);
                p.calls().forEach(c -> columns.add(apart(keys, call(c, p.input()))));
                yield base("groups " + rows(p.input()) + keys, columns, "Aggregate" + by(keys));
            }
            case Plan.WindowAggregate p -> windowAggregate(p);
            case Plan.Join p ->
                joined(
                        "join " + p.kind() + side(p.left(), p.leftKeys()) + side(p.right(), p.rightKeys())
                                + p.condition().map(c -> condition(c, sides(p.left(), p.right()))),
                        p.kind(),
                        p.left(),
                        p.right(),
                        "Join" + on(p.left(), p.leftKeys(), p.right(), p.rightKeys()));
            case Plan.IntervalJoin p ->
                joined(
                        "interval join " + p.kind() + side(p.left(), p.leftKeys()) + side(p.right(), p.rightKeys())
                                + column(p.left(), p.leftTime()) + "," + column(p.right(), p.rightTime()) + ","
                                + p.lower() + "," + p.upper()
                                + p.condition().map(c -> condition(c, sides(p.left(), p.right()))),
                        p.kind(),
                        p.left(),
                        p.right(),
                        "IntervalJoin" + on(p.left(), p.leftKeys(), p.right(), p.rightKeys()));
            case Plan.WindowJoin p ->
                joined(
                        "window join " + p.kind() + side(p.left(), p.leftKeys()) + side(p.right(), p.rightKeys())
                                + column(p.left(), p.leftWindowEnd()) + "," + column(p.right(), p.rightWindowEnd())
                                + p.condition().map(c -> condition(c, sides(p.left(), p.right()))),
                        p.kind(),
                        p.left(),
                        p.right(),
                        "WindowJoin" + on(p.left(), p.leftKeys(), p.right(), p.rightKeys()));
            case Plan.TemporalJoin p ->
                joined(
                        "temporal join " + p.kind() + side(p.left(), p.leftKeys()) + side(p.right(), p.rightKeys())
                                + column(p.left(), p.leftTime()) + "," + column(p.right(), p.rightTime())
                                + p.condition().map(c -> condition(c, sides(p.left(), p.right()))),
                        p.kind(),
                        p.left(),
                        p.right(),
                        "TemporalJoin" + on(p.left(), p.leftKeys(), p.right(), p.rightKeys()));
            case Plan.LookupJoin p -> {
                List<String> columns = new ArrayList<>(columns(p.left()));
                columns(p.table()).forEach(c -> columns.add(name("lookup." + c)));
                yield base(
                        "lookup " + p.kind() + side(p.left(), p.leftKeys()) + side(p.table(), p.tableKeys())
                                + p.condition().map(c -> condition(c, columns)),
                        columns,
                        "LookupJoin" + on(p.left(), p.leftKeys(), p.table(), p.tableKeys()));
            }
            case Plan.Rank p -> {
                List<String> keys = named(p.partition(), p.input());
                // What has been said of the places follows from the rows that are kept, so other places are another
                // state.
                String text = "rank " + rows(p.input()) + keys + orderings(p.orderings(), p.input()) + p.from() + "-"
                        + p.to();
                yield ranked(
                        text,
                        text,
                        p.input(),
                        p.emitRank(),
                        "Rank" + by(keys) + ", places " + p.from() + " to " + p.to());
            }
            case Plan.WindowRank p -> {
                List<String> keys = named(p.partition(), p.input());
                String text = "window rank " + rows(p.input()) + column(p.input(), p.windowEnd()) + keys
                        + orderings(p.orderings(), p.input());
                yield ranked(
                        text + p.from() + "-" + p.to(),
                        text + "to " + p.to(),
                        p.input(),
                        p.emitRank(),
                        "WindowRank" + by(keys) + ", places " + p.from() + " to " + p.to());
            }
            case Plan.Deduplicate p -> {
                List<String> keys = named(p.keys(), p.input());
                yield base(
                        "deduplicate " + rows(p.input()) + keys
                                + (p.timeColumn() < 0 ? "by arrival" : column(p.input(), p.timeColumn()))
                                + p.keepLast(),
                        columns(p.input()),
                        "Deduplicate" + by(keys));
            }
            case Plan.Over p -> over(p);
            case Plan.Normalize p -> {
                List<String> keys = named(p.keys(), p.input());
                yield base("rows by key " + rows(p.input()) + keys, columns(p.input()), "Normalize" + by(keys));
            }
            case Plan.SinkPlan p ->
                base(
                        "sink " + source(p.table()),
                        columns(p.input()),
                        "Sink " + p.table().name());
        };
    }

    /** Tells a table's data from that of others, for splits and sinks: the table's name, its connector, a digest. */
    static String source(TableDefinition table) {
        String connector = table.options().asMap().getOrDefault("connector", "");
        return table.name() + " " + connector + " "
                + Digests.of(table.subject().toString()).substring(0, 8);
    }

    /** The meaning of the columns that a scan's watermark is made of. */
    public static String time(Plan.Scan scan, List<String> columns) {
        TreeSet<String> used = new TreeSet<>();
        scan.watermark().ifPresent(w -> inputs(w.expression(), columns, used));
        return String.join(", ", used);
    }

    private static void inputs(Expression expression, List<String> columns, TreeSet<String> used) {
        switch (expression) {
            case Expression.Input(int index, DataType _) -> used.add(columns.get(index));
            case Expression.Call call -> call.operands().forEach(o -> inputs(o, columns, used));
            case Expression.UserCall call -> call.operands().forEach(o -> inputs(o, columns, used));
            case Expression.Literal _, Expression.Null _ -> {}
        }
    }

    private static List<String> scanned(Plan.Scan scan) {
        return scan.request().columns().stream()
                .map(column -> switch (column) {
                    case ScanRequest.Metadata(String key, DataType type) -> "metadata." + key + ":" + plain(type);
                    case ScanRequest.Physical(List<Integer> path, DataType type) ->
                        path(scan.table().physical(), path) + ":" + plain(type);
                })
                .map(Meanings::name)
                .toList();
    }

    private static String path(Schema schema, List<Integer> path) {
        List<String> names = new ArrayList<>();
        Schema at = schema;
        for (int place : path) {
            names.add(at.name(place));
            at = new Schema(at.type(place).fields());
        }
        return String.join(".", names);
    }

    private static DataType plain(DataType type) {
        return type.withNullable(true);
    }

    private static List<String> values(Schema schema) {
        return IntStream.range(0, schema.size())
                .mapToObj(i -> "value " + i + ":" + plain(schema.type(i)))
                .toList();
    }

    private Found calc(Plan.Calc calc) {
        Found input = found(calc.input());
        List<String> inputs = input.meaning().columns();
        TreeSet<String> conditions = new TreeSet<>(input.conditions());
        calc.condition().ifPresent(c -> conjuncts(c, inputs, conditions));
        String rows = conditions.isEmpty() ? input.base() : input.base() + " where " + conditions;
        return new Found(
                input.base(),
                conditions,
                new Meaning(
                        Digests.of(rows),
                        calc.projections().stream()
                                .map(e -> name(text(e, inputs)))
                                .toList(),
                        Digests.of(rows),
                        "Calc"));
    }

    private static void conjuncts(Expression condition, List<String> inputs, TreeSet<String> found) {
        if (condition instanceof Expression.Call(String function, List<Expression> operands, DataType _)
                && function.equals("AND")) {
            operands.forEach(o -> conjuncts(o, inputs, found));
        } else {
            found.add(text(condition, inputs));
        }
    }

    private static String condition(Expression condition, List<String> inputs) {
        TreeSet<String> conjuncts = new TreeSet<>();
        conjuncts(condition, inputs, conjuncts);
        return conjuncts.toString();
    }

    /** An expression over the meanings of its inputs. */
    private static String text(Expression expression, List<String> inputs) {
        return switch (expression) {
            case Expression.Input(int index, DataType _) -> inputs.get(index);
            case Expression.Call(String function, List<Expression> operands, DataType _)
            when operands.size() == 2 && BETWEEN.contains(function) ->
                "(" + text(operands.get(0), inputs) + " " + function + " " + text(operands.get(1), inputs) + ")";
            case Expression.Call(String function, List<Expression> operands, DataType type) ->
                function + list(operands, inputs) + (function.endsWith("CAST") ? ":" + plain(type) : "");
            case Expression.UserCall(String _, String className, List<Expression> operands, DataType _) ->
                className + list(operands, inputs);
            case Expression.Literal(Object value, DataType type) ->
                new Expression.Literal(value, plain(type)).toString();
            case Expression.Null(DataType type) -> new Expression.Null(plain(type)).toString();
        };
    }

    private static String list(List<Expression> operands, List<String> inputs) {
        return operands.stream().map(o -> text(o, inputs)).collect(Collectors.joining(", ", "(", ")"));
    }

    /** Rows of several inputs; the order of the inputs means nothing. */
    private Found union(Plan.Union union) {
        List<Plan> inputs = new ArrayList<>(union.inputs());
        inputs.sort((a, b) -> (rows(a) + columns(a)).compareTo(rows(b) + columns(b)));
        List<String> columns = IntStream.range(0, union.schema().size())
                .mapToObj(c -> inputs.stream().map(i -> columns(i).get(c)).toList())
                .map(all -> all.stream().distinct().count() == 1
                        ? all.getFirst()
                        : name(all.stream().collect(Collectors.joining(" | ", "(", ")"))))
                .toList();
        return base("union " + inputs.stream().map(this::rows).toList(), columns, "Union");
    }

    private Found windowAggregate(Plan.WindowAggregate p) {
        List<String> keys = named(p.keys(), p.input());
        List<String> columns = new ArrayList<>(keys);
        p.calls().forEach(c -> columns.add(apart(keys, call(c, p.input()))));
        p.properties().forEach(property -> columns.add(apart(keys, "window " + property)));
        String window = window(p.window(), p.timeColumn(), p.input());
        String base = "windows of groups " + rows(p.input()) + keys + window;
        // Distinct values are kept by window where windows overlap, all else by slice.
        boolean perWindow =
                !(p.window() instanceof Window.Tumble) && p.calls().stream().anyMatch(AggregateCall::distinct);
        String family = base + (p.allowedLateness().isZero() ? "" : " again when late") + (perWindow ? " whole" : "");
        return base(base, columns, family, "WindowAggregate " + window + by(keys));
    }

    private Found over(Plan.Over p) {
        List<String> columns = new ArrayList<>(columns(p.input()));
        List<String> keys = named(p.partition(), p.input());
        String frame = (p.timeColumn() < 0 ? "" : column(p.input(), p.timeColumn())) + "," + p.precedingRows() + ","
                + p.precedingRange();
        String over = keys + orderings(p.orderings(), p.input()) + frame;
        List<String> calls = p.calls().stream().map(c -> call(c, p.input())).toList();
        calls.forEach(c -> columns.add(
                apart(columns(p.input()), name(c + " OVER " + Digests.of(over).substring(0, 8)))));
        String family = "over " + rows(p.input()) + over + calls;
        return base("over " + rows(p.input()), columns, family, "Over" + by(keys));
    }

    private Found ranked(String base, String family, Plan input, boolean withPlace, String step) {
        List<String> columns = new ArrayList<>(columns(input));
        if (withPlace) {
            columns.add(apart(columns(input), "place"));
        }
        return base(base, columns, family, step);
    }

    private Found joined(String base, JoinKind kind, Plan left, Plan right, String step) {
        boolean leftOnly = kind == JoinKind.SEMI || kind == JoinKind.ANTI;
        return base(base, leftOnly ? columns(left) : sides(left, right), step);
    }

    private List<String> sides(Plan left, Plan right) {
        List<String> both = new ArrayList<>();
        columns(left).forEach(c -> both.add(name("left." + c)));
        columns(right).forEach(c -> both.add(name("right." + c)));
        return both;
    }

    private String side(Plan input, List<Integer> keys) {
        return "[" + rows(input) + named(keys, input) + "]";
    }

    private String call(AggregateCall call, Plan input) {
        return call(call, columns(input));
    }

    /** An aggregate call over columns of these meanings. */
    public static String call(AggregateCall call, List<String> columns) {
        String arguments = call.arguments().isEmpty()
                ? "*"
                : call.arguments().stream().map(columns::get).collect(Collectors.joining(", "));
        return name(call.function() + "(" + (call.distinct() ? "DISTINCT " : "") + arguments + ")"
                + (call.filter().isPresent()
                        ? " FILTER " + columns.get(call.filter().getAsInt())
                        : ""));
    }

    private String window(Window window, int timeColumn, Plan input) {
        String time = timeColumn < 0 ? "processing time" : column(input, timeColumn);
        return switch (window) {
            case Window.Attached(int start, int end) -> "of " + column(input, start) + " to " + column(input, end);
            default -> window + " of " + time;
        };
    }

    private String orderings(List<Ordering> orderings, Plan input) {
        return orderings.stream()
                .map(o -> column(input, o.column())
                        + (o.descending() ? " desc" : "")
                        + (o.nullsLast() ? " nulls last" : ""))
                .toList()
                .toString();
    }

    private String column(Plan input, int column) {
        return columns(input).get(column);
    }

    private List<String> named(List<Integer> columns, Plan input) {
        return columns.stream().map(c -> column(input, c)).toList();
    }

    private static String by(List<String> keys) {
        return keys.isEmpty() ? "" : " by " + String.join(", ", keys);
    }

    private String on(Plan left, List<Integer> leftKeys, Plan right, List<Integer> rightKeys) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < leftKeys.size(); i++) {
            pairs.put(column(left, leftKeys.get(i)), column(right, rightKeys.get(i)));
        }
        return pairs.isEmpty()
                ? ""
                : " on "
                        + pairs.entrySet().stream()
                                .map(e -> e.getKey() + " = " + e.getValue())
                                .collect(Collectors.joining(", "));
    }

    /** A name that none of the others is: a count of groups is not the count by which they are grouped. */
    private static String apart(List<String> others, String name) {
        return others.contains(name) ? apart(others, name + "'") : name;
    }

    /** A text as the name of a column; of a long one its beginning and a digest. */
    private static String name(String text) {
        return text.length() <= LONGEST
                ? text
                : text.substring(0, SHORTENED) + "~" + Digests.of(text).substring(0, 16);
    }
}
