package dev.headrace.testing;

import static java.util.stream.Collectors.groupingBy;

import dev.headrace.core.plan.JobPlan;
import dev.headrace.testing.CaseRun.Attempt;
import dev.headrace.testing.RandomRows.Row;
import dev.headrace.testing.RandomRows.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole jobs on random tables against what a few lines of Java say about the same rows: out of order, late, in several
 * splits, changing; plain, and killed again and again with storage that fails. {@code -Dseed} repeats a round.
 */
class RandomDataTest {
    private static final int ROUNDS = 6;
    private static final int DELAY = 5_000;

    /** What the tables hold. */
    private enum Data {
        /** Some rows are late. */
        LATE,
        /** Rows out of order, but none late. */
        TIMED,
        RETRACT,
        UPSERT
    }

    private record Outcome(List<List<String>> rows, OptionalLong late) {}

    private static Outcome rows(Stream<List<String>> rows) {
        return new Outcome(rows.toList(), OptionalLong.empty());
    }

    private static List<String> cells(Object... values) {
        return Stream.of(values)
                .map(v -> v == null
                        ? "NULL"
                        : v instanceof Optional<?> o ? o.map(Object::toString).orElse("NULL") : v + "")
                .toList();
    }

    private enum Query {
        TUMBLE(
                Data.LATE,
                "SELECT k, window_start, COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10'"
                        + " SECOND)) GROUP BY k, window_start, window_end",
                (a, b) -> windowed(a, t -> LongStream.of(floor(t, 10_000)), s -> s + 10_000)),
        HOP(
                Data.LATE,
                "SELECT k, window_start, COUNT(*), SUM(v) FROM TABLE(HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND,"
                        + " INTERVAL '15' SECOND)) GROUP BY k, window_start, window_end",
                (a, b) -> windowed(
                        a, t -> LongStream.of(0, 5_000, 10_000).map(back -> floor(t, 5_000) - back), s -> s + 15_000)),
        SESSION(
                Data.TIMED,
                "SELECT k, window_start, window_end, COUNT(*), SUM(v) FROM TABLE(SESSION(TABLE a PARTITION BY k,"
                        + " DESCRIPTOR(ts), INTERVAL '2' SECOND)) GROUP BY k, window_start, window_end",
                (a, b) -> rows(sessions(a, 2_000).stream()
                        .map(s -> cells(
                                s.getFirst().key(),
                                RandomRows.text(s.getFirst().time()),
                                RandomRows.text(s.getLast().time() + 2_000),
                                s.size(),
                                sum(s))))),
        WINDOW_TOP(
                Data.LATE,
                "SELECT k, window_start, id, place FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k, window_start,"
                        + " window_end ORDER BY v DESC, id) AS place FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL"
                        + " '10' SECOND))) WHERE place <= 2",
                (a, b) -> rows(onTime(a)
                        .collect(groupingBy(r -> cells(r.key(), RandomRows.text(floor(r.time(), 10_000)))))
                        .entrySet()
                        .stream()
                        .flatMap(e -> top(e.getValue(), 2)
                                .map(r -> Stream.of(e.getKey(), r)
                                        .flatMap(List::stream)
                                        .toList())))),
        GROUPS(
                Data.RETRACT,
                "SELECT k, COUNT(*), SUM(v), MIN(v), MAX(v), COUNT(DISTINCT v) FROM a GROUP BY k",
                (a, b) -> rows(byKey(a).entrySet().stream()
                        .map(e -> cells(
                                e.getKey(),
                                e.getValue().size(),
                                sum(e.getValue()),
                                e.getValue().stream().mapToInt(Row::value).min().orElseThrow(),
                                e.getValue().stream().mapToInt(Row::value).max().orElseThrow(),
                                e.getValue().stream()
                                        .mapToInt(Row::value)
                                        .distinct()
                                        .count())))),
        COUNT_OF_COUNTS(
                Data.UPSERT,
                "SELECT n, COUNT(*) FROM (SELECT k, COUNT(*) AS n FROM a GROUP BY k) GROUP BY n",
                (a, b) -> rows(byKey(a).values().stream().collect(groupingBy(List::size)).entrySet().stream()
                        .map(e -> cells(e.getKey(), e.getValue().size())))),
        TOP(
                Data.RETRACT,
                "SELECT k, id, place FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC, id) AS place FROM"
                        + " a) WHERE place <= 3",
                (a, b) -> rows(byKey(a).entrySet().stream()
                        .flatMap(e -> top(e.getValue(), 3)
                                .map(r -> Stream.of(cells(e.getKey()), r)
                                        .flatMap(List::stream)
                                        .toList())))),
        KEEP_FIRST(
                Data.TIMED,
                "SELECT k, id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts) AS n FROM a) WHERE n = 1",
                (a, b) -> rows(byKey(a).entrySet().stream()
                        .map(e -> cells(
                                e.getKey(), byTime(e.getValue()).getFirst().id())))),
        KEEP_LAST(
                Data.LATE,
                "SELECT k, id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS n FROM a)"
                        + " WHERE n = 1",
                (a, b) -> rows(byKey(a).entrySet().stream()
                        .map(e ->
                                cells(e.getKey(), byTime(e.getValue()).getLast().id())))),
        RUNNING(
                Data.TIMED,
                "SELECT id, SUM(v) OVER (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '3' SECOND PRECEDING AND"
                        + " CURRENT ROW) FROM a",
                (a, b) -> rows(a.stream()
                        .map(r -> cells(
                                r.id(),
                                sum(byKey(a).get(r.key()).stream()
                                        .filter(o -> o.time() <= r.time() && o.time() >= r.time() - 3_000)
                                        .toList()))))),
        INNER(Data.RETRACT, join("JOIN"), (a, b) -> joined(a, b, sameKey(), false, false)),
        LEFT(Data.RETRACT, join("LEFT JOIN"), (a, b) -> joined(a, b, sameKey(), true, false)),
        RIGHT(Data.UPSERT, join("RIGHT JOIN"), (a, b) -> joined(a, b, sameKey(), false, true)),
        FULL(Data.UPSERT, join("FULL JOIN"), (a, b) -> joined(a, b, sameKey(), true, true)),
        FULL_BY_ID(
                Data.UPSERT,
                "SELECT a.id, b.id FROM a FULL JOIN b ON a.id = b.id AND a.v < b.v",
                (a, b) -> joined(a, b, (x, y) -> x.id() == y.id() && x.value() < y.value(), true, true)),
        SEMI(
                Data.RETRACT,
                "SELECT id, v FROM a WHERE k IN (SELECT k FROM b WHERE v > 3)",
                (a, b) -> rows(a.stream()
                        .filter(x -> b.stream()
                                .anyMatch(y -> y.value() > 3 && sameKey().test(x, y)))
                        .map(x -> cells(x.id(), x.value())))),
        ANTI(
                Data.UPSERT,
                "SELECT id, v FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.v > a.v)",
                (a, b) -> rows(a.stream()
                        .filter(x -> b.stream()
                                .noneMatch(
                                        y -> y.value() > x.value() && sameKey().test(x, y)))
                        .map(x -> cells(x.id(), x.value())))),
        INTERVAL_INNER(Data.TIMED, interval("JOIN"), (a, b) -> joined(a, b, within(), false, false)),
        INTERVAL_LEFT(Data.TIMED, interval("LEFT JOIN"), (a, b) -> joined(a, b, within(), true, false)),
        INTERVAL_FULL(Data.TIMED, interval("FULL JOIN"), (a, b) -> joined(a, b, within(), true, true)),
        WINDOW_JOIN(
                Data.TIMED,
                "SELECT l.id, r.id FROM (SELECT * FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND))) AS l"
                        + " FULL JOIN (SELECT * FROM TABLE(TUMBLE(TABLE b, DESCRIPTOR(ts), INTERVAL '10' SECOND))) AS r ON"
                        + " l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end",
                (a, b) -> joined(
                        a,
                        b,
                        (x, y) -> sameKey().test(x, y) && floor(x.time(), 10_000) == floor(y.time(), 10_000),
                        true,
                        true)),
        EXCEPT(
                Data.RETRACT,
                "SELECT k, v FROM a EXCEPT SELECT k, v FROM b",
                (a, b) -> rows(a.stream()
                        .map(r -> cells(r.key(), r.value()))
                        .filter(c -> b.stream()
                                .noneMatch(r -> cells(r.key(), r.value()).equals(c)))
                        .distinct()));

