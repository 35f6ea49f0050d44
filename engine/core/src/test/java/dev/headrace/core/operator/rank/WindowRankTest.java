package dev.headrace.core.operator.rank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.Change;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorHarness;
import dev.headrace.core.operator.TestPlans;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowRankTest {
    private static final Schema SCHEMA = Schema.of(
            new Field("key", DataType.STRING),
            new Field("end", DataType.timestamp(3)),
            new Field("value", DataType.BIGINT),
            new Field("note", DataType.STRING));

    private static OperatorHarness harness(boolean emitRank, long from, long to, Random noise) {
        List<Field> fields = new ArrayList<>(SCHEMA.fields());
        if (emitRank) {
            fields.add(new Field("place", DataType.BIGINT));
        }
        var plan = new Plan.WindowRank(
                TestPlans.input(SCHEMA, ChangelogMode.INSERT_ONLY),
                1,
                List.of(0),
                List.of(new Ordering(2, true, false)),
                from,
                to,
                emitRank,
                new Schema(fields));
        return new OperatorHarness(
                c -> RankOperators.create(plan, c), List.of(SCHEMA), List.of(plan.partition()), plan.schema(), noise);
    }

    @Test
    void emitsEachWindowOnce() {
        var harness = harness(true, 1, 2, null);
        harness.process(
                0,
                Change.insert("a", 10_000, 1, "x"),
                Change.insert("a", 20_000, 1, "y"),
                Change.insert("a", 10_000, 3, "z"),
                Change.insert("a", 10_000, 3, "w"),
                Change.insert("a", 10_000, 4, "late").at(9_000));
        harness.watermark(0, 9_000);
        assertThat(harness.take())
                .containsExactly(Change.insert("a", 10_000, 3, "z", 1), Change.insert("a", 10_000, 3, "w", 2));
        assertThat(harness.operator().lateRows()).isEqualTo(1);
        assertThat(harness.outputWatermark()).isEqualTo(9_000);
    }

    @Test
    void random() {
        for (int round = 0; round < 200; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            boolean emitRank = random.nextBoolean();
            int from = 1 + random.nextInt(2);
            int to = from + random.nextInt(3);
            var harness = harness(emitRank, from, to, random);
            Map<List<Object>, List<List<Object>>> windows = new LinkedHashMap<>();
            long watermark = 0;
            harness.watermark(0, watermark);
            for (int step = 0; step < 40; step++) {
                if (random.nextInt(4) == 0) {
                    watermark += 1 + random.nextInt(2000);
                    harness.watermark(0, watermark);
                } else {
                    List<Change> changes = new ArrayList<>();
                    for (int i = random.nextInt(8); i > 0; i--) {
                        long end = (watermark / 1000 + random.nextInt(5)) * 1000;
                        Change change = Change.insert(
                                random.nextInt(8) == 0 ? null : "k" + random.nextInt(2),
                                end,
                                random.nextInt(6) == 0 ? null : random.nextInt(4),
                                random.nextInt(6) == 0 ? null : "n" + random.nextInt(100));
                        if (end - 1000 > watermark) {
                            windows.computeIfAbsent(change.row().subList(0, 2), w -> new ArrayList<>())
                                    .add(change.row());
                        }
                        changes.add(change);
                    }
                    harness.process(0, changes);
                }
                if (random.nextInt(6) == 0) {
                    harness.restart(1 + random.nextInt(3));
                }
            }
            harness.watermark(0, Operator.LAST_WATERMARK);
            Map<List<Object>, Integer> expected = new HashMap<>();
            windows.values().forEach(rows -> {
                rows.sort(RankTest.comparator(List.of(new Ordering(2, true, false))));
                for (int i = from - 1; i < Math.min(to, rows.size()); i++) {
                    List<Object> row = new ArrayList<>(rows.get(i));
                    if (emitRank) {
                        row.add(i + 1L);
                    }
                    expected.merge(row, 1, Integer::sum);
                }
            });
            assertThat(OperatorHarness.fold(harness.take())).as("seed %d", seed).isEqualTo(expected);
            assertThat(harness.stateRows()).isZero();
        }
    }
}
