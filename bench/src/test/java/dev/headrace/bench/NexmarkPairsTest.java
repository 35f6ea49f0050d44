package dev.headrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on 20,000 events, Headrace's side only, in processes as users get them. */
class NexmarkPairsTest {
    @TempDir
    Path folder;

    private final StringWriter printed = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @Test
    void measures_a_query_in_processes_and_leaves_a_report() throws IOException {
        assertThat(execute("--queries", "q17", "--events", "20000", "--pairs", "1"))
                .as(printed + "\n" + errors)
                .isZero();

        Path results = onlyFolderOf(folder.resolve("results"));
        List<String> runs = Files.readAllLines(results.resolve("runs.jsonl"));
        String report = Files.readString(results.resolve("report.md"));
        assertThat(runs).hasSize(2);
        ChecksumConnector.Total expected = NexmarkRun.run(
                        "q17",
                        1,
                        Map.of("input", folder.resolve("data/events-20000-2").toString(), "sink", "checksum"))
                .total();
        assertThat(expected.rows()).isPositive();
        String java = System.getProperty("java.version");
        assertThat(runs.getFirst())
                .startsWith("{\"engine\":\"headrace\",\"version\":\"abc123\",\"java\":\"" + java
                        + "\",\"query\":\"q17\",\"sink\":\"checksum\",\"run\":1,\"events\":20000,")
                .endsWith(String.format("\"rows\":%d,\"checksum\":\"%016x\"}", expected.rows(), expected.checksum()));
        assertThat(runs.getLast()).contains("\"query\":\"q17\",\"sink\":\"blackhole\",\"run\":1,");
        assertThat(report).startsWith("# Nexmark, 20,000 events\n\nHeadrace abc123 on Java " + java + ". 2 workers");
        assertThat(report).containsPattern("\\| q17 \\| \\d+ k \\| .* \\| " + expected.rows() + " \\| not checked \\|");
        assertThat(printed.toString()).contains(report);
        assertThat(onlyFolderOf(folder.resolve("data"))).isEqualTo(folder.resolve("data/events-20000-2"));
    }

    @Test
    void events_are_made_once() throws IOException {
        assertThat(execute("--queries", "q0", "--events", "2000", "--pairs", "0"))
                .isZero();
        assertThat(printed.toString()).contains("making 2000 events");
        printed.getBuffer().setLength(0);
        assertThat(execute("--queries", "q0", "--events", "2000", "--pairs", "0"))
                .isZero();
        assertThat(printed.toString()).doesNotContain("making");
    }

    @Test
    void a_query_that_is_not_there_is_a_mistake_in_the_request() {
        assertThat(execute("--queries", "q0,q99")).isEqualTo(2);
        assertThat(errors.toString()).startsWith("bench/nexmark: --queries: there is no query 'q99'; there are q0,q1");
    }

    @Test
    void a_peer_needs_what_the_script_finds() {
        assertThat(execute("--queries", "q0", "--events", "2000", "--peer", "flink"))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("--peer needs --peer-java: start bench/nexmark");
    }

    private int execute(String... arguments) {
        String[] all = Stream.concat(
                        Stream.of(
                                "--revision",
                                "abc123",
                                "--memory",
                                "1024",
                                "--out",
                                folder.resolve("results").toString(),
                                "--data",
                                folder.resolve("data").toString()),
                        Stream.of(arguments))
                .toArray(String[]::new);
        return NexmarkPairs.execute(new PrintWriter(printed, true), new PrintWriter(errors, true), all);
    }

    private static Path onlyFolderOf(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            List<Path> entries = found.toList();
            assertThat(entries).hasSize(1);
            return entries.getFirst();
        }
    }
}