        private final Data data;
        private final String sql;
        private final BiFunction<List<Row>, List<Row>, Outcome> oracle;

        Query(Data data, String sql, BiFunction<List<Row>, List<Row>, Outcome> oracle) {
            this.data = data;
            this.sql = sql;
            this.oracle = oracle;
        }
    }

    private static String join(String kind) {
        return "SELECT a.id, b.id FROM a " + kind + " b ON a.k = b.k";
    }

    private static String interval(String kind) {
        return "SELECT a.id, b.id FROM a " + kind
                + " b ON a.k = b.k AND b.ts BETWEEN a.ts - INTERVAL '2' SECOND AND a.ts +" + " INTERVAL '4' SECOND";
    }

    private static BiPredicate<Row, Row> sameKey() {
        return (x, y) -> x.key().isPresent() && x.key().equals(y.key());
    }

    private static BiPredicate<Row, Row> within() {
        return (x, y) -> sameKey().test(x, y) && y.time() >= x.time() - 2_000 && y.time() <= x.time() + 4_000;
    }

    private static Outcome joined(
            List<Row> a, List<Row> b, BiPredicate<Row, Row> condition, boolean leftOuter, boolean rightOuter) {
        List<List<String>> found = new ArrayList<>();
        for (Row x : a) {
            List<Row> matches = b.stream().filter(y -> condition.test(x, y)).toList();
            matches.forEach(y -> found.add(cells(x.id(), y.id())));
            if (matches.isEmpty() && leftOuter) {
                found.add(cells(x.id(), null));
            }
        }
        for (Row y : b) {
            if (rightOuter && a.stream().noneMatch(x -> condition.test(x, y))) {
                found.add(cells(null, y.id()));
            }
        }
        return rows(found.stream());
    }

