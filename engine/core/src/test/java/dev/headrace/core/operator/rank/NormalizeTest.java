package dev.headrace.core.operator.rank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.Change;
import dev.headrace.core.operator.OperatorHarness;
import dev.headrace.core.operator.RandomTable;
import dev.headrace.core.operator.TestPlans;
import dev.headrace.core.plan.Plan;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NormalizeTest {
    private static final Schema SCHEMA = Schema.of(
            new Field("value", DataType.BIGINT), new Field("key", DataType.STRING), new Field("note", DataType.STRING));

    private static OperatorHarness harness(Random noise) {
        var plan = new Plan.Normalize(TestPlans.input(SCHEMA, ChangelogMode.UPSERT), List.of(1), Duration.ZERO);
        return new OperatorHarness(
                c -> RankOperators.create(plan, c), List.of(SCHEMA), List.of(plan.keys()), SCHEMA, noise);
    }

    @Test
    void saysWhatHasChanged() {
        var harness = harness(null);
        harness.process(0, Change.insert(1, "a", "x"), Change.of("-D", null, "b", null), Change.insert(2, "c", "y"));
        harness.process(0, Change.of("-D", null, "c", null));
        harness.endEpoch();
        assertThat(harness.take()).containsExactly(Change.insert(1, "a", "x"));
        harness.process(0, Change.insert(2, "a", "x"), Change.of("+U", 1, "a", "x"), Change.insert(3, "c", null));
        harness.endEpoch();
        assertThat(harness.take()).containsExactly(Change.insert(3, "c", null));
        harness.process(0, Change.of("-D", null, "a", null), Change.insert(1, "a", "z"), Change.insert(3, "c", ""));
        harness.endEpoch();
        assertThat(harness.take())
                .containsExactly(
                        Change.of("-U", 1, "a", "x"),
                        Change.of("+U", 1, "a", "z"),
                        Change.of("-U", 3, "c", null),
                        Change.of("+U", 3, "c", ""));
        harness.process(0, Change.of("-D", null, "a", null));
        harness.restart(1);
        assertThat(harness.take()).containsExactly(Change.of("-D", 1, "a", "z"));
        assertThat(harness.stateRows()).isEqualTo(1);
    }

    @Test
    void random() {
        for (int round = 0; round < 300; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            var harness = harness(random);
            RandomTable table = new RandomTable(
                    random,
                    ChangelogMode.UPSERT,
                    List.of(1),
                    () -> Change.row(
                            random.nextInt(3),
                            random.nextInt(6) == 0 ? null : "k" + random.nextInt(6),
                            random.nextInt(3) == 0 ? null : "n".repeat(random.nextInt(3))));
            for (int step = 0; step < 25; step++) {
                harness.process(0, table.change(8));
                switch (random.nextInt(8)) {
                    case 0, 1 -> harness.endEpoch();
                    case 2 -> harness.restart(1 + random.nextInt(3));
                    default -> {}
                }
            }
            harness.endEpoch();
            assertThat(OperatorHarness.fold(harness.take()).keySet())
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(table.rows());
            assertThat(harness.stateRows()).isEqualTo(table.rows().size());
        }
    }
}
