package dev.headrace.connect.kafka;

import static dev.headrace.connect.kafka.KafkaTables.LINE;
import static dev.headrace.connect.kafka.KafkaTables.options;
import static dev.headrace.connect.kafka.KafkaTables.read;
import static dev.headrace.connect.kafka.KafkaTables.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.connect.SourceReader;
import dev.headrace.connect.kafka.KafkaTables.Reading;
import dev.headrace.testing.kafka.KafkaServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaOutageTest {
    @TempDir
    Path folder;

    @Test
    void readsOnWhenAKilledBrokerIsBack() {
        try (KafkaServer server = KafkaServer.inOwnProcess(folder, Map.of())) {
            server.topics().create("orders", 1);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                expected.add("r" + i);
            }
            server.topics().produce("orders", 0, expected.toArray(String[]::new));
            try (Reading reading = read(table(
                    LINE, options(server.bootstrapServers(), "orders", "scan.startup.mode", "earliest-offset")))) {
                reading.until(1);
                server.kill();
                for (int i = 0; i < 1000; i++) {
                    assertThat(reading.step()).isGreaterThanOrEqualTo(SourceReader.NOTHING);
                }
                server.start();
                server.topics().produce("orders", 0, "last");
                expected.add("last");
                assertThat(reading.until(expected.size()).all()).isEqualTo(expected);
            }
        }
    }
}
