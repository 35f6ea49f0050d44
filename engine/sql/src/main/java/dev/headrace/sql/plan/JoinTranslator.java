package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.sql.catalog.TypeMapping;
import dev.headrace.sql.function.FunctionRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Snapshot;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;

/** Joins: of windows, of time intervals, with a table looked up, and of whole changelogs. */
final class JoinTranslator {
    private final Duration timeToLive;
    private final SessionZone zone;

    JoinTranslator(Duration timeToLive, SessionZone zone) {
        this.zone = zone;
        this.timeToLive = timeToLive;
    }

    Relation translate(Join join, Relation left, Relation right) {
        RexTranslator expressions = new RexTranslator(zone);
        List<Expression> conditions = RelOptUtil.conjunctions(join.getCondition()).stream()
                .map(expressions::translate)
                .filter(c -> !Expressions.isTruth(c, true))
                .toList();
        return join(kind(join.getJoinType()), left, right, conditions, names(join));
    }

    private static List<String> names(RelNode join) {
        return join.getRowType().getFieldNames();
    }

    private static Plan.JoinKind kind(JoinRelType type) {
        return switch (type) {
            case INNER -> Plan.JoinKind.INNER;
            case LEFT -> Plan.JoinKind.LEFT;
            case RIGHT -> Plan.JoinKind.RIGHT;
            case FULL -> Plan.JoinKind.FULL;
            case SEMI -> Plan.JoinKind.SEMI;
            case ANTI -> Plan.JoinKind.ANTI;
            default -> throw Unsupported.because("this kind of join is not supported: " + type, "JOIN");
        };
    }

    /** Equalities between the sides as key columns, appended to a side where they are computed; the rest as a condition. */
    private static final class Keys {
        Relation left;
        Relation right;
        final int leftColumns;
        final int rightColumns;
        final List<Integer> leftKeys = new ArrayList<>();
        final List<Integer> rightKeys = new ArrayList<>();
        final List<Expression> rest = new ArrayList<>();

        Keys(Relation left, Relation right, List<Expression> conditions) {
            this.left = left;
            this.right = right;
            leftColumns = left.plan().schema().size();
            rightColumns = right.plan().schema().size();
            List<Expression[]> pairs = new ArrayList<>();
            for (Expression condition : conditions) {
                Optional<Expression[]> pair = equality(condition);
                if (pair.isPresent()) {
                    pairs.add(pair.get());
                } else {
                    rest.add(condition);
                }
            }
            this.left = withColumns(left, pairs.stream().map(p -> p[0]).toList(), leftKeys);
            this.right = withColumns(right, pairs.stream().map(p -> p[1]).toList(), rightKeys);
        }

        private Optional<Expression[]> equality(Expression condition) {
            if (!(condition instanceof Expression.Call(String function, List<Expression> operands, DataType _))
                    || !function.equals("=")) {
                return Optional.empty();
            }
            Expression a = operands.get(0);
            Expression b = operands.get(1);
            if (isOf(b, true) && isOf(a, false)) {
                Expression swap = a;
                a = b;
                b = swap;
            }
            if (!isOf(a, true) || !isOf(b, false) || !sameLayout(a.type(), b.type())) {
                return Optional.empty();
            }
            return Optional.of(new Expression[] {a, Expressions.shift(b, -leftColumns)});
        }

        private static boolean sameLayout(DataType a, DataType b) {
            if (a.layout() != b.layout()) {
                return false;
            }
            // Decimals are equal as longs only at the same scale, and bytes only within one kind.
            boolean decimals =
                    a.kind() == dev.headrace.api.type.Kind.DECIMAL || b.kind() == dev.headrace.api.type.Kind.DECIMAL;
            if (decimals) {
                return a.kind() == b.kind() && a.scale() == b.scale();
            }
            return a.layout() != Layout.BYTES || a.isText() == b.isText();
        }

        private boolean isOf(Expression expression, boolean leftSide) {
            Set<Integer> inputs = Expressions.inputs(expression);
            return !inputs.isEmpty() && inputs.stream().allMatch(i -> i < leftColumns == leftSide);
        }

