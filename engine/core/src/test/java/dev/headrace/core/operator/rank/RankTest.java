package dev.headrace.core.operator.rank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.Change;
import dev.headrace.core.operator.OperatorHarness;
import dev.headrace.core.operator.TestPlans;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankTest {
    private static final Schema SCHEMA = Schema.of(
            new Field("text", DataType.STRING),
            new Field("partition", DataType.STRING),
            new Field("number", DataType.BIGINT),
            new Field("floating", DataType.DOUBLE),
            new Field("decimal", DataType.decimal(30, 2)),
            new Field("id", DataType.BIGINT));

    private static Plan.Rank plan(
            List<Ordering> orderings,
            long from,
            long to,
            boolean emitRank,
            ChangelogMode inputMode,
            List<Integer> unique,
            ChangelogMode mode,
            Duration timeToLive) {
        return plan(List.of(1), orderings, from, to, emitRank, inputMode, unique, mode, timeToLive);
    }

    private static Plan.Rank plan(
            List<Integer> partition,
            List<Ordering> orderings,
            long from,
            long to,
            boolean emitRank,
            ChangelogMode inputMode,
            List<Integer> unique,
            ChangelogMode mode,
            Duration timeToLive) {
        List<Field> fields = new ArrayList<>(SCHEMA.fields());
        if (emitRank) {
            fields.add(new Field("place", DataType.BIGINT));
        }
        return new Plan.Rank(
                TestPlans.input(SCHEMA, inputMode),
                partition,
                orderings,
                from,
                to,
                emitRank,
                unique,
                new Schema(fields),
                mode,
                timeToLive);
    }

    private static OperatorHarness harness(Plan.Rank plan, Random noise) {
        return new OperatorHarness(
                c -> RankOperators.create(plan, c), List.of(SCHEMA), List.of(plan.partition()), plan.schema(), noise);
    }

    private static Change row(String kind, String partition, Integer number, String text) {
        return Change.of(kind, text, partition, number, null, null, 1);
    }

    private static Change row(String kind, String partition, Integer number, String text, int place) {
        return Change.of(kind, text, partition, number, null, null, 1, place);
    }

    private static final List<Ordering> NUMBER_DESCENDING = List.of(new Ordering(2, true, false));

    @Test
    void placesThatChangeAreUpdated() {
        for (ChangelogMode mode : List.of(ChangelogMode.RETRACT, ChangelogMode.UPSERT)) {
            var harness = harness(
                    plan(NUMBER_DESCENDING, 1, 2, true, ChangelogMode.INSERT_ONLY, List.of(), mode, Duration.ZERO),
                    null);
            harness.process(0, row("+I", "p", 5, "a"), row("+I", "p", null, "b"), row("+I", "p", 5, "c"));
            harness.endEpoch();
            assertThat(harness.take()).containsExactly(row("+I", "p", 5, "a", 1), row("+I", "p", 5, "c", 2));
            harness.process(0, row("+I", "p", 7, "d"), row("+I", "p", 8, "e"), row("+I", "p", 5, "f"));
            harness.endEpoch();
            assertThat(harness.take())
                    .containsExactlyElementsOf(
                            mode == ChangelogMode.UPSERT
                                    ? List.of(row("+U", "p", 8, "e", 1), row("+U", "p", 7, "d", 2))
                                    : List.of(
                                            row("-U", "p", 5, "a", 1),
                                            row("+U", "p", 8, "e", 1),
                                            row("-U", "p", 5, "c", 2),
                                            row("+U", "p", 7, "d", 2)));
        }
    }

    @Test
    void withoutPlacesRowsLeaveAndEnter() {
        var harness = harness(
                plan(
                        NUMBER_DESCENDING,
                        1,
                        2,
                        false,
                        ChangelogMode.INSERT_ONLY,
                        List.of(),
                        ChangelogMode.RETRACT,
                        Duration.ZERO),
                null);
        harness.process(0, row("+I", "p", 5, "a"), row("+I", "p", 4, "b"));
        harness.endEpoch();
        harness.take();
        harness.restart(1);
        harness.process(
                0, row("+I", "p", 4, "c"), row("+I", "p", 6, "d"), row("+I", "p", 6, "e"), row("+I", "p", 7, "f"));
        harness.endEpoch();
        assertThat(harness.take())
                .containsExactly(
                        row("-D", "p", 5, "a"), row("-D", "p", 4, "b"), row("+I", "p", 7, "f"), row("+I", "p", 6, "d"));
    }

    @Test
    void timeToLiveEmptiesLists() {
        var harness = harness(
                plan(
                        NUMBER_DESCENDING,
                        1,
                        2,
                        true,
                        ChangelogMode.INSERT_ONLY,
                        List.of(),
                        ChangelogMode.UPSERT,
                        Duration.ofMillis(100)),
                null);
        harness.process(0, row("+I", "p", 5, "a"), row("+I", "p", 4, "b"));
        harness.restart(1);
        assertThat(harness.stateRows()).isEqualTo(2);
        harness.processingTime(200);
        harness.endEpoch();
        assertThat(harness.stateRows()).isZero();
        harness.take();
        harness.process(0, row("+I", "p", 3, "c"));
        harness.endEpoch();
        assertThat(harness.take()).containsExactly(row("+I", "p", 3, "c", 1));
    }

    /** The table that a Top-N is, worked out from all rows there are, in the order of their arrival. */
    private static List<List<Object>> oracle(List<List<Object>> rows, Plan.Rank plan) {
        Map<Object, List<List<Object>>> partitions = new LinkedHashMap<>();
        rows.forEach(r -> partitions
                .computeIfAbsent(plan.partition().isEmpty() ? 0 : r.get(1), p -> new ArrayList<>())
                .add(r));
        List<List<Object>> result = new ArrayList<>();
        for (List<List<Object>> partition : partitions.values()) {
            partition.sort(comparator(plan.orderings()));
            for (int i = (int) plan.from() - 1; i < Math.min(plan.to(), partition.size()); i++) {
                List<Object> row = new ArrayList<>(partition.get(i));
                if (plan.emitRank()) {
                    row.add(i + 1L);
                }
                result.add(row);
            }
        }
        return result;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    static Comparator<List<Object>> comparator(List<Ordering> orderings) {
        Comparator<List<Object>> all = (a, b) -> 0;
        for (Ordering ordering : orderings) {
            Comparator<Object> values = (a, b) -> ((Comparable) a).compareTo(b);
            Comparator<Object> directed = ordering.descending() ? values.reversed() : values;
            boolean last = ordering.descending() || ordering.nullsLast();
            all = all.thenComparing(
                    r -> r.get(ordering.column()),
                    last ? Comparator.nullsLast(directed) : Comparator.nullsFirst(directed));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT_ONLY whole", "RETRACT whole", "RETRACT unique", "UPSERT unique"})
    void random(String form) {
        ChangelogMode inputMode = ChangelogMode.valueOf(form.split(" ")[0]);
        boolean unique = form.endsWith("unique");
        for (int round = 0; round < 300; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            List<Ordering> orderings = IntStream.rangeClosed(0, random.nextInt(3))
                    .mapToObj(i -> new Ordering(
                            List.of(0, 2, 3, 4).get(random.nextInt(4)), random.nextBoolean(), random.nextBoolean()))
                    .toList();
            long from = random.nextInt(3) == 0 ? 2 : 1;
            boolean emitRank = random.nextBoolean();
            List<Integer> partition = random.nextInt(4) == 0 ? List.of() : List.of(1);
            Plan.Rank plan = plan(
                    partition,
                    orderings,
                    from,
                    from + random.nextInt(4),
                    emitRank,
                    inputMode,
                    unique ? List.of(5) : List.of(),
                    random.nextBoolean() ? ChangelogMode.RETRACT : ChangelogMode.UPSERT,
                    Duration.ZERO);
            boolean byPlace = plan.mode() == ChangelogMode.UPSERT && emitRank;
            boolean byPartition = plan.mode() == ChangelogMode.UPSERT && plan.from() == 1 && plan.to() == 1;
            var harness = harness(plan, random);
            List<List<Object>> rows = new ArrayList<>();
            for (int step = 0; step < 25; step++) {
                harness.process(0, changes(random, inputMode, unique, rows));
                switch (random.nextInt(8)) {
                    case 0, 1 -> harness.endEpoch();
                    case 2 -> harness.restart(1 + random.nextInt(3));
                    default -> {}
                }
            }
            harness.endEpoch();
            var folded = byPlace
                    ? OperatorHarness.foldByKey(harness.take(), partition.isEmpty() ? List.of(6) : List.of(1, 6))
                    : byPartition && inputMode == ChangelogMode.INSERT_ONLY
                            ? OperatorHarness.foldByKey(harness.take(), partition)
                            : OperatorHarness.fold(harness.take());
            Map<List<Object>, Integer> expected = new HashMap<>();
            oracle(rows, plan).forEach(r -> expected.merge(r, 1, Integer::sum));
            assertThat(folded).as("seed %d, %s", seed, plan).isEqualTo(expected);
        }
    }

    private static List<Change> changes(Random random, ChangelogMode mode, boolean unique, List<List<Object>> rows) {
        List<Change> changes = new ArrayList<>();
        for (int i = random.nextInt(10); i >= 0; i--) {
            if (mode != ChangelogMode.INSERT_ONLY && !rows.isEmpty() && random.nextInt(3) == 0) {
                // Of equal rows the one that came last goes, as the operator does: they look alike.
                List<Object> gone = rows.get(random.nextInt(rows.size()));
                rows.remove(rows.lastIndexOf(gone));
                List<Object> seen = new ArrayList<>(gone);
                if (mode == ChangelogMode.UPSERT) {
                    seen.set(0, null);
                    seen.set(2, 99L);
                }
                changes.add(new Change(dev.headrace.api.batch.ChangeKind.DELETE, seen, Long.MIN_VALUE));
                continue;
            }
            Change change = Change.insert(
                    random.nextInt(5) == 0
                            ? null
                            : "textual".substring(random.nextInt(3)) + random.nextInt(3) + "longer",
                    random.nextInt(5) == 0 ? null : "p" + random.nextInt(2),
                    random.nextInt(5) == 0 ? null : random.nextInt(5),
                    random.nextInt(5) == 0 ? null : random.nextInt(5) * 0.5 - 1,
                    random.nextInt(5) == 0
                            ? null
                            : new BigDecimal(random.nextInt(5) - 2)
                                    .movePointRight(random.nextInt(20))
                                    .setScale(2),
                    random.nextInt(unique ? 30 : 2));
            if (unique) {
                int at = IntStream.range(0, rows.size())
                        .filter(r -> rows.get(r).get(5).equals(change.row().get(5)))
                        .findFirst()
                        .orElse(-1);
                if (at >= 0) {
                    List<Object> old = rows.remove(at);
                    boolean samePartition =
                            java.util.Objects.equals(old.get(1), change.row().get(1));
                    if (mode == ChangelogMode.RETRACT || !samePartition) {
                        changes.add(new Change(dev.headrace.api.batch.ChangeKind.UPDATE_BEFORE, old, Long.MIN_VALUE));
                    }
                }
            }
            rows.add(change.row());
            changes.add(change);
        }
        return changes;
    }
}
