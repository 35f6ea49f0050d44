package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Kubernetes makes no pod of a job, or does not start it: the job says why, and runs as soon as it may. */
@JobsIn(Topic.NO_POD)
class NoPodTest {
    private final Jobs jobs;

    NoPodTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void of_two_jobs_in_a_quota_for_one_the_other_says_why_it_waits_and_starts_when_the_quota_is_raised() {
        quota("600m");
        Numbers first = jobs.numbers("fits");
        Job fits = first.start();
        fits.awaitSettled();

        Numbers second = jobs.numbers("waits");
        Job waits = second.start();
        Loud.measured(
                "a pod that a quota refuses, until the job says so",
                Wait.until(
                        "it says why",
                        Job.LIMIT,
                        () -> waits.condition("Degraded", "reason").equals("PodRefused")));
        assertThat(waits.phase()).isEqualTo("Pending");
        assertThat(waits.message())
                .contains("ResourceQuota room", "requests.cpu=500m", "requests.cpu=600m", "spec.resources");
        assertThat(waits.condition("Progressing", "message")).contains("ResourceQuota room");
        assertThat(waits.events()).contains("PodRefused");
        first.awaitMore();
        fits.awaitSettled();

        quota("1200m");
        Loud.measured("a quota that is raised, until the job runs", waits.awaitPhase("Running"));
        waits.awaitSettled();
        assertThat(waits.condition("Degraded", "status")).isEqualTo("False");
        second.awaitMore();
        second.checkExactlyOnce();
        first.checkExactlyOnce();
    }

    @Test
    void a_job_whose_Secret_is_missing_says_which_and_starts_when_it_is_made() {
        quota("1200m");
        Numbers numbers = jobs.numbers("secretless");
        Job job = jobs.apply(numbers.yaml().replace("{name: s3}", "{name: later}"));
        Wait.until(
                "it says why",
                Job.LIMIT,
                () -> job.condition("Degraded", "reason").equals("PodPending"));
        assertThat(job.message()).contains("secret \"later\" not found", "spec.envFrom");
        jobs.storage().secretIn(jobs.namespace(), "later");
        job.awaitSettled();
        numbers.checkExactlyOnce();
    }

    private void quota(String cpu) {
        Cluster.get().apply(jobs.namespace(), """
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: room}
                spec: {hard: {requests.cpu: %s}}
                """.formatted(cpu));
        Wait.until(
                "the quota counts",
                Duration.ofSeconds(30),
                () -> Cluster.get()
                        .client()
                        .resourceQuotas()
                        .inNamespace(jobs.namespace())
                        .withName("room")
                        .get()
                        .getStatus()
                        .getHard()
                        .get("requests.cpu")
                        .equals(io.fabric8.kubernetes.api.model.Quantity.parse(cpu)));
    }
}
