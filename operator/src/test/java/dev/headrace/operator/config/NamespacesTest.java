package dev.headrace.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // list     | selector  | watched
                "           |           | JOSDK_ALL_NAMESPACES",
                "' '        | ' '       | JOSDK_ALL_NAMESPACES",
                "shop       |           | shop",
                "shop, bank |           | shop bank",
                "           | team=shop | headrace-selects-none",
                "shop       | team=shop | headrace-selects-none",
            })
    void what_is_watched_from_the_start(String list, String selector, String watched) {
        assertThat(new Namespaces(Optional.ofNullable(list), Optional.ofNullable(selector)).atStart())
                .isEqualTo(Set.of(watched.split(" ")));
    }
}
