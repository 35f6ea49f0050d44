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
     * which of them is missed first decides whether a job fails or only its snapshots do.
     */
    @Test
    void
            while_storage_hangs_jobs_say_so_and_what_is_asked_of_them_is_done_when_it_answers_without_losing_or_doubling_a_row() {
        Numbers left = jobs.numbers("left");
        Numbers changed = jobs.numbers("changed");
        Numbers paused = jobs.numbers("paused");
        Numbers removed = jobs.numbers("removed");
        Job leftJob = jobs.apply(yaml(left, "id > 0", ""));
        Job changedJob = jobs.apply(yaml(changed, "id > 0", ""));
        Job pausedJob = jobs.apply(yaml(paused, "id > 0", ""));
        Job removedJob = jobs.apply(yaml(removed, "id > 0", "deletionPolicy: Delete"));
        Stream.of(left, changed, paused, removed).forEach(Numbers::awaitMore);
        changedJob.awaitSettled();
        String revision = changedJob.revision();

        Node.signal(jobs.storage().pod(), "STOP");
        try {
            jobs.apply(yaml(changed, "id > -7", ""));
            jobs.apply(yaml(paused, "id > 0", "state: Suspended"));
            removedJob.resource().delete();
            Loud.measured("S3 hangs to a condition that says so", awaitTold(leftJob));
            awaitTold(pausedJob);
            Wait.until(
                    "the change tells of it",
                    Job.LIMIT,
                    () -> changedJob.message().contains("s3://headrace"));
            Wait.until(
                    "the deletion tells of it",
                    Job.LIMIT,
                    () -> removedJob.message().contains("s3://headrace"));
        } finally {
            Node.signal(jobs.storage().pod(), "CONT");
        }

        pausedJob.awaitPhase("Suspended");
        Wait.until("no pod", Job.LIMIT, () -> pausedJob.pods().isEmpty());
        long last = paused.checkExactlyOnce().getLast().id();
        Wait.until("it is gone", Job.LIMIT, () -> removedJob.resource().get() == null);
        assertThat(jobs.storage().list(removed.prefix() + "/state")).isEmpty();
        removed.checkExactlyOnce();
        Wait.until("a new revision", Job.LIMIT, () -> !changedJob.revision().equals(revision));
        changedJob.awaitSettled();
        changed.awaitMore();
        changed.checkExactlyOnce();
        Wait.until(
                "it runs, and snapshots succeed again",
                Job.LIMIT,
                () -> leftJob.phase().equals("Running")
                        && leftJob.condition("SnapshotHealthy", "status").equals("True")
                        && leftJob.condition("Degraded", "status").equals("False"));
        left.awaitMore();
        left.checkExactlyOnce();

        jobs.apply(yaml(paused, "id > 0", ""));
        paused.awaitNumber(last + 100);
        paused.checkExactlyOnce();
    }

    /** Returns the seconds until the job says that storage does not answer. */
    private static double awaitTold(Job job) {
        return Wait.until(
                job + " says so",
                Duration.ofMinutes(2),
                () -> Stream.of(told(job, "SnapshotHealthy", "False"), told(job, "Degraded", "True"))
                        .anyMatch(message -> message.contains("s3://headrace")));
    }

    /** Four of these, and a pod that takes the place of one, have room on the node beside another test's. */
    private static String yaml(Numbers numbers, String where, String fields) {
        return numbers.yaml(where, "100m", "384Mi", "") + fields.indent(2);
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
