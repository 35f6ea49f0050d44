package dev.headrace.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How jobs go, on a real API server. Their pods' processes are faked: no node runs them. */
@SuppressWarnings("try")
class DeletionOnClusterTest {
    private static Cluster cluster;
    private static FakeRuntime pods;
    private static TestOperator operator;

    @BeforeAll
    static void start() throws IOException {
        cluster = new Cluster("deletions, on an API server");
        pods = new FakeRuntime();
        operator = new TestOperator(cluster.client, pods, cluster.namespace);
    }

    @AfterAll
    static void stop() {
        if (operator != null) {
            operator.close();
            pods.close();
            cluster.close();
        }
    }

    @Test
    void a_job_whose_state_is_retained_goes_at_once() {
        cluster.apply("goes", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("goes");
        cluster.client.resource(cluster.job("goes")).delete();
        assertThat(cluster.job("goes")).isNull();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> cluster.pods("goes").isEmpty());
    }

    @Test
    void a_deleted_job_leaves_a_snapshot_where_its_policy_says_so() {
        cluster.apply("leaves", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Snapshot");
        StreamJob job = cluster.awaitSteady("leaves");
        assertThat(job.getMetadata().getFinalizers()).containsExactly("headrace.dev/state");
        cluster.client.resource(job).delete();
        cluster.awaitGone("leaves");
        Snapshot snapshot =
                cluster.snapshot("leaves-delete-" + job.getMetadata().getUid().substring(0, 8));
        assertThat(snapshot.getStatus().phase()).isEqualTo("Completed");
        assertThat(snapshot.getStatus().path()).startsWith("s3://bucket/leaves/savepoints/delete-");
    }

    @Test
    void the_last_snapshot_of_a_job_that_no_process_can_be_asked_for_is_kept_by_a_pod() {
        cluster.apply("rests", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Snapshot");
        StreamJob job = cluster.awaitSteady("rests");
        cluster.apply("rests", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Snapshot\nstate: Suspended");
        cluster.awaitPhase("rests", "Suspended");
        cluster.client.resource(job).delete();
        String savepoint = "delete-" + job.getMetadata().getUid().substring(0, 8);
        Pod pod = cluster.awaitPod("rests-pinning");
        assertThat(pod.getSpec().getContainers().getFirst().getArgs())
                .containsExactly(
                        "snapshot",
                        "pin",
                        "s3://bucket/rests",
                        savepoint,
                        "--revision",
                        job.getStatus().revision());
        cluster.succeed(pod, "s3://bucket/rests/savepoints/" + savepoint + ".json");
        cluster.awaitGone("rests");
        assertThat(cluster.snapshot("rests-" + savepoint).getStatus().path())
                .isEqualTo("s3://bucket/rests/savepoints/" + savepoint + ".json");
    }

    @Test
    void a_job_that_has_nothing_to_keep_leaves_no_snapshot() {
        cluster.apply("empty", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Snapshot");
        StreamJob job = cluster.awaitSteady("empty");
        cluster.apply("empty", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Snapshot\nstate: Suspended");
        cluster.awaitPhase("empty", "Suspended");
        cluster.client.resource(job).delete();
        cluster.succeed(
                cluster.awaitPod("empty-pinning"), "there is no snapshot in s3://bucket/empty, and nothing to keep");
        cluster.awaitGone("empty");
        assertThat(cluster.snapshot("empty-delete-" + job.getMetadata().getUid().substring(0, 8)))
                .isNull();
    }

    @Test
    void a_deleted_job_has_its_state_removed_by_a_pod_where_its_policy_says_so() {
        cluster.apply("forgets", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Delete");
        StreamJob job = cluster.awaitSteady("forgets");
        cluster.client.resource(job).delete();
        Pod pod = cluster.awaitPod("forgets-removal");
        assertThat(pod.getSpec().getContainers().getFirst().getArgs())
                .containsExactly("snapshot", "rm", "--all", "s3://bucket/forgets");
        assertThat(cluster.pods("forgets"))
                .extracting(it -> it.getMetadata().getName())
                .containsExactly("forgets-removal");
        assertThat(cluster.job("forgets").getStatus().phase()).isEqualTo("Deleting");
        cluster.fail(pod, "no such bucket");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> cluster.job("forgets").getStatus().message().endsWith(" (exit code 1: no such bucket)"));
        cluster.succeed(pod);
        cluster.awaitGone("forgets");
    }

    @Test
    void a_namespace_that_is_deleted_goes_whatever_the_policies() {
        try (Cluster own = new Cluster("the operator on an API server");
                TestOperator another = new TestOperator(own.client, pods, own.namespace)) {
            own.apply("keeps", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Snapshot");
            own.apply("drops", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Delete");
            own.apply(
                    "ends",
                    "sql: INSERT INTO a SELECT * FROM b\nenv: [{name: FAKE, value: ending}]\ndeletionPolicy: Snapshot");
            own.awaitPhase("ends", "Finished");
            own.awaitSteady("keeps");
            own.awaitSteady("drops");
            own.client.namespaces().withName(own.namespace).delete();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> own.client.namespaces().withName(own.namespace).get() == null);
        }
    }

    @Test
    void a_job_of_the_name_of_one_that_was_deleted_without_its_objects_has_them_made_anew() {
        cluster.apply("orphans", "sql: INSERT INTO a SELECT * FROM b");
        StreamJob first = cluster.awaitSteady("orphans");
        cluster.client
                .resource(first)
                .withPropagationPolicy(DeletionPropagation.ORPHAN)
                .delete();
        cluster.awaitGone("orphans");
        StatefulSet left = cluster.all(StatefulSet.class, "orphans").getFirst();
        cluster.apply("orphans", "sql: INSERT INTO a SELECT * FROM b");
        StreamJob second = cluster.awaitSteady("orphans");
        assertThat(cluster.all(StatefulSet.class, "orphans"))
                .singleElement()
                .satisfies(set -> assertThat(set.getMetadata().getUid())
                        .isNotEqualTo(left.getMetadata().getUid()))
                .satisfies(set -> assertThat(set.getMetadata().getOwnerReferences())
                        .singleElement()
                        .satisfies(owner -> assertThat(owner.getUid())
                                .isEqualTo(second.getMetadata().getUid())));
    }
}
