package dev.headrace.connect.kafka;

import static dev.headrace.connect.kafka.KafkaTables.LINE;
import static dev.headrace.connect.kafka.KafkaTables.PAIR;
import static dev.headrace.connect.kafka.KafkaTables.newTopic;
import static dev.headrace.connect.kafka.KafkaTables.options;
import static dev.headrace.connect.kafka.KafkaTables.read;
import static dev.headrace.connect.kafka.KafkaTables.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.connect.TableDefinition.MetadataColumn;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.connect.kafka.KafkaTables.Reading;
import dev.headrace.testing.kafka.KafkaServer;
import dev.headrace.testing.kafka.KafkaTopics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users are told when a table cannot be read. */
class KafkaErrorsTest {
    static KafkaTopics topics;
    static String bootstrap;

    @BeforeAll
    static void startServer() {
        topics = KafkaServer.shared().topics();
        bootstrap = KafkaServer.shared().bootstrapServers();
    }

    static UserError error(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
        UserError error = catchThrowableOfType(UserError.class, action);
        assertThat(error).isNotNull();
        return error;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '"', nullValues = "-", textBlock = """
            topic                          ! -        ! option 'topic' is missing
            topic                          ! " ; "    ! the name of a topic
            topic-pattern                  ! a.*      ! 'topic' and 'topic-pattern' are both there
            format                         ! -        ! option 'format' is missing
            format                         ! xml      ! no format 'xml'
            value.format                   ! raw      ! 'format' and 'value.format' mean the same
            key.fields                     ! line     ! add 'key.format'
            key.format                     ! raw      ! add 'key.fields'
            properties.bootstrap.servers   ! -        ! option 'properties.bootstrap.servers' is missing
            scan.startup.mode              ! newest   ! one of: earliest-offset, latest-offset, group-offsets
            scan.startup.mode              ! timestamp ! option 'scan.startup.timestamp-millis' is missing
            scan.startup.mode              ! -        ! no group is named; add 'properties.group.id'
            scan.bounded.mode              ! group-offsets ! no group is named
            scan.startup.specific-offsets  ! 0:1      ! partition:0,offset:42
            sink.delivery-guarantee        ! twice    ! one of: exactly-once, at-least-once, none
            value.fields-include           ! SOME     ! ALL or EXCEPT_KEY
            scan.start.mode                ! x        ! unknown option 'scan.start.mode'
            """)
    void namesTheWrongOption(String option, String value, String said) {
        Map<String, String> options =
                new HashMap<>(options("nowhere:1", "orders", "scan.startup.mode", "earliest-offset"));
        if (value == null) {
            options.remove(option);
        } else {
            options.put(option, value);
        }
        UserError error = error(() -> KafkaTables.source(table(LINE, options)));
        assertThat(error.kind()).isEqualTo(UserError.Kind.REQUEST);
        assertThat(error).hasMessageContaining(said).hasMessageContaining("table 't'");
    }

    @Test
    void wantsAKeyForUpserts() {
        Map<String, String> options = new HashMap<>(options(
                bootstrap, "orders", "connector", "upsert-kafka", "value.format", "json", "key.format", "json"));
        options.remove("format");
        assertThat(error(() -> KafkaTables.source(table(PAIR, options)))).hasMessageContaining("add PRIMARY KEY");
        options.put("value.format", "debezium-json");
        assertThat(error(() -> KafkaTables.source(table(PAIR, List.of("id"), List.of(), options))))
                .hasMessageContaining("takes records that are rows");
    }

    @Test
    void namesMetadataThatIsNotThere() {
        Map<String, String> options = options(bootstrap, "orders", "scan.startup.mode", "earliest-offset");
        for (var wrong :
                Map.of("key", DataType.STRING, "offset", DataType.STRING).entrySet()) {
            TableDefinition table = table(
                    LINE, List.of(), List.of(new MetadataColumn("m", wrong.getKey(), wrong.getValue(), true)), options);
            assertThat(error(() -> KafkaTables.source(table)))
                    .hasMessageContaining("metadata '" + wrong.getKey() + "'");
        }
    }

    @Test
    void namesTheTopicThatIsMissing() {
        Source source =
                KafkaTables.source(table(LINE, options(bootstrap, "missing", "scan.startup.mode", "earliest-offset")));
        UserError error = error(() -> source.discover(Set.of()));
        assertThat(error.kind()).isEqualTo(UserError.Kind.JOB);
        assertThat(error)
                .hasMessage("table 't': cannot find topic missing: Kafka at '" + bootstrap
                        + "' has no topic missing; create it, or correct the option 'topic'");
    }

    /** Names come and go with what they are of: it is tried again. */
    @Test
    void namesTheHostThatNobodyKnows() {
        Source source = KafkaTables.source(
                table(LINE, options("nobody.invalid:9092", "orders", "scan.startup.mode", "earliest-offset")));
        UserError error = error(() -> source.discover(Set.of()));
        assertThat(error.kind()).isEqualTo(UserError.Kind.JOB);
        assertThat(error)
                .hasMessageStartingWith(
                        "table 't': cannot find the partitions of topic orders: Kafka at 'nobody.invalid:9092'"
                                + " (option 'properties.bootstrap.servers') does not answer (No resolvable bootstrap urls");
    }

