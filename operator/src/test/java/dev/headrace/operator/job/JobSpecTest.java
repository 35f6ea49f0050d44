package dev.headrace.operator.job;

import static dev.headrace.operator.Jobs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJobSpec.DeletionPolicy;
import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.StreamJobSpec.Strategy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobSpecTest {
    @Test
    void what_is_left_open_has_a_default() {
        JobSpec spec = JobSpec.of(job(""));
        assertThat(spec.state()).isEqualTo(RunState.Running);
        assertThat(spec.deletionPolicy()).isEqualTo(DeletionPolicy.Retain);
        assertThat(spec.strategy()).isEqualTo(Strategy.Restart);
        assertThat(spec.deadline()).isEqualTo(Duration.ofMinutes(10));
        assertThat(spec.schedule()).isEmpty();
        assertThat(spec.retainCount()).isEqualTo(10);
        assertThat(spec.retainAge()).isEmpty();
        assertThat(spec.refusals()).isEmpty();
    }

    @Test
    void an_affinity_of_each_kind_is_taken() {
        String terms =
                "[{labelSelector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: [b]}]},"
                        + " namespaces: [n], namespaceSelector: {}, topologyKey: zone}]";
        assertThat(JobSpec.of(job(
                                "podTemplate: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                                        + " {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: [\"1\"]}],"
                                        + " matchFields: []}]}}, podAffinity: {preferredDuringSchedulingIgnoredDuringExecution:"
                                        + " [{weight: 1, podAffinityTerm: {topologyKey: zone, matchLabelKeys: [a]}}]},"
                                        + " podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: " + terms
                                        + "}}}"))
                        .refusals())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "replicas: 3 | 'spec.replicas' is 3, but a job runs in one pod for now; give that pod more in 'spec.resources', and set 'spec.replicas' to 1",
                "java: {jar: a, mainClass: b} | 'spec.java' is not supported yet; write the job in 'spec.sql'",
                "sqlFrom: {configMap: a, key: b} | 'spec.sqlFrom' is not supported yet; write the job in 'spec.sql'",
                "autoscale: {mode: Active} | 'spec.autoscale.mode' is Active, but there is no autoscaling yet; set it to Off",
                "state: Dancing | 'spec.state' is 'Dancing', which this operator does not know; it knows [Running, Suspended]. Install a newer operator, or change it",
                "upgrade: {strategy: Slow} | 'spec.upgrade.strategy' is 'Slow', which this operator does not know; it knows [Handover, Restart, Fresh]. Install a newer operator, or change it",
                "podTemplate: {affinity: {nodeAffinity: x}} | 'spec.podTemplate.affinity.nodeAffinity' is not what Kubernetes has there; 'kubectl explain pod.spec.affinity' tells",
                "podTemplate: {affinity: {nodeAfinity: {}}} | 'spec.podTemplate.affinity.nodeAfinity' is not what Kubernetes has there; 'kubectl explain pod.spec.affinity' tells",
                "podTemplate: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpresions: []}]}}}} | 'spec.podTemplate.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpresions' is not what Kubernetes has there; 'kubectl explain pod.spec.affinity' tells",
                "podTemplate: {affinity: {podAffinity: {additionalProperties: {}}}} | 'spec.podTemplate.affinity.podAffinity.additionalProperties' is not what Kubernetes has there; 'kubectl explain pod.spec.affinity' tells",
                "podTemplate: {affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: {}}]}}} | 'spec.podTemplate.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight' is not what Kubernetes has there; 'kubectl explain pod.spec.affinity' tells",
                "resources: {cpu: \"3000000000\"} | 'spec.resources.cpu' is 3000000000, but a pod takes 4096 cores at most",
            })
    void what_cannot_be_done_is_said(String field, String sentence) {
        assertThat(JobSpec.of(job(field)).refusals()).containsExactly(sentence);
    }
}
