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

class IntervalJoinTest {
    private static final long SECOND = 1_000_000;
    private static final Schema LEFT = Schema.of(
            new Field("key", DataType.STRING),
            new Field("time", DataType.timestamp(3)),
            new Field("value", DataType.BIGINT));
    private static final Schema RIGHT = Schema.of(
            new Field("time", DataType.timestamp(3)),
            new Field("note", DataType.STRING),
            new Field("key", DataType.STRING));

    private static Plan.IntervalJoin plan(JoinKind kind, long lower, long upper, boolean withCondition) {
        List<Field> fields = new ArrayList<>(LEFT.fields());
        fields.addAll(RIGHT.fields());
        Expression condition = new Expression.Call(
                "<",
                List.of(new Expression.Input(2, DataType.BIGINT), new Expression.Literal(2L, DataType.BIGINT)),
                DataType.BOOLEAN);
        return new Plan.IntervalJoin(
                TestPlans.input(LEFT, ChangelogMode.INSERT_ONLY),
                TestPlans.input(RIGHT, ChangelogMode.INSERT_ONLY),
                kind,
                List.of(0),
                List.of(2),
                1,
                0,
                lower,
                upper,
                withCondition ? Optional.of(condition) : Optional.empty(),
                new Schema(fields));
    }

    private static OperatorHarness harness(Plan.IntervalJoin plan, Random noise) {
        return new OperatorHarness(
                c -> JoinOperators.create(plan, c),
                List.of(LEFT, RIGHT),
                List.of(plan.leftKeys(), plan.rightKeys()),
                plan.schema(),
                noise);
    }

    private static Change left(String key, long second, int value) {
        return Change.insert(key, second * SECOND, value);
    }

    private static Change right(long second, String note, String key) {
        return Change.insert(second * SECOND, note, key);
    }

    @Test
    void lateRowsFindWhatIsKept() {
        // A left row meets right rows of the 10 seconds before it.
        var harness = harness(plan(JoinKind.LEFT, 0, 10 * SECOND, false), null);
        harness.process(1, right(5, "five", "a"), right(12, "twelve", "a"));
        harness.process(0, left("a", 14, 0).at(2 * SECOND), left("b", 3, 1), left(null, 4, 1));
        assertThat(harness.take())
                .containsExactlyInAnyOrder(
                        Change.insert("a", 14 * SECOND, 0, 5 * SECOND, "five", "a"),
                        Change.insert("a", 14 * SECOND, 0, 12 * SECOND, "twelve", "a"),
                        Change.insert(null, 4 * SECOND, 1, null, null, null));
        // Late, and five can still be met: its 10 seconds end at 15. A moment later they have ended.
        harness.process(0, left("a", 6, 2).at(15 * SECOND - 1), left("a", 6, 3).at(15 * SECOND));
        assertThat(harness.take()).containsExactly(Change.insert("a", 6 * SECOND, 2, 5 * SECOND, "five", "a"));
        harness.restart(2);
        harness.watermark(1, 100 * SECOND);
        assertThat(harness.take())
                .containsExactlyInAnyOrder(
                        Change.insert("b", 3 * SECOND, 1, null, null, null),
                        Change.insert("a", 6 * SECOND, 3, null, null, null));
        harness.watermark(0, 50 * SECOND);
        assertThat(harness.stateRows()).isZero();
        assertThat(harness.outputWatermark()).isEqualTo((50 - 10) * SECOND - 10 * SECOND / 4);
    }

    /** A split's rows and the watermark that runs with them. */
    private static final class Split {
        final Random random;
        long now;
        long watermark = Operator.NO_WATERMARK;

        Split(Random random) {
            this.random = random;
        }

        long next() {
            now += random.nextInt(1_500_000);
            return now - (random.nextInt(4) == 0 ? random.nextInt(12_000_000) : random.nextInt(1_000_000));
        }

