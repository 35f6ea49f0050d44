package dev.headrace.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.error.UserError;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartOrderTest {
    private static final String STORAGE = "s3://bucket/jobs/orders";

    private static Optional<StartOrder.Snapshot> snapshot(String text) {
        return StartOrder.once(Optional.of(text), false).snapshot(STORAGE);
    }

    @ParameterizedTest
    @CsvSource({
        "upgrade-abc, s3://bucket/jobs/orders, savepoints/upgrade-abc.json",
        "savepoints/upgrade-abc.json, s3://bucket/jobs/orders, savepoints/upgrade-abc.json",
        "manifests/00000000000000000012.json, s3://bucket/jobs/orders, manifests/00000000000000000012.json",
        "s3://bucket/jobs/orders/savepoints/upgrade-abc.json, s3://bucket/jobs/orders, savepoints/upgrade-abc.json",
        "s3://bucket/jobs/orders-2/savepoints/x.json, s3://bucket/jobs/orders-2, savepoints/x.json",
        "s3://other/manifests/00000000000000000012.json, s3://other, manifests/00000000000000000012.json",
        "/var/snapshots/savepoints/x.json, /var/snapshots, savepoints/x.json"
    })
    void a_snapshot_is_named_shortly_or_by_its_path(String text, String storage, String name) {
        assertThat(snapshot(text)).contains(new StartOrder.Snapshot(storage, name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/jobs", "s3://bucket/jobs/savepoints/", "/var/snapshots/segments/x"})
    void what_is_no_path_of_a_snapshot_is_refused(String text) {
        assertThatThrownBy(() -> snapshot(text))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'" + text + "' is no path of a snapshot");
    }
}
