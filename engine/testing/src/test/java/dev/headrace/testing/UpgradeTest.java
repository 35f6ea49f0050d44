package dev.headrace.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.run.Connections;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
import dev.headrace.core.upgrade.OnChange;
import dev.headrace.core.upgrade.UpgradePlan;
import dev.headrace.core.upgrade.UpgradeText;
import dev.headrace.format.FormatRegistry;
import dev.headrace.sql.PlanContext;
import dev.headrace.sql.SqlPlanner;
import dev.headrace.sql.codegen.GeneratedCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Jobs that are changed in mid-stream: one job reads half of its input and is stopped, another goes on from there. Where no
 * state is lacking, what has been written in the end is what the other would have written of the whole input.
 */
class UpgradeTest {
    private static final String TABLES = """
            CREATE TABLE orders (k STRING, v INT, w INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'test');
            CREATE TABLE names (k STRING, label STRING, extra STRING) WITH ('connector' = 'test');
            """;

    private static final String COUNTS =
            "CREATE TABLE counts (k STRING, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'test');\n";
    private static final String SUMS =
            "CREATE TABLE sums (k STRING, n BIGINT, s INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'test');\n";
    private static final String RAW = "CREATE TABLE raw (k STRING, w INT) WITH ('connector' = 'test');\n";
    private static final String WINDOWS =
            "CREATE TABLE win (k STRING, t TIMESTAMP(3), n BIGINT) WITH ('connector' = 'test');\n";
    private static final String JOINED =
            "CREATE TABLE joined (k STRING, v INT, label STRING) WITH ('connector' = 'test');\n";
    private static final String LAST =
            "CREATE TABLE latest (k STRING, v INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'test');\n";

    private static final String COUNT = "INSERT INTO counts SELECT k, COUNT(*) FROM orders GROUP BY k;\n";
    private static final String SUM = "INSERT INTO sums SELECT k, COUNT(*), SUM(v) FROM orders GROUP BY k;\n";
    private static final String WINDOW =
            "INSERT INTO win SELECT k, window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE orders,"
                    + " DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;\n";
    private static final String SESSION =
            "INSERT INTO win SELECT k, window_start, COUNT(*) FROM TABLE(SESSION(TABLE orders PARTITION BY k,"
                    + " DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY k, window_start, window_end;\n";
    private static final String JOIN =
            "INSERT INTO joined SELECT o.k, o.v, n.label FROM orders o JOIN names n ON o.k = n.k;\n";

    private static final String LATEST =
            "INSERT INTO latest SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k"
                    + " ORDER BY ts DESC) AS n FROM orders) WHERE n = 1;\n";
    private static final String TOP = "CREATE TABLE top (k STRING, n BIGINT) WITH ('connector' = 'test');\n";

    private static String topOfCounts(int places) {
        return "INSERT INTO top SELECT k, n FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY n DESC, k) AS place FROM (SELECT k,"
                + " COUNT(*) AS n FROM orders GROUP BY k)) WHERE place <= " + places + ";\n";
    }

    /** How many groups there are of as many rows: two numbers, of which one or the other is ordered by. */
    private static String countOfCounts(String order) {
        return "INSERT INTO top SELECT 'x', m FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY " + order
                + ") AS place FROM (SELECT"
                + " n, COUNT(*) AS m FROM (SELECT k, COUNT(*) AS n FROM orders GROUP BY k) GROUP BY n)) WHERE place <= 2;\n";
    }

    private static final String AGGREGATE = "Aggregate by k:STRING of orders";
    private static final String TUMBLE =
            "WindowAggregate Tumble[size=10000000, offset=0] of ts:TIMESTAMP(3) by k:STRING of orders";
    private static final String NO_SUCH_STATE = ": the snapshot has no such state";

