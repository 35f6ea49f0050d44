package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.OnCluster;
import dev.headrace.e2e.fixture.Release;
import dev.headrace.e2e.fixture.Storage;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Savepoints that are asked for. */
@OnCluster
class SnapshotsTest {
    private static final String NAMESPACE = Topic.SNAPSHOTS.namespace();

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
    void a_snapshot_is_taken_while_the_job_runs_and_another_job_goes_on_from_it() {
        Numbers numbers = new Numbers(storage, NAMESPACE, "source");
        Job job = numbers.start();
        numbers.awaitMore();
        job.awaitSettled();

        take("by-hand", "job: source");
        assertThat(awaitCompleted("by-hand")).startsWith("s3://headrace/" + numbers.prefix() + "/state");
        long taken = numbers.rows().getLast().id();

        Numbers copy = new Numbers(storage, NAMESPACE, "copy");
        Job second = Job.apply(NAMESPACE, copy.yaml("id > 0", "restoreFrom: {snapshot: by-hand}"));
        second.awaitPhase("Running");
        Wait.until("rows of the copy", Job.LIMIT, () -> copy.rows().size() > 100);
        List<Numbers.Row> rows = copy.rows();
        assertThat(rows.getFirst().id()).isGreaterThan(1).isLessThanOrEqualTo(taken + 1000);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).id()).isEqualTo(rows.getFirst().id() + i);
            assertThat(rows.get(i).count()).isEqualTo(rows.get(i).id());
        }
        numbers.checkExactlyOnce();
    }

    @Test
    void a_snapshot_past_its_retention_goes_from_storage_and_then_itself() {
        Numbers numbers = new Numbers(storage, NAMESPACE, "aging");
        Job job = numbers.start();
        numbers.awaitMore();
        job.awaitSettled();

        take("short-lived", "job: aging, retain: 5s");
        String objects = awaitCompleted("short-lived").replace("s3://headrace/", "");
        assertThat(storage.list(objects)).isNotEmpty();
        Loud.measured(
                "a snapshot of 5 s and its removal",
                Wait.until(
                        "it is gone",
                        Job.LIMIT,
                        () -> snapshot("short-lived").get() == null
                                && job.pods().stream()
                                        .allMatch(pod ->
                                                pod.getMetadata().getName().startsWith("aging-" + job.revision()))));
        assertThat(storage.list(objects)).isEmpty();
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }

    private static void take(String name, String spec) {
        Cluster.get().apply(NAMESPACE, """
                apiVersion: headrace.dev/v1alpha1
                kind: Snapshot
                metadata: {name: %s}
                spec: {%s}
                """.formatted(name, spec));
    }

    private static Resource<GenericKubernetesResource> snapshot(String name) {
        return Cluster.get()
                .client()
                .genericKubernetesResources(Job.SNAPSHOT)
                .inNamespace(NAMESPACE)
                .withName(name);
    }

    /** Returns where it is. */
    private static String awaitCompleted(String name) {
        Wait.until(
                "the snapshot is complete",
                Job.LIMIT,
                () -> "Completed".equals(snapshot(name).get().get("status", "phase")));
        return snapshot(name).get().get("status", "path");
    }
}
