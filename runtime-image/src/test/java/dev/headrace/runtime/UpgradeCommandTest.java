package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job on a laptop that is stopped, changed and run again. */
class UpgradeCommandTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TABLES = """
            CREATE TABLE numbers (a INT, b INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000',
              'fields.b.min' = '1', 'fields.b.max' = '9');
            CREATE TABLE sink (a INT, b INT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
            CREATE TABLE counts (n BIGINT, b INT, PRIMARY KEY (b) NOT ENFORCED) WITH ('connector' = 'blackhole');
            CREATE TABLE largest (a INT, b INT, PRIMARY KEY (b) NOT ENFORCED) WITH ('connector' = 'blackhole');
            """;
    private static final String COPY = "INSERT INTO sink SELECT a, b FROM numbers;\n";
    private static final String COUNT = "INSERT INTO counts SELECT COUNT(*), b FROM numbers GROUP BY b;\n";
    private static final String LARGEST = "INSERT INTO largest SELECT MAX(a), b FROM numbers WHERE a > 7 GROUP BY b;\n";

    @TempDir
    Path folder;

    private JobProcess start(String name, String sql, String... more) throws IOException {
        Path job = CommandRun.job(folder, TABLES + sql, "");
        return JobProcess.start(
                folder.resolve(name),
                Stream.concat(Stream.of("run", job.toString()), Stream.of(more)).toArray(String[]::new));
    }

    private void runUntilThereAreSnapshots(String sql) throws Exception {
        JobProcess job = start("first.txt", sql);
        await().atMost(PATIENCE).until(() -> manifests().size() > 2);
        job.stop();
    }

    private List<Path> manifests() throws IOException {
        Path manifests = folder.resolve(".headrace/bad/manifests");
        if (!Files.isDirectory(manifests)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(manifests)) {
            return files.sorted().toList();
        }
    }

    private String explained(String sql, int code) throws Exception {
        Path job = CommandRun.job(folder, TABLES + sql, "");
        JobProcess explain = JobProcess.start(
                folder.resolve("explained.txt"),
                "explain",
                job.toString(),
                "--upgrade-from",
                folder.resolve(".headrace/bad").toString());
        assertThat(explain.endsWithin(PATIENCE.toMillis())).isTrue();
        assertThat(explain.exitCode()).as(explain.said()).isEqualTo(code);
        return explain.said();
    }

    @Test
    void it_goes_on_with_what_it_still_needs_and_says_so() throws Exception {
        runUntilThereAreSnapshots(COPY + COUNT + LARGEST);
        assertThat(explained(COUNT, 0))
                .containsPattern("from snapshot \\d+\n")
                .contains(
                        "reuse    Aggregate by b:INT of numbers\n",
                        "drop     Aggregate by b:INT of numbers where (a:INT > 7:INT)\n",
                        "source   numbers datagen: goes on where it was, splits: ",
                        "sink     counts blackhole: goes on\n",
                        "sink     sink filesystem: no longer written\n");
        JobProcess second = start("second.txt", COUNT);
        await().atMost(PATIENCE).until(() -> second.said().contains("goes on"));
        second.stop();
        assertThat(second.said())
                .containsPattern(
                        "job 'bad' goes on from snapshot \\d+; it has changed: state kept: Aggregate by b:INT of numbers;"
                                + " dropped: Aggregate by b:INT of numbers where \\(a:INT > 7:INT\\)\n");
    }

    @Test
    void what_it_lacks_starts_empty_only_if_that_is_wanted() throws Exception {
        runUntilThereAreSnapshots(COPY + COUNT);
        assertThat(explained(COPY + COUNT + LARGEST, 1))
                .contains(
                        "reuse    Aggregate by b:INT of numbers\n",
                        "rebuild  Aggregate by b:INT of numbers where (a:INT > 7:INT): the snapshot has no such state\n")
                .contains("refused: the job 'bad' has changed since its snapshot ");
        JobProcess second = start("second.txt", COPY + COUNT + LARGEST, "--set", "upgrade.onChange=FromNow");
        await().atMost(PATIENCE).until(() -> second.said().contains("goes on"));
        second.stop();
        assertThat(second.said())
                .contains(
                        "it has changed: state kept: Aggregate by b:INT of numbers; starting empty: Aggregate by b:INT of numbers where (a:INT > 7:INT)\n");
    }
}