    /** How the job is changed, and what becomes of the state of each step. */
    private enum Edit {
        ALIASES_AND_LAYOUT(
                COUNTS + COUNT,
                COUNTS + "INSERT INTO counts\n  SELECT o.k AS thing,\n COUNT(*) AS many FROM orders AS o GROUP BY o.k",
                true,
                "reuse    " + AGGREGATE),
        AN_INSERT_ADDED(
                COUNTS + RAW + COUNT,
                COUNTS + RAW + COUNT + "INSERT INTO raw SELECT k, w FROM orders WHERE v > 3",
                true,
                "reuse    " + AGGREGATE),
        AN_INSERT_REMOVED(
                COUNTS + LAST + "INSERT INTO latest SELECT k, MAX(w) FROM orders WHERE w > 1 GROUP BY k;\n" + COUNT,
                COUNTS + COUNT,
                true,
                "reuse    " + AGGREGATE,
                "drop     " + AGGREGATE + " where (w:INT > 1:INT)"),
        ANOTHER_ORDER(
                COUNTS + WINDOWS + JOINED + COUNT + WINDOW + JOIN,
                COUNTS + WINDOWS + JOINED + JOIN + WINDOW + COUNT,
                true,
                "reuse    Join on k:STRING = k:STRING of orders, names",
                "reuse    " + TUMBLE,
                "reuse    " + AGGREGATE),
        A_COLUMN_IN_FRONT_OF_THE_TABLE(
                COUNTS + COUNT,
                COUNTS + RAW.replace("k STRING", "k STRING, f STRING") + COUNT
                        + "INSERT INTO raw SELECT k, f, w FROM orders;\n",
                true,
                "reuse    " + AGGREGATE) {
            @Override
            String tablesAfter() {
                return TABLES.replace("orders (k", "orders (f STRING, k");
            }
        },
        A_CONSTANT_IN_THE_PROJECTION(
                COUNTS + COUNT,
                "CREATE TABLE wide (k STRING, n BIGINT, c STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'test');\n"
                        + "INSERT INTO wide SELECT k, COUNT(*), UPPER(k) FROM orders GROUP BY k",
                true,
                "reuse    " + AGGREGATE),
        A_CONDITION_THAT_MOVES(
                COUNTS + "INSERT INTO counts SELECT k, COUNT(*) FROM orders WHERE v > 1 AND w < 50 GROUP BY k",
                COUNTS + "CREATE VIEW small AS SELECT * FROM orders WHERE w < 50;\n"
                        + "INSERT INTO counts SELECT k, COUNT(*) FROM small WHERE v > 1 GROUP BY k",
                true,
                "reuse    " + AGGREGATE + " where (v:INT > 1:INT) and (w:INT < 50:INT)"),
        A_HAVING(
                COUNTS + COUNT,
                COUNTS + "INSERT INTO counts SELECT k, COUNT(*) FROM orders GROUP BY k HAVING COUNT(*) > 0",
                true,
                "reuse    " + AGGREGATE),
        A_SINK_OPTION(
                COUNTS + COUNT,
                COUNTS.replace("'test')", "'test', 'flavour' = 'new')") + COUNT,
                true,
                "reuse    " + AGGREGATE),
        ANOTHER_CONDITION(
                COUNTS + COUNT,
                COUNTS + "INSERT INTO counts SELECT k, COUNT(*) FROM orders WHERE v > 1 GROUP BY k",
                false,
                "rebuild  " + AGGREGATE + " where (v:INT > 1:INT)" + NO_SUCH_STATE,
                "drop     " + AGGREGATE),
        ANOTHER_KEY(
                COUNTS + COUNT,
                COUNTS + "INSERT INTO counts SELECT CAST(v AS STRING), COUNT(*) FROM orders GROUP BY v",
                false,
                "rebuild  Aggregate by v:INT of orders" + NO_SUCH_STATE,
                "rebuild  Rank by CAST(v:INT):STRING, places 1 to 1 of orders" + NO_SUCH_STATE,
                "drop     " + AGGREGATE),
        AN_AGGREGATE_ADDED(
                COUNTS + COUNT,
                SUMS + SUM,
                false,
                "extend   " + AGGREGATE + ": SUM(v:INT) without the rows read so far"),
        AN_AGGREGATE_REMOVED(SUMS + SUM, COUNTS + COUNT, true, "reuse    " + AGGREGATE),
        AGGREGATES_IN_ANOTHER_ORDER(
                SUMS + SUM,
                "CREATE TABLE turned (k STRING, s INT, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'test');\n"
                        + "INSERT INTO turned SELECT k, SUM(v), COUNT(*) FROM orders GROUP BY k",
                true,
                "reuse    " + AGGREGATE),
        TWO_OF_A_FAMILY_BECOME_ONE(
                COUNTS + LAST + COUNT + "INSERT INTO latest SELECT k, MAX(v) FROM orders GROUP BY k;\n",
                LAST + "INSERT INTO latest SELECT k, MAX(v) FROM orders GROUP BY k;\n",
                true,
                "reuse    " + AGGREGATE,
                "drop     " + AGGREGATE),
        A_DISTINCT_AGGREGATE_ADDED(
                COUNTS + COUNT,
                SUMS.replace("s INT", "s BIGINT")
                        + "INSERT INTO sums SELECT k, COUNT(*), COUNT(DISTINCT v) FROM orders GROUP BY k",
                false,
                "rebuild  " + AGGREGATE + ": its state lacks group id",
                "drop     " + AGGREGATE),
        A_WINDOW_BESIDE_OTHERS(
                WINDOWS + WINDOW,
                WINDOWS + RAW + "INSERT INTO raw SELECT k, w FROM orders;\n" + WINDOW,
                true,
                "reuse    " + TUMBLE),
        A_TABLE_FOR_LATE_ROWS(
                WINDOWS + SESSION,
                WINDOWS + "CREATE TABLE late (w INT, ts TIMESTAMP(3)) WITH ('connector' = 'test');\n" + SESSION,
                true,
                "reuse    WindowAggregate Session[gap=3000000] of ts:TIMESTAMP(3) by k:STRING of orders") {
            @Override
            String tablesAfter() {
                return TABLES.replaceFirst("'test'", "'test', 'late-rows' = 'late'");
            }
        },
        ANOTHER_WINDOW(
                WINDOWS + WINDOW,
                WINDOWS + WINDOW.replace("'10'", "'20'"),
                false,
                "rebuild  " + TUMBLE.replace("=1", "=2") + NO_SUCH_STATE,
                "drop     " + TUMBLE),
        A_COLUMN_LESS_IN_A_JOIN(
                "CREATE TABLE all_of_it (k STRING, v INT, w INT, label STRING) WITH ('connector' = 'test');\n"
                        + "INSERT INTO all_of_it SELECT o.k, o.v, o.w, n.label FROM orders o JOIN names n ON o.k = n.k;\n",
                JOINED + JOIN,
                true,
                "reuse    Join on k:STRING = k:STRING of orders, names") {
            @Override
            boolean writesAgain() {
                return false;
            }
        },
        A_COLUMN_MORE_IN_A_JOIN(
                JOINED + JOIN,
                "CREATE TABLE all_of_it (k STRING, v INT, w INT, label STRING) WITH ('connector' = 'test');\n"
                        + "INSERT INTO all_of_it SELECT o.k, o.v, o.w, n.label FROM orders o JOIN names n ON o.k = n.k;\n",
                false,
                "rebuild  Join on k:STRING = k:STRING of orders, names: its state lacks w:INT",
                "drop     Join on k:STRING = k:STRING of orders, names"),
        A_PLACE_BESIDE_THE_TOP(
                "CREATE TABLE top (k STRING, v INT) WITH ('connector' = 'test');\n"
                        + "INSERT INTO top SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS n"
                        + " FROM orders) WHERE n <= 2",
                "CREATE TABLE top (k STRING, v INT) WITH ('connector' = 'test');\n" + RAW
                        + "INSERT INTO raw SELECT k, w FROM orders;\n"
                        + "INSERT INTO top SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS n"
                        + " FROM orders) WHERE n <= 2",
                true,
                "reuse    Rank by k:STRING, places 1 to 2 of orders"),
        A_COLUMN_LESS_OF_THE_LATEST(
                "CREATE TABLE more (k STRING, v INT, w INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'test');\n"
                        + "INSERT INTO more SELECT k, v, w FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC)"
                        + " AS n FROM orders) WHERE n = 1",
                LAST
                        + "INSERT INTO latest SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC)"
                        + " AS n FROM orders) WHERE n = 1",
                true,
                "reuse    Deduplicate by k:STRING of orders"),
        A_TIME_TO_LIVE_ADDED(
                LAST + LATEST,
                "SET 'table.exec.state.ttl' = '1 d';\n" + LAST + LATEST,
                true,
                "reuse    Deduplicate by k:STRING of orders"),
        MORE_PLACES_OF_GROUPS(
                TOP + topOfCounts(1),
                TOP + topOfCounts(3),
                false,
                "reuse    " + AGGREGATE,
                "rebuild  Rank, places 1 to 3 of orders" + NO_SUCH_STATE,
                "drop     Rank, places 1 to 1 of orders"),
        A_COUNT_OF_COUNTS_IN_ANOTHER_ORDER(
                TOP + countOfCounts("m"),
                TOP + countOfCounts("n"),
                false,
                "reuse    " + AGGREGATE,
                "reuse    Aggregate by COUNT(*) of orders",
                "rebuild  Rank, places 1 to 2 of orders" + NO_SUCH_STATE,
                "drop     Rank, places 1 to 2 of orders"),
        A_NEW_TABLE(
                COUNTS + COUNT,
                COUNTS + COUNT + LAST.replace("v INT", "v BIGINT")
                        + "INSERT INTO latest SELECT label, COUNT(*) FROM names GROUP BY label;\n",
                true,
                "reuse    " + AGGREGATE,
                "new      Aggregate by label:STRING of names: reads only what is read from its start"),
        A_JOIN_UNDER_AN_AGGREGATE(
                COUNTS
                        + "INSERT INTO counts SELECT o.k, COUNT(n.label) FROM orders o LEFT JOIN names n ON o.k = n.k GROUP BY o.k",
                SUMS.replace("s INT", "s STRING")
                        + "INSERT INTO sums SELECT o.k, COUNT(n.label), MAX(n.extra) FROM orders o LEFT JOIN names n ON o.k"
                        + " = n.k GROUP BY o.k",
                false,
                "rebuild  Join on k:STRING = k:STRING of orders, names: its state lacks extra:STRING",
                "rebuild  Aggregate by left.k:STRING of orders, names: its state lacks values of MAX(right.extra:STRING)",
                "drop     Join on k:STRING = k:STRING of orders, names",
                "drop     Aggregate by left.k:STRING of orders, names"),
        A_JOIN_THAT_BEGINS_ANEW(
                COUNTS + RAW
                        + "CREATE VIEW both_sides AS SELECT o.k, o.w, n.label, n.extra FROM orders o LEFT JOIN names n ON o.k = n.k;\n"
                        + "INSERT INTO counts SELECT k, COUNT(label) FROM both_sides GROUP BY k;\n",
                COUNTS
                        + "CREATE TABLE wide (k STRING, w INT, extra STRING) WITH ('connector' = 'test');\n"
                        + "CREATE VIEW both_sides AS SELECT o.k, o.w, n.label, n.extra FROM orders o LEFT JOIN names n ON o.k = n.k;\n"
                        + "INSERT INTO counts SELECT k, COUNT(label) FROM both_sides GROUP BY k;\n"
                        + "INSERT INTO wide SELECT k, w, extra FROM both_sides;\n",
                false,
                "rebuild  Join on k:STRING = k:STRING of orders, names: its state lacks w:INT",
                "rebuild  Aggregate by left.k:STRING of orders, names: what it reads begins anew, and would count twice",
                "drop     Join on k:STRING = k:STRING of orders, names",
                "drop     Aggregate by left.k:STRING of orders, names");

