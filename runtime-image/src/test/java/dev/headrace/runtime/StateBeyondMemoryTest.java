package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobMetrics;
import dev.headrace.core.run.JobOptions;
import dev.headrace.runtime.job.JobFile;
import dev.headrace.runtime.job.JobSetup;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Jobs with four times the state that their budget of memory holds, in a process of their own with a fixed heap: each ends
 * with what it gives when all fits, state in memory stays within the budget, and the process within heap, budget and what a
 * JVM takes besides. {@code -Dheadrace.state.keys=N} sets the size; the budget goes with it. And in processes such as
 * small containers have, with the image's options and its launcher's shares: they stay below the container's limit.
 */
@Isolated("it measures memory")
class StateBeyondMemoryTest {
    private static final long MIB = 1 << 20;
    private static final int WORKERS = 2;
    /** What the process may take beyond its heap and RocksDB's part of the budget: classes, code, stacks, the collector. */
    private static final long BESIDES = 330 * MIB;

    private final long keys = Long.getLong("headrace.state.keys", 300_000);

    @TempDir
    Path folder;

    private enum Query {
        /** Each key comes twice, far apart, so that most find their row on disk. */
        GROUP_BY("""
                CREATE TABLE numbers (id BIGINT)
                WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '0',
                  'fields.id.end' = '$last', 'rows-per-second' = '1000000000');
                CREATE VIEW counts AS
                SELECT k, COUNT(*) AS n, SUM(id) AS s, MAX(txt) AS txt FROM (
                  SELECT MOD(id * 7919, $keys) AS k, id, 'text of the row ' || CAST(id AS STRING) AS txt FROM numbers)
                GROUP BY k;
                CREATE TABLE outcome (ks BIGINT, n BIGINT, s BIGINT, h BIGINT, len BIGINT)
                WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'debezium-json');
                INSERT INTO outcome
                SELECT COUNT(*), SUM(n), SUM(s), SUM(MOD(s * 31 + k, 1000003)), SUM(CHAR_LENGTH(txt)) FROM counts;
                """),
        /** Each row finds its partner once; both sides stay. */
        JOIN("""
                CREATE TABLE numbers (id BIGINT)
                WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '0',
                  'fields.id.end' = '$last', 'rows-per-second' = '1000000000');
                CREATE VIEW lefts AS SELECT MOD(id * 7919, $keys) AS k, id, 'left row ' || CAST(id AS STRING) AS txt
                FROM numbers WHERE id < $keys;
                CREATE VIEW rights AS SELECT MOD(id * 104729, $keys) AS k, id, 'right row ' || CAST(id AS STRING) AS txt
                FROM numbers WHERE id >= $keys;
                CREATE TABLE outcome (n BIGINT, h BIGINT, len BIGINT)
                WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'debezium-json');
                INSERT INTO outcome
                SELECT COUNT(*), SUM(MOD(l.id * 31 + r.id, 1000003)), SUM(CHAR_LENGTH(l.txt) + CHAR_LENGTH(r.txt))
                FROM lefts AS l JOIN rights AS r ON l.k = r.k;
                """);

        private final String sql;

        Query(String sql) {
            this.sql = sql;
        }

        /** @param budget 0 for what the process takes by itself */
        String sql(long keys, long budget, Path spill) {
            return (budget == 0 ? "" : "SET 'taskmanager.memory.managed.size' = '" + budget + "b';\n")
                    + "SET 'state.backend.rocksdb.localdir' = '" + spill + "';\n"
                    + sql.replace("$keys", Long.toString(keys)).replace("$last", Long.toString(2 * keys - 1));
        }
    }