    private static Outcome windowed(List<Row> rows, Function<Long, LongStream> starts, Function<Long, Long> end) {
        Map<List<String>, List<Row>> windows = new java.util.HashMap<>();
        long late = 0;
        for (Row row : rows) {
            long[] open = starts.apply(row.time())
                    .filter(s -> !row.isLateFor(end.apply(s)))
                    .toArray();
            late += open.length == 0 ? 1 : 0;
            for (long start : open) {
                windows.computeIfAbsent(cells(row.key(), RandomRows.text(start)), k -> new ArrayList<>())
                        .add(row);
            }
        }
        List<List<String>> found = new ArrayList<>();
        windows.forEach((key, in) -> found.add(
                Stream.of(key, cells(in.size(), sum(in))).flatMap(List::stream).toList()));
        return new Outcome(found, OptionalLong.of(late));
    }

    private static Stream<Row> onTime(List<Row> rows) {
        return rows.stream().filter(r -> !r.isLateFor(floor(r.time(), 10_000) + 10_000));
    }

    private static List<List<Row>> sessions(List<Row> rows, long gap) {
        List<List<Row>> found = new ArrayList<>();
        for (List<Row> ofKey : byKey(rows).values()) {
            long last = Long.MIN_VALUE;
            for (Row row : byTime(ofKey)) {
                if (last == Long.MIN_VALUE || row.time() > last + gap) {
                    found.add(new ArrayList<>());
                }
                found.getLast().add(row);
                last = row.time();
            }
        }
        return found;
    }

