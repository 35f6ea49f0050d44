package dev.headrace.connect.kafka;

import static dev.headrace.connect.kafka.KafkaErrorsTest.error;
import static dev.headrace.connect.kafka.KafkaTables.LINE;
import static dev.headrace.connect.kafka.KafkaTables.newTopic;
import static dev.headrace.connect.kafka.KafkaTables.options;
import static dev.headrace.connect.kafka.KafkaTables.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.testing.kafka.KafkaServer;
import dev.headrace.testing.kafka.KafkaTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Transactions over crashes, with each way in which brokers keep them. */
class ExactlyOnceTest {
    @Nested
    class WithTransactionVersion0 extends Cases {
        WithTransactionVersion0() {
            super("0");
        }
    }

    @Nested
    class WithTransactionVersion1 extends Cases {
        WithTransactionVersion1() {
            super("1");
        }
    }

    @Nested
    class WithTransactionVersion2 extends Cases {
        WithTransactionVersion2() {
            super("2");
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Cases {
        @TempDir
        static Path folder;

        private final String version;
        private KafkaServer server;
        private KafkaTopics topics;
        private String topic;

        Cases(String version) {
            this.version = version;
        }

        @BeforeAll
        void startServer() {
            server = KafkaServer.inThisProcess(
                    folder.resolve(version), Map.of(KafkaServer.TRANSACTION_VERSION, version));
            topics = server.topics();
        }

        @AfterAll
        void stopServer() {
            server.close();
        }

        @BeforeEach
        void createTopic() {
            topic = newTopic();
            topics.create(topic, 2);
        }

        private TableDefinition exactlyOnce(String... more) {
            Map<String, String> all = options(server.bootstrapServers(), topic, more);
            all.put("sink.delivery-guarantee", "exactly-once");
            all.put("sink.transactional-id-prefix", topic);
            return table(LINE, all);
        }

        private SinkRun start(int workers, List<byte[]> manifest) {
            return SinkRun.start(exactlyOnce(), workers, manifest);
        }

        private void assertCommitted(String... rows) {
            assertCommitted(0, List.of(rows));
        }

        /** Waits: a commit is answered before readers see it. */
        private void assertCommitted(long seed, List<String> rows) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(topics.readCommitted(topic).stream()
                                    .sorted()
                                    .toList())
                            .as("seed %d", seed)
                            .isEqualTo(rows));
        }

        @Test
        void commitsWhatTheManifestNamesAndAbortsTheRest() {
            SinkRun first = start(2, List.of());
            first.writeAt(0, "+I|a").writeAt(1, "+I|b").snapshot();
            List<byte[]> manifest = first.writeAt(0, "+I|c").writeAt(1, "+I|d").prepare();
            first.writeAt(0, "+I|lost").writeAt(1, "+I|lost too");
            first.kill();
            try (SinkRun second = start(2, manifest)) {
                assertCommitted("a", "b", "c", "d");
                topics.awaitSettled(topic);
                second.writeAt(0, "+I|e").snapshot();
                assertCommitted("a", "b", "c", "d", "e");
            }
            first.discard();
        }

        @Test
        void abortsAPreparedTransactionThatNoManifestNames() {
            SinkRun first = start(1, List.of());
            List<byte[]> manifest = first.write("+I|a").snapshot();
            first.write("+I|lost").prepare();
            first.kill();
            try (SinkRun second = start(1, manifest)) {
                assertCommitted("a");
                topics.awaitSettled(topic);
                second.write("+I|b").snapshot();
                assertCommitted("a", "b");
            }
            first.discard();
        }

        @Test
        void commitsOnceHoweverOftenItStartsFromTheSameManifest() {
            SinkRun first = start(1, List.of());
            List<byte[]> manifest = first.write("+I|a").prepare();
            first.kill();
            for (int i = 0; i < 5; i++) {
                SinkRun again = start(1, manifest);
                again.write("+I|lost" + i);
                if (i % 2 == 1) {
                    again.prepare();
                    again.write("+I|lost too" + i);
                }
                again.kill().discard();
                assertCommitted("a");
            }
            start(1, manifest).close();
            assertCommitted("a");
            topics.awaitSettled(topic);
            first.discard();
        }

        @Test
        void keepsAProcessFromWritingAfterAnotherHasTakenOver() {
            SinkRun zombie = start(1, List.of());
            List<byte[]> manifest = zombie.write("+I|a").prepare();
            zombie.write("+I|lost");
            zombie.kill();
            try (SinkRun second = start(1, manifest)) {
                zombie.sink.commit(manifest);
                assertThat(error(() -> {
                            zombie.write("+I|lost too");
                            zombie.sink.commit(zombie.prepare());
                        }))
                        .hasMessageContaining("another process has taken over");
                second.write("+I|b").snapshot();
                assertCommitted("a", "b");
                topics.awaitSettled(topic);
            }
            zombie.discard();
        }

