package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.headrace.testing.kafka.KafkaServer;
import dev.headrace.testing.kafka.KafkaTopics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole jobs on tables in Kafka that hold changes, and on what records have beside key and value. */
class KafkaTablesTest {
    @TempDir
    Path folder;

    private final KafkaTopics topics = KafkaServer.shared().topics();
    private final List<String> created = new ArrayList<>();
    private String prefix;

    @BeforeEach
    void namePrefix() {
        prefix = folder.getFileName().toString();
    }

    private String topic(String name) {
        return prefix + name;
    }

    private void create(String name, int partitions) {
        topics.create(topic(name), partitions);
        created.add(topic(name));
    }

    /**
     * A job's file. Options of a table: {@code $kafka(TOPIC)}, {@code $upsert(TOPIC)}.
     *
     * @param bounded whether the job ends with what is there
     */
    private Path job(String sql, boolean bounded) throws IOException {
        String common = "'properties.bootstrap.servers' = '"
                + KafkaServer.shared().bootstrapServers() + "', 'sink.delivery-guarantee' = 'exactly-once'"
                + (bounded ? ", 'scan.bounded.mode' = 'latest-offset'" : "");
        String script = sql.replaceAll(
                        "\\$kafka\\((\\w+)\\)",
                        "'connector' = 'kafka', 'scan.startup.mode' = 'earliest-offset', 'topic' = '" + prefix + "$1', "
                                + common)
                .replaceAll(
                        "\\$upsert\\((\\w+)\\)",
                        "'connector' = 'upsert-kafka', 'key.format' = 'json', 'value.format' = 'json', 'topic' = '"
                                + prefix + "$1', " + common);
        return Files.writeString(
                folder.resolve("job.yaml"),
                "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata:\n  name: " + prefix
                        + "\nspec:\n  snapshots: {interval: 200ms}\n  sql: |\n" + script.indent(4));
    }

    /** Runs a job on what is in its tables. */
    private void run(int workers, String sql) throws IOException {
        Path job = job(sql, true);
        StringWriter errors = new StringWriter();
        int code = Main.run(
                new String[] {"run", job.toString(), "--quiet", "--fresh", "--workers", Integer.toString(workers)},
                new PrintWriter(new StringWriter()),
                new PrintWriter(errors, true));
        assertThat(code).as(errors.toString()).isZero();
        created.forEach(topics::awaitSettled);
    }

    private void upserts(String topic, String... pairs) {
        for (String pair : pairs) {
            String[] parts = pair.split("=");
            topics.produceKeyed(topic(topic), parts[0], parts[1].equals("null") ? null : parts[1]);
        }
    }

