package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.testing.kafka.KafkaServer;
import dev.headrace.testing.kafka.KafkaTopics;
import dev.headrace.testing.s3.S3Server;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job from Kafka to Kafka, with a window aggregate, a join and an upsert table, gives readers of committed records what
 * it gives when nothing disturbs it: also when it is killed on the way, or Kafka is, or the storage of its snapshots is.
 * {@code -Dheadrace.kills=N} sets how often.
 */
@Order(1)
class KafkaJobTest {
    private static final int KILLS = Integer.getInteger("headrace.kills", 3);
    private static final List<String> TOPICS = List.of("windows", "joined", "totals");
    private static final Pattern TOTAL = Pattern.compile("\\{\"customer\":(-?\\d+)}=\\{.*\"orders\":(\\d+).*");

    private final long seed = Long.getLong("headrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path folder;

    private KafkaServer kafka;
    private KafkaTopics topics;
    private OrdersFeed feed;
    private final List<JobProcess> processes = new ArrayList<>();

    @BeforeEach
    void startKafka() {
        kafka = KafkaServer.inOwnProcess(folder.resolve("kafka"), Map.of());
        topics = kafka.topics();
        feed = new OrdersFeed(topics, random.nextLong());
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        feed.close();
        for (JobProcess process : processes) {
            process.kill();
        }
        kafka.close();
    }

    private Path job(String name, String bounded) throws IOException {
        for (String topic : TOPICS) {
            topics.create(name + "_" + topic, 2);
        }
        String sql = """
                CREATE TABLE orders (
                  id BIGINT, customer BIGINT, amount BIGINT, ts TIMESTAMP(3),
                  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
                ) WITH ('topic' = 'orders', 'format' = 'json', $source);
                CREATE TABLE payments (order_id BIGINT, paid BIGINT)
                WITH ('topic' = 'payments', 'format' = 'json', $source);
                CREATE TABLE windows (window_start TIMESTAMP(3), customer BIGINT, orders BIGINT, amount BIGINT)
                WITH ('topic' = '$name_windows', 'format' = 'json', $sink);
                CREATE TABLE joined (id BIGINT, customer BIGINT, amount BIGINT, paid BIGINT)
                WITH ('topic' = '$name_joined', 'format' = 'json', $sink);
                CREATE TABLE totals (customer BIGINT, orders BIGINT, amount BIGINT, PRIMARY KEY (customer) NOT ENFORCED)
                WITH ('topic' = '$name_totals', 'key.format' = 'json', 'value.format' = 'json', $upsert);
                EXECUTE STATEMENT SET BEGIN
                  INSERT INTO windows SELECT window_start, customer, COUNT(*), SUM(amount)
                  FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND))
                  GROUP BY window_start, window_end, customer;
                  INSERT INTO joined SELECT o.id, o.customer, o.amount, p.paid
                  FROM orders o JOIN payments p ON o.id = p.order_id;
                  INSERT INTO totals SELECT customer, COUNT(*), SUM(amount) FROM orders GROUP BY customer;
                END;
                """.replace(
                        "$source",
                        "'connector' = 'kafka', 'properties.bootstrap.servers' = '$servers',"
                                + " 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = '" + bounded + "'")
                .replace("$sink", "'connector' = 'kafka', $delivery")
                .replace("$upsert", "'connector' = 'upsert-kafka', $delivery")
                .replace(
                        "$delivery",
                        "'properties.bootstrap.servers' = '$servers', 'sink.delivery-guarantee' = 'exactly-once'")
                .replace("$servers", kafka.bootstrapServers())
                .replace("$name", name);
        String yaml = "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata:\n  name: " + name
                + "\nspec:\n  sql: |\n" + sql.indent(4);
        return Files.writeString(folder.resolve(name + ".yaml"), yaml);
    }

    private JobProcess start(Path job, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                job.toString(),
                "--quiet",
                "--set",
                "snapshots.interval=250ms",
                "--workers",
                Integer.toString(1 + random.nextInt(3))));
        arguments.addAll(List.of(more));
        JobProcess process =
                JobProcess.start(folder.resolve("job-" + processes.size() + ".log"), arguments.toArray(String[]::new));
        processes.add(process);
        return process;
    }

    private Map<String, List<String>> results(String name) {
        Map<String, List<String>> results = new TreeMap<>();
        results.put("joined", sorted(topics.readCommitted(name + "_joined").stream()));
        results.put(
                "windows",
                sorted(topics.readCommitted(name + "_windows").stream().filter(r -> !r.contains("\"customer\":-1"))));
        Map<String, String> totals = new HashMap<>();
        for (String pair : topics.readCommittedPairs(name + "_totals")) {
            totals.put(pair.substring(0, pair.indexOf('=')), pair);
        }
        results.put("totals", sorted(totals.values().stream()));
        return results;
    }

    private static List<String> sorted(Stream<String> lines) {
        return lines.sorted().toList();
    }

    /** Orders are only added, so a customer's number of them never goes back where each row counts once. */
    private void assertTotalsGrow(String name) {
        Map<String, Long> last = new HashMap<>();
        for (String pair : topics.readCommittedPairs(name + "_totals")) {
            Matcher matcher = TOTAL.matcher(pair);
            assertThat(matcher.matches()).as(pair).isTrue();
            long orders = Long.parseLong(matcher.group(2));
            Long before = last.put(matcher.group(1), orders);
            assertThat(before == null || before < orders)
                    .as("seed %d: %s after %s orders", seed, pair, before)
                    .isTrue();
        }
    }

    /** Ends the input, waits until the job has given all that an undisturbed one gives, ends it, and compares. */
    private void assertSameAsUndisturbed(Path job, String... settings) throws Exception {
        long orders = feed.end();
        JobProcess calm = start(job("calm", "latest-offset"));
        assertThat(calm.endsWithin(120_000)).as("the undisturbed job ends").isTrue();
        assertThat(calm.exitCode()).as(calm.said()).isZero();
        TOPICS.forEach(topic -> topics.awaitSettled("calm_" + topic));
        Map<String, List<String>> expected = results("calm");
        assertThat(expected.get("joined")).hasSizeBetween((int) (orders * 7 / 10), (int) orders);
        assertThat(count(expected.get("windows"))).isEqualTo(orders);
        assertThat(count(expected.get("totals"))).isEqualTo(orders + OrdersFeed.PARTITIONS);

        JobProcess last = start(job, settings);
        long end = System.nanoTime() + 90_000_000_000L;
        while (!results("rough").equals(expected) && System.nanoTime() < end && last.isAlive()) {
            LockSupport.parkNanos(200_000_000);
        }
        if (last.isAlive()) {
            last.stop();
        }
        TOPICS.forEach(topic -> topics.awaitSettled("rough_" + topic));
        String said = "seed " + seed + ": " + last.said();
        Map<String, List<String>> found = results("rough");
        expected.forEach((table, rows) -> assertThat(difference(found.get(table), rows))
                .as("%s, %s", table, said)
                .isEmpty());
        assertThat(last.exitCode()).as(said).isIn(0, 143);
        assertTotalsGrow("rough");
    }

    private static long count(List<String> rows) {
        return rows.stream()
                .mapToLong(r -> Long.parseLong(r.replaceAll(".*\"orders\":(\\d+).*", "$1")))
                .sum();
    }

    /** What is lost and what is there too often, the first few of each. */
    private static List<String> difference(List<String> found, List<String> expected) {
        Map<String, Integer> counts = new TreeMap<>();
        found.forEach(r -> counts.merge(r, 1, Integer::sum));
        expected.forEach(r -> counts.merge(r, -1, Integer::sum));
        return counts.entrySet().stream()
                .filter(e -> e.getValue() != 0)
                .map(e -> (e.getValue() > 0 ? "too much: " : "lost: ") + e.getKey())
                .limit(20)
                .toList();
    }

    /** A job that ends because a service was away says so in a paragraph, and is started again, as Kubernetes does. */
    private JobProcess startedAgainIfEnded(JobProcess process, Path job, String... settings) {
        if (process.isAlive()) {
            return process;
        }
        assertThat(process.exitCode()).as("seed %d: %s", seed, process.said()).isEqualTo(1);
        assertThat(process.said()).doesNotContain("\tat ");
        return start(job, settings);
    }

    @Test
    void killed_at_random_moments_it_writes_each_result_once() throws Exception {
        Path job = job("rough", "unbounded");
        for (int i = 0; i < KILLS; i++) {
            JobProcess process = start(job);
            boolean ended = process.endsWithin(800 + random.nextInt(3000));
            assertThat(ended).as("seed %d: %s", seed, process.said()).isFalse();
            if (i % 2 == 1) {
                awaitManifest(process);
            }
            process.kill();
        }
        assertSameAsUndisturbed(job);
    }

    /** Waits for the moment in which a snapshot is there and its transactions are not yet committed. */
    private void awaitManifest(JobProcess process) {
        Path manifests = folder.resolve(".headrace/rough/manifests");
        String before = latest(manifests);
        while (process.isAlive() && latest(manifests).equals(before)) {
            Thread.onSpinWait();
        }
    }

    private static String latest(Path manifests) {
        String[] names = manifests.toFile().list();
        return names == null
                ? ""
                : Stream.of(names)
                        .filter(n -> n.endsWith(".json"))
                        .max(String::compareTo)
                        .orElse("");
    }

    @Test
    void writes_each_result_once_while_kafka_is_killed_and_comes_back() throws Exception {
        Path job = job("rough", "unbounded");
        JobProcess process = start(job);
        for (int i = 0; i < (KILLS + 1) / 2; i++) {
            process.endsWithin(2000 + random.nextInt(3000));
            process = startedAgainIfEnded(process, job);
            kafka.kill();
            process.endsWithin(random.nextInt(2000));
            kafka.start();
        }
        process.endsWithin(3000);
        process = startedAgainIfEnded(process, job);
        process.kill();
        assertSameAsUndisturbed(job);
    }

    @Test
    void writes_each_result_once_while_the_storage_of_snapshots_is_killed_and_comes_back() throws Exception {
        int port = freePort();
        String[] settings = {
            "--set", "s3.endpoint=http://127.0.0.1:" + port,
            "--set", "s3.region=" + S3Server.REGION,
            "--set", "s3.path-style-access=true",
            "--set", "s3.access-key=" + S3Server.ACCESS_KEY,
            "--set", "s3.secret-key=" + S3Server.SECRET_KEY,
            "--set", "snapshots.storage=s3://snapshots/rough"
        };
        Path job = job("rough", "unbounded");
        JobProcess storage = startStorage(port);
        JobProcess process = start(job, settings);
        for (int i = 0; i < (KILLS + 1) / 2; i++) {
            process.endsWithin(2000 + random.nextInt(2000));
            process = startedAgainIfEnded(process, job, settings);
            storage.kill();
            process.endsWithin(random.nextInt(2000));
            if (random.nextBoolean()) {
                process.kill();
                storage = startStorage(port);
                process = start(job, settings);
            } else {
                storage = startStorage(port);
            }
        }
        process.endsWithin(3000);
        process = startedAgainIfEnded(process, job, settings);
        process.kill();
        assertSameAsUndisturbed(job, settings);
    }

    private JobProcess startStorage(int port) throws InterruptedException {
        JobProcess storage = JobProcess.startMain(
                folder.resolve("s3-" + processes.size() + ".log"),
                S3Server.class.getName(),
                folder.resolve("s3").toString(),
                "snapshots",
                Integer.toString(port));
        processes.add(storage);
        while (!listens(port)) {
            assertThat(storage.endsWithin(20)).as(storage.said()).isFalse();
        }
        return storage;
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
