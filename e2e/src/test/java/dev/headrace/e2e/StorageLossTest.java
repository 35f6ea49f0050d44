package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Node;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.OnCluster;
import dev.headrace.e2e.fixture.Pods;
import dev.headrace.e2e.fixture.Release;
import dev.headrace.e2e.fixture.Storage;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** S3 is away, and comes back with what it had. */
@OnCluster
class StorageLossTest {
    private static final String NAMESPACE = Topic.STORAGE_LOSS.namespace();

    private static Storage storage;

    @BeforeAll
    static void prepare() {
        Release.ensure();
        storage = Storage.in(NAMESPACE);
        // else Kubernetes refuses connections to it as soon as it does not answer probes
        Cluster.get()
                .client()
                .services()
                .inNamespace(NAMESPACE)
                .withName("s3")
                .edit(service -> new ServiceBuilder(service)
                        .editSpec()
                        .withPublishNotReadyAddresses()
                        .endSpec()
                        .build());
    }

    @AfterEach
    void no_jobs_stay() {
        Job.removeAll(NAMESPACE);
    }

    /**
     * A server that stands still answers nothing and refuses nothing, which is the worst way of being away. State and output are on it;
     * which of them is missed first decides whether the job fails or only its snapshots do.
     */
    @Test
    void while_storage_hangs_a_job_says_so_and_then_goes_on_without_losing_or_doubling_a_row() {
        Numbers numbers = new Numbers(storage, NAMESPACE, "hanging");
        Job job = numbers.start();
        numbers.awaitMore();
        job.awaitSettled();
        Node.signal(storage.pod(), "STOP");
        try {
            Loud.measured(
                    "S3 hangs to a condition that says so",
                    Wait.until(
                            "it says so",
                            Duration.ofMinutes(2),
                            () -> Stream.of(told(job, "SnapshotHealthy", "False"), told(job, "Degraded", "True"))
                                    .anyMatch(message -> message.contains("s3://headrace"))));
        } finally {
            Node.signal(storage.pod(), "CONT");
        }
        Wait.until(
                "it runs, and snapshots succeed again",
                Job.LIMIT,
                () -> job.phase().equals("Running")
                        && job.condition("SnapshotHealthy", "status").equals("True")
                        && job.condition("Degraded", "status").equals("False"));
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }

    /** The message of a condition that has that status; empty where it has another. */
    private static String told(Job job, String condition, String status) {
        return job.condition(condition, "status").equals(status) ? job.condition(condition, "message") : "";
    }

    @Test
    void a_storage_that_is_killed_and_back_costs_nothing() {
        Numbers numbers = new Numbers(storage, NAMESPACE, "killed");
        Job job = numbers.start();
        numbers.awaitMore();
        job.awaitSettled();
        for (int i = 0; i < 2; i++) {
            int restarts = Pods.restarts(storage.pod());
            Node.kill(storage.pod());
            Wait.until("S3 has been restarted", Job.LIMIT, () -> Pods.restarts(storage.pod()) > restarts);
            storage.awaitReady();
            numbers.awaitMore();
        }
        numbers.checkExactlyOnce();
        assertThat(job.phase()).isEqualTo("Running");
    }
}
