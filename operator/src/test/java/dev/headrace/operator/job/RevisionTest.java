package dev.headrace.operator.job;

import static dev.headrace.operator.Jobs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec.RestoreFrom;
import dev.headrace.crds.StreamJobStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionTest {
    /** A release that comes to another digest would start all jobs anew: these may never change. */
    @Test
    void digests_are_for_ever() {
        assertThat(Revision.of(job(""))).isEqualTo("88ebc5dc77");
        assertThat(
                        Revision.of(
                                job(
                                        "image: a:1, resources: {memory: 2Gi, cpu: 500m}, env: [{name: A, value: b}],"
                                                + " podTemplate: {labels: {b: c, a: d}}, serviceAccountName: me, envFrom: [{secretRef: {name: s}}]")))
                .isEqualTo("e09f667632");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resources: {memory: 2Gi}",
                "image: a:1",
                "env: [{name: A, value: b}]",
                "envFrom: [{secretRef: {name: a}}]",
                "serviceAccountName: me",
                "podTemplate: {labels: {a: b}}",
                "podTemplate: {affinity: {nodeAffinity: {}}}",
                "restoreFrom: {snapshot: a}"
            })
    void what_a_pod_is_made_of_is_another_revision(String field) {
        assertThat(Revision.of(job(field))).isNotEqualTo(Revision.of(job("")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replicas: 1",
                "state: Suspended",
                "deletionPolicy: Delete",
                "upgrade: {strategy: Fresh, deadline: 1m, onChange: Reject}",
                "autoscale: {mode: Off}"
            })
    void what_is_about_the_job_is_the_same_revision(String field) {
        assertThat(Revision.of(job(field))).isEqualTo(Revision.of(job("")));
    }

    @Test
    void a_restore_that_was_heeded_stays_part_of_the_revision_when_it_is_taken_out_of_the_spec() {
        StreamJob asks = job("restoreFrom: {snapshot: monday}");
        StreamJob heeded = job("");
        heeded.setStatus(restored(new RestoreFrom("monday", null)));
        assertThat(Revision.of(heeded)).isEqualTo(Revision.of(asks)).isNotEqualTo(Revision.of(job("")));
    }

    @Test
    void labels_in_another_order_are_the_same_revision() {
        assertThat(Revision.of(job("podTemplate: {labels: {a: x, b: y}}")))
                .isEqualTo(Revision.of(job("podTemplate: {labels: {b: y, a: x}}")));
    }

    private static StreamJobStatus restored(RestoreFrom from) {
        return new StreamJobStatus(
                null, null, null, null, null, null, null, null, null, null, null, from, null, null, null);
    }
}
