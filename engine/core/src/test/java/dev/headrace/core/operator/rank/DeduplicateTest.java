package dev.headrace.core.operator.rank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.Change;
import dev.headrace.core.operator.OperatorHarness;
import dev.headrace.core.operator.TestPlans;
import dev.headrace.core.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeduplicateTest {
    private static final Schema SCHEMA = Schema.of(
            new Field("note", DataType.STRING),
            new Field("time", DataType.timestamp(3)),
            new Field("name", DataType.STRING),
            new Field("number", DataType.BIGINT));

    private static Plan.Deduplicate plan(int timeColumn, boolean keepLast, ChangelogMode mode, Duration timeToLive) {
        Plan input = TestPlans.input(SCHEMA, ChangelogMode.INSERT_ONLY);
        return new Plan.Deduplicate(input, List.of(2, 3), timeColumn, keepLast, mode, timeToLive);
    }

    private static OperatorHarness harness(Plan.Deduplicate plan, Random noise) {
        return new OperatorHarness(
                c -> RankOperators.create(plan, c), List.of(SCHEMA), List.of(plan.keys()), SCHEMA, noise);
    }

    @Test
    void keepFirstPassesRowsWithTheirWatermarks() {
        var harness = harness(plan(-1, false, ChangelogMode.INSERT_ONLY, Duration.ZERO), null);
        harness.process(
                0,
                Change.insert("a", 1, "x", 1).at(10),
                Change.insert("b", 2, "x", 1).at(20),
                Change.insert("c", 3, "y", 1).at(30),
                Change.insert("d", 4, null, 1).at(40),
                Change.insert("e", 5, null, 1).at(50));
        assertThat(harness.take())
                .containsExactly(
                        Change.insert("a", 1, "x", 1).at(10),
                        Change.insert("c", 3, "y", 1).at(30),
                        Change.insert("d", 4, null, 1).at(40));
        harness.restart(2);
        harness.process(0, Change.insert("f", 1, "x", 1), Change.insert("g", 1, "x", 2));
        assertThat(harness.take()).containsExactly(Change.insert("g", 1, "x", 2));
    }

    @Test
    void keepLastByTimeTakesTheLaterOnTies() {
        var harness = harness(plan(1, true, ChangelogMode.RETRACT, Duration.ZERO), null);
        harness.process(0, Change.insert("a", 5, "x", 1), Change.insert("b", 4, "x", 1));
        harness.watermark(0, 3);
        assertThat(harness.outputWatermark()).isEqualTo(Long.MIN_VALUE);
        harness.endEpoch();
        assertThat(harness.take()).containsExactly(Change.insert("a", 5, "x", 1));
        assertThat(harness.outputWatermark()).isEqualTo(3);
        harness.process(0, Change.insert("c", 5, "x", 1), Change.insert("d", 5, "x", 1), Change.insert("e", 3, "x", 1));
        harness.endEpoch();
        assertThat(harness.take()).containsExactly(Change.of("-U", "a", 5, "x", 1), Change.of("+U", "d", 5, "x", 1));
    }

    @Test
    void upsertLeavesOutOldRows() {
        var harness = harness(plan(-1, true, ChangelogMode.UPSERT, Duration.ZERO), null);
        harness.process(0, Change.insert("a", 5, "x", 1), Change.insert(null, 4, "x", 1));
        harness.endEpoch();
        assertThat(harness.take()).containsExactly(Change.insert(null, 4, "x", 1));
        harness.process(0, Change.insert("c", null, "x", 1));
        harness.endEpoch();
        assertThat(harness.take()).containsExactly(Change.of("+U", "c", null, "x", 1));
    }

    @Test
    void timeToLiveForgetsKeys() {
        var harness = harness(plan(-1, false, ChangelogMode.INSERT_ONLY, Duration.ofMillis(100)), null);
        harness.process(0, Change.insert("a", 5, "x", 1));
        harness.processingTime(99);
        harness.endEpoch();
        assertThat(harness.stateRows()).isEqualTo(1);
        harness.processingTime(125);
        harness.endEpoch();
        assertThat(harness.stateRows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "first time RETRACT",
                "last time RETRACT",
                "last time UPSERT",
                "last arrival RETRACT",
                "first time UPSERT",
                "first arrival INSERT_ONLY"
            })
    void random(String form) {
        String[] words = form.split(" ");
        boolean last = words[0].equals("last");
        boolean byTime = words[1].equals("time");
        ChangelogMode mode = ChangelogMode.valueOf(words[2]);
        for (int round = 0; round < 60; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            var harness = harness(plan(byTime ? 1 : -1, last, mode, Duration.ZERO), random);
            Map<List<Object>, List<Object>> expected = new HashMap<>();
            List<Change> all = new ArrayList<>();
            for (int step = 0; step < 30; step++) {
                List<Change> rows = new ArrayList<>();
                for (int i = random.nextInt(20); i >= 0; i--) {
                    Change change = Change.insert(
                            random.nextInt(5) == 0 ? null : "note" + random.nextInt(1000),
                            random.nextInt(20),
                            random.nextInt(5) == 0 ? null : "n" + random.nextInt(4),
                            random.nextInt(3));
                    rows.add(change);
                    expected.merge(change.row().subList(2, 4), change.row(), (a, b) -> {
                        long before = byTime ? (Long) a.get(1) : 0;
                        long after = byTime ? (Long) b.get(1) : 0;
                        return last ? after >= before ? b : a : after < before ? b : a;
                    });
                }
                harness.process(0, rows);
                switch (random.nextInt(8)) {
                    case 0, 1 -> harness.endEpoch();
                    case 2 -> harness.restart(1 + random.nextInt(3));
                    default -> {}
                }
            }
            harness.endEpoch();
            all.addAll(harness.take());
            var folded = mode == ChangelogMode.UPSERT
                    ? OperatorHarness.foldByKey(all, List.of(2, 3))
                    : OperatorHarness.fold(all);
            assertThat(folded.keySet()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected.values());
        }
    }
}