        private final String before;
        private final String after;
        private final boolean complete;
        private final List<String> fates;

        /** @param complete whether nothing is lacking */
        Edit(String before, String after, boolean complete, String... fates) {
            this.before = before;
            this.after = after;
            this.complete = complete;
            this.fates = List.of(fates);
        }

        String tablesAfter() {
            return TABLES;
        }

        /** Whether what the changed job writes is all there is to its tables. */
        boolean writesAgain() {
            return true;
        }
    }

    private final TestClock clock = new TestClock();

    /** Rows of all keys, before the change and after; in order of time. */
    private static List<TableRows.Step> orders(int from, int to, boolean front) {
        Random random = new Random(7);
        List<TableRows.Step> rows = new ArrayList<>();
        for (int i = 0; i < to; i++) {
            List<String> cells = new ArrayList<>(List.of(
                    List.of("a", "b", "c", "d").get(random.nextInt(4)),
                    "" + random.nextInt(9),
                    "" + random.nextInt(90),
                    String.format("2024-01-01 12:%02d:%02d", i / 60, i % 60)));
            if (front) {
                cells.addFirst("front " + i);
            }
            if (i >= from) {
                rows.add(new TableRows.Row(ChangeKind.INSERT, cells));
            }
        }
        return rows;
    }

    private static TableRows orders(int rows, boolean front, boolean ends) {
        return new TableRows(
                "orders", ChangelogMode.INSERT_ONLY, List.of(new TableRows.Split("1", orders(0, rows, front), ends)));
    }

