package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.OnCluster;
import dev.headrace.e2e.fixture.Release;
import dev.headrace.e2e.fixture.Storage;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A job is suspended, and goes on where it was. */
@OnCluster
class SuspendTest {
    private static final String NAMESPACE = Topic.SUSPEND.namespace();

    private static Storage storage;

    @BeforeAll
    static void prepare() {
        Release.ensure();
        storage = Storage.shared();
        storage.secretIn(NAMESPACE);
    }

    @AfterEach
    void no_jobs_stay() {
        Job.removeAll(NAMESPACE);
    }

    @Test
    void a_suspended_job_has_no_pod_and_goes_on_where_it_was_also_with_another_query() {
        Numbers numbers = new Numbers(storage, NAMESPACE, "paused");
        Job job = numbers.start();
        numbers.awaitMore();
        job.awaitSettled();

        Job.apply(NAMESPACE, numbers.yaml("id > 0", "state: Suspended"));
        Loud.measured("suspend", job.awaitPhase("Suspended"));
        Wait.until("no pod", Job.LIMIT, () -> job.pods().isEmpty());
        long last = numbers.checkExactlyOnce().getLast().id();
        assertThat(job.condition("Ready", "status")).isEqualTo("False");

        Job.apply(NAMESPACE, numbers.yaml());
        Loud.measured("resume", job.awaitPhase("Running"));
        numbers.awaitNumber(last + 100);
        numbers.checkExactlyOnce();

        Job.apply(NAMESPACE, numbers.yaml("id > 0", "state: Suspended"));
        job.awaitPhase("Suspended");
        Job.apply(NAMESPACE, numbers.yaml("id > -3", ""));
        job.awaitPhase("Running");
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }
}
