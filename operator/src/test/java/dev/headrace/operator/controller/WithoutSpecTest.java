package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.operator.Jobs;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** Objects without a spec, which the definitions took once, are among those that are looked through for others. */
class WithoutSpecTest {
    private static final String META =
            "apiVersion: headrace.dev/v1alpha1\nkind: %s\nmetadata: {name: bare, namespace: shop}\n";

    @Test
    void a_job_goes_on_from_no_snapshot() {
        assertThat(StreamJobReconciler.restoredFrom(Jobs.yaml(META.formatted(StreamJob.KIND))))
                .isEmpty();
        assertThat(StreamJobReconciler.restoredFrom(Jobs.job("restoreFrom: {snapshot: monday}")))
                .contains("monday");
    }

    @Test
    void a_snapshot_is_of_no_job() {
        assertThat(SnapshotReconciler.job(Serialization.unmarshal(META.formatted(Snapshot.KIND), Snapshot.class)))
                .isEmpty();
    }
}
