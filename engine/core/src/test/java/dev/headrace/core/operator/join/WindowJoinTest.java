package dev.headrace.core.operator.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.operator.Change;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorHarness;
import dev.headrace.core.operator.TestPlans;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WindowJoinTest {
    private static final Schema LEFT = Schema.of(
            new Field("end", DataType.timestamp(3)),
            new Field("key", DataType.STRING),
            new Field("value", DataType.BIGINT));
    private static final Schema RIGHT = Schema.of(
            new Field("value", DataType.BIGINT),
            new Field("key", DataType.STRING),
            new Field("end", DataType.timestamp(3)));

    private static Plan.WindowJoin plan(JoinKind kind, boolean withCondition) {
        List<Field> fields = new ArrayList<>(LEFT.fields());
        if (kind != JoinKind.SEMI && kind != JoinKind.ANTI) {
            fields.addAll(RIGHT.fields());
        }
        Expression condition = new Expression.Call(
                "<",
                List.of(new Expression.Input(2, DataType.BIGINT), new Expression.Input(3, DataType.BIGINT)),
                DataType.BOOLEAN);
        return new Plan.WindowJoin(
                TestPlans.input(LEFT, ChangelogMode.INSERT_ONLY),
                TestPlans.input(RIGHT, ChangelogMode.INSERT_ONLY),
                kind,
                List.of(1),
                List.of(1),
                0,
                2,
                withCondition ? Optional.of(condition) : Optional.empty(),
                new Schema(fields));
    }

    private static OperatorHarness harness(Plan.WindowJoin plan, Random noise) {
        return new OperatorHarness(
                c -> JoinOperators.create(plan, c),
                List.of(LEFT, RIGHT),
                List.of(plan.leftKeys(), plan.rightKeys()),
                plan.schema(),
                noise);
    }

    @Test
    void windowsAreJoinedAtTheirLastMillisecond() {
        var harness = harness(plan(JoinKind.FULL, false), null);
        harness.process(
                0,
                Change.insert(10_000, "a", 1).at(8_999),
                Change.insert(10_000, "b", 2).at(9_000));
        harness.process(0, Change.insert(10_000, null, 3), Change.insert(20_000, "b", 4));
        harness.process(1, Change.insert(5, "a", 10_000), Change.insert(6, "b", 10_000));
        harness.watermark(0, 9_000);
        harness.watermark(1, 8_999);
        assertThat(harness.take()).isEmpty();
        harness.watermark(1, 9_000);
        assertThat(harness.take())
                .containsExactlyInAnyOrder(
                        Change.insert(10_000, "a", 1, 5, "a", 10_000),
                        Change.insert(10_000, null, 3, null, null, null),
                        Change.insert(null, null, null, 6, "b", 10_000));
        assertThat(harness.operator().lateRows()).isEqualTo(1);
        harness.process(1, Change.insert(7, "a", 10_000));
        assertThat(harness.operator().lateRows()).isEqualTo(2);
        harness.watermark(0, Operator.LAST_WATERMARK);
        harness.watermark(1, Operator.LAST_WATERMARK);
        assertThat(harness.take()).containsExactly(Change.insert(20_000, "b", 4, null, null, null));
        assertThat(harness.stateRows()).isZero();
    }

    @ParameterizedTest
    @EnumSource(JoinKind.class)
    void random(JoinKind kind) {
        for (int round = 0; round < 150; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            boolean withCondition = random.nextBoolean();
            var harness = harness(plan(kind, withCondition), random);
            List<List<List<Object>>> rows = List.of(new ArrayList<>(), new ArrayList<>());
            long[] watermarks = {0, 0};
            harness.watermark(0, 0);
            harness.watermark(1, 0);
            for (int step = 0; step < 40; step++) {
                int input = random.nextInt(2);
                long watermark = Math.min(watermarks[0], watermarks[1]);
                if (random.nextInt(3) == 0) {
                    watermarks[input] += random.nextInt(3000);
                    harness.watermark(input, watermarks[input]);
                } else {
                    List<Change> changes = new ArrayList<>();
                    for (int i = random.nextInt(6); i > 0; i--) {
                        long end = (watermark / 1000 + random.nextInt(5)) * 1000;
                        String key = random.nextInt(8) == 0 ? null : "k" + random.nextInt(3);
                        Change change = input == 0
                                ? Change.insert(end, key, random.nextInt(4))
                                : Change.insert(random.nextInt(4), key, end);
                        if (end - 1000 > watermark) {
                            rows.get(input).add(change.row());
                        }
                        changes.add(change);
                    }
                    harness.process(input, changes);
                }
                if (random.nextInt(6) == 0) {
                    harness.restart(1 + random.nextInt(3));
                }
            }
            harness.watermark(0, Operator.LAST_WATERMARK);
            harness.watermark(1, Operator.LAST_WATERMARK);
            Map<List<Object>, Integer> expected = JoinTest.oracle(
                    kind,
                    rows.get(0),
                    rows.get(1),
                    (l, r) -> l.get(0).equals(r.get(2))
                            && l.get(1) != null
                            && l.get(1).equals(r.get(1))
                            && (!withCondition || (Long) l.get(2) < (Long) r.get(0)),
                    3,
                    3);
            assertThat(OperatorHarness.fold(harness.take())).as("seed %d", seed).isEqualTo(expected);
            assertThat(harness.stateRows()).isZero();
        }
    }
}
