package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headrace.api.storage.ObjectStore;
import dev.headrace.runtime.storage.Stores;
import dev.headrace.testing.s3.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that watches files on S3, writes files there and keeps its snapshots there has each row in its output once, also when
 * it is killed on the way. {@code -Dheadrace.kills=N} sets how often.
 */
class S3FilesJobTest {
    private static final int KILLS = Integer.getInteger("headrace.kills", 3);
    private static final int ROWS_A_FILE = 2000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final long seed = Long.getLong("headrace.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<JobProcess> processes = new ArrayList<>();

    @TempDir
    Path folder;

    private S3Server server;
    private Map<String, String> settings;
    private Stores stores;
    private int files;

    @BeforeEach
    void startTheServer() {
        server = S3Server.start(folder.resolve("s3"), "bucket");
        settings = new TreeMap<>();
        server.settings().forEach((name, value) -> settings.put("s3." + name, value));
        stores = new Stores(settings);
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (JobProcess process : processes) {
            process.kill();
        }
        stores.close();
        server.close();
    }

    private ObjectStore store(String name) {
        return stores.open("s3://bucket/" + name, folder);
    }

    /** Puts a file of rows {@code (id, group, ts)} with an id each row, a second apart. */
    private void addFile() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ROWS_A_FILE; i++) {
            int id = files * ROWS_A_FILE + i;
            text.append("{\"id\":%d,\"g\":%d,\"ts\":\"2026-01-01 %02d:%02d:%02d\"}%n"
                    .formatted(id, id % 7, i / 3600, i / 60 % 60, i % 60));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        store("in").put("day/file-" + files++ + ".json", bytes, 0, bytes.length);
    }

    private Path job() throws IOException {
        String sql = """
                CREATE TABLE numbers (id BIGINT, g INT, ts TIMESTAMP(3))
                WITH ('connector' = 'filesystem', 'path' = 's3://bucket/in', 'format' = 'json',
                  'source.monitor-interval' = '100 ms');
                CREATE TABLE copies (id BIGINT, g INT, hr STRING) PARTITIONED BY (hr)
                WITH ('connector' = 'filesystem', 'path' = 's3://bucket/copies', 'format' = 'json');
                CREATE TABLE counts (g INT, n BIGINT)
                WITH ('connector' = 'filesystem', 'path' = 's3://bucket/counts', 'format' = 'debezium-json');
                EXECUTE STATEMENT SET BEGIN
                  INSERT INTO copies SELECT id, g, DATE_FORMAT(ts, 'HH') FROM numbers;
                  INSERT INTO counts SELECT g, COUNT(*) FROM numbers GROUP BY g;
                END;
                """;
        return Files.writeString(
                folder.resolve("job.yaml"),
                "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata:\n  name: copy\nspec:\n"
                        + "  snapshots: {storage: 's3://bucket/snapshots', interval: 250ms}\n  sql: |\n"
                        + sql.indent(4));
    }

    private JobProcess start(Path job) {
        List<String> arguments = new ArrayList<>(
                List.of("run", job.toString(), "--quiet", "--workers", Integer.toString(1 + random.nextInt(3))));
        settings.forEach((name, value) -> arguments.addAll(List.of("--set", name + "=" + value)));
        JobProcess process =
                JobProcess.start(folder.resolve("job-" + processes.size() + ".log"), arguments.toArray(String[]::new));
        processes.add(process);
        return process;
    }

    /** The lines of all files of a table, by the folder they are in. */
    private Map<String, List<String>> lines(String table) throws IOException {
        Map<String, List<String>> lines = new TreeMap<>();
        ObjectStore store = store(table);
        for (ObjectStore.Entry entry : store.list("")) {
            String partition = entry.name().substring(0, entry.name().lastIndexOf('/') + 1);
            byte[] bytes = store.get(entry.name()).orElseThrow();
            new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> lines.computeIfAbsent(partition, p -> new ArrayList<>())
                            .add(line));
        }
        lines.values().forEach(l -> l.sort(null));
        return lines;
    }

    private Map<String, List<String>> expectedCopies() {
        Map<String, List<String>> lines = new TreeMap<>();
        for (int id = 0; id < files * ROWS_A_FILE; id++) {
            String partition = "hr=%02d/".formatted(id % ROWS_A_FILE / 3600);
            lines.computeIfAbsent(partition, p -> new ArrayList<>()).add("{\"id\":%d,\"g\":%d}".formatted(id, id % 7));
        }
        lines.values().forEach(l -> l.sort(null));
        return lines;
    }

    /** What the changes in the files of counts lead to; fails where one takes a row that is not there, or adds one twice. */
    private Map<String, Long> counts() throws IOException {
        Map<String, Long> rows = new TreeMap<>();
        for (String line : lines("counts").getOrDefault("", List.of())) {
            String before = line.replaceAll(".*\"before\":(null|\\{[^}]*}).*", "$1");
            String after = line.replaceAll(".*\"after\":(null|\\{[^}]*}).*", "$1");
            if (!before.equals("null")) {
                rows.merge(before, -1L, Long::sum);
            }
            if (!after.equals("null")) {
                rows.merge(after, 1L, Long::sum);
            }
        }
        rows.values().removeIf(n -> n == 0);
        return rows;
    }

    private Map<String, Long> expectedCounts() {
        Map<Integer, Long> counts = new TreeMap<>();
        for (int id = 0; id < files * ROWS_A_FILE; id++) {
            counts.merge(id % 7, 1L, Long::sum);
        }
        return counts.entrySet().stream()
                .collect(Collectors.toMap(
                        e -> "{\"g\":%d,\"n\":%d}".formatted(e.getKey(), e.getValue()),
                        e -> 1L,
                        Long::sum,
                        TreeMap::new));
    }

    @Test
    void killed_at_random_moments_it_writes_each_row_once() throws Exception {
        Path job = job();
        addFile();
        for (int i = 0; i < KILLS; i++) {
            JobProcess process = start(job);
            long end = System.nanoTime() + (1000L + random.nextInt(3000)) * 1_000_000;
            while (System.nanoTime() < end) {
                addFile();
                assertThat(process.endsWithin(100 + random.nextInt(200)))
                        .as("seed %d: %s", seed, process.said())
                        .isFalse();
            }
            process.kill();
        }
        JobProcess last = start(job);
        await().atMost(PATIENCE)
                .failFast(() -> assertThat(last.isAlive()).as(last.said()).isTrue())
                .until(() ->
                        counts().equals(expectedCounts()) && lines("copies").equals(expectedCopies()));
        last.stop();
        String said = "seed " + seed + ": " + last.said();
        assertThat(lines("copies")).as(said).isEqualTo(expectedCopies());
        assertThat(counts()).as(said).isEqualTo(expectedCounts());
        assertThat(last.exitCode()).as(said).isIn(0, 143);
    }
}