    @Test
    void namesTheAddressThatDoesNotAnswer() {
        Source source = KafkaTables.source(table(
                LINE,
                options(
                        "localhost:1",
                        "orders",
                        "scan.startup.mode",
                        "earliest-offset",
                        "properties.default.api.timeout.ms",
                        "500",
                        "properties.request.timeout.ms",
                        "500")));
        assertThat(error(() -> source.discover(Set.of())))
                .hasMessageStartingWith("table 't': cannot find topic orders: Kafka at 'localhost:1' (option"
                        + " 'properties.bootstrap.servers') does not answer");
    }

    @Test
    void keepsSecretsOutOfMessages() {
        String jaas = "org.apache.kafka.common.security.plain.PlainLoginModule required username=u password";
        Source source = KafkaTables.source(table(
                LINE,
                options(
                        bootstrap,
                        "orders",
                        "scan.startup.mode",
                        "earliest-offset",
                        "properties.security.protocol",
                        "SASL_PLAINTEXT",
                        "properties.sasl.mechanism",
                        "PLAIN",
                        "properties.sasl.jaas.config",
                        jaas)));
        UserError error = error(() -> source.discover(Set.of()));
        assertThat(error.getMessage()).doesNotContain(jaas).contains("table 't'");
    }

    @Test
    void namesTheRecordThatIsBroken() {
        String topic = newTopic();
        topics.create(topic, 1);
        topics.produce(topic, 0, "{\"id\":1}", "{\"id\":\"x\"}", "{\"id\":3}");
        Map<String, String> options =
                options(bootstrap, topic, "format", "json", "scan.startup.mode", "earliest-offset");
        try (Reading reading = read(table(PAIR, options))) {
            UserError error = error(() -> reading.until(3));
            assertThat(error)
                    .hasMessageStartingWith("table 't': cannot read the record " + topic + "-0@1 as json: ")
                    .hasMessageContaining("id")
                    .hasMessageContaining("x");
        }
        options.put("json.ignore-parse-errors", "true");
        try (Reading reading = read(table(PAIR, options))) {
            reading.until(() -> reading.reader.position(0).equals("3"));
            assertThat(reading.all()).contains("1|null", "3|null");
        }
    }

    @Test
    void namesTheKeyThatIsBroken() {
        String topic = newTopic();
        topics.create(topic, 1);
        topics.produceKeyed(topic, "seven", "{\"name\":\"a\"}");
        Map<String, String> options = options(
                bootstrap,
                topic,
                "format",
                "json",
                "key.format",
                "csv",
                "key.fields",
                "id",
                "value.fields-include",
                "EXCEPT_KEY",
                "scan.startup.mode",
                "earliest-offset");
        try (Reading reading = read(table(PAIR, options))) {
            assertThat(error(() -> reading.until(1)))
                    .hasMessageStartingWith("table 't': cannot read the key of the record " + topic + "-0@0 as csv");
        }
    }

    @Test
    void saysThatRecordsWereDeletedBeforeTheyWereRead() throws Exception {
        String topic = newTopic();
        topics.create(topic, 1);
        topics.produce(topic, 0, "a", "b", "c");
        Map<String, String> options = options(
                bootstrap,
                topic,
                "scan.startup.mode",
                "specific-offsets",
                "scan.startup.specific-offsets",
                "partition:0,offset:1");
        try (Admin admin = topics.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }
        try (Reading reading = read(table(LINE, options))) {
            assertThat(error(() -> reading.until(1)))
                    .hasMessageContaining(topic + "-0 has no record at offset 1")
                    .hasMessageContaining("the partition holds offsets from 2 up to 3")
                    .hasMessageContaining("'properties.auto.offset.reset' = 'earliest'");
        }
        options.put("properties.auto.offset.reset", "earliest");
        try (Reading reading = read(table(LINE, options))) {
            assertThat(reading.until(1).all()).containsExactly("c");
        }
    }

    @Test
    void saysThatAGroupHasNoOffset() throws Exception {
        String topic = newTopic();
        topics.create(topic, 2);
        try (Admin admin = topics.admin()) {
            admin.alterConsumerGroupOffsets(topic, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        }
        Map<String, String> options = options(bootstrap, topic, "properties.group.id", topic);
        Source source = KafkaTables.source(table(LINE, options));
        assertThat(error(() -> source.discover(Set.of())))
                .hasMessageContaining("has committed no offset of " + topic + "-1")
                .hasMessageContaining("'properties.auto.offset.reset'");
    }

    @Test
    void wantsAnEndForEachPartition() {
        String topic = newTopic();
        topics.create(topic, 2);
        Source source = KafkaTables.source(table(
                LINE,
                options(
                        bootstrap,
                        topic,
                        "scan.startup.mode",
                        "earliest-offset",
                        "scan.bounded.mode",
                        "specific-offsets",
                        "scan.bounded.specific-offsets",
                        "partition:0,offset:1")));
        assertThat(error(() -> source.discover(Set.of()))).hasMessageContaining("says nothing about " + topic + "-1");
    }

    @Test
    void refusesAPositionThatIsNone() {
        assertThat(KafkaPosition.parse("5/7"))
                .isEqualTo(new KafkaPosition(5, 7))
                .hasToString("5/7");
        assertThat(KafkaPosition.parse("5")).hasToString("5");
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> KafkaPosition.parse("x")))
                .hasMessageContaining("'x' is no position");
    }
}
