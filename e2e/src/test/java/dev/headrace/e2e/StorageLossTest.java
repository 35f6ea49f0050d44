package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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
    }

    @AfterEach
    void no_jobs_stay() {
        Job.removeAll(NAMESPACE);
    }

    /** A server that stands still answers nothing and refuses nothing, which is the worst way of being away. */
    @Test
    void while_storage_hangs_a_job_says_so_and_then_goes_on_without_losing_or_doubling_a_row() {
        Numbers numbers = new Numbers(storage, NAMESPACE, "hanging");
        Job job = numbers.start();
        numbers.awaitMore();
        job.awaitSettled();
        Node.signal(storage.pod(), "STOP");
        try {
            Loud.measured(
                    "S3 hangs to SnapshotHealthy=False",
                    Wait.until(
                            "snapshots are said to fail",
                            Job.LIMIT,
                            () -> job.condition("SnapshotHealthy", "status").equals("False")));
        } finally {
            Node.signal(storage.pod(), "CONT");
        }
        Wait.until(
                "snapshots succeed again",
                Job.LIMIT,
                () -> job.condition("SnapshotHealthy", "status").equals("True"));
        numbers.awaitMore();
        numbers.checkExactlyOnce();
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