    private static TableRows names(int rows, boolean ends) {
        List<TableRows.Step> steps = new ArrayList<>();
        for (String key : List.of("a", "b", "c", "d").subList(0, rows)) {
            steps.add(new TableRows.Row(ChangeKind.INSERT, List.of(key, "label " + key, "extra " + key)));
        }
        return new TableRows("names", ChangelogMode.INSERT_ONLY, List.of(new TableRows.Split("1", steps, ends)));
    }

    private TestTables half() {
        return new TestTables(List.of(orders(100, false, false), names(2, false)), clock, 7);
    }

    private TestTables whole(boolean front) {
        return new TestTables(List.of(orders(200, front, true), names(4, true)), clock, 7);
    }

    private Connections connections(TestTables tables) {
        Environment environment = new Environment((uri, base) -> new LocalStore(base.resolve(uri)), clock, "upgrade");
        return new Connections(FormatRegistry.load(), environment).withAll(tables);
    }

    private JobPlan plan(String sql, TestTables tables) {
        return new SqlPlanner(PlanContext.of(Path.of("."), connections(tables)))
                .plan(sql)
                .job();
    }

    private Job open(String sql, TestTables tables, JobOptions options) {
        return Job.open(plan(sql, tables), options, connections(tables), new GeneratedCode(clock));
    }

