package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Snapshots;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A job is changed while it runs. */
@JobsIn(Topic.UPGRADE)
class UpgradeTest {
    private final Jobs jobs;

    UpgradeTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void a_changed_query_goes_on_from_a_savepoint_with_its_state_and_each_result_once() {
        Numbers numbers = jobs.numbers("changed");
        Job job = numbers.running();
        String before = job.revision();

        jobs.apply(numbers.yaml("id > -5 AND n > 0", ""));
        Wait.until("a new revision", Job.LIMIT, () -> !job.revision().equals(before));
        job.awaitSettled();
        numbers.awaitMore();

        assertThat(job.revision()).isNotEqualTo(before);
        Loud.measured("pause of a Restart upgrade", Numbers.longestGap(numbers.checkExactlyOnce()));
        Wait.until("one pod is left", Job.LIMIT, () -> job.pods().size() == 1);
    }

    @Test
    void a_bad_edit_touches_nothing_and_the_next_good_edit_is_brought_in() {
        Numbers numbers = jobs.numbers("bad");
        Job job = numbers.running();
        String revision = job.revision();
        String pod = job.pod().getMetadata().getUid();

        jobs.apply(numbers.yaml("nothing > 0", ""));
        Wait.until(
                "SpecValid is False",
                Job.LIMIT,
                () -> job.condition("SpecValid", "status").equals("False"));
        assertThat(job.condition("SpecValid", "message")).contains("nothing").containsPattern("\\d+:\\d+");
        numbers.awaitMore();
        assertThat(job.phase()).isEqualTo("Running");
        assertThat(job.revision()).isEqualTo(revision);
        Wait.until("only the old pod", Job.LIMIT, () -> job.pods().size() == 1);
        assertThat(job.pod().getMetadata().getUid()).isEqualTo(pod);

        jobs.apply(numbers.yaml("id > -7", ""));
        Wait.until("a new revision", Job.LIMIT, () -> !job.revision().equals(revision));
        job.awaitSettled();
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }

    @Test
    void a_revision_that_does_not_get_healthy_is_taken_back_and_the_old_one_goes_on() {
        Numbers numbers = jobs.numbers("unhealthy");
        Job job = numbers.running();
        String revision = job.revision();

        // plans well, and fails as soon as there are rows
        jobs.apply(numbers.yaml("id > 0 AND CAST(seen AS BIGINT) > 0", "upgrade: {strategy: Restart, deadline: 15s}"));
        Wait.until(
                "it is taken back",
                Job.LIMIT,
                () -> job.condition("Progressing", "reason").equals("DeadlineExceeded")
                        || job.condition("SpecValid", "reason").equals("DeadlineExceeded")
                        || job.condition("Degraded", "reason").equals("DeadlineExceeded"));
        numbers.awaitMore();
        assertThat(job.revision()).isEqualTo(revision);
        numbers.checkExactlyOnce();
    }

    /** The new revision claims the job with another state, fails with its first rows, and has written nothing. */
    @ParameterizedTest
    @CsvSource({"empty, Fresh, ''", "early, Restart, restoreFrom: {snapshot: NAME}"})
    void a_revision_that_was_to_begin_elsewhere_is_taken_back_and_the_old_one_goes_on_where_it_stopped(
            String name, String strategy, String fields) {
        Numbers numbers = jobs.numbers(name);
        Job job = numbers.running();
        String revision = job.revision();
        String early = "early-of-" + name;
        Snapshots.take(jobs.namespace(), early, "job: " + name);
        Snapshots.awaitCompleted(jobs.namespace(), early);
        numbers.awaitMore();

        jobs.apply(numbers.yaml(
                "id > 0 AND CAST(seen AS BIGINT) > 0",
                fields.replace("NAME", early) + "\nupgrade: {strategy: " + strategy + ", deadline: 15s}"));
        Wait.until(
                "it is taken back",
                Job.LIMIT,
                () -> job.condition("Degraded", "reason").equals("DeadlineExceeded"));
        numbers.awaitMore();
        assertThat(job.revision()).isEqualTo(revision);
        numbers.checkExactlyOnce();
    }

    @Test
    void other_resources_are_an_upgrade_too() {
        Numbers numbers = jobs.numbers("larger");
        Job job = numbers.running();
        String before = job.revision();
        jobs.apply(numbers.yaml().replace("memory: 384Mi", "memory: 448Mi"));
        Wait.until("a new revision", Job.LIMIT, () -> !job.revision().equals(before));
        job.awaitSettled();
        numbers.awaitMore();
        numbers.checkExactlyOnce();
        assertThat(job.pod()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getLimits()
                        .get("memory")
                        .toString())
                .isEqualTo("448Mi");
    }
}