    /** The last value of each key that has one. */
    private List<String> table(String topic) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String pair : topics.readCommittedPairs(topic(topic))) {
            rows.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return rows.values().stream().filter(v -> !v.equals("null")).sorted().toList();
    }

    @ParameterizedTest(name = "{0} workers")
    @ValueSource(ints = {1, 3})
    void an_upsert_table_counts_each_key_once_with_its_last_row(int workers) throws IOException {
        create("people", 2);
        create("cities", 2);
        upserts(
                "people",
                "{\"id\":1}={\"id\":1,\"city\":\"Rome\",\"age\":30}",
                "{\"id\":2}={\"id\":2,\"city\":\"Rome\",\"age\":40}",
                "{\"id\":3}={\"id\":3,\"city\":\"Oslo\",\"age\":50}",
                "{\"id\":1}={\"id\":1,\"city\":\"Oslo\",\"age\":31}",
                "{\"id\":4}={\"id\":4,\"city\":\"Kyiv\",\"age\":60}",
                "{\"id\":4}=null",
                "{\"id\":9}=null",
                "{\"id\":2}={\"id\":2,\"city\":\"Rome\",\"age\":41}");
        run(workers, """
                CREATE TABLE people (id BIGINT, city STRING, age INT, PRIMARY KEY (id) NOT ENFORCED)
                WITH ($upsert(people));
                CREATE TABLE cities (city STRING, people BIGINT, age INT, PRIMARY KEY (city) NOT ENFORCED)
                WITH ($upsert(cities));
                INSERT INTO cities SELECT city, COUNT(*), SUM(age) FROM people GROUP BY city;
                """);
        assertThat(table("cities"))
                .containsExactly(
                        "{\"city\":\"Oslo\",\"people\":2,\"age\":81}", "{\"city\":\"Rome\",\"people\":1,\"age\":41}");
    }

    @Test
    void a_row_that_leaves_the_query_of_a_running_job_is_taken_out_of_the_table() throws Exception {
        create("people", 2);
        create("cities", 2);
        create("back", 1);
        upserts(
                "people",
                "{\"id\":1}={\"id\":1,\"city\":\"Rome\"}",
                "{\"id\":2}={\"id\":2,\"city\":\"Oslo\"}",
                "{\"id\":3}={\"id\":3,\"city\":\"Kyiv\"}");
        Path job = job("""
                CREATE TABLE people (id BIGINT, city STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ($upsert(people));
                CREATE TABLE cities (city STRING, people BIGINT, PRIMARY KEY (city) NOT ENFORCED)
                WITH ($upsert(cities));
                INSERT INTO cities SELECT city, COUNT(*) FROM people GROUP BY city;
                """, false);
        JobProcess process =
                JobProcess.start(folder.resolve("said"), "run", job.toString(), "--quiet", "--workers", "2");
        try {
            awaitTable(process, row("Kyiv", 1), row("Oslo", 1), row("Rome", 1));
            upserts("people", "{\"id\":1}=null");
            awaitTable(process, row("Kyiv", 1), row("Oslo", 1));
            assertThat(topics.readCommittedPairs(topic("cities"))).containsOnlyOnce("{\"city\":\"Rome\"}=null");
            upserts("people", "{\"id\":3}={\"id\":3,\"city\":\"Oslo\"}");
            awaitTable(process, row("Oslo", 2));
            upserts("people", "{\"id\":1}={\"id\":1,\"city\":\"Rome\"}");
            awaitTable(process, row("Oslo", 2), row("Rome", 1));
            process.stop();
        } finally {
            process.kill();
        }
        run(1, """
                CREATE TABLE cities (city STRING, people BIGINT, PRIMARY KEY (city) NOT ENFORCED)
                WITH ($upsert(cities));
                CREATE TABLE back (cities BIGINT, people BIGINT, PRIMARY KEY (cities) NOT ENFORCED)
                WITH ($upsert(back));
                INSERT INTO back SELECT COUNT(*), SUM(people) FROM cities;
                """);
        assertThat(table("back")).containsExactly("{\"cities\":2,\"people\":3}");
    }

    private static String row(String city, int people) {
        return "{\"city\":\"" + city + "\",\"people\":" + people + "}";
    }

    private void awaitTable(JobProcess process, String... rows) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(process.isAlive()).as(process.said()).isTrue();
            assertThat(table("cities")).containsExactly(rows);
        });
    }

    @Test
    void changes_written_as_debezium_json_are_read_as_changes() throws IOException {
        create("orders", 1);
        create("changes", 1);
        create("counts", 1);
        for (int customer : new int[] {1, 1, 2, 1, 2, 3}) {
            topics.produce(topic("orders"), 0, "{\"customer\":" + customer + "}");
        }
        run(1, """
                CREATE TABLE orders (customer BIGINT) WITH ($kafka(orders), 'format' = 'json');
                CREATE TABLE changes (customer BIGINT, orders BIGINT) WITH ($kafka(changes), 'format' = 'debezium-json');
                INSERT INTO changes SELECT customer, COUNT(*) FROM orders GROUP BY customer;
                """);
        run(1, """
                CREATE TABLE changes (customer BIGINT, orders BIGINT) WITH ($kafka(changes), 'format' = 'debezium-json');
                CREATE TABLE counts (orders BIGINT, customers BIGINT, PRIMARY KEY (orders) NOT ENFORCED)
                WITH ($upsert(counts));
                INSERT INTO counts SELECT orders, COUNT(*) FROM changes GROUP BY orders;
                """);
        assertThat(table("counts"))
                .containsExactly(
                        "{\"orders\":1,\"customers\":1}",
                        "{\"orders\":2,\"customers\":1}",
                        "{\"orders\":3,\"customers\":1}");
    }

    @Test
    void timestamps_are_written_and_read() throws IOException {
        create("plain", 1);
        create("dressed", 1);
        create("back", 1);
        topics.produce(topic("plain"), 0, "{\"id\":1}", "{\"id\":2}");
        run(1, """
                CREATE TABLE plain (id BIGINT) WITH ($kafka(plain), 'format' = 'json');
                CREATE TABLE dressed (
                  id BIGINT,
                  written TIMESTAMP(3) METADATA FROM 'timestamp',
                  place BIGINT METADATA FROM 'offset' VIRTUAL
                ) WITH ($kafka(dressed), 'format' = 'json');
                INSERT INTO dressed
                SELECT id, TIMESTAMP '2026-01-02 03:04:05.678'
                FROM plain;
                """);
        List<ConsumerRecord<byte[], byte[]>> records = topics.records(topic("dressed"), true);
        assertThat(records).hasSize(2);
        for (int i = 0; i < 2; i++) {
            ConsumerRecord<byte[], byte[]> found = records.get(i);
            assertThat(new String(found.value(), StandardCharsets.UTF_8)).isEqualTo("{\"id\":" + (i + 1) + "}");
            assertThat(found.timestamp()).isEqualTo(1767323045678L);
        }
        run(1, """
                CREATE TABLE dressed (
                  id BIGINT,
                  written TIMESTAMP(3) METADATA FROM 'timestamp'
                ) WITH ($kafka(dressed), 'format' = 'json');
                CREATE TABLE back (id BIGINT, written TIMESTAMP(3)) WITH ($kafka(back), 'format' = 'json');
                INSERT INTO back SELECT id, written FROM dressed;
                """);
        assertThat(new TreeSet<>(topics.readCommitted(topic("back"))))
                .containsExactly(
                        "{\"id\":1,\"written\":\"2026-01-02 03:04:05.678\"}",
                        "{\"id\":2,\"written\":\"2026-01-02 03:04:05.678\"}");
    }

    @Test
    void headers_are_read_and_written() throws IOException {
        create("plain", 1);
        create("dressed", 1);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic("plain"), 0, null, "{\"id\":1}".getBytes(StandardCharsets.UTF_8));
        record.headers().add("trace", new byte[] {1, 2}).add("empty", new byte[0]);
        topics.produce(List.of(
                record, new ProducerRecord<>(topic("plain"), 0, null, "{\"id\":2}".getBytes(StandardCharsets.UTF_8))));
        run(1, """
                CREATE TABLE plain (id BIGINT, said MAP<STRING, BYTES> METADATA FROM 'headers')
                WITH ($kafka(plain), 'format' = 'json');
                CREATE TABLE dressed (id BIGINT, told MAP<STRING, BYTES> METADATA FROM 'headers')
                WITH ($kafka(dressed), 'format' = 'json');
                INSERT INTO dressed SELECT id, said FROM plain;
                """);
        List<ConsumerRecord<byte[], byte[]>> records = topics.records(topic("dressed"), true);
        assertThat(records).hasSize(2);
        assertThat(records.getFirst().headers())
                .extracting(Header::key, Header::value)
                .containsExactlyInAnyOrder(tuple("trace", new byte[] {1, 2}), tuple("empty", new byte[0]));
        assertThat(records.getLast().headers()).isEmpty();
    }
}
