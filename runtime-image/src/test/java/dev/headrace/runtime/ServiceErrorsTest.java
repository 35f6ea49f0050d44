package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headrace.testing.kafka.KafkaServer;
import dev.headrace.testing.s3.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user reads when Kafka, S3, the disk or the snapshots are not as they should be. All of these are real. */
class ServiceErrorsTest {
    private static final String SOURCE =
            "CREATE TABLE numbers (a INT, b STRING) WITH ('connector' = 'filesystem', 'path' = 'in.json', 'format' = 'json');\n";
    private static final String SINK =
            "CREATE TABLE sink (a INT, b STRING) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');\n";
    private static final String ENDLESS =
            "CREATE TABLE numbers (a INT, b STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '100');\n";
    private static final String COPY = "INSERT INTO sink SELECT a, b FROM numbers";
    private static final String COUNTS =
            "CREATE TABLE counts (n BIGINT, b STRING, PRIMARY KEY (b) NOT ENFORCED) WITH ('connector' = 'blackhole');\n";
    private static final String COUNT = "INSERT INTO counts SELECT COUNT(*), b FROM numbers GROUP BY b";
    private static final String NOWHERE = "127.0.0.1:1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** Makes something go wrong and says how the command ended. */
    private interface Trouble {
        CommandRun in(ServiceErrorsTest test) throws Exception;
    }

    private static Arguments trouble(String name, Trouble trouble) {
        return Arguments.of(name, trouble);
    }

    static Stream<Arguments> troubles() {
        return Stream.of(
                trouble("Kafka is away, to read", t -> t.run(kafka("numbers", NOWHERE, "t") + SINK + COPY, "")),
                trouble("Kafka is away, to write", t -> t.run(SOURCE + kafka("sink", NOWHERE, "t") + COPY, "")),
                trouble(
                        "no such topic, to read",
                        t -> t.run(
                                kafka("numbers", KafkaServer.shared().bootstrapServers(), "gone") + SINK + COPY, "")),
                trouble(
                        "no such topic, to write",
                        t -> t.run(SOURCE + kafka("sink", KafkaServer.shared().bootstrapServers(), "gone") + COPY, "")),
                trouble("S3 is away", t -> t.onS3("http://" + NOWHERE, "bucket", "k", "s")),
                trouble("S3 does not know the key", t -> t.onServer("bucket", "nobody", "s")),
                trouble("S3 does not accept the secret", t -> t.onServer("bucket", S3Server.ACCESS_KEY, "guess")),
                trouble("no such bucket", t -> t.onServer("gone", S3Server.ACCESS_KEY, S3Server.SECRET_KEY)),
                trouble("snapshots cannot be written there", t -> t.run(SOURCE + SINK + COPY, "in.json/snapshots")),
                trouble("no storage of that kind", t -> t.run(SOURCE + SINK + COPY, "ftp://host/folder")),
                trouble("Kafka has given up a part of the output", t -> LostTransactionsTest.torn(t.folder)),
                trouble("the disk of the output is full", ServiceErrorsTest::fullOutput),
                trouble("the disk of the snapshots is full at the start", ServiceErrorsTest::fullSnapshotsAtStart),
                trouble("the job has changed since it has finished", ServiceErrorsTest::changedJob),
                trouble(
                        "the job has changed and lacks state",
                        t -> t.changedAfterKill(ENDLESS + SINK + COUNTS + COPY + ";\n" + COUNT, "")),
                trouble(
                        "the job has changed and lacks state, which it wants refused",
                        t -> t.changedAfterKill(ENDLESS + SINK + COUNTS + COPY + ";\n" + COUNT, "Reject")),
                trouble(
                        "the job has changed and no longer writes a table",
                        t -> t.changedAfterKill(
                                ENDLESS + SINK.replace("sink", "elsewhere") + COPY.replace("sink", "elsewhere"), "")),
                trouble("another process runs the job", ServiceErrorsTest::takenOver),
                trouble("a newer version wrote the snapshot", ServiceErrorsTest::newerFormat));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("troubles")
    void what_is_not_as_it_should_be_is_named(String name, Trouble trouble) throws Exception {
        long started = System.nanoTime();
        trouble.in(this).isAsDocumented(name);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(PATIENCE);
    }

    @Test
    void each_documented_case_is_tested() {
        assertThat(CommandRun.documented())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(CommandErrorsTest.scripts(), CommandErrorsTest.files(), troubles())
                                .flatMap(s -> s)
                                .map(a -> (String) a.get()[0])
                                .toList());
    }

