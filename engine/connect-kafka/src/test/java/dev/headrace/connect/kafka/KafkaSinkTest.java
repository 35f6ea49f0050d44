package dev.headrace.connect.kafka;

import static dev.headrace.connect.kafka.KafkaTables.PAIR;
import static dev.headrace.connect.kafka.KafkaTables.newTopic;
import static dev.headrace.connect.kafka.KafkaTables.options;
import static dev.headrace.connect.kafka.KafkaTables.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.connect.TableDefinition.MetadataColumn;
import dev.headrace.api.type.DataType;
import dev.headrace.connect.kafka.KafkaTables.Reading;
import dev.headrace.testing.kafka.KafkaServer;
import dev.headrace.testing.kafka.KafkaTopics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a record looks like, where it goes, and what has happened by the end of a snapshot. */
class KafkaSinkTest {
    static KafkaTopics topics;
    static String bootstrap;
    String topic;

    @BeforeAll
    static void startServer() {
        topics = KafkaServer.shared().topics();
        bootstrap = KafkaServer.shared().bootstrapServers();
    }

    @BeforeEach
    void nameTopic() {
        topic = newTopic();
    }

    private TableDefinition json(String... more) {
        Map<String, String> all = options(bootstrap, topic, "format", "json");
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return table(PAIR, all);
    }

    private TableDefinition upsert(String include) {
        Map<String, String> all = new HashMap<>(Map.of(
                "connector",
                "upsert-kafka",
                "properties.bootstrap.servers",
                bootstrap,
                "topic",
                topic,
                "key.format",
                "json",
                "value.format",
                "json",
                "value.fields-include",
                include));
        return table(PAIR, List.of("id"), List.of(), all);
    }

    @ParameterizedTest
    @CsvSource({"none", "at-least-once", "exactly-once"})
    void writesRowsInOrder(String guarantee) {
        topics.create(topic, 1);
        try (SinkRun run = SinkRun.start(json("sink.delivery-guarantee", guarantee))) {
            run.write("+I|1|a", "+I|2|null").snapshot();
            run.write("+I|3|c").snapshot();
        }
        topics.awaitSettled(topic);
        assertThat(topics.readCommitted(topic))
                .containsExactly("{\"id\":1,\"name\":\"a\"}", "{\"id\":2,\"name\":null}", "{\"id\":3,\"name\":\"c\"}");
    }

    @Test
    void hasRecordsInKafkaWhenASnapshotIsPrepared() {
        topics.create(topic, 1);
        try (SinkRun run = SinkRun.start(json("properties.linger.ms", "60000"))) {
            run.write("+I|1|a");
            assertThat(run.prepare()).isEmpty();
            assertThat(topics.readCommitted(topic)).hasSize(1);
        }
    }

