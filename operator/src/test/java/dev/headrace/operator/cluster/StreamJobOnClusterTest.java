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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    private static void awaitRequests(String job, String... wanted) {
        Awaitility.await().untilAsserted(() -> assertThat(requests(job)).containsExactly(wanted));
    }

    /** What the job's pods were asked for, with the letters A, B, .. for revisions in the order in which they were asked. */
    private static List<String> requests(String job) {
        List<String[]> all = pods.requests.stream()
                .map(text -> text.split(" ", 3))
                .filter(words -> words[0].equals(job))
                .toList();
        List<String> revisions = all.stream().map(words -> words[1]).distinct().toList();
        return all.stream()
                .map(words -> (char) ('A' + revisions.indexOf(words[1])) + " " + words[2])
                .toList();
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
        assertThat(Cluster.condition(job, ConditionType.Progressing)).isEqualTo("False AsWanted");
        assertThat(Cluster.condition(job, ConditionType.Degraded)).isEqualTo("False AsWanted");
        assertThat(Cluster.condition(job, ConditionType.SpecValid)).isEqualTo("True SpecAccepted");
        assertThat(Cluster.condition(job, ConditionType.SnapshotHealthy)).isEqualTo("True SnapshotTaken");
        assertThat(job.getStatus().conditions())
                .allMatch(condition -> condition.observedGeneration().equals(1L));
        assertThat(job.getStatus().replicas()).isEqualTo(1);
        assertThat(job.getMetadata().getFinalizers()).isEmpty();
        awaitRequests("starts", "A start");
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
            }
            Writes writes = new Writes();
            try (KubernetesClient watched = Writes.client(writes);
                    TestOperator second = new TestOperator(watched, pods, own.namespace)) {
                // It has seen all jobs when it has brought in another.
                own.apply("another", "sql: INSERT INTO a SELECT * FROM b");
                own.awaitSteady("another");
                assertThat(writes.all()).anyMatch(write -> write.contains("another"));
                assertThat(writes.all()).noneMatch(write -> write.contains("still") || write.contains("full"));
            }
        }
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
        awaitRequests("rests", "A start", "A stop with savepoint", "A start");
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
    void an_edit_is_brought_in_from_a_savepoint() {
        cluster.apply("grows", "sql: INSERT INTO a SELECT * FROM b");
        String first = cluster.awaitSteady("grows").getStatus().revision();
        cluster.apply("grows", "sql: INSERT INTO a SELECT x FROM b");
        StreamJob job = cluster.await(
                "grows",
                "upgraded",
                it -> !first.equals(it.getStatus().revision()) && it.getStatus().transition() == null);
        awaitRequests("grows", "A start", "A stop with savepoint", "B start");
        Awaitility.await()
                .untilAsserted(() -> assertThat(cluster.all(StatefulSet.class, "grows"))
                        .extracting(set -> set.getMetadata().getName())
                        .containsExactly("grows-" + job.getStatus().revision()));
        Awaitility.await()
                .untilAsserted(() -> assertThat(cluster.events("grows"))
                        .containsExactlyInAnyOrder("Started", "UpgradeStarted", "UpgradePlanned", "UpgradeCompleted"));
    }

    @Test
    void a_fresh_start_begins_with_empty_state_and_keeps_the_old_one() {
        cluster.apply("fresh", "sql: INSERT INTO a SELECT * FROM b");
        String first = cluster.awaitSteady("fresh").getStatus().revision();
        cluster.apply("fresh", "sql: INSERT INTO a SELECT x FROM b\nupgrade: {strategy: Fresh}");
        cluster.await("fresh", "upgraded", it -> !first.equals(it.getStatus().revision()));
        awaitRequests("fresh", "A start", "A stop with savepoint", "B start fresh");
        assertThat(storage("fresh").history()).last().asString().endsWith(" 0>10");
        assertThat(storage("fresh").faults()).isEmpty();
    }

    @Test
    void a_bad_edit_leaves_what_runs_alone_and_a_good_one_is_taken_then() {
        cluster.apply("careful", "sql: INSERT INTO a SELECT * FROM b");
        String first = cluster.awaitSteady("careful").getStatus().revision();
        String pod = cluster.pods("careful").getFirst().getMetadata().getUid();
        cluster.apply("careful", "sql: INSERT INTO a SELECT * FROM t\nenv: [{name: FAKE, value: invalid}]");
        StreamJob job = cluster.await(
                "careful",
                "refused",
                it -> Cluster.condition(it, ConditionType.SpecValid).equals("False PlanRefused"));
        assertThat(job.getStatus().phase()).isEqualTo("Running");
        assertThat(job.getStatus().revision()).isEqualTo(first);
        assertThat(job.getStatus().message()).contains("spec.sql:1:15: there is no table t");
        assertThat(Cluster.condition(job, ConditionType.Ready)).isEqualTo("True JobRunning");
        Awaitility.await()
                .untilAsserted(() -> assertThat(cluster.pods("careful"))
                        .extracting(it -> it.getMetadata().getUid())
                        .containsExactly(pod));
        cluster.apply("careful", "sql: INSERT INTO a SELECT x FROM b");
        job = cluster.await(
                "careful", "upgraded", it -> !first.equals(it.getStatus().revision()));
        assertThat(Cluster.condition(job, ConditionType.SpecValid)).isEqualTo("True SpecAccepted");
        awaitRequests("careful", "A start", "A stop with savepoint", "B start");
    }

    @Test
    void a_revision_that_gets_no_snapshot_is_taken_back_at_the_deadline() {
        cluster.apply("back", "sql: INSERT INTO a SELECT * FROM b");
        String first = cluster.awaitSteady("back").getStatus().revision();
        cluster.apply(
                "back",
                "sql: INSERT INTO a SELECT x FROM b\nenv: [{name: FAKE, value: failing}]\nupgrade: {deadline: 3s}");
        StreamJob job = cluster.await(
                "back",
                "taken back",
                it -> it.getStatus().transition() == null && it.getStatus().refused() != null);
        assertThat(job.getStatus().revision()).isEqualTo(first);
        job = cluster.awaitPhase("back", "Running");
        assertThat(Cluster.condition(job, ConditionType.Degraded)).isEqualTo("True DeadlineExceeded");
        assertThat(Cluster.condition(job, ConditionType.Ready)).isEqualTo("True JobRunning");
        awaitRequests(
                "back", "A start", "A stop with savepoint", "B start", "B stop abort", "A start from upgrade return");
        assertThat(storage("back").faults()).isEmpty();
    }

    private static FakeStorage storage(String job) {
        return pods.storage(cluster.namespace, job);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fresh-back | upgrade: {strategy: Fresh, deadline: 2s} | B start fresh",
                "rest-back  | 'upgrade: {deadline: 2s}\nrestoreFrom: {path: \"s3://bucket/rest-back/savepoints/early\"}' |"
                        + " B start from s3://bucket/rest-back/savepoints/early",
            })
    void a_revision_that_is_taken_back_leaves_the_old_one_its_state(String name, String how, String start) {
        cluster.apply(name, "sql: INSERT INTO a SELECT * FROM b");
        String first = cluster.awaitSteady(name).getStatus().revision();
        storage(name).pin("early", first);
        cluster.client
                .pods()
                .inNamespace(cluster.namespace)
                .withName(name + "-" + first + "-0")
                .delete();
        Awaitility.await().until(() -> storage(name).history().size() > 1);
        cluster.apply(
                name,
                "sql: INSERT INTO a SELECT * FROM b\nenv: [{name: FAKE, value: failing}]\n" + how.replace("\\n", "\n"));
        cluster.await(
                name,
                "taken back",
                it -> it.getStatus().transition() == null && it.getStatus().refused() != null);
        StreamJob job = cluster.awaitPhase(name, "Running");
        assertThat(job.getStatus().revision()).isEqualTo(first);
        assertThat(job.getStatus().restored()).isNull();
        awaitRequests(name, "A start", "A stop with savepoint", start, "B stop abort", "A start from upgrade return");
        assertThat(storage(name).history()).hasSizeGreaterThan(3).allMatch(line -> line.startsWith(first));
        assertThat(storage(name).faults()).isEmpty();
    }

    @Test
    void a_job_that_is_created_anew_with_its_restoreFrom_goes_on_where_it_was() {
        String restores =
                "sql: INSERT INTO a SELECT * FROM b\nrestoreFrom: {path: 's3://bucket/anew/savepoints/early'}";
        cluster.apply("anew", "sql: INSERT INTO a SELECT * FROM b");
        String first = cluster.awaitSteady("anew").getStatus().revision();
        storage("anew").pin("early", first);
        cluster.apply("anew", restores);
        String second = cluster.await("anew", "restored", it -> it.getStatus().restored() != null)
                .getStatus()
                .revision();
        cluster.client.resource(cluster.job("anew")).delete();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> cluster.job("anew") == null && cluster.pods("anew").isEmpty());
        cluster.apply("anew", restores);
        StreamJob job = cluster.awaitSteady("anew");
        assertThat(job.getStatus().revision()).isEqualTo(second);
        assertThat(job.getStatus().restored()).isNotNull();
        assertThat(storage("anew").faults()).isEmpty();
        assertThat(storage("anew").history()).last().asString().endsWith(" 20>30");
    }

    @Test
    void another_storage_needs_a_word_on_what_the_job_goes_on_from() {
        cluster.apply("moves", "sql: INSERT INTO a SELECT * FROM b");
        String first = cluster.awaitSteady("moves").getStatus().revision();
        String moved = "snapshots: {storage: \"s3://bucket/moved\", interval: 1s}\n";
        cluster.apply(
                "moves",
                moved
                        + "sql: INSERT INTO a SELECT * FROM t\nenv: [{name: FAKE, value: invalid}]\nupgrade: {strategy: Fresh}");
        cluster.await(
                "moves",
                "refused",
                it -> Cluster.condition(it, ConditionType.SpecValid).equals("False PlanRefused"));
        cluster.apply("moves", moved + "sql: INSERT INTO a SELECT x FROM b\nupgrade: {strategy: Restart}");
        StreamJob job = cluster.await(
                "moves",
                "refused again",
                it -> Cluster.condition(it, ConditionType.SpecValid).equals("False SpecRefused"));
        assertThat(job.getStatus().message())
                .contains(
                        "'spec.snapshots.storage' is s3://bucket/moved, but the state of the job is in s3://bucket/moves");
        assertThat(job.getStatus().revision()).isEqualTo(first);
        assertThat(job.getStatus().phase()).isEqualTo("Running");
        cluster.apply("moves", moved + "sql: INSERT INTO a SELECT x FROM b\nupgrade: {strategy: Fresh}");
        cluster.await("moves", "upgraded", it -> !first.equals(it.getStatus().revision()));
    }

    @Test
    void a_job_that_another_process_has_taken_over_is_not_taken_back_by_itself() throws Exception {
        cluster.apply("shared", "sql: INSERT INTO a SELECT * FROM b");
        String revision = cluster.awaitSteady("shared").getStatus().revision();
        FakeStorage.Hold other = storage("shared").claim("elsewhere", Start.latest());
        other.position += 10;
        storage("shared").snapshot(other);
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
        assertThat(requests("shared")).containsExactly("A start");
        cluster.client
                .pods()
                .inNamespace(cluster.namespace)
                .withName("shared-" + revision + "-0")
                .delete();
        cluster.awaitPhase("shared", "Running");
        awaitRequests("shared", "A start", "A start");
        assertThat(storage("shared").faults()).isEmpty();
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
    void a_person_takes_a_snapshot_and_a_job_begins_with_it() {
        cluster.apply("saved", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("saved");
        snapshot("monday", "saved");
        Snapshot taken = Awaitility.await()
                .until(
                        () -> cluster.snapshot("monday"),
                        it -> it.getStatus() != null
                                && "Completed".equals(it.getStatus().phase()));
        assertThat(taken.getStatus().path()).startsWith("s3://bucket/saved/savepoints/monday-");
        assertThat(taken.getStatus().bytes()).isEqualTo(99);
        String first = cluster.job("saved").getStatus().revision();
        cluster.apply("saved", "sql: INSERT INTO a SELECT * FROM b\nrestoreFrom: {snapshot: monday}");
        String second = cluster.await(
                        "saved", "restored", it -> !first.equals(it.getStatus().revision()))
                .getStatus()
                .revision();
        assertThat(requests("saved"))
                .last()
                .asString()
                .isEqualTo("B start from " + taken.getStatus().path());
        cluster.apply("saved", "sql: INSERT INTO a SELECT * FROM b");
        StreamJob job = cluster.await(
                "saved",
                "seen",
                it -> it.getStatus()
                        .observedGeneration()
                        .equals(it.getMetadata().getGeneration()));
        assertThat(job.getStatus().revision()).isEqualTo(second);
        assertThat(job.getStatus().transition()).isNull();
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
