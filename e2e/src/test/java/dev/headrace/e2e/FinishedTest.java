package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A job whose input ends. */
@JobsIn(Topic.FINISHED)
class FinishedTest {
    private static final int ROWS = 500;

    private final Jobs jobs;

    FinishedTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void a_job_that_has_finished_keeps_its_status_gives_its_pod_back_and_is_not_started_again() {
        Job job = jobs.apply(yaml("id", "deletionPolicy: Delete"));
        awaitFinished(job);
        assertThat(rows()).hasSize(ROWS).doesNotHaveDuplicates();
        String finished = job.<String>status("finished").orElseThrow();

        // whatever changes that is not of its revision, or asks for what there is no more
        jobs.apply(yaml("id", "deletionPolicy: Delete", "state: Suspended"));
        awaitObserved(job);
        assertThat(job.phase()).isEqualTo("Finished");
        snapshot();
        Wait.until(
                "the Snapshot says that there is no more to save",
                Job.LIMIT,
                () -> "Failed"
                        .equals(Cluster.get()
                                .client()
                                .genericKubernetesResources(Job.SNAPSHOT)
                                .inNamespace(jobs.namespace())
                                .withName("too-late")
                                .get()
                                .get("status", "phase")));
        assertThat(job.pods()).isEmpty();
        assertThat(job.<String>status("finished")).contains(finished);

        // a changed query has nothing to go on with
        jobs.apply(yaml("id + 1", "deletionPolicy: Delete"));
        Wait.until(
                "the change is refused",
                Job.LIMIT,
                () -> job.condition("SpecValid", "status").equals("False"));
        assertThat(job.condition("SpecValid", "message")).contains("had read all of its input");
        assertThat(job.phase()).isEqualTo("Finished");
        assertThat(job.condition("Ready", "status")).isEqualTo("True");
        Wait.until("no pod is left of it", Job.LIMIT, () -> job.pods().isEmpty());
        assertThat(rows()).hasSize(ROWS);

        // and is run anew where that is asked for
        jobs.apply(yaml("id + 1000", "deletionPolicy: Delete", "upgrade: {strategy: Fresh}"));
        Wait.until(
                "it has finished anew",
                Job.LIMIT,
                () -> !job.<String>status("finished").orElse(finished).equals(finished));
        awaitFinished(job);
        assertThat(rows()).hasSize(2 * ROWS).doesNotHaveDuplicates();

        job.resource().delete();
        Wait.until("it is gone", Job.LIMIT, () -> job.resource().get() == null);
        assertThat(jobs.storage().list(jobs.namespace() + "/ends/state")).isEmpty();
    }

    private static void awaitFinished(Job job) {
        job.awaitPhase("Finished");
        Wait.until("its pod is gone", Job.LIMIT, () -> job.pods().isEmpty());
        assertThat(job.condition("Ready", "reason")).isEqualTo("JobFinished");
        assertThat(job.<Number>status("progress", "rowsIn").orElseThrow().intValue())
                .isEqualTo(ROWS);
        assertThat(job.<String>status("snapshot", "path").orElseThrow()).startsWith("s3://headrace/");
    }

    private static void awaitObserved(Job job) {
        Wait.until(
                "it is seen",
                Job.LIMIT,
                () -> job.<Number>status("observedGeneration").orElseThrow().longValue()
                        == job.resource().get().getMetadata().getGeneration());
    }

    private List<String> rows() {
        return jobs.storage().lines(jobs.namespace() + "/ends/out");
    }

    private void snapshot() {
        Cluster.get().apply(jobs.namespace(), """
                apiVersion: headrace.dev/v1alpha1
                kind: Snapshot
                metadata: {name: too-late}
                spec: {job: ends}
                """);
    }

    private String yaml(String value, String... fields) {
        return """
                apiVersion: headrace.dev/v1alpha1
                kind: StreamJob
                metadata: {name: ends}
                spec:
                  sql: |
                    CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '%d',
                      'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '%d');
                    CREATE TABLE found (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 's3://headrace/%s/ends/out', 'format' = 'json');
                    INSERT INTO found SELECT %s FROM numbers;
                  snapshots: {storage: s3://headrace/%s/ends/state, interval: 1s}
                  resources: {cpu: 500m, memory: 384Mi}
                  envFrom:
                    - secretRef: {name: s3}
                """.formatted(ROWS, ROWS, jobs.namespace(), value, jobs.namespace())
                + String.join("\n", fields).indent(2);
    }
}
