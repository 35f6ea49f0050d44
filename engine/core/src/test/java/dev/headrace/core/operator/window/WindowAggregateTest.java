package dev.headrace.core.operator.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.Change;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorHarness;
import dev.headrace.core.operator.TestPlans;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import dev.headrace.core.plan.WindowProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WindowAggregateTest {
    private static final long SECOND = 1_000_000;
    private static final Schema SCHEMA = Schema.of(
            new Field("name", DataType.STRING),
            new Field("time", DataType.timestamp(3)),
            new Field("number", DataType.BIGINT));

    private static Plan.WindowAggregate plan(Window window, boolean distinct) {
        return plan(window, distinct, 0);
    }

    private static Plan.WindowAggregate plan(Window window, boolean distinct, int latenessSeconds) {
        List<AggregateCall> calls = List.of(
                new AggregateCall("COUNT", List.of(), false, OptionalInt.empty(), DataType.BIGINT),
                new AggregateCall("SUM", List.of(2), distinct, OptionalInt.empty(), DataType.BIGINT),
                new AggregateCall("MAX", List.of(2), false, OptionalInt.empty(), DataType.BIGINT));
        Schema schema = Schema.of(
                new Field("name", DataType.STRING),
                new Field("count", DataType.BIGINT),
                new Field("sum", DataType.BIGINT),
                new Field("max", DataType.BIGINT),
                new Field("start", DataType.timestamp(3)),
                new Field("end", DataType.timestamp(3)));
        return new Plan.WindowAggregate(
                TestPlans.input(SCHEMA, ChangelogMode.INSERT_ONLY),
                window,
                1,
                List.of(0),
                calls,
                List.of(WindowProperty.START, WindowProperty.END),
                schema,
                latenessSeconds == 0 ? ChangelogMode.INSERT_ONLY : ChangelogMode.RETRACT,
                Duration.ofSeconds(latenessSeconds));
    }

    static Stream<Arguments> windows() {
        return Stream.of(
                Arguments.of(new Window.Tumble(10 * SECOND, 0), false),
                Arguments.of(new Window.Tumble(10 * SECOND, 3 * SECOND), true),
                Arguments.of(new Window.Hop(10 * SECOND, 2 * SECOND, 0), false),
                Arguments.of(new Window.Hop(9 * SECOND, 3 * SECOND, SECOND), true),
                Arguments.of(new Window.Cumulate(12 * SECOND, 3 * SECOND, 0), false));
    }

    /** The windows that a time lies in, by the definition of each kind: start and end. */
    private static List<long[]> windowsOf(Window window, long time) {
        List<long[]> found = new ArrayList<>();
        switch (window) {
            case Window.Tumble(long size, long offset) -> {
                long start = time - Math.floorMod(time - offset, size);
                found.add(new long[] {start, start + size});
            }
            case Window.Hop(long size, long slide, long offset) -> {
                long last = time - Math.floorMod(time - offset, slide);
                for (long start = last; start > time - size; start -= slide) {
                    found.add(new long[] {start, start + size});
                }
            }
            case Window.Cumulate(long size, long step, long offset) -> {
                long start = time - Math.floorMod(time - offset, size);
                for (long end = start + step; end <= start + size; end += step) {
                    if (time < end) {
                        found.add(new long[] {start, end});
                    }
                }
            }
            default -> throw new IllegalArgumentException(window.toString());
        }
        return found;
    }

    private static OperatorHarness harness(Plan.WindowAggregate plan, Random random) {
        return new OperatorHarness(
                c -> plan.window() instanceof Window.Session
                        ? new SessionOperator(plan, c)
                        : plan.allowedLateness().isZero()
                                ? new WindowAggregateOperator(plan, c)
                                : new UpdatingWindowOperator(plan, c),
                List.of(SCHEMA),
                List.of(plan.keys()),
                plan.schema(),
                random);
    }

    @ParameterizedTest(name = "{0}, distinct {1}")
    @MethodSource("windows")
    void at_random_each_window_has_the_rows_that_are_not_late_for_it(Window window, boolean distinct) {
        windowsHaveTheirRows(window, distinct, 0);
    }

    @ParameterizedTest(name = "{0}, distinct {1}")
    @MethodSource("windows")
    void at_random_each_window_has_the_rows_that_come_within_the_allowed_lateness(Window window, boolean distinct) {
        windowsHaveTheirRows(window, distinct, 4);
    }

    private static void windowsHaveTheirRows(Window window, boolean distinct, int latenessSeconds) {
        for (int round = 0; round < 60; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            var harness = harness(plan(window, distinct, latenessSeconds), random);
            Map<List<Object>, List<Long>> numbers = new LinkedHashMap<>();
            List<Change> late = new ArrayList<>();
            long rowWatermark = 0;
            long operatorWatermark = Operator.NO_WATERMARK;
            for (int step = 0; step < 40; step++) {
                List<Change> changes = new ArrayList<>();
                for (int i = random.nextInt(8); i > 0; i--) {
                    long time = Math.max(0, rowWatermark + (random.nextInt(24_000) - 12_000) * 1000L);
                    String name = "k" + random.nextInt(3);
                    long number = random.nextInt(5);
                    changes.add(Change.insert(name, time, number).at(rowWatermark));
                    boolean taken = false;
                    for (long[] bounds : windowsOf(window, time)) {
                        if (bounds[1] - 1000 + latenessSeconds * SECOND > rowWatermark) {
                            taken = true;
                            numbers.computeIfAbsent(List.of(name, bounds[0], bounds[1]), k -> new ArrayList<>())
                                    .add(number);
                        }
                    }
                    if (!taken) {
                        late.add(changes.getLast());
                    }
                    if (random.nextInt(20) == 0) {
                        changes.add(Change.insert(name, null, number).at(rowWatermark));
                        late.add(changes.getLast());
                    }
                    if (random.nextInt(3) == 0) {
                        rowWatermark += random.nextInt(3000) * 1000L;
                    }
                }
                harness.process(0, changes);
                if (random.nextInt(3) == 0 && rowWatermark > operatorWatermark) {
                    operatorWatermark =
                            rowWatermark - random.nextInt(2) * (rowWatermark - Math.max(0, operatorWatermark)) / 2;
                    harness.watermark(0, operatorWatermark);
                }
                if (random.nextInt(6) == 0) {
                    harness.endEpoch();
                    harness.restart(1 + random.nextInt(3));
                }
            }
            harness.watermark(0, Operator.LAST_WATERMARK);
            assertThat(harness.late()).as("late, seed %d", seed).containsExactlyInAnyOrderElementsOf(late);
            Map<List<Object>, Integer> expected = new HashMap<>();
            numbers.forEach((key, values) -> expected.put(
                    List.of(
                            key.get(0),
                            (long) values.size(),
                            (distinct ? values.stream().distinct() : values.stream())
                                    .mapToLong(Long::longValue)
                                    .sum(),
                            values.stream().max(Long::compare).orElseThrow(),
                            key.get(1),
                            key.get(2)),
                    1));
            assertThat(OperatorHarness.fold(harness.output()))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "distinct {0}, lateness {1} s")
    @CsvSource({"false, 0", "true, 0", "false, 7", "true, 7", "true, 60"})
    void at_random_sessions_are_the_runs_of_rows_closer_than_the_gap(boolean distinct, int latenessSeconds) {
        for (int round = 0; round < 100; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            var harness = harness(plan(new Window.Session(GAP), distinct, latenessSeconds), random);
            SessionModel model = new SessionModel(latenessSeconds * SECOND);
            List<Change> late = new ArrayList<>();
            long rowWatermark = 0;
            long operatorWatermark = Operator.NO_WATERMARK;
            for (int step = 0; step < 40; step++) {
                List<Change> changes = new ArrayList<>();
                for (int i = random.nextInt(6); i > 0; i--) {
                    String name = "k" + random.nextInt(3);
                    long time = Math.max(0, rowWatermark + (random.nextInt(50) - 25) * SECOND);
                    long number = random.nextInt(5);
                    changes.add(Change.insert(name, time, number).at(rowWatermark));
                    if (!model.take(name, time, number, rowWatermark)) {
                        late.add(changes.getLast());
                    }
                    if (random.nextInt(20) == 0) {
                        changes.add(Change.insert(name, null, number).at(rowWatermark));
                        late.add(changes.getLast());
                    }
                    if (random.nextInt(3) == 0) {
                        rowWatermark += random.nextInt(6000) * 1000L;
                    }
                }
                harness.process(0, changes);
                if (random.nextInt(3) == 0 && rowWatermark > operatorWatermark) {
                    operatorWatermark =
                            rowWatermark - random.nextInt(2) * (rowWatermark - Math.max(0, operatorWatermark)) / 2;
                    harness.watermark(0, operatorWatermark);
                }
                if (random.nextInt(5) == 0) {
                    harness.endEpoch();
                }
                if (random.nextInt(6) == 0) {
                    harness.restart(1 + random.nextInt(3));
                }
                if (latenessSeconds > 0 && random.nextInt(4) == 0) {
                    harness.endEpoch();
                    assertThat(OperatorHarness.fold(harness.output()))
                            .as("seed %d, watermark %d", seed, operatorWatermark)
                            .isEqualTo(model.table(operatorWatermark, distinct));
                }
            }
            harness.watermark(0, Operator.LAST_WATERMARK);
            assertThat(OperatorHarness.fold(harness.output()))
                    .as("seed %d", seed)
                    .isEqualTo(model.table(Operator.LAST_WATERMARK, distinct));
            assertThat(harness.stateRows()).as("seed %d", seed).isZero();
            assertThat(harness.late()).as("late, seed %d", seed).containsExactlyInAnyOrderElementsOf(late);
        }
    }

    private static final long GAP = 5 * SECOND;

    /** Sessions as lists of rows, none forgotten. */
    private static final class SessionModel {
        private final List<Session> sessions = new ArrayList<>();
        private final long lateness;

        /** @param numbers of the rows */
        private record Session(String name, long start, long end, List<Long> numbers) {}

        SessionModel(long lateness) {
            this.lateness = lateness;
        }

        /** Returns whether the row is not late. */
        boolean take(String name, long time, long number, long seen) {
            long start = time;
            long end = time + GAP;
            List<Long> numbers = new ArrayList<>(List.of(number));
            List<Session> joined = new ArrayList<>();
            for (Session one : sessions) {
                if (one.name().equals(name)
                        && one.start() <= time + GAP
                        && one.end() >= time
                        && one.end() - 1000 + lateness > seen) {
                    start = Math.min(start, one.start());
                    end = Math.max(end, one.end());
                    numbers.addAll(one.numbers());
                    joined.add(one);
                }
            }
            boolean taken = end - 1000 + lateness > seen;
            if (taken) {
                sessions.removeAll(joined);
                sessions.add(new Session(name, start, end, numbers));
            }
            return taken;
        }

        /** What has come out when the operator has got that watermark. */
        Map<List<Object>, Integer> table(long watermark, boolean distinct) {
            Map<List<Object>, Integer> table = new HashMap<>();
            sessions.stream().filter(s -> s.end() - 1000 <= watermark).forEach(s -> {
                var numbers = s.numbers();
                table.merge(
                        List.of(
                                s.name(),
                                (long) numbers.size(),
                                (distinct ? numbers.stream().distinct() : numbers.stream())
                                        .mapToLong(Long::longValue)
                                        .sum(),
                                numbers.stream().max(Long::compare).orElseThrow(),
                                s.start(),
                                s.end()),
                        1,
                        Integer::sum);
            });
            return table;
        }
    }
}
