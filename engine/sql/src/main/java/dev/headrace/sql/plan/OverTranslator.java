package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import dev.headrace.sql.catalog.TypeMapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.sql.SqlKind;

/**
 * Aggregates over OVER windows: one node for each window that a SELECT names, and above them the expressions in which the
 * aggregates stand.
 */
final class OverTranslator {
    private final RexTranslator expressions;
    private final Duration timeToLive;

    OverTranslator(Duration timeToLive, SessionZone zone) {
        this.timeToLive = timeToLive;
        expressions = new RexTranslator(zone);
    }

    /** An aggregate, as it was before it was taken apart for the sake of windows without rows. */
    private record Call(String function, List<RexNode> arguments, boolean distinct, RelDataType type) {}

    Relation translate(Project project, Relation input) {
        Map<RexWindow, List<Call>> calls = new LinkedHashMap<>();
        int inputColumns = input.plan().schema().size();
        Collector collector = new Collector(calls, inputColumns);
        List<RexNode> collected =
                project.getProjects().stream().map(p -> p.accept(collector)).toList();
        Relation node = input;
        Map<Call, Integer> places = new LinkedHashMap<>();
        for (Map.Entry<RexWindow, List<Call>> window : calls.entrySet()) {
            node = over(window.getKey(), window.getValue(), node);
            int first = node.plan().schema().size() - window.getValue().size();
            for (int i = 0; i < window.getValue().size(); i++) {
                places.put(window.getValue().get(i), first + i);
            }
        }
        List<Integer> order = collector.order.stream().map(places::get).toList();
        Plan plan = node.plan();
        List<Expression> outputs = Expressions.replaceAll(
                expressions.translateAll(collected),
                i -> i.index() < inputColumns
                        ? i
                        : new Expression.Input(
                                order.get(i.index() - inputColumns),
                                plan.schema().type(order.get(i.index() - inputColumns))));
        return RelTranslator.projected(node, outputs, project.getRowType().getFieldNames());
    }

    /** Replaces each aggregate by a reference beyond the input's columns, and keeps it. */
    private static final class Collector extends RexShuttle {
        private final Map<RexWindow, List<Call>> calls;
        private final List<Call> order = new ArrayList<>();
        private final int inputColumns;

        Collector(Map<RexWindow, List<Call>> calls, int inputColumns) {
            this.inputColumns = inputColumns;
            this.calls = calls;
        }

        @Override
        public RexNode visitOver(RexOver over) {
            return reference(
                    over.getWindow(),
                    new Call(over.getAggOperator().getName(), over.getOperands(), over.isDistinct(), over.getType()));
        }

        @Override
        public RexNode visitCall(RexCall call) {
            Optional<RexOver> average = average(call);
            if (average.isPresent()) {
                RexOver over = average.get();
                return reference(
                        over.getWindow(), new Call("AVG", over.getOperands(), over.isDistinct(), call.getType()));
            }
            Optional<RexOver> sum = sum(call);
            if (sum.isPresent()) {
                RexOver over = sum.get();
                return reference(
                        over.getWindow(), new Call("SUM", over.getOperands(), over.isDistinct(), call.getType()));
            }
            return super.visitCall(call);
        }

        private RexNode reference(RexWindow window, Call call) {
            List<Call> same = calls.computeIfAbsent(window, w -> new ArrayList<>());
            if (!same.contains(call)) {
                same.add(call);
            }
            if (!order.contains(call)) {
                order.add(call);
            }
            return new RexInputRef(inputColumns + order.indexOf(call), call.type());
        }

        /** CASE WHEN COUNT(x) > 0 THEN SUM(x) END is what the validator makes of SUM(x). */
        private static Optional<RexOver> sum(RexNode node) {
            if (!(RexUtil.removeCast(node) instanceof RexCall call)
                    || call.getKind() != SqlKind.CASE
                    || call.getOperands().size() != 3
                    || !RexUtil.isNullLiteral(call.getOperands().get(2), true)
                    || !(call.getOperands().get(0) instanceof RexCall condition)
                    || !(condition.getOperands().getFirst() instanceof RexOver count)
                    || count.getAggOperator().getKind() != SqlKind.COUNT
                    || !(RexUtil.removeCast(call.getOperands().get(1)) instanceof RexOver sum)
                    || sum.getAggOperator().getKind() != SqlKind.SUM
                            && sum.getAggOperator().getKind() != SqlKind.SUM0
                    || !sum.getOperands().equals(count.getOperands())
                    || !sum.getWindow().equals(count.getWindow())) {
                return Optional.empty();
            }
            return Optional.of(sum);
        }