    private JobOptions options(MemoryStore store, int workers) {
        return JobOptions.of("upgrade", workers)
                .withEpoch(Duration.ofMillis(3))
                .withClock(clock)
                .withSnapshots(store, Duration.ofMillis(4));
    }

    /** Runs over the first half of the input and stops with a snapshot. */
    private TestTables runHalf(String sql, MemoryStore store) {
        return runHalf(sql, store, half());
    }

    private TestTables runHalf(String sql, MemoryStore store, TestTables tables) {
        tables.beginAttempt(KillPoints.never());
        Job job = open(sql, tables, options(store, 2));
        boolean[] stopping = {false};
        job.runDeterministically(new Random(1), () -> {
            clock.advance(Duration.ofMillis(1));
            if (!stopping[0] && tables.isReadToItsEnd()) {
                stopping[0] = true;
                job.stopWithSnapshot();
            }
        });
        return tables;
    }

    private static Map<String, Map<List<String>, Integer>> folded(TestTables tables) {
        Map<String, Map<List<String>, Integer>> all = new HashMap<>();
        List<String> trouble = new ArrayList<>();
        tables.outputs().forEach((name, table) -> all.put(name, table.fold(trouble)));
        assertThat(trouble).isEmpty();
        return all;
    }

    @ParameterizedTest
    @EnumSource(Edit.class)
    void a_changed_job_finds_the_state_that_it_still_needs(Edit edit) {
        MemoryStore store = new MemoryStore();
        TestTables first = runHalf(TABLES + edit.before, store);
        boolean front = edit == Edit.A_COLUMN_IN_FRONT_OF_THE_TABLE;
        TestTables second = whole(front).withOutputs(first);
        String after = edit.tablesAfter() + edit.after;
        Job.Comparison comparison = Job.compare(plan(after, second), store, OnChange.REBUILD);
        assertThat(UpgradeText.lines(comparison.upgrade()))
                .filteredOn(l -> !l.startsWith("source") && !l.startsWith("sink"))
                .containsExactlyElementsOf(edit.fates);
        if (!edit.complete) {
            assertThatThrownBy(() -> open(after, second, options(store, 1)))
                    .hasMessageStartingWith("the job 'upgrade' has changed since its snapshot")
                    .hasMessageContaining("and needs state of rows that it has read already: ");
            assertThatThrownBy(() -> open(after, second, options(store, 1).withOnChange(OnChange.REJECT)))
                    .hasMessageContaining("upgrade.onChange is Reject");
        }
        Job job = open(
                after, second, options(store, 3).withOnChange(edit.complete ? OnChange.REBUILD : OnChange.FROM_NOW));
        job.runDeterministically(new Random(2), () -> clock.advance(Duration.ofMillis(1)));

        TestTables fresh = whole(front);
        open(after, fresh, options(new MemoryStore(), 1))
                .runDeterministically(new Random(3), () -> clock.advance(Duration.ofMillis(1)));
        if (edit.complete && edit.writesAgain()) {
            Map<String, Map<List<String>, Integer>> expected = folded(fresh);
            Map<String, Map<List<String>, Integer>> found = folded(second);
            expected.keySet().removeIf(t -> t.equals("raw"));
            expected.forEach(
                    (table, rows) -> assertThat(found.get(table)).as(table).isEqualTo(rows));
        }
    }

