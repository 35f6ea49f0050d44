package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Pods;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A node is drained. */
@JobsIn(Topic.DRAIN)
@Isolated("a node that takes no pods takes none of others")
class DrainTest {
    private final Jobs jobs;

    DrainTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void a_drained_node_lets_the_job_go_and_a_node_that_takes_it_continues_it() {
        Numbers numbers = jobs.numbers("drained");
        Job job = numbers.running();
        KubernetesClient client = Cluster.get().client();
        Pod pod = job.pod();
        String node = pod.getSpec().getNodeName();
        cordon(node, true);
        try {
            assertThat(client.pods()
                            .inNamespace(jobs.namespace())
                            .withName(pod.getMetadata().getName())
                            .evict())
                    .isTrue();
            Wait.until(
                    "the pod has left",
                    Job.LIMIT,
                    () -> job.pods().stream()
                            .noneMatch(left -> left.getMetadata()
                                    .getUid()
                                    .equals(pod.getMetadata().getUid())));
        } finally {
            cordon(node, false);
        }
        Wait.until("another pod", Duration.ofMinutes(2), () -> Pods.isReady(job.pod()));
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }

    @Test
    void a_job_that_fails_holds_up_no_drain() {
        Numbers numbers = jobs.numbers("failing");
        Job job = jobs.apply(numbers.yaml("CAST(seen AS BIGINT) > 0", ""));
        job.awaitPhase("BackingOff");
        Pod pod = job.pod();
        assertThat(Pods.isReady(pod)).isFalse();
        assertThat(Cluster.get()
                        .client()
                        .pods()
                        .inNamespace(jobs.namespace())
                        .withName(pod.getMetadata().getName())
                        .evict())
                .isTrue();
    }

    private static void cordon(String node, boolean unschedulable) {
        // The kubelet writes to it as well, and then this is refused.
        Wait.until("the node is told whether it takes pods", Job.LIMIT, () -> {
            Cluster.get().client().nodes().withName(node).edit(n -> {
                n.getSpec().setUnschedulable(unschedulable);
                return n;
            });
            return true;
        });
    }
}