        private static Relation withColumns(Relation side, List<Expression> wanted, List<Integer> places) {
            List<Expression> projections =
                    new ArrayList<>(Expressions.identity(side.plan().schema().types()));
            List<String> names = new ArrayList<>(
                    side.plan().schema().fields().stream().map(Field::name).toList());
            for (Expression expression : wanted) {
                int place = projections.indexOf(expression);
                if (place < 0) {
                    place = projections.size();
                    projections.add(expression);
                    names.add("$key" + place);
                }
                places.add(place);
            }
            return projections.size() == side.plan().schema().size()
                    ? side
                    : RelTranslator.projected(side, projections, names);
        }

        /** Whether keys were appended, so that the join's output has columns that the query does not know. */
        boolean appended() {
            return left.plan().schema().size() > leftColumns
                    || right.plan().schema().size() > rightColumns;
        }

        /** An expression over the query's columns, over those that the join has. */
        Expression moved(Expression expression) {
            int shift = left.plan().schema().size() - leftColumns;
            return Expressions.replace(
                    expression,
                    i -> new Expression.Input(i.index() < leftColumns ? i.index() : i.index() + shift, i.type()));
        }
    }

    private Relation join(
            Plan.JoinKind kind, Relation left, Relation right, List<Expression> conditions, List<String> names) {
        Keys keys = new Keys(left, right, conditions);
        Relation joined =
                windowJoin(kind, keys).or(() -> intervalJoin(kind, keys)).orElseGet(() -> regularJoin(kind, keys));
        if (!keys.appended()) {
            return joined;
        }
        List<Expression> projections = new ArrayList<>();
        boolean leftOnly = kind == Plan.JoinKind.SEMI || kind == Plan.JoinKind.ANTI;
        int columns = keys.leftColumns + (leftOnly ? 0 : keys.rightColumns);
        for (int i = 0; i < columns; i++) {
            int from = i < keys.leftColumns
                    ? i
                    : i - keys.leftColumns + keys.left.plan().schema().size();
            projections.add(new Expression.Input(from, joined.plan().schema().type(from)));
        }
        return RelTranslator.projected(joined, projections, names);
    }

    private static Optional<Expression> condition(Keys keys, List<Expression> rest) {
        return rest.isEmpty()
                ? Optional.empty()
                : Optional.of(Expressions.and(rest.stream().map(keys::moved).toList()));
    }

    private Relation regularJoin(Plan.JoinKind kind, Keys keys) {
        boolean updates = kind != Plan.JoinKind.INNER && kind != Plan.JoinKind.SEMI
                || keys.left.plan().mode() != ChangelogMode.INSERT_ONLY
                || keys.right.plan().mode() != ChangelogMode.INSERT_ONLY;
        Plan plan = new Plan.Join(
                keys.left.plan(),
                keys.right.plan(),
                kind,
                keys.leftKeys,
                keys.rightKeys,
                condition(keys, keys.rest),
                keys.left.unique(),
                keys.right.unique(),
                schema(kind, keys.left.plan(), keys.right.plan()),
                updates ? ChangelogMode.RETRACT : ChangelogMode.INSERT_ONLY,
                timeToLive);
        return Relation.of(plan).withUniques(uniques(kind, keys));
    }