    private static List<List<String>> rows(TestTables tables, String table) {
        return List.copyOf(folded(tables).get(table).keySet());
    }

    /** Dies right after it has been opened, with nothing done but its claim. */
    private void claimAndDie(String sql, TestTables tables, JobOptions options) {
        Job job = open(sql, tables, options);
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> {
                    throw new KillPoints.Killed("at once");
                }))
                .isInstanceOf(KillPoints.Killed.class);
    }

    private void runToTheEnd(Job job) {
        job.runDeterministically(new Random(2), () -> clock.advance(Duration.ofMillis(1)));
    }

    @Test
    void an_added_aggregate_begins_with_the_rows_to_come_and_the_others_go_on() {
        MemoryStore store = new MemoryStore();
        TestTables first = runHalf(TABLES + COUNTS + COUNT, store);
        TestTables second = whole(false).withOutputs(first);
        runToTheEnd(open(TABLES + SUMS + SUM, second, options(store, 2).withOnChange(OnChange.FROM_NOW)));
        Map<String, int[]> expected = new TreeMap<>();
        List<TableRows.Step> all = orders(0, 200, false);
        for (int i = 0; i < all.size(); i++) {
            List<String> cells = ((TableRows.Row) all.get(i)).cells();
            int[] group = expected.computeIfAbsent(cells.getFirst(), k -> new int[2]);
            group[0]++;
            group[1] += i < 100 ? 0 : Integer.parseInt(cells.get(1));
        }
        assertThat(rows(second, "sums"))
                .containsExactlyInAnyOrderElementsOf(expected.entrySet().stream()
                        .map(e -> List.of(e.getKey(), e.getValue()[0] + "", e.getValue()[1] + ""))
                        .toList());
    }

    @Test
    void open_windows_keep_their_counts_when_a_call_is_added() {
        MemoryStore store = new MemoryStore();
        TestTables first = runHalf(TABLES + WINDOWS + WINDOW, store);
        TestTables second = whole(false).withOutputs(first);
        String added = "CREATE TABLE win2 (k STRING, t TIMESTAMP(3), n BIGINT, m INT) WITH ('connector' = 'test');\n"
                + WINDOW.replace("win ", "win2 ").replace("COUNT(*)", "COUNT(*), MAX(v)");
        runToTheEnd(open(TABLES + added, second, options(store, 2).withOnChange(OnChange.FROM_NOW)));
        TestTables fresh = whole(false);
        runToTheEnd(open(TABLES + WINDOWS + WINDOW, fresh, options(new MemoryStore(), 1)));
        List<List<String>> counts = new ArrayList<>(rows(first, "win"));
        rows(second, "win2").forEach(row -> counts.add(row.subList(0, 3)));
        assertThat(counts).containsExactlyInAnyOrderElementsOf(rows(fresh, "win"));
    }

    @Test
    void sources_and_sinks_are_told_by_what_they_stand_for() {
        MemoryStore store = new MemoryStore();
        TestTables first = runHalf(TABLES + JOINED + COUNTS + JOIN + COUNT, store);
        TestTables second = whole(false).withOutputs(first);
        String after = TABLES.replace(
                        "(k STRING, label STRING, extra STRING) WITH ('connector' = 'test'",
                        "(k STRING, label" + " STRING, extra STRING) WITH ('connector' = 'test', 'topic' = 'other'")
                + COUNTS + RAW + COUNT + "INSERT INTO raw SELECT k, CHAR_LENGTH(label) FROM names;\n";
        assertThat(UpgradeText.lines(Job.compare(plan(after, second), store, OnChange.REBUILD)
                        .upgrade()))
                .containsExactlyInAnyOrder(
                        "reuse    " + AGGREGATE,
                        "drop     Join on k:STRING = k:STRING of orders, names",
                        "source   orders test: goes on where it was, splits: 1",
                        "source   names test: starts as its options say",
                        "source   names test: no longer read",
                        "sink     counts test: goes on",
                        "sink     raw test: gets what is emitted from now on",
                        "sink     joined test: no longer written");
    }

    @Test
    void a_sink_whose_output_may_not_be_committed_is_not_let_go() {
        MemoryStore store = new MemoryStore();
        TestTables first = half();
        String before = TABLES + COUNTS + RAW + COUNT + "INSERT INTO raw SELECT k, w FROM orders;\n";
        Job job = open(before, first, options(store, 1));
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> {
                    clock.advance(Duration.ofMillis(1));
                    if (store.list("manifests/").size() == 3) {
                        throw new KillPoints.Killed("with output under way");
                    }
                }))
                .isInstanceOf(KillPoints.Killed.class);
        String after = TABLES + COUNTS + COUNT;
        assertThatThrownBy(() -> open(after, whole(false), options(store, 1)))
                .hasMessageContaining(
                        "it no longer writes raw test, of which the snapshot holds output that may not be visible");
        TestTables again = runHalf(before, store, first);
        TestTables second = whole(false).withOutputs(again);
        runToTheEnd(open(after, second, options(store, 1)));
        assertThat(rows(second, "raw")).isNotEmpty();
        assertThat(folded(second).get("raw").values().stream().mapToInt(i -> i).sum())
                .isEqualTo(100);
    }

    @Test
    void a_job_that_is_changed_back_passes_over_a_claim_behind_which_nothing_was_written() {
        MemoryStore store = new MemoryStore();
        TestTables first = runHalf(TABLES + COUNTS + COUNT, store);
        String other = TABLES + COUNTS + COUNT.replace("GROUP", "WHERE v > 1 GROUP");
        claimAndDie(other, whole(false), options(store, 1).withOnChange(OnChange.FROM_NOW));
        TestTables second = whole(false).withOutputs(first);
        Job back = open(TABLES + COUNTS + COUNT, second, options(store, 1));
        assertThat(back.upgrade().map(UpgradePlan::changed)).contains(false);
        runToTheEnd(back);
        TestTables fresh = whole(false);
        runToTheEnd(open(TABLES + COUNTS + COUNT, fresh, options(new MemoryStore(), 1)));
        assertThat(folded(second)).isEqualTo(folded(fresh));
    }

    @Test
    void snapshots_before_a_change_stay_for_going_back() {
        MemoryStore store = new MemoryStore();
        TestTables first = runHalf(TABLES + SUMS + SUM, store);
        String before = store.list("manifests/").getLast().name();
        TestTables second = whole(false).withOutputs(first);
        Job changed = open(TABLES + COUNTS + COUNT, second, options(store, 2).withKeep(1000));
        changed.runDeterministically(new Random(5), () -> clock.advance(Duration.ofMillis(1)));
        TestTables third = whole(false);
        runToTheEnd(open(TABLES + SUMS + SUM, third, options(store, 1).withRestoreFrom(before)));
        TestTables fresh = whole(false);
        runToTheEnd(open(TABLES + SUMS + SUM, fresh, options(new MemoryStore(), 1)));
        assertThat(rows(third, "sums")).containsExactlyInAnyOrderElementsOf(rows(fresh, "sums"));
    }

    @Test
    void a_job_that_has_finished_and_was_changed_is_refused() {
        MemoryStore store = new MemoryStore();
        TestTables first = whole(false);
        runToTheEnd(open(TABLES + COUNTS + COUNT, first, options(store, 1)));
        assertThatThrownBy(() -> open(
                        TABLES + SUMS + SUM, whole(false), options(store, 1).withOnChange(OnChange.FROM_NOW)))
                .hasMessageContaining("when it had read all of its input");
    }
}
