package dev.headrace.testing;

import static dev.headrace.testing.ChangedJobs.AGGREGATE;
import static dev.headrace.testing.ChangedJobs.COUNT;
import static dev.headrace.testing.ChangedJobs.COUNTS;
import static dev.headrace.testing.ChangedJobs.JOIN;
import static dev.headrace.testing.ChangedJobs.JOINED;
import static dev.headrace.testing.ChangedJobs.LAST;
import static dev.headrace.testing.ChangedJobs.RAW;
import static dev.headrace.testing.ChangedJobs.SUM;
import static dev.headrace.testing.ChangedJobs.SUMS;
import static dev.headrace.testing.ChangedJobs.TABLES;
import static dev.headrace.testing.ChangedJobs.WINDOW;
import static dev.headrace.testing.ChangedJobs.WINDOWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.run.Job;
import dev.headrace.core.run.StoredJob;
import dev.headrace.core.upgrade.OnChange;
import dev.headrace.core.upgrade.UpgradeText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What becomes of the state of a job that is changed, edit by edit. Where no state is lacking, what has been written in the end is
 * what the changed job would have written of the whole input.
 */
class UpgradedStateTest {
    private static final String SESSION =
            "INSERT INTO win SELECT k, window_start, COUNT(*) FROM TABLE(SESSION(TABLE orders PARTITION BY k,"
                    + " DESCRIPTOR(ts), INTERVAL '3' SECOND)) GROUP BY k, window_start, window_end;\n";
    private static final String LATEST =
            "INSERT INTO latest SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k"
                    + " ORDER BY ts DESC) AS n FROM orders) WHERE n = 1;\n";
    private static final String TOP = "CREATE TABLE top (k STRING, n BIGINT) WITH ('connector' = 'test');\n";
    private static final String TUMBLE =
            "WindowAggregate Tumble[size=10000000, offset=0] of ts:TIMESTAMP(3) by k:STRING of orders";
    private static final String NO_SUCH_STATE = ": the snapshot has no such state";

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

    private final ChangedJobs jobs = new ChangedJobs();

    @ParameterizedTest
    @EnumSource(Edit.class)
    void a_changed_job_finds_the_state_that_it_still_needs(Edit edit) {
        MemoryStore store = new MemoryStore();
        TestTables first = jobs.runHalf(TABLES + edit.before, store);
        boolean front = edit == Edit.A_COLUMN_IN_FRONT_OF_THE_TABLE;
        TestTables second = jobs.whole(front).withOutputs(first);
        String after = edit.tablesAfter() + edit.after;
        StoredJob.Comparison comparison = StoredJob.compare(jobs.plan(after, second), store, OnChange.REBUILD);
        assertThat(UpgradeText.lines(comparison.upgrade()))
                .filteredOn(l -> !l.startsWith("source") && !l.startsWith("sink"))
                .containsExactlyElementsOf(edit.fates);
        if (!edit.complete) {
            assertThatThrownBy(() -> jobs.open(after, second, jobs.options(store, 1)))
                    .hasMessageStartingWith("the job 'upgrade' has changed since its snapshot")
                    .hasMessageContaining("and needs state of rows that it has read already: ");
            assertThatThrownBy(() ->
                            jobs.open(after, second, jobs.options(store, 1).withOnChange(OnChange.REJECT)))
                    .hasMessageContaining("upgrade.onChange is Reject");
        }
        Job job = jobs.open(
                after,
                second,
                jobs.options(store, 3).withOnChange(edit.complete ? OnChange.REBUILD : OnChange.FROM_NOW));
        job.runDeterministically(new Random(2), () -> jobs.clock.advance(Duration.ofMillis(1)));

        TestTables fresh = jobs.whole(front);
        jobs.open(after, fresh, jobs.options(new MemoryStore(), 1))
                .runDeterministically(new Random(3), () -> jobs.clock.advance(Duration.ofMillis(1)));
        if (edit.complete && edit.writesAgain()) {
            Map<String, Map<List<String>, Integer>> expected = ChangedJobs.folded(fresh);
            Map<String, Map<List<String>, Integer>> found = ChangedJobs.folded(second);
            expected.keySet().removeIf(t -> t.equals("raw"));
            expected.forEach(
                    (table, rows) -> assertThat(found.get(table)).as(table).isEqualTo(rows));
        }
    }
}
