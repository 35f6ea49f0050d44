package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import org.junit.jupiter.api.Test;

/** A job is suspended, and goes on where it was. */
@JobsIn(Topic.SUSPEND)
class SuspendTest {
    private final Jobs jobs;

    SuspendTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void a_suspended_job_has_no_pod_and_goes_on_where_it_was_also_with_another_query() {
        Numbers numbers = jobs.numbers("paused");
        Job job = numbers.running();

        jobs.apply(numbers.yaml("id > 0", "state: Suspended"));
        Loud.measured("suspend", job.awaitPhase("Suspended"));
        Wait.until("no pod", Job.LIMIT, () -> job.pods().isEmpty());
        long last = numbers.checkExactlyOnce().getLast().id();
        assertThat(job.condition("Ready", "status")).isEqualTo("False");

        jobs.apply(numbers.yaml());
        Loud.measured("resume", job.awaitPhase("Running"));
        numbers.awaitNumber(last + 100);
        numbers.checkExactlyOnce();

        jobs.apply(numbers.yaml("id > 0", "state: Suspended"));
        job.awaitPhase("Suspended");
        jobs.apply(numbers.yaml("id > -3", ""));
        job.awaitPhase("Running");
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }
}