    @Test
    void showsRecordsOfATransactionOnceItsSnapshotIsCommitted() {
        topics.create(topic, 1);
        try (SinkRun run = SinkRun.start(json("sink.delivery-guarantee", "exactly-once"))) {
            List<byte[]> manifest = run.write("+I|1|a").prepare();
            run.write("+I|2|b");
            assertThat(topics.records(topic, false)).isNotEmpty();
            assertThat(topics.readCommitted(topic)).isEmpty();
            run.sink.commit(manifest);
            run.prepare();
            assertThat(topics.records(topic, false)).hasSize(2);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(topics.readCommitted(topic)).containsExactly("{\"id\":1,\"name\":\"a\"}"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            ALL        ! name ! ''   ! {"name":"a"}={"id":1,"name":"a"}
            ALL        ! id   ! ''   ! {"id":1}={"id":1,"name":"a"}
            EXCEPT_KEY ! id   ! ''   ! {"id":1}={"name":"a"}
            EXCEPT_KEY ! name ! na   ! {"me":"a"}={"id":1}
            """)
    void putsColumnsIntoKeyAndValue(String include, String fields, String prefix, String expected) {
        topics.create(topic, 1);
        try (SinkRun run = SinkRun.start(json(
                "key.format",
                "json",
                "key.fields",
                fields,
                "key.fields-prefix",
                prefix,
                "value.fields-include",
                include))) {
            run.write("+I|1|a").snapshot();
        }
        assertThat(topics.readCommittedPairs(topic)).containsExactly(expected);
    }

    @Test
    void writesTimestampAndHeadersOfARecordAndReadsThemBack() {
        topics.create(topic, 1);
        List<MetadataColumn> metadata = List.of(
                new MetadataColumn("place", "offset", DataType.BIGINT, true),
                new MetadataColumn("at", "timestamp", DataType.timestampLtz(3), false));
        TableDefinition table = table(
                PAIR,
                List.of(),
                metadata,
                options(bootstrap, topic, "format", "json", "scan.startup.mode", "earliest-offset"));
        try (SinkRun run = SinkRun.start(table)) {
            run.write("+I|1|a|1700000000123456", "+I|2|b|1700000000124000").snapshot();
        }
        try (Reading reading = KafkaTables.read(table)) {
            assertThat(reading.until(2).all()).containsExactly("1|a|0|1700000000123000", "2|b|1|1700000000124000");
        }
    }

    @ParameterizedTest
    @CsvSource({"fixed,0;1", "round-robin,0;1;2", "default,0"})
    void choosesPartitions(String partitioner, String expected) {
        topics.create(topic, 3);
        boolean byKey = partitioner.equals("default");
        Map<String, String> more =
                byKey ? Map.of("key.format", "json", "key.fields", "name") : Map.of("sink.partitioner", partitioner);
        Map<String, String> all = options(bootstrap, topic, "format", "json");
        all.putAll(more);
        try (SinkRun run = SinkRun.start(table(PAIR, all), 2, List.of())) {
            for (int i = 0; i < 6; i++) {
                run.writeAt(i % 2, "+I|" + i + "|same");
            }
            run.snapshot();
        }
        List<Integer> found = topics.records(topic, true).stream()
                .map(ConsumerRecord::partition)
                .toList();
        assertThat(found).hasSize(6);
        if (byKey) {
            assertThat(new TreeSet<>(found)).hasSize(1);
        } else {
            assertThat(new TreeSet<>(found)
                            .toString()
                            .replaceAll("[\\[\\] ]", "")
                            .replace(',', ';'))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"ALL", "EXCEPT_KEY"})
    void writesATombstoneForARowTakenAway(String include) {
        topics.create(topic, 1);
        String id = include.equals("ALL") ? "\"id\":%d," : "";
        try (SinkRun run = SinkRun.start(upsert(include))) {
            assertThat(run.sink.accepts()).isEqualTo(ChangelogMode.UPSERT);
            run.write("+I|1|a", "+I|2|b").write("-U|1|a", "-D|2|null", "+U|1|c").write("-U|1|c");
            run.write("+U|1|d").snapshot();
        }
        assertThat(topics.readCommittedPairs(topic))
                .containsExactly(
                        "{\"id\":1}={" + id.formatted(1) + "\"name\":\"a\"}",
                        "{\"id\":2}={" + id.formatted(2) + "\"name\":\"b\"}",
                        "{\"id\":2}=null",
                        "{\"id\":1}={" + id.formatted(1) + "\"name\":\"c\"}",
                        "{\"id\":1}=null",
                        "{\"id\":1}={" + id.formatted(1) + "\"name\":\"d\"}");
    }

    @ParameterizedTest
    @CsvSource({"ALL", "EXCEPT_KEY"})
    void readsBackTheUpsertsItHasWritten(String include) {
        topics.create(topic, 1);
        try (SinkRun run = SinkRun.start(upsert(include))) {
            run.write("+I|1|a", "+U|2|b", "-D|1|a").snapshot();
        }
        try (Reading reading = KafkaTables.read(upsert(include))) {
            assertThat(reading.until(3).all()).containsExactly("+I|1|a", "+I|2|b", "-D|1|null");
        }
    }

    @Test
    void readsBackTheChangesItHasWritten() {
        topics.create(topic, 1);
        TableDefinition table = json("format", "debezium-json", "scan.startup.mode", "earliest-offset");
        String[] changes = {"+I|1|a", "-U|1|a", "+U|1|b", "-D|1|b"};
        try (SinkRun run = SinkRun.start(table)) {
            assertThat(run.sink.accepts()).isEqualTo(ChangelogMode.RETRACT);
            run.write(changes).snapshot();
        }
        try (Reading reading =
                KafkaTables.read(json("format", "debezium-json", "scan.startup.mode", "earliest-offset"))) {
            assertThat(reading.until(4).all()).containsExactly("+I|1|a", "-D|1|a", "+I|1|b", "-D|1|b");
        }
    }
}
