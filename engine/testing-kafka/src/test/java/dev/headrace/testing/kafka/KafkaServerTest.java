package dev.headrace.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaServerTest {
    @TempDir
    Path folder;

    @Test
    void keepsItsDataOverARestart() {
        try (KafkaServer server = KafkaServer.inThisProcess(folder)) {
            server.topics().create("orders", 2);
            server.topics().produce("orders", 0, "a", "b");
            server.topics().produce("orders", 1, "c");
            server.stop();
            server.start();
            server.topics().produce("orders", 1, "d");
            assertThat(server.topics().readCommitted("orders")).containsExactly("a", "b", "c", "d");
        }
    }

    @Test
    void keepsItsDataWhenItsProcessIsKilled() {
        try (KafkaServer server = KafkaServer.inOwnProcess(folder, Map.of())) {
            server.topics().create("orders", 1);
            server.topics().produce("orders", 0, "a");
            server.kill();
            server.start();
            server.topics().produceKeyed("orders", "k", null);
            assertThat(server.topics().readCommittedPairs("orders")).containsExactly("null=a", "k=null");
        }
    }
}
