package dev.headrace.sql.plan;

import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.WatermarkStrategy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes one scan of each table for the whole job, of just the values that the job reads: columns, and fields of ROW columns
 * by their path. Every scan stands below a Calc, whose expressions are rewritten to the scan's new columns.
 */
final class ScanMerger {
    private final Map<String, Set<ScanRequest.ScanColumn>> needed = new TreeMap<>();
    private final Map<String, List<ScanRequest.ScanColumn>> order = new TreeMap<>();

    static List<Plan.SinkPlan> merge(List<Plan.SinkPlan> sinks) {
        ScanMerger merger = new ScanMerger();
        sinks.forEach(merger::collect);
        merger.needed.forEach((table, columns) -> merger.order.put(table, sorted(columns)));
        return sinks.stream().map(s -> (Plan.SinkPlan) merger.rewrite(s)).toList();
    }

    /** By path, metadata last: in the order in which a record has them. */
    private static List<ScanRequest.ScanColumn> sorted(Set<ScanRequest.ScanColumn> columns) {
        List<ScanRequest.ScanColumn> list = new ArrayList<>(columns);
        list.sort((a, b) -> sortKey(a).compareTo(sortKey(b)));
        return list;
    }

    private static String sortKey(ScanRequest.ScanColumn column) {
        return switch (column) {
            case ScanRequest.Physical(List<Integer> path, DataType _) -> {
                StringBuilder key = new StringBuilder("a");
                path.forEach(p -> key.append(String.format("/%05d", p)));
                yield key.toString();
            }
            case ScanRequest.Metadata(String key, DataType _) -> "b" + key;
        };
    }

    private void collect(Plan plan) {
        if (plan instanceof Plan.Calc calc && calc.input() instanceof Plan.Scan scan) {
            Set<ScanRequest.ScanColumn> columns =
                    needed.computeIfAbsent(scan.table().name(), t -> new LinkedHashSet<>());
            calc.projections().forEach(e -> collect(e, scan, columns));
            calc.condition().ifPresent(c -> collect(c, scan, columns));
            scan.watermark().ifPresent(w -> collect(w.expression(), scan, columns));
            if (columns.isEmpty()) {
                columns.add(scan.request().columns().getFirst());
            }
            return;
        }
        plan.inputs().forEach(this::collect);
    }

    private static void collect(Expression expression, Plan.Scan scan, Set<ScanRequest.ScanColumn> columns) {
        Optional<ScanRequest.ScanColumn> value = value(expression, scan);
        if (value.isPresent()) {
            columns.add(value.get());
        } else {
            Expressions.operands(expression).forEach(o -> collect(o, scan, columns));
        }
    }

    /** A column of the scan, or a field of one by its path. */
    private static Optional<ScanRequest.ScanColumn> value(Expression expression, Plan.Scan scan) {
        return switch (expression) {
            case Expression.Input(int index, DataType _) ->
                Optional.of(scan.request().columns().get(index));
            case Expression.Call(String function, List<Expression> operands, DataType type)
            when function.equals(Expressions.FIELD) ->
                value(operands.get(0), scan)
                        .filter(ScanRequest.Physical.class::isInstance)
                        .map(ScanRequest.Physical.class::cast)
                        .map(parent -> {
                            List<Integer> path = new ArrayList<>(parent.path());
                            path.add(((Long) ((Expression.Literal) operands.get(1)).value()).intValue());
                            return new ScanRequest.Physical(path, type.withNullable(true));
                        });
            default -> Optional.empty();
        };
    }

    private Plan rewrite(Plan plan) {
        if (plan instanceof Plan.Calc calc && calc.input() instanceof Plan.Scan scan) {
            List<ScanRequest.ScanColumn> columns = order.get(scan.table().name());
            List<Field> fields = columns.stream()
                    .map(c -> new Field(name(c, scan), c.type()))
                    .toList();
            Plan.Scan narrow = new Plan.Scan(
                    scan.table(),
                    new ScanRequest(columns),
                    new Schema(fields),
                    scan.mode(),
                    scan.watermark()
                            .map(w -> new WatermarkStrategy(
                                    rewrite(w.expression(), scan, columns), w.idleTimeout(), w.maxDrift())));
            return new Plan.Calc(
                    narrow,
                    calc.condition().map(c -> rewrite(c, scan, columns)),
                    calc.projections().stream()
                            .map(e -> rewrite(e, scan, columns))
                            .toList(),
                    calc.schema());
        }
        return Plans.withInputs(plan, this::rewrite);
    }

    private static Expression rewrite(Expression expression, Plan.Scan scan, List<ScanRequest.ScanColumn> columns) {
        Optional<ScanRequest.ScanColumn> value = value(expression, scan);
        if (value.isPresent()) {
            return new Expression.Input(
                    columns.indexOf(value.get()), value.get().type());
        }
        return switch (expression) {
            case Expression.Call(String function, List<Expression> operands, DataType type) ->
                new Expression.Call(
                        function,
                        operands.stream().map(o -> rewrite(o, scan, columns)).toList(),
                        type);
            case Expression.UserCall(String name, String className, List<Expression> operands, DataType type) ->
                new Expression.UserCall(
                        name,
                        className,
                        operands.stream().map(o -> rewrite(o, scan, columns)).toList(),
                        type);
            default -> expression;
        };
    }

    private static String name(ScanRequest.ScanColumn column, Plan.Scan scan) {
        return switch (column) {
            case ScanRequest.Metadata(String key, DataType _) -> key;
            case ScanRequest.Physical(List<Integer> path, DataType _) -> {
                Field field = scan.table().physical().fields().get(path.getFirst());
                StringBuilder name = new StringBuilder(field.name());
                for (int i = 1; i < path.size(); i++) {
                    field = field.type().fields().get(path.get(i));
                    name.append('.').append(field.name());
                }
                yield name.toString();
            }
        };
    }
}
