package dev.headrace.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.word.ConditionType;
import dev.headrace.operator.FakeStorage;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.pod.ControlApi.Command.Start;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Jobs from their first day to their last, on a real API server. Their pods' processes are faked: no node runs them. */
@SuppressWarnings("try")
class StreamJobOnClusterTest {
    private static Cluster cluster;
    private static FakeRuntime pods;
    private static TestOperator operator;

    @BeforeAll
    static void start() throws IOException {
        cluster = new Cluster("the operator on an API server");
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
    void a_job_gets_its_objects_and_runs() {
        cluster.apply("starts", "sql: INSERT INTO a SELECT * FROM b");
        StreamJob job = cluster.awaitSteady("starts");
        String revision = job.getStatus().revision();
        assertThat(revision).matches("[0-9a-f]{10}");
        for (Class<? extends HasMetadata> kind : Cluster.CHILDREN) {
            List<? extends HasMetadata> objects = cluster.all(kind, "starts");
            assertThat(objects).as(kind.getSimpleName()).hasSize(1);
            assertThat(objects.getFirst()
                            .getMetadata()
                            .getOwnerReferences()
                            .getFirst()
                            .getUid())
                    .isEqualTo(job.getMetadata().getUid());
        }
        assertThat(Cluster.condition(job, ConditionType.Ready)).isEqualTo("True JobRunning");
        assertThat(Cluster.condition(job, ConditionType.Progressing)).isEqualTo("False NoChange");
        assertThat(Cluster.condition(job, ConditionType.Degraded)).isEqualTo("False AsWanted");
        assertThat(Cluster.condition(job, ConditionType.SpecValid)).isEqualTo("True SpecAccepted");
        assertThat(Cluster.condition(job, ConditionType.SnapshotHealthy)).isEqualTo("True SnapshotTaken");
        assertThat(job.getStatus().conditions())
                .allMatch(condition -> condition.observedGeneration().equals(1L));
        assertThat(job.getStatus().replicas()).isEqualTo(1);
        assertThat(job.getMetadata().getFinalizers()).isEmpty();
        pods.awaitRequests("starts", "A start");
        Awaitility.await()
                .untilAsserted(() -> assertThat(cluster.events("starts")).containsExactly("Started"));
    }

    @Test
    void an_operator_that_comes_anew_writes_nothing() throws IOException {
        try (Cluster own = new Cluster("the operator on an API server")) {
            try (TestOperator first = new TestOperator(own.client, pods, own.namespace)) {
                own.apply("still", "sql: INSERT INTO a SELECT * FROM b");
                own.apply("full", """
                        sql: INSERT INTO a SELECT * FROM b
                        resources: {cpu: 1000m, memory: 1024Mi}
                        env: [{name: EMPTY, value: ""}, {name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]
                        envFrom: [{secretRef: {name: s3}}]
                        deletionPolicy: Snapshot
                        upgrade: {strategy: Handover, deadline: 5m}
                        """);
                own.awaitSteady("still");
                own.awaitSteady("full");
                inject(own.all(StatefulSet.class, "full").getFirst(), own.client);
            }
            Writes writes = new Writes();
            try (KubernetesClient watched = Writes.client(writes);
                    TestOperator second = new TestOperator(watched, pods, own.namespace)) {
                // It has seen all jobs when it has brought in another.
                own.apply("another", "sql: INSERT INTO a SELECT * FROM b");
                own.awaitSteady("another");
                assertThat(writes.all()).anyMatch(write -> write.contains("another"));
                assertThat(writes.all())
                        .noneMatch(write -> write.contains("still"))
                        // Its pod may be made anew for what was injected, which the status tells.
                        .noneMatch(write -> write.contains("full") && !write.endsWith("/streamjobs/full/status"));
            }
        }
    }

    /** As an admission webhook does at each write. */
    private static void inject(StatefulSet set, KubernetesClient client) {
        client.resource(set).patch(PatchContext.of(PatchType.STRATEGIC_MERGE), """
                {"spec": {"template": {"spec": {"containers": [{"name": "proxy", "image": "proxy"}, {"name": "headrace", "env": [{"name": "ZONE", "value": "a"}]}],
                 "volumes": [{"name": "proxy", "emptyDir": {}}]}}}}
                """);
    }

    @Test
    void whatever_is_deleted_is_made_again() {
        cluster.apply("heals", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("heals");
        for (Class<? extends HasMetadata> kind : Cluster.CHILDREN) {
            HasMetadata object = cluster.all(kind, "heals").getFirst();
            cluster.client.resource(object).delete();
            Awaitility.await(kind.getSimpleName())
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> cluster.all(kind, "heals").stream()
                            .anyMatch(again -> !again.getMetadata()
                                            .getUid()
                                            .equals(object.getMetadata().getUid())
                                    && again.getMetadata().getDeletionTimestamp() == null));
        }
        cluster.awaitSteady("heals");
    }

    @Test
    void what_someone_changes_is_set_right() {
        cluster.apply("drifts", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("drifts");
        cluster.client
                .services()
                .inNamespace(cluster.namespace)
                .withName("drifts")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"selector\":{\"headrace.dev/job\":\"other\"}}}");
        Awaitility.await()
                .until(() -> "drifts"
                        .equals(cluster.client
                                .services()
                                .inNamespace(cluster.namespace)
                                .withName("drifts")
                                .get()
                                .getSpec()
                                .getSelector()
                                .get(Names.JOB)));
    }

    @Test
    void a_job_is_suspended_and_resumed() {
        cluster.apply("rests", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("rests");
        cluster.apply("rests", "sql: INSERT INTO a SELECT * FROM b\nstate: Suspended");
        StreamJob job = cluster.awaitPhase("rests", "Suspended");
        assertThat(Cluster.condition(job, ConditionType.Ready)).isEqualTo("False JobSuspended");
        Awaitility.await().until(() -> cluster.pods("rests").isEmpty());
        cluster.apply("rests", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("rests");
        pods.awaitRequests("rests", "A start", "A stop with savepoint", "A start");
    }

    @Test
    void a_pod_that_is_refused_is_told_of_and_tried_again_each_minute() throws IOException {
        try (Cluster own = new Cluster("the operator on an API server")) {
            AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
            InstantSource clock = () -> Instant.now().plus(later.get());
            try (TestOperator another =
                    new TestOperator(own.client, pods, own.namespace, clock.withZone(ZoneOffset.UTC))) {
                own.apply("ResourceQuota", "full", "{hard: {pods: 0}}");
                own.apply("refused", "sql: INSERT INTO a SELECT * FROM b");
                StreamJob job = own.await(
                        "refused",
                        "told of",
                        it -> Cluster.condition(it, ConditionType.Degraded).equals("True PodRefused"));
                assertThat(job.getStatus().message()).contains("ResourceQuota full", "pods=1");
                assertThat(own.all(StatefulSet.class, "refused")
                                .getFirst()
                                .getMetadata()
                                .getAnnotations())
                        .doesNotContainKey(Names.AGAIN);

                // its controller would try again some time, and is made to
                later.set(Duration.ofMinutes(2));
                own.apply("refused", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Retain");
                Awaitility.await()
                        .until(() -> own.all(StatefulSet.class, "refused")
                                .getFirst()
                                .getMetadata()
                                .getAnnotations()
                                .containsKey(Names.AGAIN));
                own.apply("ResourceQuota", "full", "{hard: {pods: 9}}");
                later.set(Duration.ofMinutes(4));
                own.apply("refused", "sql: INSERT INTO a SELECT * FROM b");
                own.awaitSteady("refused");
            }
        }
    }

    @Test
    void a_job_that_has_finished_gives_its_pod_back_and_stays_finished() throws IOException {
        try (Cluster own = new Cluster("the operator on an API server")) {
            String ends =
                    "sql: INSERT INTO a SELECT * FROM b\nenv: [{name: FAKE, value: ending}]\ndeletionPolicy: Snapshot";
            try (TestOperator first = new TestOperator(own.client, pods, own.namespace)) {
                own.apply("ends", ends);
                awaitFinished(own, "ends");
            }
            Writes writes = new Writes();
            try (KubernetesClient watched = Writes.client(writes);
                    TestOperator second = new TestOperator(watched, pods, own.namespace)) {
                own.apply("another", "sql: INSERT INTO a SELECT * FROM b");
                own.awaitSteady("another");
                assertThat(writes.all()).noneMatch(write -> write.contains("ends"));

                own.apply("ends", ends + "\nstate: Suspended");
                StreamJob job = own.await(
                        "ends",
                        "seen",
                        it -> it.getStatus()
                                .observedGeneration()
                                .equals(it.getMetadata().getGeneration()));
                assertThat(job.getStatus().phase()).isEqualTo("Finished");
                own.apply("ends", "sql: INSERT INTO a SELECT x FROM b\nupgrade: {strategy: Fresh}");
                job = own.awaitSteady("ends");
                assertThat(job.getStatus().finished()).isNull();
                own.apply("ends", ends + "\nupgrade: {strategy: Fresh}");
                job = awaitFinished(own, "ends");

                own.client.resource(job).delete();
                own.awaitGone("ends");
                Snapshot left =
                        own.snapshot("ends-delete-" + job.getMetadata().getUid().substring(0, 8));
                assertThat(left.getStatus().path())
                        .isEqualTo(job.getStatus().snapshot().path());
            }
        }
    }

    private static StreamJob awaitFinished(Cluster cluster, String name) {
        StreamJob job = cluster.awaitPhase(name, "Finished");
        // The pod stays for 10 s.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> cluster.pods(name).isEmpty());
        assertThat(Cluster.condition(job, ConditionType.Ready)).isEqualTo("True JobFinished");
        assertThat(job.getStatus().finished()).isNotNull();
        assertThat(job.getStatus().progress().rowsIn()).isEqualTo(7);
        assertThat(job.getStatus().snapshot()).isNotNull();
        return job;
    }

    @Test
    void a_job_that_another_process_has_taken_over_is_not_taken_back_by_itself() throws Exception {
        cluster.apply("shared", "sql: INSERT INTO a SELECT * FROM b");
        String revision = cluster.awaitSteady("shared").getStatus().revision();
        FakeStorage.Hold other = pods.storage(cluster.namespace, "shared").claim("elsewhere", Start.latest());
        other.position += 10;
        pods.storage(cluster.namespace, "shared").snapshot(other);
        StreamJob job = cluster.awaitPhase("shared", "TakenOver");
        assertThat(Cluster.condition(job, ConditionType.Degraded)).isEqualTo("True JobTakenOver");
        assertThat(Cluster.condition(job, ConditionType.Ready)).isEqualTo("False JobTakenOver");
        assertThat(job.getStatus().message()).contains("delete its pod");
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(cluster.events("shared")).containsExactlyInAnyOrder("Started", "JobTakenOver"));
        // Whatever happens to the job meanwhile: here its deletion policy.
        cluster.apply("shared", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Snapshot");
        cluster.await(
                "shared",
                "seen",
                it -> it.getStatus()
                        .observedGeneration()
                        .equals(it.getMetadata().getGeneration()));
        assertThat(pods.requests("shared")).containsExactly("A start");
        cluster.client
                .pods()
                .inNamespace(cluster.namespace)
                .withName("shared-" + revision + "-0")
                .delete();
        cluster.awaitPhase("shared", "Running");
        pods.awaitRequests("shared", "A start", "A start");
        assertThat(pods.storage(cluster.namespace, "shared").faults()).isEmpty();
        cluster.apply("shared", "sql: INSERT INTO a SELECT * FROM b");
    }

    /** The operator's clock is ahead, so a grace is over as soon as it begins. */
    @Test
    void a_pod_whose_node_is_lost_is_removed_by_force_and_made_again() throws IOException {
        String node = "lost-" + UUID.randomUUID().toString().substring(0, 8);
        try (Cluster own = new Cluster("the operator on an API server");
                TestOperator ahead = new TestOperator(
                        own.client, pods, own.namespace, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(10)))) {
            own.client.resource(lost(node)).create();
            own.apply("stays", "sql: INSERT INTO a SELECT * FROM b");
            own.awaitSteady("stays");
            Pod pod = own.pods("stays").getFirst();
            own.client
                    .bindings()
                    .inNamespace(own.namespace)
                    .resource(new BindingBuilder()
                            .withNewMetadata()
                            .withName(pod.getMetadata().getName())
                            .endMetadata()
                            .withNewTarget()
                            .withKind("Node")
                            .withName(node)
                            .endTarget()
                            .build())
                    .create();
            own.client.resource(pod).delete();
            Awaitility.await()
                    .until(() -> own.pods("stays").stream()
                            .anyMatch(it -> !it.getMetadata()
                                    .getUid()
                                    .equals(pod.getMetadata().getUid())));
            own.awaitPhase("stays", "Running");
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(own.events("stays")).containsExactlyInAnyOrder("Started", "PodLost"));
        } finally {
            cluster.client.nodes().withName(node).delete();
        }
    }

    private static Node lost(String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withUnschedulable(true)
                .endSpec()
                .build();
    }

    @Test
    void an_object_that_is_refused_holds_up_neither_the_job_that_runs_nor_another() {
        cluster.apply("malformed", "sql: INSERT INTO a SELECT * FROM b");
        String first = cluster.awaitSteady("malformed").getStatus().revision();
        String bad = """
                sql: INSERT INTO a SELECT x FROM b
                podTemplate: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}}
                """;
        cluster.apply("malformed", bad);
        StreamJob job = cluster.await(
                "malformed",
                "refused",
                it -> Cluster.condition(it, ConditionType.SpecValid).equals("False ObjectRefused"));
        assertThat(job.getStatus().phase()).isEqualTo("Running");
        assertThat(job.getStatus().message()).contains("nodeSelectorTerms");
        cluster.apply("neighbour", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("neighbour");
        cluster.apply("malformed", "sql: INSERT INTO a SELECT x FROM b");
        cluster.await(
                "malformed", "upgraded", it -> !first.equals(it.getStatus().revision()));
    }

    @Test
    void more_than_one_pod_is_refused_with_a_sentence() {
        cluster.apply("wide", "sql: INSERT INTO a SELECT * FROM b\nreplicas: 2");
        StreamJob job = cluster.awaitPhase("wide", "Invalid");
        assertThat(job.getStatus().message()).contains("a job runs in one pod for now");
        assertThat(cluster.all(StatefulSet.class, "wide")).isEmpty();
        cluster.apply("wide", "sql: INSERT INTO a SELECT * FROM b\nreplicas: 1");
        cluster.awaitSteady("wide");
    }

    @Test
    void of_a_job_no_more_is_told_than_its_events_may_be_whoever_tells() {
        cluster.apply("talks", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("talks");
        Awaitility.await().until(() -> cluster.events("talks").contains("Started"));
        // Each is told of twice.
        for (int i = 0; i < 12; i++) {
            snapshot("talks-" + i, "talks");
        }
        for (int i = 0; i < 12; i++) {
            String name = "talks-" + i;
            Awaitility.await()
                    .until(
                            () -> cluster.snapshot(name),
                            it -> it.getStatus() != null
                                    && "Completed".equals(it.getStatus().phase()));
        }
        Awaitility.await()
                .during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> cluster.events("talks").size() == 20);
    }

    private static void snapshot(String name, String job) {
        cluster.client
                .resource(Serialization.unmarshal(
                        "apiVersion: headrace.dev/v1alpha1\nkind: Snapshot\nmetadata: {name: %s, namespace: %s}\nspec: {job: %s}\n"
                                .formatted(name, cluster.namespace, job),
                        Snapshot.class))
                .create();
    }
}
