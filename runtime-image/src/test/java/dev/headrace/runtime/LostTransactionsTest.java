package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
import dev.headrace.core.run.StoredJob;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.runtime.job.JobFile;
import dev.headrace.runtime.job.JobSetup;
import dev.headrace.testing.kafka.KafkaServer;
import dev.headrace.testing.kafka.KafkaTopics;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs that die between a manifest and the commit of its transactions, and are down until Kafka has given those up. Two
 * tables are written, so that one can be visible and the other lost.
 */
class LostTransactionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final KafkaTopics topics = KafkaServer.shared().topics();
    private String prefix;

    @BeforeEach
    void createTopics() {
        prefix = folder.getFileName().toString();
        for (String topic : List.of("in", "left", "right")) {
            topics.create(prefix + topic, 1);
        }
    }

    private void feed(int from, int to) {
        topics.produce(
                prefix + "in",
                0,
                IntStream.range(from, to).mapToObj(i -> "{\"a\":" + i + "}").toArray(String[]::new));
    }

    private static List<String> rows(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "{\"a\":" + i + "}").toList();
    }

    private List<String> committed(String topic) {
        return topics.readCommitted(prefix + topic);
    }

    private Path job(String bounded, String... settings) throws IOException {
        String kafka = "'connector' = 'kafka', 'properties.bootstrap.servers' = '"
                + KafkaServer.shared().bootstrapServers() + "', 'format' = 'json', 'topic' = '" + prefix;
        String sink = "', 'sink.delivery-guarantee' = 'exactly-once', 'properties.transaction.timeout.ms' = '3000')";
        String sql = String.join("\n", settings) + "\nCREATE TABLE numbers (a BIGINT) WITH (" + kafka
                + "in', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = '" + bounded + "');\n"
                + "CREATE TABLE lefts (a BIGINT) WITH (" + kafka + "left" + sink + ";\n"
                + "CREATE TABLE rights (a BIGINT) WITH (" + kafka + "right" + sink + ";\n"
                + "EXECUTE STATEMENT SET BEGIN INSERT INTO lefts SELECT a FROM numbers;"
                + " INSERT INTO rights SELECT a FROM numbers; END;";
        return CommandRun.job(folder, sql, "");
    }

    /** A store under which the process dies as soon as a manifest with output is there, once that is wanted. */
    private ObjectStore deadly(BooleanSupplier wanted) {
        ObjectStore store = new LocalStore(folder.resolve(".headrace/bad"));
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(store, arguments);
                    if (method.getName().equals("create")
                            && wanted.getAsBoolean()
                            && new String((byte[]) arguments[1], StandardCharsets.UTF_8)
                                    .contains("\"committables\" : [ \"")) {
                        throw new IllegalStateException("the process is dead");
                    }
                    return result;
                });
    }

    private interface Use {
        void of(Job job, JobPlan plan, JobSetup setup) throws Exception;
    }

    private void open(Path file, Optional<ObjectStore> store, Use use) throws Exception {
        JobFile job = JobFile.read(file, Map.of());
        try (JobSetup setup = new JobSetup(job.name(), job.base(), job.settings(), Optional.empty())) {
            JobPlan plan = setup.plan(job).job();
            JobOptions options = setup.options(job, plan, 1, false);
            try (Job opened = setup.open(
                    plan,
                    store.map(s -> options.withSnapshots(s, Duration.ofMillis(100)))
                            .orElse(options))) {
                opened.start();
                use.of(opened, plan, setup);
            }
        }
    }

    /** Runs the job until it dies between a manifest and its commits; then one table's part of these is made, if named. */
    private void die(Path file, String committed) throws Exception {
        open(file, Optional.of(deadly(() -> true)), (job, plan, setup) -> {
            assertThatThrownBy(job::await).hasMessage("the process is dead");
            Manifest last = StoredJob.latest(setup.options(JobFile.read(file, Map.of()), plan, 1, false))
                    .orElseThrow();
            for (Plan.SinkPlan sink : plan.sinks()) {
                if (sink.table().name().equals(committed)) {
                    last.sinks().stream()
                            .filter(s -> new String(s.committables().getFirst(), StandardCharsets.ISO_8859_1)
                                    .contains(committed))
                            .forEach(s -> setup.connections().sink(sink.table()).recover(s.committables()));
                }
            }
        });
        topics.awaitSettled(prefix + "left");
        topics.awaitSettled(prefix + "right");
    }

    @Test
    void rows_of_a_lost_snapshot_are_written_again_when_a_finished_job_is_run_again() throws Exception {
        feed(0, 20);
        Path file = job("latest-offset");
        die(file, "");
        assertThat(committed("left")).isEmpty();
        CommandRun run = CommandRun.of("run", file.toString());
        assertThat(run.code()).as(run.errors()).isZero();
        topics.awaitSettled(prefix + "left");
        topics.awaitSettled(prefix + "right");
        assertThat(committed("left")).isEqualTo(rows(0, 20));
        assertThat(committed("right")).isEqualTo(rows(0, 20));
    }

    @Test
    void a_job_goes_back_to_the_snapshot_before_and_not_further() throws Exception {
        Path file = job("unbounded");
        boolean[] dies = {false};
        feed(0, 10);
        open(file, Optional.of(deadly(() -> dies[0])), (job, plan, setup) -> {
            await().atMost(PATIENCE).until(() -> committed("right").size() == 10);
            dies[0] = true;
            feed(10, 20);
            assertThatThrownBy(job::await).hasMessage("the process is dead");
        });
        topics.awaitSettled(prefix + "left");
        topics.awaitSettled(prefix + "right");
        feed(20, 30);
        open(file, Optional.empty(), (job, plan, setup) -> {
            assertThat(job.notice().orElseThrow())
                    .contains("table 'lefts': Kafka has given up", "table 'rights': Kafka has given up", "(3000 ms)")
                    .endsWith("The job goes back to the snapshot before, and writes these rows again");
            await().atMost(PATIENCE)
                    .until(() ->
                            committed("left").size() >= 30 && committed("right").size() >= 30);
            job.stopWithSnapshot().join();
        });
        assertThat(committed("left")).isEqualTo(rows(0, 30));
        assertThat(committed("right")).isEqualTo(rows(0, 30));
        open(
                file,
                Optional.empty(),
                (job, plan, setup) -> assertThat(job.notice()).isEmpty());
    }

    /** Runs a job of which one table's output is visible, and the other's is lost. */
    static CommandRun torn(Path folder) throws Exception {
        LostTransactionsTest test = new LostTransactionsTest();
        test.folder = folder;
        test.createTopics();
        test.feed(0, 20);
        Path file = test.job("latest-offset");
        test.die(file, "lefts");
        assertThat(test.committed("left")).isEqualTo(rows(0, 20));
        CommandRun.of("run", file.toString());
        CommandRun second = CommandRun.of("run", file.toString());
        assertThat(test.committed("right")).isEmpty();
        return second;
    }

    @Test
    void torn_output_is_written_again_if_the_user_says_so() throws Exception {
        feed(0, 20);
        Path file = job("latest-offset");
        die(file, "lefts");
        CommandRun run = CommandRun.of("run", file.toString(), "--set", "execution.lost-output=repeat");
        assertThat(run.code()).as(run.errors()).isZero();
        topics.awaitSettled(prefix + "left");
        topics.awaitSettled(prefix + "right");
        assertThat(committed("left"))
                .isEqualTo(Stream.concat(rows(0, 20).stream(), rows(0, 20).stream())
                        .toList());
        assertThat(committed("right")).isEqualTo(rows(0, 20));
    }

    @Test
    void a_job_goes_on_without_lost_rows_if_the_user_says_so() throws Exception {
        feed(0, 20);
        Path file = job("latest-offset");
        die(file, "lefts");
        CommandRun run = CommandRun.of("run", file.toString(), "--set", "execution.lost-output=leave");
        assertThat(run.code()).as(run.errors()).isZero();
        assertThat(committed("left")).isEqualTo(rows(0, 20));
        assertThat(committed("right")).isEmpty();
        // What is lost stays lost, and the job is done.
        assertThat(CommandRun.of("run", file.toString()).code()).isZero();
    }
}