        @Test
        void endsTransactionsOfWorkersThatAreNoMore() {
            SinkRun wide = start(4, List.of());
            for (int i = 0; i < 4; i++) {
                wide.writeAt(i, "+I|a" + i);
            }
            List<byte[]> manifest = wide.prepare();
            for (int i = 0; i < 4; i++) {
                wide.writeAt(i, "+I|lost" + i);
            }
            wide.kill();
            try (SinkRun narrow = start(1, manifest)) {
                assertCommitted("a0", "a1", "a2", "a3");
                topics.awaitSettled(topic);
                narrow.write("+I|b").snapshot();
                assertCommitted("a0", "a1", "a2", "a3", "b");
            }
            wide.discard();
        }

        @Test
        void leavesOtherJobsAndSinksAlone() {
            try (SinkRun other = SinkRun.start(exactlyOnce(), "other", "sink");
                    SinkRun same = SinkRun.start(exactlyOnce(), "job", "second")) {
                other.write("+I|other");
                same.write("+I|same");
                try (SinkRun run = start(1, List.of())) {
                    run.write("+I|a").snapshot();
                    other.snapshot();
                    same.snapshot();
                }
                assertCommitted("a", "other", "same");
            }
        }

        @Test
        void aRandomHistoryHasEachRowOnceThatASnapshotHolds() {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            List<byte[]> manifest = List.of();
            List<String> durable = new ArrayList<>();
            List<SinkRun> dead = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                int workers = 1 + random.nextInt(3);
                SinkRun run = start(workers, manifest);
                assertCommitted(seed, durable);
                List<String> written = new ArrayList<>();
                while (true) {
                    writeSome(run, workers, random, written, dead.size());
                    if (random.nextInt(6) == 0) {
                        break;
                    }
                    List<byte[]> prepared = run.prepare();
                    if (random.nextInt(6) == 0) {
                        break;
                    }
                    manifest = prepared;
                    durable.addAll(written);
                    durable.sort(null);
                    written.clear();
                    writeSome(run, workers, random, written, dead.size());
                    if (random.nextInt(6) == 0) {
                        break;
                    }
                    run.sink.commit(prepared);
                }
                dead.add(run.kill());
            }
            start(1, manifest).close();
            assertCommitted(seed, durable);
            topics.awaitSettled(topic);
            dead.forEach(SinkRun::discard);
        }

        private static void writeSome(SinkRun run, int workers, Random random, List<String> written, int round) {
            for (int rows = random.nextInt(4); rows > 0; rows--) {
                String row = String.format("%02d-%08x", round, random.nextInt());
                run.writeAt(random.nextInt(workers), "+I|" + row);
                written.add(row);
            }
        }

        @Test
        void saysThatTheBrokerAllowsNoSuchTimeout() {
            assertThat(error(() -> SinkRun.start(exactlyOnce("properties.transaction.timeout.ms", "1000000"))
                            .write("+I|a")))
                    .hasMessageContaining("lower the option 'properties.transaction.timeout.ms' (1000000)")
                    .hasMessageContaining("transaction.max.timeout.ms");
        }

        @Test
        void tellsATransactionThatKafkaGaveUp() {
            SinkRun first = SinkRun.start(exactlyOnce("properties.transaction.timeout.ms", "500"));
            List<byte[]> manifest = first.write("+I|a").prepare();
            first.kill();
            topics.awaitSettled(topic);
            assertThat(SinkRun.sink(exactlyOnce(), "job").fates(manifest))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Sink.Fate.Lost.class,
                            lost -> assertThat(lost.why())
                                    .startsWith("table 't': Kafka has given up the transaction '" + topic)
                                    .endsWith("longer than 'properties.transaction.timeout.ms' (500 ms)"));
            assertThat(error(() -> start(1, manifest))).hasMessageContaining("Kafka has given up the transaction");
            first.discard();
            assertCommitted();
        }

        @Test
        void withdrawsWhatIsPreparedAndTellsItFromWhatIsVisible() {
            SinkRun first = start(2, List.of());
            List<byte[]> before = first.writeAt(0, "+I|a").writeAt(1, "+I|b").snapshot();
            List<byte[]> manifest =
                    first.writeAt(0, "+I|c").writeAt(1, "+I|withdrawn").prepare();
            first.writeAt(0, "+I|lost");
            first.kill();
            Sink second = SinkRun.sink(exactlyOnce(), "job");
            assertThat(second.fates(manifest)).containsExactly(new Sink.Fate.Prepared(), new Sink.Fate.Prepared());
            first.sink.commit(manifest.subList(0, 1));
            assertThat(second.fates(manifest)).containsExactly(new Sink.Fate.Visible(), new Sink.Fate.Prepared());
            second.withdraw(manifest.subList(1, 2));
            assertThat(second.fates(manifest).getFirst()).isEqualTo(new Sink.Fate.Visible());
            assertThat(second.fates(manifest).getLast()).isInstanceOf(Sink.Fate.Lost.class);
            assertThat(error(() -> second.withdraw(manifest)))
                    .hasMessageContaining("another process has committed it just now");
            second.withdraw(manifest.subList(1, 2));
            // A process that was believed dead finds its transaction gone.
            assertThat(error(() -> first.sink.commit(manifest.subList(1, 2)))).hasMessageContaining("cannot commit");
            second.resume(before);
            try (SinkRun third = start(2, List.of())) {
                topics.awaitSettled(topic);
                third.writeAt(1, "+I|d").snapshot();
                assertCommitted("a", "b", "c", "d");
            }
            first.discard();
        }
    }
}
