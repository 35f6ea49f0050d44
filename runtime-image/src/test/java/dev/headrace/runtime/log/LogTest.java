package dev.headrace.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private List<JsonNode> lines() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : said.toString(StandardCharsets.UTF_8).split("\n")) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    @Test
    void each_message_is_a_line_of_json_also_those_of_libraries() throws Exception {
        LoggerFactory.getLogger("org.example").warn("nobody hears this");
        Log.open(new PrintStream(said, true, StandardCharsets.UTF_8), Map.of("job", "orders"));
        Log.info("two\nlines");
        LoggerFactory.getLogger("org.example").info("too much");
        LoggerFactory.getLogger("org.example").warn("{} of {}", 1, 2);
        LoggerFactory.getLogger("org.example").error("it broke", new IllegalStateException("why"));
        Log.close();
        Log.info("nobody hears this");
        assertThat(lines()).hasSize(3).allSatisfy(line -> {
            assertThat(Instant.parse(line.path("time").asText()))
                    .isBefore(Instant.now().plusSeconds(1));
            assertThat(line.path("job").asText()).isEqualTo("orders");
        });
        assertThat(lines().get(0).path("message").asText()).isEqualTo("two\nlines");
        assertThat(lines().get(0).path("level").asText()).isEqualTo("INFO");
        assertThat(lines().get(0).has("logger")).isFalse();
        assertThat(lines().get(1).path("message").asText()).isEqualTo("1 of 2");
        assertThat(lines().get(1).path("level").asText()).isEqualTo("WARN");
        assertThat(lines().get(1).path("logger").asText()).isEqualTo("org.example");
        assertThat(lines().get(2).path("level").asText()).isEqualTo("ERROR");
        assertThat(lines().get(2).path("trace").asText()).contains("IllegalStateException: why", "\tat ");
    }
}
