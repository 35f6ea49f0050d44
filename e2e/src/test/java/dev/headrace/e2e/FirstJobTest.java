package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Pods;
import dev.headrace.e2e.fixture.Release;
import dev.headrace.e2e.fixture.Topic;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From nothing to results. */
@JobsIn(Topic.FIRST_JOB)
class FirstJobTest {
    private final Jobs jobs;

    FirstJobTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void the_chart_installs_two_operators_under_restricted_pod_security_of_which_one_leads() {
        List<Pod> operators = Release.pods();
        assertThat(operators).hasSize(2).allMatch(Pods::isReady);
        assertThat(operators.stream().map(pod -> pod.getMetadata().getName())).contains(Release.leader());
        assertThat(Cluster.get()
                        .client()
                        .namespaces()
                        .withName(Release.NAMESPACE)
                        .get()
                        .getMetadata()
                        .getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    }

    @Test
    void an_applied_job_writes_each_result_once_and_says_that_it_runs() {
        Numbers numbers = jobs.numbers("first");
        Instant applied = Instant.now();
        Job job = jobs.apply(numbers.yaml().replace("cpu: 500m", "cpu: '1'"));
        job.awaitSettled();
        numbers.awaitMore();

        List<Numbers.Row> rows = numbers.checkExactlyOnce();
        Instant first = rows.getFirst().seen().toInstant(ZoneOffset.UTC);
        Loud.measured("apply to first row", Duration.between(applied, first).toMillis() / 1e3);
        Pod pod = job.pod();
        pod.getStatus()
                .getConditions()
                .forEach(condition -> System.out.println(
                        "  pod " + condition.getType() + " at " + condition.getLastTransitionTime()));
        System.out.println("  applied at " + applied + ", container started at "
                + pod.getStatus()
                        .getContainerStatuses()
                        .getFirst()
                        .getState()
                        .getRunning()
                        .getStartedAt()
                + ", first row at " + LocalDateTime.ofInstant(first, ZoneOffset.UTC));

        assertThat(job.condition("Ready", "status")).isEqualTo("True");
        assertThat(job.condition("SnapshotHealthy", "status")).isEqualTo("True");
        assertThat(job.message()).isNotBlank();
        assertThat(job.revision()).isNotBlank();
        assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
    }

    @Test
    void a_job_that_cannot_be_planned_is_invalid_and_says_where() {
        Numbers numbers = jobs.numbers("wrong");
        Job job = jobs.apply(numbers.yaml("nothing > 0", ""));
        job.awaitPhase("Invalid");
        assertThat(job.condition("SpecValid", "status")).isEqualTo("False");
        assertThat(job.condition("SpecValid", "message")).contains("nothing").containsPattern("\\d+:\\d+");
    }
}
