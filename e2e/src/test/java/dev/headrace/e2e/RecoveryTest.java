package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Node;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Pods;
import dev.headrace.e2e.fixture.Snapshots;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Things of a job that runs are taken away. One job goes through it all. */
@JobsIn(value = Topic.RECOVERY, together = true)
class RecoveryTest {
    private static Numbers numbers;
    private static Job job;

    @BeforeAll
    static void begins(Jobs jobs) {
        numbers = jobs.numbers("tough");
        job = numbers.start();
    }

    @BeforeEach
    void runs() {
        numbers.awaitMore();
        job.awaitSettled();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ServiceAccount", "Service", "NetworkPolicy", "PodDisruptionBudget", "ConfigMap", "StatefulSet"})
    void a_deleted_child_is_made_again(String kind) {
        Resource<? extends HasMetadata> child = child(kind);
        String uid = child.get().getMetadata().getUid();
        child.delete();
        Loud.measured(
                kind + " is made again",
                Wait.until(
                        kind + " is there again",
                        Job.LIMIT,
                        () -> child.get() != null
                                && child.get().getMetadata().getDeletionTimestamp() == null
                                && !child.get().getMetadata().getUid().equals(uid)));
        numbers.awaitMore();
        job.awaitSettled();
        numbers.checkExactlyOnce();
    }

    private static Resource<? extends HasMetadata> child(String kind) {
        KubernetesClient client = Cluster.get().client();
        String ofRevision = job.name() + "-" + job.revision();
        return switch (kind) {
            case "ServiceAccount" ->
                client.serviceAccounts().inNamespace(job.namespace()).withName(job.name());
            case "Service" -> client.services().inNamespace(job.namespace()).withName(job.name());
            case "NetworkPolicy" ->
                client.network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(job.namespace())
                        .withName(job.name());
            case "PodDisruptionBudget" ->
                client.policy()
                        .v1()
                        .podDisruptionBudget()
                        .inNamespace(job.namespace())
                        .withName(job.name());
            case "ConfigMap" -> client.configMaps().inNamespace(job.namespace()).withName(ofRevision);
            default -> client.apps().statefulSets().inNamespace(job.namespace()).withName(ofRevision);
        };
    }

    @Test
    void a_killed_process_goes_on_from_its_last_snapshot() {
        Pod pod = job.pod();
        int restarts = Pods.restarts(pod);
        Node.kill(pod);
        Wait.until("the container has been restarted", Job.LIMIT, () -> Pods.restarts(job.pod()) > restarts);
        numbers.awaitMore();
        Loud.measured("kill -9 of the process, pause", Numbers.longestGap(numbers.checkExactlyOnce()));
        assertThat(job.pod().getMetadata().getUid()).isEqualTo(pod.getMetadata().getUid());
    }

    @Test
    void a_deleted_pod_goes_on_where_it_was() {
        String uid = job.pod().getMetadata().getUid();
        Cluster.get().client().resource(job.pod()).delete();
        Wait.until(
                "another pod",
                Job.LIMIT,
                () -> !job.pod().getMetadata().getUid().equals(uid));
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }

    @Test
    void a_pod_that_is_gone_at_once_is_replaced() {
        String uid = job.pod().getMetadata().getUid();
        Cluster.get().client().resource(job.pod()).withGracePeriod(0).delete();
        Wait.until(
                "another pod",
                Job.LIMIT,
                () -> !job.pod().getMetadata().getUid().equals(uid));
        numbers.awaitMore();
        numbers.checkExactlyOnce();
        Snapshots.take(job.namespace(), "after-a-lost-pod", "job: " + job.name());
        Snapshots.awaitCompleted(job.namespace(), "after-a-lost-pod");
    }
}
