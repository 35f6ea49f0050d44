package dev.headrace.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.error.UserError;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartOrderTest {
    private static final String STORAGE = "s3://bucket/jobs/orders";

    private static Optional<String> snapshot(String text) {
        return new StartOrder(Optional.of(text), false).snapshot(STORAGE);
    }

    @ParameterizedTest
    @CsvSource({
        "upgrade-abc, savepoints/upgrade-abc.json",
        "savepoints/upgrade-abc.json, savepoints/upgrade-abc.json",
        "manifests/00000000000000000012.json, manifests/00000000000000000012.json",
        "s3://bucket/jobs/orders/savepoints/upgrade-abc.json, savepoints/upgrade-abc.json"
    })
    void a_snapshot_may_be_named_in_three_ways(String text, String name) {
        assertThat(snapshot(text)).contains(name);
    }

    @Test
    void one_of_another_storage_is_refused() {
        assertThatThrownBy(() -> snapshot("s3://bucket/jobs/orders-2/savepoints/x.json"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(
                        "s3://bucket/jobs/orders-2/savepoints/x.json is not in the job's storage " + STORAGE);
    }
}
