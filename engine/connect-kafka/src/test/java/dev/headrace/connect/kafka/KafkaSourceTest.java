package dev.headrace.connect.kafka;

import static dev.headrace.connect.kafka.KafkaTables.LINE;
import static dev.headrace.connect.kafka.KafkaTables.PAIR;
import static dev.headrace.connect.kafka.KafkaTables.newTopic;
import static dev.headrace.connect.kafka.KafkaTables.options;
import static dev.headrace.connect.kafka.KafkaTables.read;
import static dev.headrace.connect.kafka.KafkaTables.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.batch.Composite;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.Split;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.connect.TableDefinition.MetadataColumn;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.connect.kafka.KafkaTables.Reading;
import dev.headrace.testing.kafka.KafkaServer;
import dev.headrace.testing.kafka.KafkaTopics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSourceTest {
    static KafkaTopics topics;
    static String bootstrap;

    String topic;

    @BeforeAll
    static void startServer() {
        topics = KafkaServer.shared().topics();
        bootstrap = KafkaServer.shared().bootstrapServers();
    }

    @BeforeEach
    void name() {
        topic = newTopic();
    }

    /** Two partitions with the records a0 to a4 and b0 to b4, at the times 0, 1000, ... 4000; a group is at 2 and 3. */
    void createNumbered() throws Exception {
        topics.create(topic, 2);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            records.add(new ProducerRecord<>(topic, 0, i * 1000L, null, bytes("a" + i)));
            records.add(new ProducerRecord<>(topic, 1, i * 1000L, null, bytes("b" + i)));
        }
        topics.produce(records);
        try (Admin admin = topics.admin()) {
            admin.alterConsumerGroupOffsets(
                            topic + "-group",
                            Map.of(
                                    new TopicPartition(topic, 0), new OffsetAndMetadata(2),
                                    new TopicPartition(topic, 1), new OffsetAndMetadata(3)))
                    .all()
                    .get();
        }
    }

    TableDefinition lines(String... more) {
        return table(LINE, options(bootstrap, topic, more));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', nullValues = "-", textBlock = """
            earliest-offset  ! -                                  ! -                                      ! 0 0 ! a0 a1 a2 a3 a4 b0 b1 b2 b3 b4
            latest-offset    ! -                                  ! -                                      ! 5 5 !
            timestamp        ! scan.startup.timestamp-millis      ! 2500                                   ! 3 3 ! a3 a4 b3 b4
            timestamp        ! scan.startup.timestamp-millis      ! 9000                                   ! 5 5 !
            specific-offsets ! scan.startup.specific-offsets      ! partition:0,offset:4;partition:1,offset:1 ! 4 1 ! a4 b1 b2 b3 b4
            specific-offsets ! scan.startup.specific-offsets      ! partition:1,offset:3                   ! 0 3 ! a0 a1 a2 a3 a4 b3 b4
            group-offsets    ! properties.group.id                ! GROUP                                  ! 2 3 ! a2 a3 a4 b3 b4
            """)
    void beginsWhereTheStartupModeSays(String mode, String option, String value, String starts, String rows)
            throws Exception {
        createNumbered();
        Map<String, String> options = options(bootstrap, topic, "scan.startup.mode", mode);
        if (option != null) {
            options.put(option, value.equals("GROUP") ? topic + "-group" : value);
        }
        List<String> expected = rows == null ? List.of() : List.of(rows.split(" "));
        try (Reading reading = read(table(LINE, options))) {
            assertThat(reading.splits)
                    .containsExactly(
                            new Split(topic + "-0", starts.split(" ")[0]),
                            new Split(topic + "-1", starts.split(" ")[1]));
            assertThat(reading.until(expected.size()).all()).isEqualTo(expected);
            topics.produce(topic, 1, "later");
            assertThat(reading.until(expected.size() + 1).all()).endsWith("later");
            assertThat(reading.positions()).containsExactly(topic + "-0@5", topic + "-1@6");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', nullValues = "-", textBlock = """
            latest-offset    ! -                             ! -                                      ! 0/5 0/5 ! a0 a1 a2 a3 a4 b0 b1 b2 b3 b4
            timestamp        ! scan.bounded.timestamp-millis ! 2000                                   ! 0/2 0/2 ! a0 a1 b0 b1
            specific-offsets ! scan.bounded.specific-offsets ! partition:0,offset:1;partition:1,offset:0 ! 0/1 0/0 ! a0
            group-offsets    ! properties.group.id           ! GROUP                                  ! 0/2 0/3 ! a0 a1 b0 b1 b2
            """)
    void endsWhereTheBoundedModeSays(String mode, String option, String value, String starts, String rows)
            throws Exception {
        createNumbered();
        Map<String, String> options =
                options(bootstrap, topic, "scan.bounded.mode", mode, "scan.startup.mode", "earliest-offset");
        if (option != null) {
            options.put(option, value.equals("GROUP") ? topic + "-group" : value);
        }
        try (Reading reading = read(table(LINE, options))) {
            assertThat(reading.source.isBounded()).isTrue();
            topics.produce(topic, 0, "after the end was recorded");
            assertThat(reading.splits)
                    .containsExactly(
                            new Split(topic + "-0", starts.split(" ")[0]),
                            new Split(topic + "-1", starts.split(" ")[1]));
            assertThat(reading.untilEnd().all()).containsExactly(rows.split(" "));
            assertThat(reading.reader.hasEnded(0)).isTrue();
            assertThat(reading.reader.hasEnded(1)).isTrue();
        }
    }

    @Test
    void endsBehindMarkersAndAbortedRecords() throws Exception {
        topics.create(topic, 2);
        try (KafkaProducer<byte[], byte[]> producer = transactional(topic)) {
            producer.beginTransaction();
            send(producer, 0, "committed");
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, 0, "aborted");
            send(producer, 1, "aborted");
            producer.flush();
            producer.abortTransaction();
        }
        Awaitility.await().until(() -> topics.committedEnds(topic).equals(Map.of(0, 4L, 1, 2L)));
        TableDefinition table = lines("scan.startup.mode", "earliest-offset", "scan.bounded.mode", "latest-offset");
        try (Reading reading = read(table)) {
            assertThat(reading.splits).containsExactly(new Split(topic + "-0", "0/4"), new Split(topic + "-1", "0/2"));
            assertThat(reading.untilEnd().all()).containsExactly("committed");
            assertThat(reading.positions()).containsExactly(topic + "-0@4/4", topic + "-1@2/2");
            try (Reading again = reading.reopen(table)) {
                assertThat(again.untilEnd().all()).isEmpty();
            }
        }
    }

    @Test
    void seesATransactionOnceItIsCommitted() throws Exception {
        topics.create(topic, 1);
        try (KafkaProducer<byte[], byte[]> producer = transactional(topic);
                Reading reading = read(lines("scan.startup.mode", "earliest-offset"))) {
            producer.beginTransaction();
            send(producer, 0, "a");
            producer.flush();
            reading.expectNothing();
            producer.commitTransaction();
            assertThat(reading.until(1).all()).containsExactly("a");
            try (Reading dirty = read(
                    lines("scan.startup.mode", "earliest-offset", "properties.isolation.level", "read_uncommitted"))) {
                producer.beginTransaction();
                send(producer, 0, "b");
                producer.flush();
                assertThat(dirty.until(2).all()).containsExactly("a", "b");
                producer.abortTransaction();
            }
        }
    }

    @Test
    void goesOnFromAPosition() {
        topics.create(topic, 1);
        topics.produce(topic, 0, IntStream.range(0, 5000).mapToObj(i -> "r" + i).toArray(String[]::new));
        TableDefinition table = lines("scan.startup.mode", "earliest-offset", "scan.bounded.mode", "latest-offset");
        Reading first = read(table);
        while (first.step() < 0) {
            Thread.onSpinWait();
        }
        List<String> rows = new ArrayList<>(first.all());
        assertThat(rows).hasSizeBetween(1, 4999);
        assertThat(first.positions()).containsExactly(topic + "-0@" + rows.size() + "/5000");
        try (Reading second = first.reopen(table)) {
            rows.addAll(second.untilEnd().all());
        }
        assertThat(rows)
                .isEqualTo(IntStream.range(0, 5000).mapToObj(i -> "r" + i).toList());
    }

    @Test
    void readsPartitionsAddedLaterFromTheirBeginning() {
        topics.create(topic, 1);
        TableDefinition table =
                lines("scan.startup.mode", "latest-offset", "scan.topic-partition-discovery.interval", "1 s");
        try (Reading reading = read(table)) {
            assertThat(reading.source.discoveryIntervalMillis()).isEqualTo(1000);
            topics.extend(topic, 2);
            topics.produce(topic, 1, "before it was found");
            List<Split> found = reading.source.discover(Set.of(topic + "-0"));
            assertThat(found).containsExactly(new Split(topic + "-1", "0"));
            found.forEach(reading::assign);
            assertThat(reading.until(1).all()).containsExactly("before it was found");
            assertThat(reading.source.discover(Set.of(topic + "-0", topic + "-1")))
                    .isEmpty();
        }
    }

    @Test
    void readsAllTopicsOfAPattern() {
        topics.create(topic + ".one", 1);
        topics.create(topic + ".two", 1);
        topics.create(topic + ".x", 1);
        topics.produce(topic + ".one", 0, "1");
        topics.produce(topic + ".two", 0, "2");
        TableDefinition table =
                lines("topic", null, "topic-pattern", topic + "\\.(one|two)", "scan.startup.mode", "earliest-offset");
        try (Reading reading = read(table)) {
            assertThat(reading.until(2).all()).containsExactly("1", "2");
        }
        TableDefinition list = lines("topic", topic + ".x; " + topic + ".two", "scan.startup.mode", "earliest-offset");
        try (Reading reading = read(list)) {
            assertThat(reading.splits).extracting(Split::id).containsExactly(topic + ".two-0", topic + ".x-0");
            assertThat(reading.until(1).all()).containsExactly("2");
        }
    }

    @Test
    void pausesAndHolds() {
        topics.create(topic, 2);
        topics.produce(topic, 0, "a", "b", "c");
        topics.produce(topic, 1, "x");
        try (Reading reading = read(lines("scan.startup.mode", "earliest-offset"))) {
            reading.reader.pause(0, true);
            reading.reader.holdAt(0, "2");
            assertThat(reading.until(1).expectNothing().all()).containsExactly("x");
            reading.reader.pause(0, false);
            assertThat(reading.until(3).expectNothing().all()).containsExactly("a", "b", "x");
            assertThat(reading.positions()).containsExactly(topic + "-0@2", topic + "-1@1");
            reading.reader.holdAt(0, "3");
            assertThat(reading.until(4).all()).containsExactly("a", "b", "c", "x");
        }
    }

    @Test
    void holdsInAGapOfOffsets() throws Exception {
        topics.create(topic, 1);
        try (KafkaProducer<byte[], byte[]> producer = transactional(topic);
                Reading reading = read(lines("scan.startup.mode", "earliest-offset"))) {
            producer.beginTransaction();
            send(producer, 0, "a");
            producer.commitTransaction();
            topics.awaitSettled(topic);
            topics.produce(topic, 0, "b");
            // Offset 1 is the end of the transaction, 2 is b.
            reading.reader.holdAt(0, "2");
            reading.until(() -> reading.reader.position(0).equals("2"));
            assertThat(reading.expectNothing().all()).containsExactly("a");
        }
    }

    @Test
    void tellsLag() {
        topics.create(topic, 1);
        topics.produce(topic, 0, "a", "b", "c");
        try (Reading reading = read(lines("scan.startup.mode", "earliest-offset"))) {
            assertThat(reading.until(3).reader.lag(0)).isZero();
            reading.reader.pause(0, true);
            topics.produce(topic, 0, "d", "e");
            reading.reader.pause(0, false);
            reading.reader.holdAt(0, "4");
            reading.until(4).until(() -> reading.reader.lag(0) == 1);
        }
    }

    @Test
    void tellsAGroupHowFarItHasRead() {
        topics.create(topic, 1);
        topics.produce(topic, 0, "a", "b", "c");
        TableDefinition table = lines(
                "scan.startup.mode",
                "group-offsets",
                "properties.group.id",
                topic + "-group",
                "properties.auto.offset.reset",
                "earliest");
        Reading reading = read(table).until(3);
        Awaitility.await().until(() -> {
            reading.step();
            ((KafkaReader) reading.reader).commitPositions();
            try (Admin admin = topics.admin()) {
                OffsetAndMetadata offset = admin.listConsumerGroupOffsets(topic + "-group")
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(new TopicPartition(topic, 0));
                return offset != null && offset.offset() == 3;
            }
        });
        reading.close();
        try (Reading next = read(table)) {
            assertThat(next.splits).containsExactly(new Split(topic + "-0", "3"));
        }
    }

    @Test
    void readsKeysIntoColumns() {
        topics.create(topic, 1);
        topics.produce(List.of(
                new ProducerRecord<>(topic, 0, bytes("{\"id\":7}"), bytes("{\"name\":\"a\"}")),
                new ProducerRecord<>(topic, 0, null, bytes("{\"name\":\"b\"}")),
                new ProducerRecord<>(topic, 0, bytes("{\"id\":8}"), null)));
        Schema schema = Schema.of(new Field("k_id", DataType.BIGINT), new Field("name", DataType.STRING));
        Map<String, String> options = options(
                bootstrap,
                topic,
                "format",
                null,
                "value.format",
                "json",
                "key.format",
                "json",
                "key.fields",
                "k_id",
                "key.fields-prefix",
                "k_",
                "value.fields-include",
                "EXCEPT_KEY",
                "scan.startup.mode",
                "earliest-offset");
        try (Reading reading = read(table(schema, options))) {
            assertThat(reading.source.changelogMode()).isEqualTo(ChangelogMode.INSERT_ONLY);
            assertThat(reading.until(2).all()).containsExactly("7|a", "null|b");
            reading.until(() -> reading.reader.position(0).equals("3"));
        }
    }

    @Test
    void readsTextKeysFromTheSameBuffer() {
        topics.create(topic, 1);
        topics.produce(List.of(
                new ProducerRecord<>(topic, 0, bytes("one"), bytes("{\"id\":1}")),
                new ProducerRecord<>(topic, 0, bytes("two"), bytes("{\"id\":2}"))));
        Map<String, String> options = options(
                bootstrap,
                topic,
                "format",
                "json",
                "key.format",
                "raw",
                "key.fields",
                "name",
                "value.fields-include",
                "EXCEPT_KEY",
                "scan.startup.mode",
                "earliest-offset");
        try (Reading reading = read(table(PAIR, options))) {
            assertThat(reading.until(2).all()).containsExactly("1|one", "2|two");
        }
    }

    @ParameterizedTest
    @CsvSource({"ALL", "EXCEPT_KEY"})
    void readsUpsertsAndDeletes(String include) {
        topics.create(topic, 1);
        topics.produce(List.of(
                new ProducerRecord<>(topic, 0, bytes("k\u00e91"), bytes("{\"name\":\"k\\u00e91\",\"id\":1}")),
                new ProducerRecord<>(topic, 0, bytes("k2"), bytes("{\"name\":\"k2\",\"id\":2}")),
                new ProducerRecord<>(topic, 0, bytes("k\u00e91"), null),
                new ProducerRecord<>(topic, 0, bytes("k2"), bytes("{\"name\":\"k2\",\"id\":3}"))));
        Map<String, String> options = new HashMap<>(Map.of(
                "connector",
                "upsert-kafka",
                "properties.bootstrap.servers",
                bootstrap,
                "topic",
                topic,
                "value.format",
                "json",
                "key.format",
                "raw",
                "value.fields-include",
                include));
        try (Reading reading = read(table(PAIR, List.of("name"), List.of(), options))) {
            assertThat(reading.source.changelogMode()).isEqualTo(ChangelogMode.UPSERT);
            assertThat(reading.until(4).all())
                    .containsExactly("+I|1|k\u00e91", "+I|2|k2", "-D|null|k\u00e91", "+I|3|k2");
        }
    }

    @Test
    void waitsForASplitWhereItHasNone() {
        topics.create(topic, 1);
        topics.produce(topic, 0, "a");
        TableDefinition table = table(LINE, options(bootstrap, topic, "scan.startup.mode", "earliest-offset"));
        Source source = KafkaTables.source(table);
        try (Reading reading = new Reading(source, KafkaTables.all(table), List.of())) {
            reading.expectNothing();
            source.discover(Set.of()).forEach(reading::assign);
            assertThat(reading.until(1).all()).containsExactly("a");
        }
    }

    @Test
    void readsChanges() {
        topics.create(topic, 1);
        topics.produce(
                topic,
                0,
                "{\"before\":null,\"after\":{\"id\":1,\"name\":\"a\"},\"op\":\"c\"}",
                "{\"before\":{\"id\":1,\"name\":\"a\"},\"after\":{\"id\":1,\"name\":\"b\"},\"op\":\"u\"}",
                "{\"before\":{\"id\":1,\"name\":\"b\"},\"after\":null,\"op\":\"d\"}");
        Map<String, String> options =
                options(bootstrap, topic, "format", "debezium-json", "scan.startup.mode", "earliest-offset");
        try (Reading reading = read(table(PAIR, options))) {
            assertThat(reading.source.changelogMode()).isEqualTo(ChangelogMode.RETRACT);
            assertThat(reading.until(4).all()).containsExactly("+I|1|a", "-U|1|a", "+U|1|b", "-D|1|b");
        }
    }

    @Test
    void readsMetadata() {
        topics.create(topic, 2);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 1, 1234L, null, bytes("v"));
        record.headers().add("h1", bytes("x")).add("h2", null).add("h1", bytes("y"));
        topics.produce(List.of(record, new ProducerRecord<>(topic, 1, 1235L, null, bytes("w"))));
        List<MetadataColumn> metadata = List.of(
                new MetadataColumn("topic", "topic", DataType.STRING, true),
                new MetadataColumn("p", "partition", DataType.BIGINT, true),
                new MetadataColumn("o", "offset", DataType.BIGINT, true),
                new MetadataColumn("ts", "timestamp", DataType.timestamp(3), true),
                new MetadataColumn("ms", "timestamp", DataType.BIGINT, true),
                new MetadataColumn("tt", "timestamp-type", DataType.STRING, true),
                new MetadataColumn("epoch", "leader-epoch", DataType.INT, true),
                new MetadataColumn("h", "headers", RecordMetadata.HEADERS, true));
        TableDefinition table =
                table(LINE, List.of(), metadata, options(bootstrap, topic, "scan.startup.mode", "earliest-offset"));
        try (Reading reading = read(table)) {
            reading.until(2);
            assertThat(reading.all().get(0)).startsWith("v|" + topic + "|1|0|1234000|1234|CreateTime|0|");
            assertThat(reading.all().get(1)).startsWith("w|" + topic + "|1|1|1235000|1235|CreateTime|0|");
            var column = reading.batch.column(8);
            long slice = column.values()[0];
            var names =
                    Composite.Reader.ofArray(DataType.STRING).at(column.heap(), Composite.keys(column.heap(), slice));
            var values =
                    Composite.Reader.ofArray(DataType.BYTES).at(column.heap(), Composite.values(column.heap(), slice));
            assertThat(names.count()).isEqualTo(2);
            assertThat(text(names, 0) + text(names, 1)).isEqualTo("h2h1");
            assertThat(values.isNull(0)).isTrue();
            assertThat(text(values, 1)).isEqualTo("y");
        }
    }

    private static String text(Composite.Reader reader, int index) {
        long slice = reader.cell(index);
        return new String(reader.heap(), (int) (slice >>> 32), (int) slice, StandardCharsets.UTF_8);
    }

    KafkaProducer<byte[], byte[]> transactional(String id) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "transactional.id", id),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    Future<?> send(KafkaProducer<byte[], byte[]> producer, int partition, String value) {
        return producer.send(new ProducerRecord<>(topic, partition, null, bytes(value)));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