    private static Stream<List<String>> top(List<Row> rows, int count) {
        List<Row> sorted = rows.stream()
                .sorted(Comparator.comparingInt((Row r) -> -r.value()).thenComparingInt(Row::id))
                .toList();
        return IntStream.range(0, Math.min(count, sorted.size()))
                .mapToObj(i -> cells(sorted.get(i).id(), i + 1));
    }

    private static Map<Optional<String>, List<Row>> byKey(List<Row> rows) {
        Map<Optional<String>, List<Row>> found = new TreeMap<>(Comparator.comparing(Objects::toString));
        rows.forEach(r -> found.computeIfAbsent(r.key(), k -> new ArrayList<>()).add(r));
        return found;
    }

    private static List<Row> byTime(List<Row> rows) {
        return rows.stream().sorted(Comparator.comparingLong(Row::time)).toList();
    }

    private static int sum(List<Row> rows) {
        return rows.stream().mapToInt(Row::value).sum();
    }

    private static long floor(long time, long size) {
        return Math.floorDiv(time, size) * size;
    }

    private static Table table(String name, Data data, Random random) {
        int splits = 1 + random.nextInt(3);
        int rows = 10 + random.nextInt(40);
        return switch (data) {
            case LATE -> RandomRows.inserts(name, random, splits, rows, 3 * DELAY, DELAY);
            // Times are cut to seconds, so a row lies up to a second further back.
            case TIMED -> RandomRows.inserts(name, random, splits, rows, DELAY - 1_000, DELAY);
            case RETRACT, UPSERT -> RandomRows.changes(name, random, splits, rows, data == Data.UPSERT);
        };
    }

    private static String declaration(String name, Data data) {
        return "CREATE TABLE " + name + " (id INT, k STRING, v INT, ts TIMESTAMP(3)"
                + switch (data) {
                    case LATE, TIMED -> ", WATERMARK FOR ts AS ts - INTERVAL '" + DELAY / 1000 + "' SECOND";
                    case UPSERT -> ", PRIMARY KEY (id) NOT ENFORCED";
                    case RETRACT -> "";
                }
                + ");\n";
    }

    @ParameterizedTest
    @EnumSource
    void a_query_gives_what_its_oracle_says(Query query) {
        long base = Long.getLong("seed", System.nanoTime());
        Tally tally = new Tally();
        for (int round = 0; round < ROUNDS; round++) {
            long seed = base + round;
            Random random = new Random(seed);
            Table a = table("a", query.data, random);
            Table b = table("b", query.data, random);
            Outcome outcome = query.oracle.apply(a.rows(), b.rows());
            Case testCase = new Case(
                    query.name(),
                    "",
                    declaration("a", query.data) + declaration("b", query.data) + query.sql + ";",
                    List.of(a.input(), b.input()),
                    Map.of(Case.RESULT, outcome.rows()),
                    outcome.late(),
                    Optional.empty(),
                    true,
                    Optional.empty());
            JobPlan plan = CaseRun.plan(testCase);
            int workers = 1 + random.nextInt(4);
            CaseRun straight = new CaseRun(testCase, plan, 1 + random.nextInt(20), seed);
            tally.check(testCase, "seed " + seed, straight.run(number -> Attempt.toTheEnd(workers)));
            CaseRun crashing = new CaseRun(testCase, plan, 1 + random.nextInt(4), seed)
                    .withSnapshots(new MemoryStore())
                    .withFaults(random, 250)
                    .run(number -> Attempt.toTheEnd(1 + random.nextInt(4)).dyingAt(150 + random.nextInt(250)));
            tally.check(testCase, "killed, seed " + seed, crashing);
        }
    }
}