    /** The disk fills up under a running job, and then there is room again. */
    @Test
    void a_job_whose_snapshots_find_no_room_says_so_once_and_goes_on_when_there_is() throws Exception {
        String counts =
                "CREATE TABLE sink (a INT, b STRING, PRIMARY KEY (b) NOT ENFORCED) WITH ('connector' = 'blackhole');\n"
                        + "INSERT INTO sink SELECT CAST(COUNT(*) AS INT), b FROM numbers GROUP BY b";
        rows(20_000);
        Path job = CommandRun.job(folder, SOURCE + counts, "");
        Path disk = Files.createDirectories(folder.resolve(".headrace"));
        try (OnSmallDisk run = new OnSmallDisk(disk, "2m", "head -c 1900k /dev/zero > " + disk + "/filler", job)) {
            await().atMost(PATIENCE).until(() -> run.process().said().contains("cannot be written"));
            Files.delete(Path.of("/proc/" + run.process().pid() + "/root" + disk + "/filler"));
            assertThat(run.process().endsWithin(PATIENCE.toMillis())).isTrue();
            assertThat(run.process().said())
                    .containsOnlyOnce("headrace: a snapshot cannot be written: ")
                    .containsPattern("No space left on device; the job goes on and tries again")
                    .contains("job 'bad' is done: 20,000 rows in");
            assertThat(run.process().exitCode()).isZero();
        }
    }

