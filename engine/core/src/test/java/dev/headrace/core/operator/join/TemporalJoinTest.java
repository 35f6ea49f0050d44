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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemporalJoinTest {
    private static final Schema ORDERS = Schema.of(
            new Field("currency", DataType.STRING),
            new Field("time", DataType.timestamp(3)),
            new Field("amount", DataType.BIGINT));
    private static final Schema RATES = Schema.of(
            new Field("time", DataType.timestamp(3)),
            new Field("rate", DataType.BIGINT),
            new Field("currency", DataType.STRING));

    private static Plan.TemporalJoin plan(JoinKind kind, boolean withCondition, Duration timeToLive) {
        List<Field> fields = new ArrayList<>(ORDERS.fields());
        fields.addAll(RATES.fields());
        Expression condition = new Expression.Call(
                "<",
                List.of(new Expression.Input(4, DataType.BIGINT), new Expression.Literal(6L, DataType.BIGINT)),
                DataType.BOOLEAN);
        return new Plan.TemporalJoin(
                TestPlans.input(ORDERS, ChangelogMode.INSERT_ONLY),
                TestPlans.input(RATES, ChangelogMode.RETRACT),
                kind,
                List.of(0),
                List.of(2),
                1,
                0,
                withCondition ? Optional.of(condition) : Optional.empty(),
                new Schema(fields),
                timeToLive);
    }

    private static OperatorHarness harness(Plan.TemporalJoin plan, Random noise) {
        return new OperatorHarness(
                c -> JoinOperators.create(plan, c),
                List.of(ORDERS, RATES),
                List.of(plan.leftKeys(), plan.rightKeys()),
                plan.schema(),
                noise);
    }

    private static OperatorHarness inner() {
        return harness(plan(JoinKind.INNER, false, Duration.ZERO), null);
    }

    private static Change order(String currency, long time, int amount) {
        return Change.insert(currency, time, amount);
    }

    private static Change rate(long time, int rate, String currency) {
        return Change.insert(time, rate, currency);
    }

    @Test
    void a_row_meets_the_version_of_its_time_once_the_watermark_is_beyond_it() {
        var harness = inner();
        harness.process(0, order("eur", 15, 1), order("eur", 20, 2), order("usd", 12, 3));
        harness.process(1, rate(10, 7, "eur"), rate(20, 8, "eur"), rate(13, 9, "usd"));
        harness.watermark(0, 20);
        assertThat(harness.take()).isEmpty();
        harness.watermark(1, 20);
        assertThat(harness.take()).containsExactly(Change.insert("eur", 15, 1, 10, 7, "eur"));
        assertThat(harness.outputWatermark()).isEqualTo(19);
        harness.restart(2);
        harness.process(0, order("eur", 21, 4));
        harness.watermark(0, Operator.LAST_WATERMARK);
        harness.watermark(1, Operator.LAST_WATERMARK);
        assertThat(harness.take())
                .containsExactlyInAnyOrder(
                        Change.insert("eur", 20, 2, 20, 8, "eur"), Change.insert("eur", 21, 4, 20, 8, "eur"));
        assertThat(harness.outputWatermark()).isEqualTo(Operator.LAST_WATERMARK);
    }

    @Test
    void a_deletion_ends_a_version_and_minus_u_says_nothing() {
        var harness = harness(plan(JoinKind.LEFT, false, Duration.ZERO), null);
        harness.process(1, rate(10, 7, "eur"), Change.of("-U", 10, 7, "eur"), Change.of("+U", 20, 8, "eur"));
        harness.process(1, Change.of("-D", 30, 8, "eur"));
        harness.process(0, order("eur", 15, 1), order("eur", 25, 2), order("eur", 35, 3), order(null, 35, 4));
        harness.watermark(0, 40);
        harness.watermark(1, 40);
        assertThat(harness.take())
                .containsExactlyInAnyOrder(
                        Change.insert("eur", 15, 1, 10, 7, "eur"),
                        Change.insert("eur", 25, 2, 20, 8, "eur"),
                        Change.insert("eur", 35, 3, null, null, null),
                        Change.insert(null, 35, 4, null, null, null));
    }

    @Test
    void a_deletion_without_a_time_holds_from_the_watermark_before_it_on() {
        var harness = harness(plan(JoinKind.LEFT, false, Duration.ZERO), null);
        harness.process(1, rate(10, 7, "eur").at(5));
        harness.process(1, Change.of("-D", null, null, "eur").at(20));
        harness.process(0, order("eur", 15, 1), order("eur", 25, 2));
        harness.watermark(0, 40);
        harness.watermark(1, 40);
        assertThat(harness.take())
                .containsExactlyInAnyOrder(
                        Change.insert("eur", 15, 1, 10, 7, "eur"), Change.insert("eur", 25, 2, null, null, null));
    }

    @Test
    void versions_that_are_over_go_and_late_rows_are_counted() {
        var harness = inner();
        for (int time = 0; time < 100; time++) {
            harness.process(1, rate(time, time, "eur"), rate(time, -time, "usd"));
            harness.watermark(1, time);
            harness.watermark(0, time);
            harness.endEpoch();
        }
        assertThat(harness.stateRows()).isBetween(2L, 6L);
        harness.process(0, order("eur", 98, 1), Change.insert("usd", null, 2));
        harness.process(1, Change.insert(null, 5, "usd"));
        assertThat(harness.operator().lateRows()).isEqualTo(3);
    }

    @Test
    void time_to_live_forgets_versions_that_nobody_has_come_to() {
        var harness = harness(plan(JoinKind.INNER, false, Duration.ofMillis(100)), null);
        harness.process(1, rate(10, 7, "eur"), rate(10, 8, "usd"));
        harness.watermark(1, 10);
        harness.endEpoch();
        harness.processingTime(60);
        harness.process(0, order("usd", 12, 1));
        harness.watermark(0, 20);
        harness.watermark(1, 20);
        harness.endEpoch();
        harness.processingTime(130);
        harness.endEpoch();
        assertThat(harness.stateRows()).isEqualTo(1);
        harness.process(0, order("usd", 25, 2), order("eur", 25, 3));
        harness.take();
        harness.watermark(0, 30);
        harness.watermark(1, 30);
        assertThat(harness.take()).containsExactly(Change.insert("usd", 25, 2, 10, 8, "usd"));
    }

    /** @param from where it begins to count */
    private record Version(long time, long from, int number, Change change) {}

    @ParameterizedTest(name = "{0}, with condition {1}")
    @CsvSource({"INNER, false", "LEFT, false", "INNER, true", "LEFT, true"})
    void at_random_each_row_meets_the_last_version_that_was_known_for_its_time(JoinKind kind, boolean withCondition) {
        for (int round = 0; round < 100; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            var harness = harness(plan(kind, withCondition, Duration.ZERO), random);
            List<Version> versions = new ArrayList<>();
            List<Change> orders = new ArrayList<>();
            long[] rowWatermarks = {0, 0};
            long[] watermarks = {Operator.NO_WATERMARK, Operator.NO_WATERMARK};
            for (int step = 0; step < 60; step++) {
                int input = random.nextInt(2);
                List<Change> changes = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    long time = Math.max(0, rowWatermarks[input] + random.nextInt(20) - 8);
                    String key = random.nextInt(9) == 0 ? null : "k" + random.nextInt(3);
                    Change change = input == 0
                            ? order(key, time, random.nextInt(9))
                            : Change.of(
                                    List.of("+I", "+U", "-D", "-U").get(random.nextInt(4)),
                                    time,
                                    random.nextInt(9),
                                    key);
                    changes.add(change.at(rowWatermarks[input]));
                    if (input == 1 && key != null && !change.kind().symbol().equals("-U")) {
                        versions.add(new Version(time, Math.max(time, rowWatermarks[1]), versions.size(), change));
                    } else if (input == 0 && time >= rowWatermarks[0]) {
                        orders.add(change);
                    }
                    rowWatermarks[input] += random.nextInt(4) == 0 ? random.nextInt(6) : 0;
                }
                harness.process(input, changes);
                if (random.nextInt(3) == 0 && rowWatermarks[input] > watermarks[input]) {
                    watermarks[input] = rowWatermarks[input];
                    harness.watermark(input, watermarks[input]);
                }
                switch (random.nextInt(8)) {
                    case 0 -> harness.endEpoch();
                    case 1 -> harness.restart(1 + random.nextInt(3));
                    default -> {}
                }
            }
            harness.watermark(0, Operator.LAST_WATERMARK);
            harness.watermark(1, Operator.LAST_WATERMARK);
            Map<List<Object>, Integer> expected = new HashMap<>();
            for (Change order : orders) {
                long time = (Long) order.row().get(1);
                List<Object> found = versions.stream()
                        .filter(v -> v.change().row().get(2).equals(order.row().get(0)) && v.from() <= time)
                        .max(Comparator.comparing(Version::time).thenComparing(Version::number))
                        .filter(v -> v.change().adds())
                        .map(v -> v.change().row())
                        .filter(r -> !withCondition || (Long) r.get(1) < 6)
                        .orElse(null);
                if (found != null || kind == JoinKind.LEFT) {
                    List<Object> row = new ArrayList<>(order.row());
                    row.addAll(found == null ? Arrays.asList(null, null, null) : found);
                    expected.merge(row, 1, Integer::sum);
                }
            }
            assertThat(OperatorHarness.fold(harness.take())).as("seed %d", seed).isEqualTo(expected);
        }
    }
}