        /** And SUM(x) / COUNT(x) what it makes of AVG(x). */
        private static Optional<RexOver> average(RexNode node) {
            if (!(RexUtil.removeCast(node) instanceof RexCall call)
                    || call.getKind() != SqlKind.DIVIDE
                    || !(RexUtil.removeCast(call.getOperands().get(1)) instanceof RexOver count)
                    || count.getAggOperator().getKind() != SqlKind.COUNT) {
                return Optional.empty();
            }
            return sum(call.getOperands().getFirst())
                    .filter(s -> s.getOperands().equals(count.getOperands())
                            && s.getWindow().equals(count.getWindow()));
        }
    }

    private Relation over(RexWindow window, List<Call> calls, Relation input) {
        Columns columns = new Columns(input);
        List<Integer> partition = window.partitionKeys.stream()
                .map(k -> columns.place(expressions.translate(k)))
                .toList();
        List<Ordering> orderings = window.orderKeys.stream()
                .map(o -> RankTranslator.ordering(
                        columns.place(expressions.translate(o.left)), o.getDirection(), o.getNullDirection()))
                .toList();
        List<AggregateCall> aggregates = new ArrayList<>();
        for (Call call : calls) {
            aggregates.add(new AggregateCall(
                    call.function(),
                    call.arguments().stream()
                            .map(a -> columns.place(expressions.translate(a)))
                            .toList(),
                    call.distinct(),
                    OptionalInt.empty(),
                    TypeMapping.fromCalcite(call.type())));
        }
        if (orderings.isEmpty()) {
            throw Unsupported.because(
                    "OVER needs an ORDER BY here, best by the event time: rows of a stream have no other" + " order",
                    "OVER");
        }
        Relation prepared = columns.relation();
        Ordering first = orderings.getFirst();
        boolean inOrder = prepared.plan().mode() == ChangelogMode.INSERT_ONLY && !first.descending();
        boolean eventTime = inOrder && prepared.rowtime().contains(first.column());
        boolean byArrival = inOrder && prepared.proctime().contains(first.column());
        long[] preceding = preceding(window);
        if (byArrival && preceding[0] < 0 && preceding[1] < 0) {
            // Rows that arrive in the same millisecond have an order, too.
            preceding[0] = Long.MAX_VALUE;
        }
        boolean insertOnly = eventTime || byArrival && preceding[0] >= 0;
        List<Field> fields = new ArrayList<>(prepared.plan().schema().fields());
        for (int i = 0; i < aggregates.size(); i++) {
            fields.add(new Field("$over" + i, aggregates.get(i).type()));
        }
        Plan plan = new Plan.Over(
                insertOnly ? prepared.plan() : Changelogs.forKeyed(prepared, partition),
                partition,
                orderings,
                eventTime ? first.column() : -1,
                preceding[0],
                preceding[1],
                aggregates,
                prepared.unique(),
                new Schema(fields),
                insertOnly ? ChangelogMode.INSERT_ONLY : ChangelogMode.RETRACT,
                timeToLive);
        return insertOnly
                ? prepared.with(plan)
                : Relation.of(plan)
                        .withUniques(prepared.uniques().stream()
                                .map(u -> Changelogs.union(u, partition))
                                .toList());
    }

    /** Rows and microseconds before the current row, -1 for unbounded. */
    private static long[] preceding(RexWindow window) {
        RexWindowBound lower = window.getLowerBound();
        RexWindowBound upper = window.getUpperBound();
        if (!upper.isCurrentRow()) {
            throw Unsupported.because("an OVER window must end at CURRENT ROW", "OVER");
        }
        if (lower.isUnbounded()) {
            return window.isRows() ? new long[] {Long.MAX_VALUE, -1} : new long[] {-1, -1};
        }
        if (!lower.isCurrentRow()
                && !(new RexTranslator(SessionZone.UTC).translate(lower.getOffset())
                        instanceof Expression.Literal(Long _, DataType _))) {
            throw Unsupported.because("an OVER window's bound must be a constant", "OVER");
        }
        long bound = lower.isCurrentRow()
                ? 0
                : (Long) ((Expression.Literal) new RexTranslator(SessionZone.UTC).translate(lower.getOffset())).value();
        return window.isRows() ? new long[] {bound, -1} : new long[] {-1, bound};
    }
}
