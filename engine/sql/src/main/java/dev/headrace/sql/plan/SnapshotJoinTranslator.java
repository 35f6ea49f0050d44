package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import dev.headrace.sql.catalog.TypeMapping;
import dev.headrace.sql.function.FunctionRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Snapshot;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;

/** FOR SYSTEM_TIME AS OF: joins with a table as it is now, which is looked up, or as it was at an event time. */
final class SnapshotJoinTranslator {
    private final Duration timeToLive;
    private final SessionZone zone;

    SnapshotJoinTranslator(Duration timeToLive, SessionZone zone) {
        this.zone = zone;
        this.timeToLive = timeToLive;
    }

    /**
     * FOR SYSTEM_TIME AS OF: the right side of a correlation is a snapshot of a table, as it is now or as it was at the event
     * time of the left row.
     */
    Relation translate(Correlate correlate, Relation left, Function<RelNode, Relation> translate) {
        List<RexNode> conditions = new ArrayList<>();
        RelNode right = correlate.getRight();
        while (!(right instanceof Snapshot)) {
            switch (right) {
                case Filter filter -> {
                    conditions.addAll(RelOptUtil.conjunctions(filter.getCondition()));
                    right = filter.getInput();
                }
                default ->
                    throw Unsupported.because(
                            "a query that refers to the query around it is not supported here;" + " write it as a join",
                            "LATERAL");
            }
        }
        Snapshot snapshot = (Snapshot) right;
        int time = eventTime(snapshot, left);
        if (time < 0) {
            requireProcessingTime(snapshot, left);
        }
        Relation table = translate.apply(snapshot.getInput());
        if (time < 0 && !isTable(table.plan())) {
            throw Unsupported.because(
                    "FOR SYSTEM_TIME AS OF takes a table or a view that filters and computes columns, not"
                            + " one that joins or aggregates; write it as a regular join",
                    "SNAPSHOT");
        }
        int leftColumns = left.plan().schema().size();
        RexTranslator expressions = new RexTranslator(
                zone,
                column -> new Expression.Input(column, left.plan().schema().type(column)));
        List<Expression> translated = new ArrayList<>();
        for (RexNode condition : conditions) {
            // Its own columns stand behind those of the left side, which come in through the correlation.
            translated.addAll(Expressions.conjuncts(shiftOwn(condition, leftColumns, expressions)));
        }
        List<Expression> ofBoth = new ArrayList<>();
        for (Expression condition : translated) {
            Set<Integer> inputs = Expressions.inputs(condition);
            boolean ofTable = !inputs.isEmpty() && inputs.stream().allMatch(i -> i >= leftColumns);
            // A version that does not pass a condition is still the one of its time.
            if (ofTable && time < 0) {
                table = table.with(Calcs.filter(table.plan(), Expressions.shift(condition, -leftColumns)));
            } else {
                ofBoth.add(condition);
            }
        }
        Optional<TemporalTable> versions = time < 0 ? Optional.empty() : Optional.of(TemporalTable.of(table, left));
        JoinKeys keys = new JoinKeys(left, versions.map(TemporalTable::changes).orElse(table), ofBoth);
        if (keys.leftKeys.isEmpty()) {
            throw Unsupported.because(
                    "FOR SYSTEM_TIME AS OF needs an equality between the two sides in ON", "SNAPSHOT");
        }
        JoinKind kind = JoinTranslator.kind(correlate.getJoinType());
        if (kind != JoinKind.INNER && kind != JoinKind.LEFT) {
            throw Unsupported.because("FOR SYSTEM_TIME AS OF takes JOIN or LEFT JOIN", "SNAPSHOT");
        }
        Plan plan = versions.isPresent()
                ? temporalJoin(kind, keys, versions.get(), time)
                : new Plan.LookupJoin(
                        keys.left.plan(),
                        keys.right.plan(),
                        kind,
                        keys.leftKeys,
                        keys.rightKeys,
                        keys.condition(keys.rest),
                        keys.schema(kind));
        Relation joined = keys.left.with(plan).withUniques(List.of());
        return keys.projected(
                joined,
                TypeMapping.fields(correlate.getRowType()).stream()
                        .map(Field::name)
                        .toList());
    }

    private Plan temporalJoin(JoinKind kind, JoinKeys keys, TemporalTable table, int time) {
        List<Integer> leftKeys = new ArrayList<>();
        List<Expression> conditions = new ArrayList<>();
        keys.condition(keys.rest).ifPresent(conditions::add);
        int leftColumns = keys.left.plan().schema().size();
        for (int key : table.key()) {
            int place = keys.rightKeys.indexOf(key);
            if (place < 0) {
                throw Unsupported.because(
                        "FOR SYSTEM_TIME AS OF an event time needs an equality in ON for each column of the table's key;"
                                + " there is none for '"
                                + keys.right.plan().schema().name(key) + "'",
                        "SNAPSHOT");
            }
            leftKeys.add(keys.leftKeys.get(place));
        }
        for (int i = 0; i < keys.leftKeys.size(); i++) {
            int key = keys.rightKeys.get(i);
            if (!table.key().contains(key)
                    || !leftKeys.get(table.key().indexOf(key)).equals(keys.leftKeys.get(i))) {
                int left = keys.leftKeys.get(i);
                conditions.add(new Expression.Call(
                        "=",
                        List.of(
                                new Expression.Input(
                                        left, keys.left.plan().schema().type(left)),
                                new Expression.Input(
                                        leftColumns + key,
                                        keys.right.plan().schema().type(key))),
                        DataType.BOOLEAN.withNullable(true)));
            }
        }
        return new Plan.TemporalJoin(
                keys.left.plan(),
                keys.right.plan(),
                kind,
                leftKeys,
                table.key(),
                time,
                table.time(),
                conditions.isEmpty() ? Optional.empty() : Optional.of(Expressions.and(conditions)),
                keys.schema(kind),
                timeToLive);
    }

    /** The left column of event time that a snapshot is of, -1 if it is of something else. */
    private static int eventTime(Snapshot snapshot, Relation left) {
        return snapshot.getPeriod() instanceof RexFieldAccess access
                        && access.getReferenceExpr() instanceof RexCorrelVariable
                        && left.rowtime().contains(access.getField().getIndex())
                ? access.getField().getIndex()
                : -1;
    }

    private static void requireProcessingTime(Snapshot snapshot, Relation left) {
        boolean processing = snapshot.getPeriod() instanceof RexFieldAccess access
                        && access.getReferenceExpr() instanceof RexCorrelVariable
                        && left.proctime().contains(access.getField().getIndex())
                || snapshot.getPeriod() instanceof RexCall call && call.getOperator() == FunctionRegistry.PROCTIME;
        if (!processing) {
            throw Unsupported.because(
                    "FOR SYSTEM_TIME AS OF takes a time column of the left side: its event time (of a table with a"
                            + " WATERMARK), for the table as it was then, or a processing time, for the table as it is now: add a"
                            + " column 'seen AS PROCTIME()' to the table on the left and write FOR SYSTEM_TIME AS OF"
                            + " left_table.seen",
                    "SNAPSHOT");
        }
    }

    private static boolean isTable(Plan plan) {
        return switch (plan) {
            case Plan.Calc p -> isTable(p.input());
            case Plan.Scan p -> p.mode() == ChangelogMode.INSERT_ONLY;
            default -> false;
        };
    }

    private static Expression shiftOwn(RexNode condition, int leftColumns, RexTranslator expressions) {
        RexNode shifted = condition.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                return new RexInputRef(ref.getIndex() + leftColumns, ref.getType());
            }
        });
        return expressions.translate(shifted);
    }
}