    private Path job(String name, Query query, long keys, long budget) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("spill"));
        return Files.writeString(
                home.resolve("job.yaml"),
                "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata:\n  name: " + name
                        + "\nspec:\n  snapshots: {interval: 2s}\n  sql: |\n"
                        + query.sql(keys, budget, home.resolve("spill")).indent(4));
    }

    /** The row that the changes in the folder {@code out} of a job end with. */
    private static String result(Path job) throws IOException {
        try (Stream<Path> files = Files.list(job.resolveSibling("out"))) {
            // One worker writes a global aggregate; its files are numbered by snapshot and then in order.
            List<String> lines = files.filter(f -> !f.getFileName().toString().startsWith("."))
                    .sorted((a, b) -> Long.compare(order(a), order(b)))
                    .flatMap(StateBeyondMemoryTest::lines)
                    .toList();
            return lines.getLast();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long order(Path file) {
        String[] parts = file.getFileName().toString().split("-");
        return Long.parseLong(parts[2]) * 1_000_000 + Long.parseLong(parts[3]);
    }

    /** Runs a job here, with memory enough; returns the most bytes that its state took. */
    private long inMemory(Path file) throws Exception {
        JobFile job = JobFile.read(file, Map.of());
        try (JobSetup setup = new JobSetup(job.name(), job.base(), job.settings(), Optional.empty())) {
            JobPlan plan = setup.plan(job).job();
            JobOptions options = setup.options(job, plan, WORKERS, false);
            try (Job opened = setup.open(plan, options)) {
                opened.start();
                long most = 0;
                while (true) {
                    most = Math.max(most, stateBytes(opened.metrics()));
                    try {
                        opened.end().get(5, TimeUnit.MILLISECONDS);
                        return Math.max(most, stateBytes(opened.metrics()));
                    } catch (TimeoutException e) {
                        // It runs on.
                    }
                }
            }
        }
    }

    private static long stateBytes(JobMetrics metrics) {
        assertThat(metrics.workers()).allMatch(w -> w.spilledRows() == 0);
        return metrics.workers().stream()
                .mapToLong(JobMetrics.WorkerFigures::stateBytes)
                .sum();
    }

    /** What was seen of a process while it ran. */
    private record Seen(long peakResident, long peakState, long peakSpilled) {}

    private static Seen watch(JobProcess process, int port) throws InterruptedException {
        long resident = 0;
        long state = 0;
        long spilled = 0;
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!process.endsWithin(20)) {
                resident = Math.max(resident, peakResident(process.pid()));
                String metrics = metrics(client, port);
                state = Math.max(state, sum(metrics, "headrace_state_bytes"));
                spilled = Math.max(spilled, sum(metrics, "headrace_state_spilled_rows"));
            }
        }
        return new Seen(resident, state, spilled);
    }

    private static String metrics(HttpClient client, int port) throws InterruptedException {
        try {
            URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            // Not there yet, or no more.
            return "";
        }
    }

    private static long sum(String metrics, String name) {
        Matcher matcher = Pattern.compile("^" + name + "\\{[^}]*} (\\d+)", Pattern.MULTILINE)
                .matcher(metrics);
        long sum = 0;
        while (matcher.find()) {
            sum += Long.parseLong(matcher.group(1));
        }
        return sum;
    }

    /** Bytes of the most memory that the process has had, as Linux counts it. */
    private static long peakResident(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException e) {
            // The process has ended.
        }
        return 0;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_job_with_four_times_the_state_gives_the_same_and_stays_within_its_memory(Query query) throws Exception {
        Path roomy = job("roomy", query, keys, 1L << 40);
        long needed = inMemory(roomy);
        long budget = needed / 4;
        long heap = (96 * MIB + 2 * budget) / MIB * MIB;
        Path tight = job("tight", query, keys, budget);
        int port = freePort();
        long started = System.nanoTime();
        JobProcess process = JobProcess.startWithHeap(
                heap,
                folder.resolve("said"),
                "run",
                tight.toString(),
                "--workers",
                Integer.toString(WORKERS),
                "--metrics-port",
                Integer.toString(port));
        try {
            Seen seen = watch(process, port);
            System.out.printf(
                    "%s: %,d keys, state %,d MiB, budget %,d MiB, heap %,d MiB; most in memory %,d MiB, rows on disk %,d,"
                            + " resident %,d MiB, %.1f s%n",
                    query,
                    keys,
                    needed / MIB,
                    budget / MIB,
                    heap / MIB,
                    seen.peakState() / MIB,
                    seen.peakSpilled(),
                    seen.peakResident() / MIB,
                    (System.nanoTime() - started) / 1e9);
            assertThat(process.exitCode()).as(process.said()).isZero();
            assertThat(result(tight)).isEqualTo(result(roomy));
            assertThat(seen.peakSpilled()).isGreaterThan(keys / 4);
            assertThat(seen.peakState()).isPositive().isLessThan(budget);
            assertThat(seen.peakResident()).isPositive().isLessThan(heap + budget / 4 + BESIDES);
        } finally {
            process.kill();
        }
    }

    @ParameterizedTest(name = "{0} MiB, {1} times the keys")
    @CsvSource({"384, 1", "512, 3"})
    void a_process_with_the_images_options_stays_below_the_limit_that_they_were_made_for(int limit, int times)
            throws Exception {
        Path roomy = job("roomy", Query.JOIN, times * keys, 1L << 40);
        inMemory(roomy);
        Path tight = job("tight", Query.JOIN, times * keys, 0);
        int port = freePort();
        JobProcess process = JobProcess.startAsInImage(
                limit * MIB,
                WORKERS,
                folder.resolve("said"),
                "run",
                tight.toString(),
                "--workers",
                Integer.toString(WORKERS),
                "--metrics-port",
                Integer.toString(port));
        try {
            Seen seen = watch(process, port);
            System.out.printf(
                    "JOIN as in an image: %,d keys, limit %,d MiB; most in memory %,d MiB, rows on disk %,d, resident %,d"
                            + " MiB%n",
                    times * keys, limit, seen.peakState() / MIB, seen.peakSpilled(), seen.peakResident() / MIB);
            assertThat(process.exitCode()).as(process.said()).isZero();
            assertThat(result(tight)).isEqualTo(result(roomy));
            assertThat(seen.peakSpilled()).isGreaterThan(keys / 4);
            assertThat(seen.peakResident()).isPositive().isLessThan(limit * MIB);
        } finally {
            process.kill();
        }
    }
}
