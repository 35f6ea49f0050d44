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
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** S3 is away, and comes back with what it had. */
@JobsIn(value = Topic.STORAGE_LOSS, ownStorage = true)
class StorageLossTest {
    private final Jobs jobs;

    StorageLossTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @BeforeAll
    static void answers_or_not_it_is_connected_to(Jobs jobs) {
        // else Kubernetes refuses connections to it as soon as it does not answer probes
        Cluster.get()
                .client()
                .services()
                .inNamespace(jobs.namespace())
                .withName("s3")
                .edit(service -> new ServiceBuilder(service)
                        .editSpec()
                        .withPublishNotReadyAddresses()
                        .endSpec()
                        .build());
    }

    /**
     * A server that stands still answers nothing and refuses nothing, which is the worst way of being away. State and output are on it;
     * which of them is missed first decides whether the job fails or only its snapshots do.
     */
    @Test
    void while_storage_hangs_a_job_says_so_and_then_goes_on_without_losing_or_doubling_a_row() {
        Numbers numbers = jobs.numbers("hanging");
        Job job = numbers.running();
        Node.signal(jobs.storage().pod(), "STOP");
        try {
            Loud.measured(
                    "S3 hangs to a condition that says so",
                    Wait.until(
                            "it says so",
                            Duration.ofMinutes(2),
                            () -> Stream.of(told(job, "SnapshotHealthy", "False"), told(job, "Degraded", "True"))
                                    .anyMatch(message -> message.contains("s3://headrace"))));
        } finally {
            Node.signal(jobs.storage().pod(), "CONT");
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
        Numbers numbers = jobs.numbers("killed");
        Job job = numbers.running();
        for (int i = 0; i < 2; i++) {
            int restarts = Pods.restarts(jobs.storage().pod());
            Node.kill(jobs.storage().pod());
            Wait.until(
                    "S3 has been restarted",
                    Job.LIMIT,
                    () -> Pods.restarts(jobs.storage().pod()) > restarts);
            jobs.storage().awaitReady();
            numbers.awaitMore();
        }
        numbers.checkExactlyOnce();
        assertThat(job.phase()).isEqualTo("Running");
    }
}