    private CommandRun run(String sql, String storage, String... more) throws IOException {
        if (!Files.exists(folder.resolve("in.json"))) {
            rows(2);
        }
        List<String> arguments = new ArrayList<>(
                List.of("run", CommandRun.job(folder, sql, storage).toString(), "--quiet"));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private void rows(int count) throws IOException {
        Files.writeString(
                folder.resolve("in.json"),
                IntStream.range(0, count)
                        .mapToObj(i -> "{\"a\":" + i + ",\"b\":\"some text with the number " + i + "\"}\n")
                        .collect(Collectors.joining()));
    }

    private static String kafka(String table, String servers, String topic) {
        return "CREATE TABLE " + table + " (a INT, b STRING) WITH ('connector' = 'kafka', 'topic' = '" + topic
                + "', 'properties.bootstrap.servers' = '" + servers
                + "', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');\n";
    }

    private CommandRun onS3(String endpoint, String bucket, String key, String secret) throws IOException {
        return run(
                SOURCE + SINK + COPY,
                "s3://" + bucket + "/jobs/bad",
                "--set=s3.endpoint=" + endpoint,
                "--set=s3.access-key=" + key,
                "--set=s3.secret-key=" + secret);
    }

    private CommandRun onServer(String bucket, String key, String secret) throws IOException {
        try (S3Server server = S3Server.start(folder.resolve("s3"), "bucket")) {
            return onS3(server.endpoint().toString(), bucket, key, secret);
        }
    }

    private CommandRun fullOutput() throws Exception {
        rows(20_000);
        Path job = CommandRun.job(folder, SOURCE + SINK + COPY, "");
        return ended(new OnSmallDisk(Files.createDirectories(folder.resolve("out")), "256k", "true", job));
    }

    private CommandRun fullSnapshotsAtStart() throws Exception {
        rows(2);
        Path job = CommandRun.job(folder, SOURCE + SINK + COPY, "");
        Path disk = Files.createDirectories(folder.resolve(".headrace"));
        return ended(new OnSmallDisk(disk, "64k", "head -c 64k /dev/zero > " + disk + "/filler", job));
    }

    private static CommandRun ended(OnSmallDisk run) throws Exception {
        try (run) {
            assertThat(run.process().endsWithin(PATIENCE.toMillis())).isTrue();
            return new CommandRun(run.process().exitCode(), run.process().said());
        }
    }

    private CommandRun changedJob() throws IOException {
        assertThat(run(SOURCE + SINK + COPY, "").code()).isZero();
        return run(SOURCE + SINK + COPY.replace("a, b", "a + 1, b"), "");
    }

    /** Kills a running job whose last snapshot holds output to commit, and runs it with other statements. */
    private CommandRun changedAfterKill(String sql, String onChange) throws Exception {
        Path job = CommandRun.job(folder, ENDLESS + SINK + COPY, "");
        do {
            JobProcess first = JobProcess.start(folder.resolve("first.txt"), "run", job.toString(), "--quiet");
            await().atMost(PATIENCE).until(this::holdsOutputToCommit);
            first.kill();
        } while (!holdsOutputToCommit());
        CommandRun.job(folder, sql, "");
        List<String> changed = new ArrayList<>(List.of("run", job.toString(), "--quiet"));
        if (!onChange.isEmpty()) {
            changed.addAll(List.of("--set", "upgrade.onChange=" + onChange));
        }
        JobProcess second = JobProcess.start(folder.resolve("second.txt"), changed.toArray(String[]::new));
        try {
            assertThat(second.endsWithin(PATIENCE.toMillis()))
                    .as(() -> "it runs, and says: " + second.said())
                    .isTrue();
            return new CommandRun(second.exitCode(), second.said());
        } finally {
            second.kill();
        }
    }

    private boolean holdsOutputToCommit() throws IOException {
        List<Path> manifests = manifests();
        return !manifests.isEmpty() && Files.readString(manifests.getLast()).contains("\"committables\" : [ \"");
    }

    private CommandRun newerFormat() throws IOException {
        assertThat(run(SOURCE + SINK + COPY, "").code()).isZero();
        Path latest = manifests().getLast();
        Files.writeString(latest, Files.readString(latest).replace("\"version\" : 2", "\"version\" : 99"));
        return run(SOURCE + SINK + COPY, "");
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

    private CommandRun takenOver() throws Exception {
        Path job = CommandRun.job(folder, ENDLESS + SINK + COPY, "");
        JobProcess first = JobProcess.start(folder.resolve("first.txt"), "run", job.toString(), "--quiet");
        await().atMost(PATIENCE).until(() -> manifests().size() > 1);
        JobProcess second = JobProcess.start(folder.resolve("second.txt"), "run", job.toString(), "--quiet");
        try {
            assertThat(first.endsWithin(PATIENCE.toMillis())).isTrue();
            assertThat(second.isAlive()).isTrue();
            return new CommandRun(first.exitCode(), first.said());
        } finally {
            first.kill();
            second.kill();
        }
    }

    /** The command in a process that sees a small file system of its own at a folder. Needs Linux's user namespaces. */
    private record OnSmallDisk(JobProcess process) implements AutoCloseable {
        OnSmallDisk(Path disk, String size, String before, Path job) throws Exception {
            this(start(disk, size, before, job));
        }

        private static JobProcess start(Path disk, String size, String before, Path job) throws Exception {
            String mount = "mount -t tmpfs -o size=" + size + " tmpfs " + disk;
            assumeTrue(
                    works("unshare", "-rm", "sh", "-c", mount), "this machine lets nobody mount: unshare -rm " + mount);
            return JobProcess.startBehind(
                    List.of("unshare", "-rm", "sh", "-c", mount + " && { " + before + "; exec \"$@\"; }", "sh"),
                    job.resolveSibling("said.txt"),
                    "run",
                    job.toString());
        }

        private static boolean works(String... command) throws Exception {
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() {
            try {
                process.kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
