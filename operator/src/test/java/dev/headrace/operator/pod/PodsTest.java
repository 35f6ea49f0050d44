package dev.headrace.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodsTest {
    private static final String PULLED =
            "; correct spec.image, or name spec.podTemplate.imagePullSecrets; where the job names"
                    + " no image, it is the chart's runtimeImage";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # status | wrong | sentence
            {} | false | the pod is made
            {conditions: [{type: PodScheduled, status: 'False', message: '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'}]} | true | no node takes the pod: 0/1 nodes are available: 1 Insufficient cpu; give the cluster more room, or ask for less in spec.resources
            {conditions: [{type: PodScheduled, status: 'False', message: "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: none"}]} | true | no node takes the pod: 0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector; see spec.podTemplate: nodeSelector, affinity and tolerations
            {containerStatuses: [{name: headrace, state: {waiting: {reason: ErrImagePull, message: 'no such host'}}}]} | true | the image nowhere/none:1 cannot be pulled: no such hostPULLED
            {containerStatuses: [{name: headrace, state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image "nowhere/none:1": ErrImagePull: no such host'}}}]} | true | the image nowhere/none:1 cannot be pulled: no such hostPULLED
            {containerStatuses: [{name: headrace, state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image "nowhere/none:1"'}}}]} | true | the image nowhere/none:1 cannot be pulledPULLED
            {containerStatuses: [{name: headrace, state: {waiting: {reason: CreateContainerConfigError, message: 'secret "s3" not found'}}}]} | true | the pod cannot start: secret "s3" not found; make what is missing in the namespace, or correct spec.env or spec.envFrom
            {containerStatuses: [{name: headrace, state: {waiting: {reason: RunContainerError, message: 'no such file'}}}]} | true | the pod cannot start: RunContainerError: no such file; kubectl describe pod a tells more
            {containerStatuses: [{name: envoy, state: {waiting: {reason: CrashLoopBackOff}}}, {name: headrace, state: {waiting: {reason: ContainerCreating}}}]} | false | a node has taken the pod, and makes its container
            {containerStatuses: [{name: headrace, state: {waiting: {reason: ContainerCreating}}}]} | false | a node has taken the pod, and makes its container
            {containerStatuses: [{name: headrace, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]} | true | the process has ended (out of memory; give it more in spec.resources.memory), and is started again: CrashLoopBackOff
            {containerStatuses: [{name: headrace, state: {terminated: {exitCode: 1, message: 'no disk'}}}]} | false | the process has ended (exit code 1: no disk), and is started again
            """)
    void why_a_pod_does_not_run(String status, boolean wrong, String sentence) {
        assertThat(Pods.waits(pod(status), Optional.empty()))
                .isEqualTo(new PodSeen.Pending(sentence.replace("PULLED", PULLED), wrong));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ContainerCreating | true  | the pod cannot start: configmap "absent" not found (FailedMount); kubectl describe pod a tells more
            ErrImageNeverPull | false | the image nowhere/none:1 cannot be pulledPULLED
            """)
    void what_events_say_of_a_pod_counts_while_its_status_does_not_say_why(
            String waiting, boolean beingMade, String sentence) {
        Pod pod = pod("{containerStatuses: [{name: headrace, state: {waiting: {reason: %s}}}]}".formatted(waiting));
        Warning warning = new Warning("FailedMount", "configmap \"absent\" not found", Instant.EPOCH, Instant.EPOCH);
        assertThat(Pods.isBeingMade(pod)).isEqualTo(beingMade);
        assertThat(Pods.waits(pod, Optional.of(warning)))
                .isEqualTo(new PodSeen.Pending(sentence.replace("PULLED", PULLED), true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # status | sentence
            {} | ''
            {containerStatuses: [{name: headrace, state: {running: {}}, lastState: {terminated: {exitCode: 137, reason: Error, finishedAt: '2026-01-01T10:00:00Z'}}}]} | ''
            {containerStatuses: [{name: headrace, state: {running: {}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: '2026-01-01T10:00:00Z'}}}]} | at 2026-01-01T10:00:00Z its process was killed, since it took more memory than it may (512Mi); raise spec.resources.memory
            {containerStatuses: [{name: headrace, state: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: '2026-01-01T10:05:00Z'}}, lastState: {terminated: {exitCode: 1, finishedAt: '2026-01-01T10:00:00Z'}}}]} | at 2026-01-01T10:05:00Z its process was killed, since it took more memory than it may (512Mi); raise spec.resources.memory
            {containerStatuses: [{name: headrace, state: {running: {}}, lastState: {terminated: {exitCode: 3, finishedAt: '2026-01-01T10:00:00Z'}}}]} | at 2026-01-01T10:00:00Z its process ran out of memory, and ended (512Mi); raise spec.resources.memory
            """)
    void that_a_process_ended_for_lack_of_memory(String status, String sentence) {
        assertThat(Pods.outOfMemory(pod(status)).map(OutOfMemory::message).orElse(""))
                .isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # status | done
            {} | -
            {phase: Running, containerStatuses: [{name: headrace, state: {running: {}}}]} | -
            {phase: Running, containerStatuses: [{name: headrace, state: {terminated: {exitCode: 1}}}]} | -
            {phase: Succeeded} | true
            {phase: Failed} | false
            {phase: Running, containerStatuses: [{name: envoy, state: {running: {}}}, {name: headrace, state: {terminated: {exitCode: 0}}}]} | true
            {phase: Failed, containerStatuses: [{name: headrace, state: {terminated: {exitCode: 0}}}]} | true
            """)
    void a_pod_that_is_to_end_has_done_its_work_when_its_own_process_has(String status, Boolean done) {
        assertThat(Pods.hasDoneItsWork(pod(status))).isEqualTo(Optional.ofNullable(done));
    }

    private static Pod pod(String status) {
        return Serialization.unmarshal(
                "metadata: {name: a}\nspec: {containers: [{name: headrace, image: 'nowhere/none:1', resources: {limits: {memory: 512Mi}}}]}\nstatus: "
                        + status,
                Pod.class);
    }
}
