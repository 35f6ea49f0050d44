package dev.headrace.core.operator.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.Change;
import dev.headrace.core.operator.OperatorHarness;
import dev.headrace.core.operator.RandomTable;
import dev.headrace.core.operator.TestPlans;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregateTest {
    private static final Schema SCHEMA = Schema.of(
            new Field("name", DataType.STRING),
            new Field("number", DataType.BIGINT),
            new Field("note", DataType.STRING),
            new Field("flag", DataType.of(Kind.BOOLEAN)));

    private static AggregateCall call(String function, int argument, boolean distinct, int filter, DataType type) {
        return new AggregateCall(
                function,
                argument < 0 ? List.of() : List.of(argument),
                distinct,
                filter < 0 ? OptionalInt.empty() : OptionalInt.of(filter),
                type);
    }

    private static final List<AggregateCall> CALLS = List.of(
            call("COUNT", -1, false, -1, DataType.BIGINT),
            call("COUNT", 1, false, 3, DataType.BIGINT),
            call("SUM", 1, false, -1, DataType.BIGINT),
            call("AVG", 1, false, -1, DataType.BIGINT),
            call("MIN", 1, false, -1, DataType.BIGINT),
            call("MAX", 2, false, -1, DataType.STRING),
            call("COUNT", 1, true, -1, DataType.BIGINT),
            call("COUNT", 2, true, 3, DataType.BIGINT),
            call("SUM", 1, true, 3, DataType.BIGINT));

    private static Plan.Aggregate plan(List<Integer> keys, ChangelogMode input, ChangelogMode output) {
        return plan(keys, input, output, Duration.ZERO);
    }

    private static Plan.Aggregate plan(
            List<Integer> keys, ChangelogMode input, ChangelogMode output, Duration timeToLive) {
        List<Field> fields = new ArrayList<>();
        keys.forEach(k -> fields.add(SCHEMA.fields().get(k)));
        for (int i = 0; i < CALLS.size(); i++) {
            fields.add(new Field("call" + i, CALLS.get(i).type()));
        }
        return new Plan.Aggregate(TestPlans.input(SCHEMA, input), keys, CALLS, new Schema(fields), output, timeToLive);
    }

    private static List<Object> results(List<List<Object>> rows) {
        List<Long> numbers =
                rows.stream().map(r -> (Long) r.get(1)).filter(Objects::nonNull).toList();
        List<List<Object>> flagged =
                rows.stream().filter(r -> Boolean.TRUE.equals(truth(r.get(3)))).toList();
        List<Long> flaggedNumbers = flagged.stream()
                .map(r -> (Long) r.get(1))
                .filter(Objects::nonNull)
                .toList();
        Long sum = numbers.isEmpty()
                ? null
                : numbers.stream().mapToLong(Long::longValue).sum();
        return Arrays.asList(
                (long) rows.size(),
                (long) flaggedNumbers.size(),
                sum,
                sum == null ? null : (Long) (sum / numbers.size()),
                numbers.stream().min(Long::compare).orElse(null),
                rows.stream()
                        .map(r -> (String) r.get(2))
                        .filter(Objects::nonNull)
                        .max(String::compareTo)
                        .orElse(null),
                numbers.stream().distinct().count(),
                flagged.stream()
                        .map(r -> r.get(2))
                        .filter(Objects::nonNull)
                        .distinct()
                        .count(),
                flaggedNumbers.isEmpty()
                        ? null
                        : (Long) flaggedNumbers.stream()
                                .distinct()
                                .mapToLong(Long::longValue)
                                .sum());
    }

    private static Object truth(Object value) {
        return value instanceof Long number ? number != 0 : value;
    }

    @ParameterizedTest(name = "{0} in, {1} out, {2} keys")
    @CsvSource({
        "INSERT_ONLY, RETRACT, 1",
        "INSERT_ONLY, UPSERT, 1",
        "RETRACT, RETRACT, 1",
        "RETRACT, UPSERT, 1",
        "RETRACT, RETRACT, 0"
    })
    void at_random_it_equals_grouping_the_table(ChangelogMode input, ChangelogMode mode, int keyCount) {
        for (int round = 0; round < 60; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            List<Integer> keys = keyCount == 0 ? List.of() : List.of(0);
            Plan.Aggregate plan = plan(keys, input, mode);
            var harness = new OperatorHarness(
                    c -> new AggregateOperator(plan, c), List.of(SCHEMA), List.of(keys), plan.schema(), random);
            var table = new RandomTable(
                    random,
                    input,
                    List.of(),
                    () -> Arrays.asList(
                            random.nextInt(9) == 0 ? null : "k" + random.nextInt(4),
                            random.nextInt(6) == 0 ? null : (Object) (long) random.nextInt(12),
                            random.nextInt(6) == 0 ? null : "n" + random.nextInt(6),
                            (Object) (long) random.nextInt(2)));
            for (int step = 0; step < 30; step++) {
                harness.process(0, table.change(8));
                if (random.nextInt(3) == 0) {
                    harness.endEpoch();
                }
                if (random.nextInt(8) == 0) {
                    harness.endEpoch();
                    harness.restart(1 + random.nextInt(3));
                }
            }
            harness.endEpoch();
            Map<List<Object>, List<List<Object>>> groups = new LinkedHashMap<>();
            table.rows()
                    .forEach(r -> groups.computeIfAbsent(
                                    keyCount == 0 ? List.of() : Arrays.asList(r.get(0)), k -> new ArrayList<>())
                            .add(r));
            Map<List<Object>, Integer> expected = new HashMap<>();
            groups.forEach((key, rows) -> {
                List<Object> row = new ArrayList<>(key);
                row.addAll(results(rows));
                expected.put(row, 1);
            });
            List<Change> output = harness.output();
            assertThat(
                            mode == ChangelogMode.UPSERT
                                    ? OperatorHarness.foldByKey(output, keys.isEmpty() ? List.of() : List.of(0))
                                    : OperatorHarness.fold(output))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    /** Groups of thousands of values, of which mostly the first and the last are taken away. */
    @Test
    void at_random_the_extremes_of_large_groups_are_those_of_what_is_left() {
        List<AggregateCall> extremes = List.of(
                call("MIN", 1, false, -1, DataType.BIGINT),
                call("MAX", 1, false, -1, DataType.BIGINT),
                call("MIN", 2, false, -1, DataType.STRING),
                call("MAX", 2, false, -1, DataType.STRING));
        List<Field> fields = new ArrayList<>(List.of(SCHEMA.fields().get(0)));
        extremes.forEach(c -> fields.add(new Field("call" + fields.size(), c.type())));
        for (int round = 0; round < 6; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            Plan.Aggregate plan = new Plan.Aggregate(
                    TestPlans.input(SCHEMA, ChangelogMode.RETRACT),
                    List.of(0),
                    extremes,
                    new Schema(fields),
                    ChangelogMode.UPSERT,
                    Duration.ZERO);
            var harness = new OperatorHarness(
                    c -> new AggregateOperator(plan, c), List.of(SCHEMA), List.of(List.of(0)), plan.schema(), random);
            Map<String, TreeMap<Long, Integer>> numbers = new HashMap<>();
            int size = 20 + random.nextInt(6000);
            for (int step = 0; step < 60; step++) {
                List<Change> changes = new ArrayList<>();
                boolean grows = step < 10 || random.nextInt(4) == 0;
                for (int i = grows ? size / 10 : size / 20; i > 0; i--) {
                    String name = "k" + random.nextInt(2);
                    TreeMap<Long, Integer> group = numbers.computeIfAbsent(name, k -> new TreeMap<>());
                    if (group.isEmpty() || random.nextInt(8) < (grows ? 7 : 2)) {
                        long number = random.nextInt(2 * size);
                        group.merge(number, 1, Integer::sum);
                        changes.add(Change.insert(name, number, String.format("n%07d", number), 1));
                    } else {
                        long number = random.nextInt(9) == 0
                                ? new ArrayList<>(group.keySet()).get(random.nextInt(group.size()))
                                : random.nextBoolean() ? group.firstKey() : group.lastKey();
                        group.merge(number, -1, (a, b) -> a + b == 0 ? null : a + b);
                        changes.add(Change.of("-D", name, number, String.format("n%07d", number), 1));
                    }
                }
                harness.process(0, changes);
                if (random.nextInt(10) == 0) {
                    harness.restart(1 + random.nextInt(2));
                }
                harness.endEpoch();
                Map<List<Object>, Integer> expected = new HashMap<>();
                numbers.forEach((name, group) -> {
                    if (!group.isEmpty()) {
                        long least = group.firstKey();
                        long most = group.lastKey();
                        expected.put(
                                List.of(name, least, most, String.format("n%07d", least), String.format("n%07d", most)),
                                1);
                    }
                });
                assertThat(OperatorHarness.foldByKey(harness.output(), List.of(0)))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(expected);
            }
        }
    }

    private static OperatorHarness expiring(ChangelogMode input, ChangelogMode mode) {
        Plan.Aggregate plan = plan(List.of(0), input, mode, Duration.ofMillis(100));
        return new OperatorHarness(
                c -> new AggregateOperator(plan, c), List.of(SCHEMA), List.of(List.of(0)), plan.schema(), null);
    }

    @ParameterizedTest(name = "{0} in")
    @CsvSource({"INSERT_ONLY", "RETRACT"})
    void a_group_that_no_row_has_come_to_for_the_time_to_live_begins_anew(ChangelogMode input) {
        var harness = expiring(input, ChangelogMode.RETRACT);
        harness.process(0, Change.insert("a", 5, "x", 1), Change.insert("a", 5, "y", 1));
        harness.endEpoch();
        assertThat(harness.take()).containsExactly(Change.insert("a", 2, 2, 10, 5, 5, "y", 1, 2, 5));
        harness.processingTime(100);
        harness.process(0, Change.insert("a", 5, "x", 0), Change.insert("a", 7, null, 1));
        harness.endEpoch();
        assertThat(harness.take()).containsExactly(Change.insert("a", 2, 1, 12, 6, 5, "x", 2, 0, 7));
    }

    @ParameterizedTest(name = "{0} in")
    @CsvSource({"INSERT_ONLY", "RETRACT"})
    void a_row_keeps_its_group_and_all_values_of_it(ChangelogMode input) {
        var harness = expiring(input, ChangelogMode.RETRACT);
        harness.process(0, Change.insert("a", 5, "x", 1));
        harness.endEpoch();
        harness.processingTime(60);
        harness.process(0, Change.insert("a", 3, "x", 1));
        harness.endEpoch();
        harness.take();
        harness.processingTime(120);
        harness.restart(2);
        harness.process(0, Change.insert("a", 5, "x", 1));
        harness.endEpoch();
        assertThat(harness.take())
                .containsExactly(
                        Change.of("-U", "a", 2, 2, 8, 4, 3, "x", 2, 1, 8),
                        Change.of("+U", "a", 3, 3, 13, 4, 3, "x", 2, 1, 8));
    }

    @Test
    void rows_are_not_taken_from_a_group_that_has_gone() {
        var harness = expiring(ChangelogMode.RETRACT, ChangelogMode.UPSERT);
        harness.process(0, Change.insert("a", 5, "x", 1));
        harness.endEpoch();
        harness.take();
        harness.processingTime(100);
        harness.process(0, Change.of("-D", "a", 5, "x", 1));
        harness.endEpoch();
        assertThat(harness.take()).isEmpty();
        harness.process(0, Change.insert("a", 4, "x", 1), Change.of("-D", "a", 4, "x", 1));
        harness.endEpoch();
        assertThat(harness.take()).isEmpty();
    }

    @ParameterizedTest(name = "{0} in")
    @CsvSource({"INSERT_ONLY", "RETRACT"})
    void nothing_is_left_of_groups_that_have_gone(ChangelogMode input) {
        var harness = expiring(input, ChangelogMode.UPSERT);
        for (int i = 0; i < 50; i++) {
            harness.process(0, Change.insert("k" + i, i, "x" + i, 1), Change.insert("k" + i, i + 1, "y", 0));
        }
        harness.endEpoch();
        assertThat(harness.stateRows()).isGreaterThanOrEqualTo(150);
        harness.processingTime(60);
        harness.process(0, Change.insert("k7", 7, "x7", 1));
        harness.endEpoch();
        long kept = harness.stateRows();
        for (int millis = 100; millis < 160; millis += 5) {
            harness.processingTime(millis);
            harness.endEpoch();
        }
        assertThat(harness.stateRows()).isEqualTo(kept / 50);
        harness.processingTime(200);
        harness.endEpoch();
        assertThat(harness.stateRows()).isZero();
    }

    @Test
    void what_has_not_changed_is_said_again_so_that_it_is_kept_downstream() {
        Plan.Aggregate plan = new Plan.Aggregate(
                TestPlans.input(SCHEMA, ChangelogMode.INSERT_ONLY),
                List.of(0),
                List.of(call("MAX", 1, false, -1, DataType.BIGINT)),
                Schema.of(new Field("name", DataType.STRING), new Field("max", DataType.BIGINT)),
                ChangelogMode.RETRACT,
                Duration.ofMillis(100));
        var harness = new OperatorHarness(
                c -> new AggregateOperator(plan, c), List.of(SCHEMA), List.of(List.of(0)), plan.schema(), null);
        harness.process(0, Change.insert("a", 5, "x", 1));
        harness.endEpoch();
        harness.take();
        harness.process(0, Change.insert("a", 4, "x", 1));
        harness.endEpoch();
        assertThat(harness.take()).containsExactly(Change.of("-U", "a", 5), Change.of("+U", "a", 5));
    }

    /** Groups against a map of them, with a clock that jumps; what is below is as old as what is in memory. */
    @Test
    void at_random_groups_are_the_rows_that_came_without_a_pause_as_long_as_the_time_to_live() {
        for (int round = 0; round < 60; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            var harness = expiring(ChangelogMode.INSERT_ONLY, ChangelogMode.UPSERT);
            Map<String, List<List<Object>>> groups = new HashMap<>();
            Map<String, Long> touched = new HashMap<>();
            Map<List<Object>, Integer> expected = new HashMap<>();
            long now = 0;
            for (int step = 0; step < 40; step++) {
                List<Change> changes = new ArrayList<>();
                for (int i = random.nextInt(6); i > 0; i--) {
                    String name = "k" + random.nextInt(4);
                    List<Object> row = Change.row(name, random.nextInt(5), "n" + random.nextInt(4), random.nextInt(2));
                    changes.add(Change.insert(row.toArray()));
                    Long before = touched.put(name, now);
                    if (before == null || before + 100 <= now) {
                        groups.put(name, new ArrayList<>());
                    }
                    groups.get(name).add(row);
                }
                harness.process(0, changes);
                harness.endEpoch();
                if (random.nextInt(8) == 0) {
                    harness.restart(1 + random.nextInt(3));
                }
                now += random.nextInt(60);
                harness.processingTime(now);
            }
            groups.forEach((name, rows) -> {
                List<Object> row = new ArrayList<>(List.of(name));
                row.addAll(results(rows));
                expected.put(row, 1);
            });
            assertThat(OperatorHarness.foldByKey(harness.output(), List.of(0)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }
}