        void pass(long time) {
            watermark = Math.max(watermark, time - SECOND);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = JoinKind.class,
            names = {"INNER", "LEFT", "RIGHT", "FULL"})
    void random(JoinKind kind) {
        for (int round = 0; round < 200; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            long lower = (random.nextInt(9) - 6) * SECOND;
            long upper = lower + random.nextInt(9) * SECOND;
            boolean withCondition = random.nextBoolean();
            Plan.IntervalJoin plan = plan(kind, lower, upper, withCondition);
            var harness = harness(plan, random);
            Split[][] splits = {
                {new Split(random), new Split(random)}, {new Split(random), new Split(random)},
            };
            List<List<Change>> rows = List.of(new ArrayList<>(), new ArrayList<>());
            long[] told = {Operator.NO_WATERMARK, Operator.NO_WATERMARK};
            for (int step = 0; step < 60; step++) {
                int input = random.nextInt(2);
                if (random.nextInt(3) == 0) {
                    long least = Math.min(splits[input][0].watermark, splits[input][1].watermark);
                    if (least > told[input]) {
                        told[input] = least;
                        harness.watermark(input, least);
                    }
                } else {
                    Split split = splits[input][random.nextInt(2)];
                    List<Change> changes = new ArrayList<>();
                    for (int i = random.nextInt(5); i > 0; i--) {
                        long time = split.next();
                        String key = random.nextInt(8) == 0 ? null : "k" + random.nextInt(2);
                        Change change = input == 0
                                ? Change.insert(key, time, random.nextInt(4))
                                : Change.insert(time, random.nextInt(4) == 0 ? null : "n" + random.nextInt(100), key);
                        changes.add(change.at(split.watermark));
                        split.pass(time);
                    }
                    rows.get(input).addAll(changes);
                    harness.process(input, changes);
                }
                if (random.nextInt(8) == 0) {
                    harness.restart(1 + random.nextInt(3));
                }
                long passed = harness.outputWatermark();
                if (passed != Operator.NO_WATERMARK && random.nextInt(4) == 0) {
                    int from = harness.output().size();
                    Split split = splits[0][0];
                    Change change = Change.insert("k0", split.next(), 0).at(split.watermark);
                    split.pass((Long) change.row().get(1));
                    rows.get(0).add(change);
                    harness.process(0, change);
                    for (Change out :
                            harness.output().subList(from, harness.output().size())) {
                        if (out.row().get(3) != null && out.row().get(1) != null) {
                            assertThat((Long) out.row().get(1)).isGreaterThan(passed);
                            assertThat((Long) out.row().get(3)).isGreaterThan(passed);
                        }
                    }
                }
            }
            harness.watermark(0, Operator.LAST_WATERMARK);
            harness.watermark(1, Operator.LAST_WATERMARK);
            // The watermark goes with the row, as one more column, for the oracle only.
            Map<List<Object>, Integer> expected = new java.util.HashMap<>();
            JoinTest.oracle(
                            kind,
                            rows.get(0).stream()
                                    .map(IntervalJoinTest::withWatermark)
                                    .toList(),
                            rows.get(1).stream()
                                    .map(IntervalJoinTest::withWatermark)
                                    .toList(),
                            (l, r) -> l.get(0) != null
                                    && l.get(0).equals(r.get(2))
                                    && (!withCondition || (Long) l.get(2) < 2)
                                    && (Long) l.get(1) - (Long) r.get(0) >= lower
                                    && (Long) l.get(1) - (Long) r.get(0) <= upper
                                    && (Long) l.get(3) < (Long) r.get(0) + upper
                                    && (Long) r.get(3) < (Long) l.get(1) - lower,
                            4,
                            4)
                    .forEach((row, count) -> {
                        List<Object> plain = new ArrayList<>(row.subList(0, 3));
                        plain.addAll(row.subList(4, 7));
                        expected.merge(plain, count, Integer::sum);
                    });
            assertThat(OperatorHarness.fold(harness.take())).as("seed %d", seed).isEqualTo(expected);
            assertThat(harness.stateRows()).isZero();
        }
    }

    private static List<Object> withWatermark(Change change) {
        List<Object> row = new ArrayList<>(change.row());
        row.add(change.watermark());
        return row;
    }
}
