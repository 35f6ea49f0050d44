package dev.headrace.core.operator.rank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.Change;
import dev.headrace.core.operator.OperatorHarness;
import dev.headrace.core.operator.RandomTable;
import dev.headrace.core.operator.TestPlans;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverTest {
    private static final Schema SCHEMA = Schema.of(
            new Field("key", DataType.STRING),
            new Field("time", DataType.timestamp(3)),
            new Field("number", DataType.BIGINT),
            new Field("floating", DataType.DOUBLE),
            new Field("decimal", DataType.decimal(20, 2)),
            new Field("text", DataType.STRING),
            new Field("id", DataType.BIGINT));

    private static AggregateCall call(String function, DataType type, Integer... arguments) {
        return new AggregateCall(function, List.of(arguments), false, OptionalInt.empty(), type);
    }

    private static final List<AggregateCall> CALLS = List.of(
            call("COUNT", DataType.BIGINT),
            call("COUNT", DataType.BIGINT, 5),
            call("SUM", DataType.BIGINT, 2),
            call("AVG", DataType.BIGINT, 2),
            call("SUM", DataType.DOUBLE, 3),
            call("SUM", DataType.decimal(38, 2), 4),
            call("AVG", DataType.decimal(38, 6), 4),
            call("MIN", DataType.STRING, 5),
            call("MAX", DataType.decimal(20, 2), 4),
            call("FIRST_VALUE", DataType.STRING, 5),
            call("LAST_VALUE", DataType.BIGINT, 2),
            call("ROW_NUMBER", DataType.BIGINT),
            call("RANK", DataType.BIGINT),
            call("DENSE_RANK", DataType.BIGINT),
            call("LAG", DataType.STRING, 5),
            call("LEAD", DataType.BIGINT, 2));

    private static Plan.Over plan(
            ChangelogMode mode,
            List<Integer> unique,
            int timeColumn,
            long rows,
            long range,
            List<AggregateCall> calls) {
        return plan(mode, unique, timeColumn, rows, range, calls, Duration.ZERO);
    }

    private static Plan.Over plan(
            ChangelogMode mode,
            List<Integer> unique,
            int timeColumn,
            long rows,
            long range,
            List<AggregateCall> calls,
            Duration timeToLive) {
        List<Field> fields = new ArrayList<>(SCHEMA.fields());
        calls.forEach(c -> fields.add(new Field("f" + fields.size(), c.type())));
        return new Plan.Over(
                TestPlans.input(SCHEMA, mode),
                List.of(0),
                List.of(new Ordering(1, false, false)),
                timeColumn,
                rows,
                range,
                calls,
                unique,
                new Schema(fields),
                timeColumn >= 0 ? ChangelogMode.INSERT_ONLY : ChangelogMode.RETRACT,
                timeToLive);
    }

    private static OperatorHarness harness(Plan.Over plan, Random noise) {
        return new OperatorHarness(
                c -> RankOperators.create(plan, c), List.of(SCHEMA), List.of(plan.partition()), plan.schema(), noise);
    }

    private static List<Object> row(Random random, long time) {
        return Change.row(
                random.nextInt(8) == 0 ? null : "k" + random.nextInt(2),
                time,
                random.nextInt(6) == 0 ? null : random.nextInt(9) - 4,
                random.nextInt(6) == 0 ? null : random.nextInt(9) * 0.5,
                random.nextInt(6) == 0 ? null : new BigDecimal(random.nextInt(999) - 500).setScale(2),
                random.nextInt(6) == 0 ? null : "t" + random.nextInt(20),
                random.nextInt(30));
    }

    @Test
    void averageOfTheLastRowsOfAChangelog() {
        var plan = plan(ChangelogMode.RETRACT, List.of(6), -1, 1, -1, List.of(call("AVG", DataType.BIGINT, 2)));
        var harness = harness(plan, null);
        harness.process(
                0, Change.insert("a", 1, 10, null, null, "x", 1), Change.insert("a", 3, 30, null, null, "z", 3));
        harness.endEpoch();
        assertThat(harness.take())
                .containsExactly(
                        Change.insert("a", 1, 10, null, null, "x", 1, 10),
                        Change.insert("a", 3, 30, null, null, "z", 3, 20));
        harness.process(
                0, Change.insert("a", 2, 20, null, null, "y", 2), Change.of("-D", "a", 1, 10, null, null, "x", 1));
        harness.endEpoch();
        assertThat(harness.take())
                .containsExactly(
                        Change.of("-D", "a", 1, 10, null, null, "x", 1, 10),
                        Change.insert("a", 2, 20, null, null, "y", 2, 20),
                        Change.of("-U", "a", 3, 30, null, null, "z", 3, 20),
                        Change.of("+U", "a", 3, 30, null, null, "z", 3, 25));
    }

    @Test
    void rows_of_a_changelog_go_after_the_time_to_live_and_count_no_more() {
        var plan = plan(
                ChangelogMode.RETRACT,
                List.of(6),
                -1,
                Long.MAX_VALUE,
                -1,
                List.of(call("SUM", DataType.BIGINT, 2)),
                Duration.ofMillis(100));
        var harness = harness(plan, null);
        harness.process(0, Change.insert("a", 1, 10, null, null, "x", 1));
        harness.endEpoch();
        harness.processingTime(60);
        harness.process(0, Change.insert("a", 2, 20, null, null, "y", 2));
        harness.endEpoch();
        harness.take();
        harness.processingTime(130);
        harness.endEpoch();
        harness.process(0, Change.insert("a", 3, 30, null, null, "z", 3));
        harness.endEpoch();
        assertThat(harness.take())
                .containsExactly(
                        Change.of("-U", "a", 2, 20, null, null, "y", 2, 30),
                        Change.of("+U", "a", 2, 20, null, null, "y", 2, 20),
                        Change.insert("a", 3, 30, null, null, "z", 3, 50));
        harness.processingTime(400);
        harness.endEpoch();
        assertThat(harness.stateRows()).isZero();
    }

    @Test
    void running_totals_of_keys_go_after_the_time_to_live_and_begin_anew() {
        var plan = plan(
                ChangelogMode.INSERT_ONLY,
                List.of(),
                1,
                Long.MAX_VALUE,
                -1,
                List.of(call("SUM", DataType.BIGINT, 2)),
                Duration.ofMillis(100));
        var harness = harness(plan, null);
        harness.process(0, Change.insert("a", 1, 10, null, null, "x", 1), Change.insert("b", 1, 1, null, null, "x", 1));
        harness.watermark(0, 1);
        harness.process(0, Change.insert("c", 9, 7, null, null, "waits", 1));
        harness.endEpoch();
        harness.processingTime(60);
        harness.process(0, Change.insert("a", 2, 20, null, null, "y", 2));
        harness.watermark(0, 2);
        harness.restart(2);
        harness.take();
        harness.processingTime(130);
        harness.endEpoch();
        assertThat(harness.stateRows()).isEqualTo(2);
        harness.process(0, Change.insert("a", 3, 30, null, null, "z", 3), Change.insert("b", 3, 2, null, null, "z", 3));
        harness.watermark(0, 9);
        assertThat(harness.take())
                .containsExactlyInAnyOrder(
                        Change.insert("a", 3, 30, null, null, "z", 3, 60),
                        Change.insert("b", 3, 2, null, null, "z", 3, 2),
                        Change.insert("c", 9, 7, null, null, "waits", 1, 7));
        harness.processingTime(400);
        harness.endEpoch();
        assertThat(harness.stateRows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT_ONLY whole", "RETRACT whole", "RETRACT unique", "UPSERT unique"})
    void randomChangelog(String form) {
        ChangelogMode mode = ChangelogMode.valueOf(form.split(" ")[0]);
        // In an upsert changelog a row that changes partition is deleted first, which the random table does not do.
        List<Integer> unique =
                form.endsWith("whole") ? List.of() : mode == ChangelogMode.UPSERT ? List.of(0, 6) : List.of(6);
        for (int round = 0; round < 100; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            int frame = random.nextInt(4);
            Plan.Over plan = plan(
                    mode,
                    unique,
                    -1,
                    frame == 0 ? random.nextInt(4) : frame == 1 ? Long.MAX_VALUE : -1,
                    frame == 2 ? random.nextInt(6) : -1,
                    CALLS);
            var harness = harness(plan, random);
            RandomTable table = new RandomTable(random, mode, unique, () -> row(random, random.nextInt(12)));
            for (int step = 0; step < 20; step++) {
                harness.process(0, table.change(6));
                switch (random.nextInt(8)) {
                    case 0, 1 -> harness.endEpoch();
                    case 2 -> harness.restart(1 + random.nextInt(3));
                    default -> {}
                }
            }
            harness.endEpoch();
            assertThat(OperatorHarness.fold(harness.take())).as("seed %d", seed).isEqualTo(oracle(table.rows(), plan));
        }
    }

    @Test
    void randomTimes() {
        List<AggregateCall> calls =
                CALLS.stream().filter(c -> !c.function().equals("LEAD")).toList();
        for (int round = 0; round < 300; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            int frame = random.nextInt(4);
            // With the results from the start or without, since those keep rows longer.
            Plan.Over plan = plan(
                    ChangelogMode.INSERT_ONLY,
                    List.of(),
                    1,
                    frame == 0 ? random.nextInt(4) : frame == 1 ? Long.MAX_VALUE : -1,
                    frame == 2 ? random.nextInt(6) : -1,
                    random.nextBoolean() ? calls : calls.subList(0, 11));
            var harness = harness(plan, random);
            List<List<Object>> rows = new ArrayList<>();
            long watermark = 0;
            harness.watermark(0, 0);
            for (int step = 0; step < 40; step++) {
                if (random.nextInt(3) == 0) {
                    watermark += 1 + random.nextInt(5);
                    harness.watermark(0, watermark);
                    long now = watermark;
                    assertThat(harness.output())
                            .as("seed %d", seed)
                            .allMatch(c -> (Long) c.row().get(1) <= now);
                } else {
                    List<Change> changes = new ArrayList<>();
                    for (int i = random.nextInt(6); i > 0; i--) {
                        List<Object> row = row(random, watermark - 2 + random.nextInt(10));
                        if ((Long) row.get(1) > watermark) {
                            rows.add(row);
                        }
                        changes.add(new Change(ChangeKind.INSERT, row, Long.MIN_VALUE));
                    }
                    harness.process(0, changes);
                }
                if (random.nextInt(6) == 0) {
                    harness.restart(1 + random.nextInt(3));
                }
            }
            harness.watermark(0, Long.MAX_VALUE);
            assertThat(OperatorHarness.fold(harness.take())).as("seed %d", seed).isEqualTo(oracle(rows, plan));
            if (frame == 2 && plan.calls().size() < calls.size()) {
                assertThat(harness.stateRows()).isZero();
            }
        }
    }

    private static Map<List<Object>, Integer> oracle(List<List<Object>> rows, Plan.Over plan) {
        Map<Object, List<List<Object>>> partitions = new LinkedHashMap<>();
        rows.forEach(r ->
                partitions.computeIfAbsent(r.get(0), p -> new ArrayList<>()).add(r));
        Map<List<Object>, Integer> result = new HashMap<>();
        for (List<List<Object>> partition : partitions.values()) {
            partition.sort(Comparator.comparing(r -> (Long) r.get(1)));
            for (int i = 0; i < partition.size(); i++) {
                List<Object> row = new ArrayList<>(partition.get(i));
                for (AggregateCall call : plan.calls()) {
                    row.add(evaluate(call, partition, i, plan));
                }
                result.merge(row, 1, Integer::sum);
            }
        }
        return result;
    }

    private static Object evaluate(AggregateCall call, List<List<Object>> partition, int i, Plan.Over plan) {
        long time = (Long) partition.get(i).get(1);
        int argument = call.arguments().isEmpty() ? -1 : call.arguments().getFirst();
        switch (call.function()) {
            case "ROW_NUMBER":
                return i + 1L;
            case "RANK":
                return 1
                        + partition.stream().filter(r -> (Long) r.get(1) < time).count();
            case "DENSE_RANK":
                return 1
                        + partition.stream()
                                .map(r -> (Long) r.get(1))
                                .filter(t -> t < time)
                                .distinct()
                                .count();
            case "LAG":
                return i == 0 ? null : partition.get(i - 1).get(argument);
            case "LEAD":
                return i + 1 == partition.size() ? null : partition.get(i + 1).get(argument);
            default:
        }
        List<Object> values = IntStream.range(0, partition.size())
                .filter(j -> {
                    long other = (Long) partition.get(j).get(1);
                    return plan.precedingRows() >= 0
                            ? j <= i && (plan.precedingRows() == Long.MAX_VALUE || j >= i - plan.precedingRows())
                            : other <= time && (plan.precedingRange() < 0 || other >= time - plan.precedingRange());
                })
                .mapToObj(j -> argument < 0 ? (Object) 1L : partition.get(j).get(argument))
                .filter(Objects::nonNull)
                .toList();
        if (call.function().equals("COUNT")) {
            return (long) values.size();
        }
        if (values.isEmpty()) {
            return null;
        }
        return switch (call.function()) {
            case "FIRST_VALUE" -> values.getFirst();
            case "LAST_VALUE" -> values.getLast();
            case "MIN" -> values.stream().reduce(least()).orElseThrow();
            case "MAX" ->
                values.stream()
                        .reduce((a, b) -> least().apply(a, b) == a ? b : a)
                        .orElseThrow();
            case "SUM" -> sum(values);
            case "AVG" -> {
                Object sum = sum(values);
                yield sum instanceof Long number
                        ? (Object) (number / values.size())
                        : ((BigDecimal) sum).divide(BigDecimal.valueOf(values.size()), 6, RoundingMode.HALF_UP);
            }
            default -> throw new IllegalArgumentException(call.function());
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static BinaryOperator<Object> least() {
        return (a, b) -> ((Comparable) a).compareTo(b) <= 0 ? a : b;
    }

    private static Object sum(List<Object> values) {
        return values.stream()
                .reduce((a, b) -> switch (a) {
                    case Long number -> (Object) (number + (Long) b);
                    case Double number -> (Object) (number + (Double) b);
                    default -> ((BigDecimal) a).add((BigDecimal) b);
                })
                .orElseThrow();
    }
}
