package dev.headrace.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // list           | selector  | watched
                "                 |           | JOSDK_ALL_NAMESPACES",
                "' '              | ' '       | JOSDK_ALL_NAMESPACES",
                "shop             |           | shop",
                "shop, bank       |           | shop bank",
                "shop, forbidden  |           | shop",
                "forbidden        |           | headrace-selects-none",
                "                 | team=shop | headrace-selects-none",
                "shop             | team=shop | headrace-selects-none",
            })
    void what_is_watched_from_the_start(String list, String selector, String watched) {
        assertThat(namespaces(list, selector).atStart(name -> !name.equals("forbidden")))
                .isEqualTo(Set.of(watched.split(" ")));
    }

    @Test
    void one_of_a_list_is_watched_while_it_can_be() {
        Set<String> watchable = new HashSet<>(Set.of("shop", "bank"));
        List<Set<String>> told = new ArrayList<>();
        Runnable look = namespaces("shop,bank", null).new Look(watchable::contains, Set.copyOf(watchable), told::add);
        look.run();
        assertThat(told).isEmpty();
        watchable.remove("bank");
        look.run();
        look.run();
        watchable.remove("shop");
        look.run();
        assertThat(told).as("there is none to change to").containsExactly(Set.of("shop"));
        watchable.add("shop");
        look.run();
        assertThat(told).as("it was never left").containsExactly(Set.of("shop"));
        watchable.remove("shop");
        watchable.add("bank");
        look.run();
        assertThat(told).containsExactly(Set.of("shop"), Set.of("bank"));
    }

    private static Namespaces namespaces(String list, String selector) {
        return new Namespaces(Optional.ofNullable(list), Optional.ofNullable(selector));
    }
}
