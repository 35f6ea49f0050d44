package dev.headrace.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | the pod is made",
                "{conditions: [{type: PodScheduled, status: 'False', message: 'no node has 4Gi'}]} | no node takes the pod: no node has 4Gi",
                "{containerStatuses: [{state: {waiting: {reason: ImagePullBackOff, message: 'no such image'}}}]} | ImagePullBackOff: no such image",
                "{containerStatuses: [{state: {waiting: {reason: CreateContainerConfigError, message: 'secret \"s3\" not found'}}}]} | CreateContainerConfigError: secret \"s3\" not found",
                "{containerStatuses: [{state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]} | the process has ended (out of memory; give it more in spec.resources.memory), and is started again: CrashLoopBackOff",
                "{containerStatuses: [{state: {terminated: {exitCode: 1, message: 'no disk'}}}]} | the process has ended (exit code 1: no disk), and is started again",
            })
    void why_a_pod_does_not_run(String status, String sentence) {
        Pod pod = Serialization.unmarshal("metadata: {name: a}\nstatus: " + status, Pod.class);
        assertThat(Pods.waits(pod)).isEqualTo(sentence);
    }
}
