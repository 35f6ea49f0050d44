package dev.headrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {
    private static RequestBody read(String json) throws RequestBody.WrongRequest {
        return RequestBody.read(json.getBytes(StandardCharsets.UTF_8), List.of("savepoint", "drain"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n", "{}", "{\"savepoint\":null,\"drain\":false}", "{\"savepoint\":\"\"}"})
    void what_is_not_said_is_absent(String json) throws Exception {
        assertThat(read(json).text("savepoint")).isEmpty();
        assertThat(read(json).flag("drain")).isFalse();
    }

    @Test
    void fields_are_read() throws Exception {
        RequestBody body = read("{\"savepoint\":\"upgrade-abc\",\"drain\":true}");
        assertThat(body.text("savepoint")).contains("upgrade-abc");
        assertThat(body.flag("drain")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                    | no JSON object",
                "7                     | no JSON object",
                "{\"savepoint\":       | not readable as JSON",
                "{\"savepiont\":\"x\"} | there is no field \"savepiont\"; there are: savepoint, drain",
                "{\"savepoint\":{}}    | \"savepoint\" is no text"
            })
    void what_is_wrong_is_said(String json, String message) {
        assertThatThrownBy(() -> read(json)).hasMessageContaining(message.replace('"', '\''));
    }

    @Test
    void a_flag_is_true_or_false() {
        assertThatThrownBy(() -> read("{\"drain\":\"yes\"}").flag("drain")).hasMessageContaining("true or false");
    }
}
