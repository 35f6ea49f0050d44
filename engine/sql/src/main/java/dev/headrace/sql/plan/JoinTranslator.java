package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;

/** Joins: of windows, of time intervals, and of whole changelogs. */
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

    static JoinKind kind(JoinRelType type) {
        return switch (type) {
            case INNER -> JoinKind.INNER;
            case LEFT -> JoinKind.LEFT;
            case RIGHT -> JoinKind.RIGHT;
            case FULL -> JoinKind.FULL;
            case SEMI -> JoinKind.SEMI;
            case ANTI -> JoinKind.ANTI;
            default -> throw Unsupported.because("this kind of join is not supported: " + type, "JOIN");
        };
    }

    private Relation join(
            JoinKind kind, Relation left, Relation right, List<Expression> conditions, List<String> names) {
        JoinKeys keys = new JoinKeys(left, right, conditions);
        Relation joined =
                windowJoin(kind, keys).or(() -> intervalJoin(kind, keys)).orElseGet(() -> regularJoin(kind, keys));
        return keys.appended() ? keys.projected(joined, names) : joined;
    }

    private Relation regularJoin(JoinKind kind, JoinKeys keys) {
        boolean updates = kind != JoinKind.INNER && kind != JoinKind.SEMI
                || keys.left.plan().mode() != ChangelogMode.INSERT_ONLY
                || keys.right.plan().mode() != ChangelogMode.INSERT_ONLY;
        Plan plan = new Plan.Join(
                keys.left.plan(),
                keys.right.plan(),
                kind,
                keys.leftKeys,
                keys.rightKeys,
                keys.condition(keys.rest),
                keys.left.unique(),
                keys.right.unique(),
                keys.schema(kind),
                updates ? ChangelogMode.RETRACT : ChangelogMode.INSERT_ONLY,
                timeToLive);
        return Relation.of(plan).withUniques(uniques(kind, keys));
    }

    /**
     * What identifies a row of the join. Changes follow each other in order only within a join key, which therefore is
     * part of it.
     */
    private static List<List<Integer>> uniques(JoinKind kind, JoinKeys keys) {
        int leftColumns = keys.left.plan().schema().size();
        List<Integer> left = keys.left.unique();
        if (kind == JoinKind.SEMI || kind == JoinKind.ANTI) {
            return left.isEmpty() ? List.of() : List.of(Changelogs.union(left, keys.leftKeys));
        }
        List<Integer> right =
                keys.right.unique().stream().map(c -> c + leftColumns).toList();
        List<Integer> rightKeys =
                keys.rightKeys.stream().map(c -> c + leftColumns).toList();
        List<List<Integer>> uniques = new ArrayList<>();
        boolean oneRight = !right.isEmpty() && rightKeys.containsAll(right);
        boolean oneLeft = !left.isEmpty() && keys.leftKeys.containsAll(left);
        if (oneRight && !left.isEmpty() && (kind == JoinKind.INNER || kind == JoinKind.LEFT)) {
            uniques.add(Changelogs.union(left, keys.leftKeys));
        }
        if (oneLeft && !right.isEmpty() && (kind == JoinKind.INNER || kind == JoinKind.RIGHT)) {
            uniques.add(Changelogs.union(right, rightKeys));
        }
        if (!left.isEmpty() && !right.isEmpty()) {
            List<Integer> ownKeys = kind == JoinKind.RIGHT ? rightKeys : keys.leftKeys;
            uniques.add(Changelogs.union(Changelogs.union(left, right), ownKeys));
        }
        return uniques;
    }

    /** Both sides have windows, and their bounds are equal. */
    private Optional<Relation> windowJoin(JoinKind kind, JoinKeys keys) {
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
                keys.condition(keys.rest),
                keys.schema(kind));
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
    private Optional<Relation> intervalJoin(JoinKind kind, JoinKeys keys) {
        boolean leftOnly = kind == JoinKind.SEMI || kind == JoinKind.ANTI;
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
                            keys.condition(bounds.rest()),
                            keys.schema(kind));
                    return Optional.of(
                            Relation.of(plan).withTimes(Set.of(leftTime, rightTime + leftColumns), Set.of()));
                }
            }
        }
        return Optional.empty();
    }
}