    /**
     * What identifies a row of the join. Changes follow each other in order only within a join key, which therefore is
     * part of it.
     */
    private static List<List<Integer>> uniques(Plan.JoinKind kind, Keys keys) {
        int leftColumns = keys.left.plan().schema().size();
        List<Integer> left = keys.left.unique();
        if (kind == Plan.JoinKind.SEMI || kind == Plan.JoinKind.ANTI) {
            return left.isEmpty() ? List.of() : List.of(Changelogs.union(left, keys.leftKeys));
        }
        List<Integer> right =
                keys.right.unique().stream().map(c -> c + leftColumns).toList();
        List<Integer> rightKeys =
                keys.rightKeys.stream().map(c -> c + leftColumns).toList();
        List<List<Integer>> uniques = new ArrayList<>();
        boolean oneRight = !right.isEmpty() && rightKeys.containsAll(right);
        boolean oneLeft = !left.isEmpty() && keys.leftKeys.containsAll(left);
        if (oneRight && !left.isEmpty() && (kind == Plan.JoinKind.INNER || kind == Plan.JoinKind.LEFT)) {
            uniques.add(Changelogs.union(left, keys.leftKeys));
        }
        if (oneLeft && !right.isEmpty() && (kind == Plan.JoinKind.INNER || kind == Plan.JoinKind.RIGHT)) {
            uniques.add(Changelogs.union(right, rightKeys));
        }
        if (!left.isEmpty() && !right.isEmpty()) {
            List<Integer> ownKeys = kind == Plan.JoinKind.RIGHT ? rightKeys : keys.leftKeys;
            uniques.add(Changelogs.union(Changelogs.union(left, right), ownKeys));
        }
        return uniques;
    }

    private static Schema schema(Plan.JoinKind kind, Plan left, Plan right) {
        boolean leftNulls = kind == Plan.JoinKind.RIGHT || kind == Plan.JoinKind.FULL;
        boolean rightNulls = kind == Plan.JoinKind.LEFT || kind == Plan.JoinKind.FULL;
        List<Field> fields = new ArrayList<>();
        left.schema().fields().forEach(f -> fields.add(leftNulls ? nullable(f) : f));
        if (kind != Plan.JoinKind.SEMI && kind != Plan.JoinKind.ANTI) {
            right.schema().fields().forEach(f -> fields.add(rightNulls ? nullable(f) : f));
        }
        return new Schema(fields);
    }

    private static Field nullable(Field field) {
        return new Field(field.name(), field.type().withNullable(true));
    }

    /** Both sides have windows, and their bounds are equal. */
    private Optional<Relation> windowJoin(Plan.JoinKind kind, Keys keys) {
        if (keys.left.windowed().isEmpty()
                || keys.right.windowed().isEmpty()
                || keys.left.plan().mode() != ChangelogMode.INSERT_ONLY
                || keys.right.plan().mode() != ChangelogMode.INSERT_ONLY) {
            return Optional.empty();
        }
        Relation.Windowed left = keys.left.windowed().get();
        Relation.Windowed right = keys.right.windowed().get();
        int ends = pair(keys.leftKeys, keys.rightKeys, left.end(), right.end());
        if (ends < 0) {
            return Optional.empty();
        }
        List<Integer> leftKeys = new ArrayList<>(keys.leftKeys);
        List<Integer> rightKeys = new ArrayList<>(keys.rightKeys);
        leftKeys.remove(ends);
        rightKeys.remove(ends);
        int starts = pair(leftKeys, rightKeys, left.start(), right.start());
        // Without another key it still spreads the windows over the workers.
        if (starts >= 0
                && leftKeys.size() > 1
                && left.window().equals(right.window())
                && WindowTranslator.endDecidesStart(left.window())) {
            leftKeys.remove(starts);
            rightKeys.remove(starts);
        }
        Plan plan = new Plan.WindowJoin(
                keys.left.plan(),
                keys.right.plan(),
                kind,
                leftKeys,
                rightKeys,
                left.end(),
                right.end(),
                condition(keys, keys.rest),
                schema(kind, keys.left.plan(), keys.right.plan()));
        Set<Integer> rowtime = new HashSet<>(keys.left.rowtime());
        keys.right
                .rowtime()
                .forEach(c -> rowtime.add(c + keys.left.plan().schema().size()));
        return Optional.of(Relation.of(plan).withTimes(rowtime, Set.of()).withWindow(keys.left.windowed()));
    }

    private static int pair(List<Integer> leftKeys, List<Integer> rightKeys, int left, int right) {
        return IntStream.range(0, leftKeys.size())
                .filter(i -> leftKeys.get(i) == left && rightKeys.get(i) == right)
                .findFirst()
                .orElse(-1);
    }

