package dev.headrace.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    @Test
    void fields_come_in_order_and_unknown_ones_are_left_out() {
        assertThat(new JsonText()
                        .put("a", "x")
                        .put("b", Optional.empty())
                        .put("c", OptionalLong.empty())
                        .put("d", OptionalLong.of(-7))
                        .put("e", new JsonText().put("f", 1))
                        .put("g", Map.of("0", "12")))
                .hasToString("{\"a\":\"x\",\"d\":-7,\"e\":{\"f\":1},\"g\":{\"0\":\"12\"}}");
        assertThat(new JsonText()).hasToString("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"", "\\", "a\nb\r\tc", "\u0000\u001f", "größer", "\uD83D\uDE00", "</script>"})
    void any_text_is_read_back_as_it_was(String text) throws Exception {
        JsonNode read =
                new ObjectMapper().readTree(new JsonText().put(text, text).toString());
        assertThat(read.path(text).asText()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "\uDE00", "a\uDE00\uD83Db"})
    void half_a_character_is_escaped(String text) throws Exception {
        String json = new JsonText().put("a", text).toString();
        assertThat(json).matches("\\p{ASCII}*");
        assertThat(new ObjectMapper().readTree(json).path("a").asText()).isEqualTo(text);
    }
}
