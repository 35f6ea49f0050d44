package dev.headrace.core.operator.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.operator.Change;
import dev.headrace.core.operator.OperatorHarness;
import dev.headrace.core.operator.RandomTable;
import dev.headrace.core.operator.TestPlans;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JoinTest {
    private static final Schema LEFT = Schema.of(
            new Field("value", DataType.BIGINT),
            new Field("key", DataType.STRING),
            new Field("id", DataType.BIGINT),
            new Field("note", DataType.STRING));
    private static final Schema RIGHT = Schema.of(
            new Field("name", DataType.STRING), new Field("id", DataType.BIGINT), new Field("value", DataType.BIGINT));

    private static Schema joined(JoinKind kind) {
        List<Field> fields = new ArrayList<>(LEFT.fields());
        if (kind != JoinKind.SEMI && kind != JoinKind.ANTI) {
            fields.addAll(RIGHT.fields());
        }
        return new Schema(fields);
    }

    private record Input(ChangelogMode mode, List<Integer> unique) {}

    private static Plan.Join plan(
            JoinKind kind, Input left, Input right, boolean withCondition, ChangelogMode mode, Duration timeToLive) {
        Expression condition = new Expression.Call(
                "<",
                List.of(new Expression.Input(0, DataType.BIGINT), new Expression.Input(6, DataType.BIGINT)),
                DataType.BOOLEAN);
        return new Plan.Join(
                TestPlans.input(LEFT, left.mode()),
                TestPlans.input(RIGHT, right.mode()),
                kind,
                List.of(1),
                List.of(0),
                withCondition ? Optional.of(condition) : Optional.empty(),
                left.unique(),
                right.unique(),
                joined(kind),
                mode,
                timeToLive);
    }

    private static OperatorHarness harness(Plan.Join plan, Random noise) {
        return new OperatorHarness(
                c -> JoinOperators.create(plan, c),
                List.of(LEFT, RIGHT),
                List.of(plan.leftKeys(), plan.rightKeys()),
                plan.schema(),
                noise);
    }

    private static final Input INSERTS = new Input(ChangelogMode.INSERT_ONLY, List.of());

    @Test
    void insertsMeetInOrderOfArrival() {
        var harness =
                harness(plan(JoinKind.INNER, INSERTS, INSERTS, true, ChangelogMode.INSERT_ONLY, Duration.ZERO), null);
        harness.process(
                0, Change.insert(1, "a", 1, "x"), Change.insert(2, "b", 2, null), Change.insert(1, null, 3, "z"));
        harness.process(1, Change.insert("a", 10, 2), Change.insert("b", 11, 2), Change.insert(null, 12, 9));
        assertThat(harness.take()).containsExactly(Change.insert(1, "a", 1, "x", "a", 10, 2));
        harness.process(0, Change.insert(0, "b", 4, "w"), Change.insert(-1, "a", 5, "v"));
        assertThat(harness.take())
                .containsExactly(Change.insert(0, "b", 4, "w", "b", 11, 2), Change.insert(-1, "a", 5, "v", "a", 10, 2));
    }

    @Test
    void leftRowsArePaddedUntilTheyMatch() {
        Input changing = new Input(ChangelogMode.RETRACT, List.of());
        var harness =
                harness(plan(JoinKind.LEFT, INSERTS, changing, false, ChangelogMode.RETRACT, Duration.ZERO), null);
        harness.process(0, Change.insert(1, "a", 1, "x"), Change.insert(2, null, 2, "y"));
        harness.process(1, Change.insert("a", 10, 2), Change.insert("a", 10, 2), Change.of("-D", "a", 10, 2));
        harness.restart(2);
        harness.process(1, Change.of("-U", "a", 10, 2), Change.of("+U", "a", 10, 3));
        assertThat(harness.take())
                .containsExactly(
                        Change.insert(1, "a", 1, "x", null, null, null),
                        Change.insert(2, null, 2, "y", null, null, null),
                        Change.of("-D", 1, "a", 1, "x", null, null, null),
                        Change.insert(1, "a", 1, "x", "a", 10, 2),
                        Change.insert(1, "a", 1, "x", "a", 10, 2),
                        Change.of("-D", 1, "a", 1, "x", "a", 10, 2),
                        Change.of("-U", 1, "a", 1, "x", "a", 10, 2),
                        Change.insert(1, "a", 1, "x", null, null, null),
                        Change.of("-D", 1, "a", 1, "x", null, null, null),
                        Change.of("+U", 1, "a", 1, "x", "a", 10, 3));
    }

    @Test
    void timeToLiveForgetsRows() {
        var harness = harness(
                plan(JoinKind.INNER, INSERTS, INSERTS, false, ChangelogMode.INSERT_ONLY, Duration.ofMillis(100)), null);
        harness.process(0, Change.insert(1, "a", 1, "x"));
        harness.processingTime(60);
        harness.process(0, Change.insert(2, "a", 2, "y"));
        harness.restart(1);
        harness.processingTime(125);
        harness.restart(1);
        harness.process(1, Change.insert("a", 10, 2));
        assertThat(harness.take()).containsExactly(Change.insert(2, "a", 2, "y", "a", 10, 2));
    }

    private static Input random(Random random, int key, int id) {
        return switch (random.nextInt(6)) {
            case 0 -> INSERTS;
            case 1 -> new Input(ChangelogMode.RETRACT, List.of());
            case 2 -> new Input(ChangelogMode.RETRACT, List.of(id));
            case 3 -> new Input(ChangelogMode.RETRACT, List.of(key));
            case 4 -> new Input(ChangelogMode.INSERT_ONLY, List.of(key));
            default -> new Input(ChangelogMode.RETRACT, List.of(id, key));
        };
    }

    @ParameterizedTest
    @EnumSource(JoinKind.class)
    void random(JoinKind kind) {
        for (int round = 0; round < 400; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            Input leftInput = random(random, 1, 2);
            Input rightInput = random(random, 0, 1);
            boolean insertOnly = kind == JoinKind.INNER
                    && leftInput.mode() == ChangelogMode.INSERT_ONLY
                    && rightInput.mode() == ChangelogMode.INSERT_ONLY;
            ChangelogMode mode = insertOnly
                    ? ChangelogMode.INSERT_ONLY
                    : random.nextBoolean() ? ChangelogMode.RETRACT : ChangelogMode.UPSERT;
            Plan.Join plan = plan(kind, leftInput, rightInput, random.nextBoolean(), mode, Duration.ZERO);
            var harness = harness(plan, random);
            RandomTable left = new RandomTable(
                    random,
                    leftInput.mode(),
                    leftInput.unique(),
                    () -> Change.row(
                            random.nextInt(4),
                            random.nextInt(8) == 0 && !leftInput.unique().contains(1) ? null : "k" + random.nextInt(4),
                            random.nextInt(10),
                            random.nextInt(4) == 0 ? null : "n" + random.nextInt(2)));
            RandomTable right = new RandomTable(
                    random,
                    rightInput.mode(),
                    rightInput.unique(),
                    () -> Change.row(
                            random.nextInt(8) == 0 && !rightInput.unique().contains(0) ? null : "k" + random.nextInt(4),
                            random.nextInt(10),
                            random.nextInt(4)));
            for (int step = 0; step < 25; step++) {
                int input = random.nextInt(2);
                harness.process(input, (input == 0 ? left : right).change(8));
                switch (random.nextInt(8)) {
                    case 0, 1 -> harness.endEpoch();
                    case 2 -> harness.restart(1 + random.nextInt(3));
                    default -> {}
                }
            }
            harness.endEpoch();
            List<Change> output = harness.take();
            if (mode == ChangelogMode.UPSERT) {
                assertThat(output)
                        .as("seed %d", seed)
                        .noneMatch(c -> c.kind().symbol().equals("-U"));
            }
            assertThat(OperatorHarness.fold(output))
                    .as("seed %d, %s", seed, plan)
                    .isEqualTo(oracle(
                            kind, left.rows(), right.rows(), plan.condition().isPresent()));
        }
    }

    private static Map<List<Object>, Integer> oracle(
            JoinKind kind, List<List<Object>> left, List<List<Object>> right, boolean withCondition) {
        return oracle(
                kind,
                left,
                right,
                (l, r) -> l.get(1) != null
                        && l.get(1).equals(r.get(0))
                        && (!withCondition || (Long) l.get(0) < (Long) r.get(2)),
                LEFT.size(),
                RIGHT.size());
    }

    /** A join by nested loops. */
    static Map<List<Object>, Integer> oracle(
            JoinKind kind,
            List<List<Object>> left,
            List<List<Object>> right,
            BiPredicate<List<Object>, List<Object>> matches,
            int leftColumns,
            int rightColumns) {
        Map<List<Object>, Integer> result = new HashMap<>();
        for (List<Object> l : left) {
            List<List<Object>> found =
                    right.stream().filter(r -> matches.test(l, r)).toList();
            switch (kind) {
                case SEMI -> add(result, found.isEmpty() ? null : l, List.of());
                case ANTI -> add(result, found.isEmpty() ? l : null, List.of());
                default -> {
                    found.forEach(r -> add(result, l, r));
                    if (found.isEmpty() && (kind == JoinKind.LEFT || kind == JoinKind.FULL)) {
                        add(result, l, java.util.Collections.nCopies(rightColumns, null));
                    }
                }
            }
        }
        if (kind == JoinKind.RIGHT || kind == JoinKind.FULL) {
            right.stream()
                    .filter(r -> left.stream().noneMatch(l -> matches.test(l, r)))
                    .forEach(r -> add(result, java.util.Collections.nCopies(leftColumns, null), r));
        }
        return result;
    }

    private static void add(Map<List<Object>, Integer> result, List<Object> left, List<Object> right) {
        if (left != null) {
            List<Object> row = new ArrayList<>(left);
            row.addAll(right);
            result.merge(row, 1, Integer::sum);
        }
    }
}