    /** Two event times whose distance is bounded on both sides by constants. */
    private Optional<Relation> intervalJoin(Plan.JoinKind kind, Keys keys) {
        boolean leftOnly = kind == Plan.JoinKind.SEMI || kind == Plan.JoinKind.ANTI;
        if (leftOnly
                || keys.left.plan().mode() != ChangelogMode.INSERT_ONLY
                || keys.right.plan().mode() != ChangelogMode.INSERT_ONLY) {
            return Optional.empty();
        }
        for (int leftTime : keys.left.rowtime()) {
            for (int rightTime : keys.right.rowtime()) {
                TimeBounds bounds = TimeBounds.of(keys.rest, leftTime, rightTime + keys.leftColumns);
                if (bounds.isComplete() && leftTime < keys.leftColumns && rightTime < keys.rightColumns) {
                    int leftColumns = keys.left.plan().schema().size();
                    Plan plan = new Plan.IntervalJoin(
                            keys.left.plan(),
                            keys.right.plan(),
                            kind,
                            keys.leftKeys,
                            keys.rightKeys,
                            leftTime,
                            rightTime,
                            bounds.lower(),
                            bounds.upper(),
                            condition(keys, bounds.rest()),
                            schema(kind, keys.left.plan(), keys.right.plan()));
                    return Optional.of(
                            Relation.of(plan).withTimes(Set.of(leftTime, rightTime + leftColumns), Set.of()));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * FOR SYSTEM_TIME AS OF: the right side of a correlation is a snapshot of a table, as it is now or as it was at the event
     * time of the left row.
     */
    Relation snapshot(Correlate correlate, Relation left, Function<RelNode, Relation> translate) {
        List<org.apache.calcite.rex.RexNode> conditions = new ArrayList<>();
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
        for (org.apache.calcite.rex.RexNode condition : conditions) {
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
        Keys keys = new Keys(left, versions.map(TemporalTable::changes).orElse(table), ofBoth);
        if (keys.leftKeys.isEmpty()) {
            throw Unsupported.because(
                    "FOR SYSTEM_TIME AS OF needs an equality between the two sides in ON", "SNAPSHOT");
        }
        Plan.JoinKind kind = kind(correlate.getJoinType());
        if (kind != Plan.JoinKind.INNER && kind != Plan.JoinKind.LEFT) {
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
                        condition(keys, keys.rest),
                        schema(kind, keys.left.plan(), keys.right.plan()));
        Relation joined = keys.left.with(plan).withUniques(List.of());
        List<Expression> projections = new ArrayList<>();
        List<Field> fields = TypeMapping.fields(correlate.getRowType());
        for (int i = 0; i < fields.size(); i++) {
            int from = i < leftColumns
                    ? i
                    : i - leftColumns + keys.left.plan().schema().size();
            projections.add(new Expression.Input(from, plan.schema().type(from)));
        }
        return RelTranslator.projected(
                joined, projections, fields.stream().map(Field::name).toList());
    }

    private Plan temporalJoin(Plan.JoinKind kind, Keys keys, TemporalTable table, int time) {
        List<Integer> leftKeys = new ArrayList<>();
        List<Expression> conditions = new ArrayList<>();
        condition(keys, keys.rest).ifPresent(conditions::add);
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
                schema(kind, keys.left.plan(), keys.right.plan()),
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

    private static Expression shiftOwn(
            org.apache.calcite.rex.RexNode condition, int leftColumns, RexTranslator expressions) {
        org.apache.calcite.rex.RexNode shifted = condition.accept(new org.apache.calcite.rex.RexShuttle() {
            @Override
            public org.apache.calcite.rex.RexNode visitInputRef(org.apache.calcite.rex.RexInputRef ref) {
                return new org.apache.calcite.rex.RexInputRef(ref.getIndex() + leftColumns, ref.getType());
            }
        });
        return expressions.translate(shifted);
    }
}
