package dev.headrace.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatRegistryTest {
    private final FormatRegistry formats = FormatRegistry.load();

    @ParameterizedTest
    @ValueSource(strings = {"csv", "debezium-json", "json", "raw"})
    void findsFormatsByName(String name) {
        assertThat(formats.named(name, "orders").name()).isEqualTo(name);
    }

    @Test
    void namesTheFormatsThereAre() {
        assertThatThrownBy(() -> formats.named("jsn", "orders"))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("table 'orders': there is no format 'jsn'; known formats: ")
                .hasMessageContaining("json");
    }
}
