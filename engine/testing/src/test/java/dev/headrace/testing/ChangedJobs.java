package dev.headrace.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.run.Connections;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
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

/**
 * Jobs over two tables, to be changed in mid-stream: one reads half of their rows and is stopped, another goes on from there and
 * reads the whole. Time passes only as the clock says.
 */
final class ChangedJobs {
    static final String TABLES = """
            CREATE TABLE orders (k STRING, v INT, w INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'test');
            CREATE TABLE names (k STRING, label STRING, extra STRING) WITH ('connector' = 'test');
            """;
    static final String COUNTS =
            "CREATE TABLE counts (k STRING, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'test');\n";
    static final String SUMS =
            "CREATE TABLE sums (k STRING, n BIGINT, s INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'test');\n";
    static final String RAW = "CREATE TABLE raw (k STRING, w INT) WITH ('connector' = 'test');\n";
    static final String WINDOWS =
            "CREATE TABLE win (k STRING, t TIMESTAMP(3), n BIGINT) WITH ('connector' = 'test');\n";
    static final String JOINED = "CREATE TABLE joined (k STRING, v INT, label STRING) WITH ('connector' = 'test');\n";
    static final String LAST =
            "CREATE TABLE latest (k STRING, v INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'test');\n";
    static final String COUNT = "INSERT INTO counts SELECT k, COUNT(*) FROM orders GROUP BY k;\n";
    static final String SUM = "INSERT INTO sums SELECT k, COUNT(*), SUM(v) FROM orders GROUP BY k;\n";
    static final String WINDOW = "INSERT INTO win SELECT k, window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE orders,"
            + " DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;\n";
    static final String JOIN = "INSERT INTO joined SELECT o.k, o.v, n.label FROM orders o JOIN names n ON o.k = n.k;\n";

    /** The state of {@link #COUNT} and {@link #SUM}, as it is called. */
    static final String AGGREGATE = "Aggregate by k:STRING of orders";

    final TestClock clock = new TestClock();

    /** Rows of all keys, before the change and after; in order of time. */
    static List<TableRows.Step> orders(int from, int to, boolean front) {
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

    /** The first half of the input, with no end. */
    TestTables half() {
        return new TestTables(List.of(orders(100, false, false), names(2, false)), clock, 7);
    }

    /** @param front whether orders have one more column, in front of the others */
    TestTables whole(boolean front) {
        return new TestTables(List.of(orders(200, front, true), names(4, true)), clock, 7);
    }

    private Connections connections(TestTables tables) {
        Environment environment = new Environment((uri, base) -> new LocalStore(base.resolve(uri)), clock, "upgrade");
        return new Connections(FormatRegistry.load(), environment).withAll(tables);
    }

    JobPlan plan(String sql, TestTables tables) {
        return new SqlPlanner(PlanContext.of(Path.of("."), connections(tables)))
                .plan(sql)
                .job();
    }

    Job open(String sql, TestTables tables, JobOptions options) {
        return Job.open(plan(sql, tables), options, connections(tables), new GeneratedCode(clock));
    }

    JobOptions options(MemoryStore store, int workers) {
        return JobOptions.of("upgrade", workers)
                .withEpoch(Duration.ofMillis(3))
                .withClock(clock)
                .withSnapshots(store, Duration.ofMillis(4));
    }

    /** Runs over the first half of the input and stops with a snapshot. */
    TestTables runHalf(String sql, MemoryStore store) {
        return runHalf(sql, store, half());
    }

    TestTables runHalf(String sql, MemoryStore store, TestTables tables) {
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

    void runToTheEnd(Job job) {
        job.runDeterministically(new Random(2), () -> clock.advance(Duration.ofMillis(1)));
    }

    /** What the tables hold in the end: of each table, how often which row. */
    static Map<String, Map<List<String>, Integer>> folded(TestTables tables) {
        Map<String, Map<List<String>, Integer>> all = new HashMap<>();
        List<String> trouble = new ArrayList<>();
        tables.outputs().forEach((name, table) -> all.put(name, table.fold(trouble)));
        assertThat(trouble).isEmpty();
        return all;
    }

    static List<List<String>> rows(TestTables tables, String table) {
        return List.copyOf(folded(tables).get(table).keySet());
    }
}
