package dev.headrace.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.word.ConditionType;
import dev.headrace.operator.objects.Names;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.Interceptor.RequestTags;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the API server, or the operator itself, cannot take of a job, on a real API server: it is told, and holds up nothing else. */
@SuppressWarnings("try")
class RefusalsTest {
    private static Cluster cluster;
    private static FakeRuntime pods;
    private static TestOperator operator;

    @BeforeAll
    static void start() throws IOException {
        cluster = new Cluster("what an API server refuses");
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
    void what_the_definition_lets_pass_and_no_pod_can_be_made_of_is_said() {
        cluster.apply("odd", "sql: INSERT INTO a SELECT * FROM b\npodTemplate: {affinity: {nodeAffinity: x}}");
        StreamJob job = cluster.awaitPhase("odd", "Invalid");
        assertThat(job.getStatus().message()).contains("'spec.podTemplate.affinity.nodeAffinity'");
        cluster.apply("odd", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("odd");
    }

    @Test
    void a_job_that_the_operator_fails_at_says_so_and_another_goes_on() {
        cluster.apply("breaks", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("breaks");
        // What no operator has written.
        cluster.client
                .resource(cluster.job("breaks"))
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"transition\":{\"step\":\"Stopping\",\"strategy\":\"Restart\"}}}");
        cluster.apply("breaks", "sql: INSERT INTO a SELECT x FROM b");
        StreamJob job = cluster.await(
                "breaks",
                "failed",
                it -> Cluster.condition(it, ConditionType.Degraded).equals("True ReconcileFailed"));
        assertThat(job.getStatus().message()).startsWith("the operator failed at it, and tries again: ");
        Awaitility.await().until(() -> cluster.events("breaks").contains("ReconcileFailed"));
        cluster.apply("whole", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("whole");
    }

    @Test
    void a_snapshot_that_is_due_and_refused_holds_up_no_edit() {
        Snapshot example = Serialization.unmarshal(
                "apiVersion: headrace.dev/v1alpha1\nkind: Snapshot\nmetadata: {name: any}\nspec: {job: any}\n",
                Snapshot.class);
        try (Policy policy = new Policy(cluster, "headrace.dev/v1alpha1/snapshots", "true", example)) {
            String spec =
                    "sql: INSERT INTO a SELECT %s FROM b\nsnapshots: {storage: \"s3://bucket/due\", interval: 1s, schedule: \"* * * * *\"}";
            cluster.apply("due", spec.formatted("*"));
            String first = cluster.awaitSteady("due").getStatus().revision();
            String minute = Instant.now().truncatedTo(ChronoUnit.MINUTES).toString();
            cluster.client
                    .resource(cluster.job("due"))
                    .subresource("status")
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"status\":{\"schedule\":{\"next\":\"" + minute + "\"}}}");
            cluster.apply("due", spec.formatted("x"));
            cluster.await("due", "upgraded", it -> !first.equals(it.getStatus().revision()));
            Awaitility.await().until(() -> cluster.events("due").contains("ObjectRefused"));
            assertThat(cluster.job("due").getStatus().schedule().next()).isEqualTo(minute);
        }
    }

    /** A budget that a policy refuses, as one does that wants another name. */
    private static Policy noBudgetsOf(String job) {
        PodDisruptionBudget example = new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName(job)
                .endMetadata()
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .endSpec()
                .build();
        return new Policy(cluster, "policy/v1/poddisruptionbudgets", "object.metadata.name == '" + job + "'", example);
    }

    @Test
    void an_object_of_the_job_that_is_refused_holds_up_neither_its_start_nor_its_changes() {
        try (Policy policy = noBudgetsOf("bold")) {
            cluster.apply("bold", "sql: INSERT INTO a SELECT * FROM b");
            StreamJob job = cluster.awaitSteady("bold");
            String first = job.getStatus().revision();
            cluster.await(
                    "bold",
                    "told",
                    it -> Cluster.condition(it, ConditionType.Degraded).equals("True ObjectRefused"));
            assertThat(Cluster.condition(cluster.job("bold"), ConditionType.SpecValid))
                    .isEqualTo("True SpecAccepted");
            cluster.apply("bold", "sql: INSERT INTO a SELECT x FROM b");
            cluster.await(
                    "bold",
                    "upgraded",
                    it -> !first.equals(it.getStatus().revision())
                            && it.getStatus().transition() == null);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(cluster.events("bold")).contains("ObjectRefused", "UpgradeCompleted"));
        }
    }

    @Test
    void a_revision_is_not_blamed_for_what_was_refused_of_the_one_before() {
        cluster.apply("blames", "sql: INSERT INTO a SELECT * FROM b");
        String first = cluster.awaitSteady("blames").getStatus().revision();
        cluster.apply("blames", """
                sql: INSERT INTO a SELECT x FROM b
                podTemplate: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}}
                """);
        cluster.apply("blames", "sql: INSERT INTO a SELECT y FROM b");
        cluster.await(
                "blames",
                "upgraded",
                it -> !first.equals(it.getStatus().revision()) && it.getStatus().transition() == null);
    }

    private static Service service(String name) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(cluster.namespace)
                .addToLabels("app.kubernetes.io/managed-by", "Helm")
                .endMetadata()
                .withNewSpec()
                .addToSelector("app", "web")
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
    }

    private static Service found(String name) {
        return cluster.client
                .services()
                .inNamespace(cluster.namespace)
                .withName(name)
                .get();
    }

    @Test
    void what_others_have_made_under_the_name_is_left_alone_and_the_job_waits() {
        String version =
                cluster.client.resource(service("taken")).create().getMetadata().getResourceVersion();
        cluster.client
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("taken")
                        .withNamespace(cluster.namespace)
                        .endMetadata()
                        .build())
                .create();
        cluster.apply("taken", "sql: INSERT INTO a SELECT * FROM b");
        cluster.apply("free", "sql: INSERT INTO a SELECT * FROM b");
        StreamJob job = cluster.await(
                "taken",
                "told",
                it -> Cluster.condition(it, ConditionType.Degraded).equals("True ObjectRefused"));
        assertThat(job.getStatus().message())
                .isEqualTo(
                        "there is a ServiceAccount 'taken' already that is not of StreamJob 'taken': somebody else has"
                                + " made it; it is left alone. Remove it, or give the StreamJob another name");
        cluster.awaitSteady("free");
        assertThat(cluster.all(StatefulSet.class, "taken")).isEmpty();
        assertThat(found("taken").getMetadata().getResourceVersion()).isEqualTo(version);

        cluster.client.resource(service("taken")).delete();
        cluster.client
                .serviceAccounts()
                .inNamespace(cluster.namespace)
                .withName("taken")
                .delete();
        cluster.apply("taken", "sql: INSERT INTO a SELECT x FROM b");
        cluster.awaitSteady("taken");
        assertThat(found("taken").getSpec().getClusterIP()).isEqualTo("None");
    }

    @Test
    void a_job_that_runs_goes_on_while_others_have_one_of_its_objects() {
        cluster.apply("robbed", "sql: INSERT INTO a SELECT * FROM b");
        String first = cluster.awaitSteady("robbed").getStatus().revision();
        operator.close();
        cluster.client.resource(found("robbed")).delete();
        cluster.client.resource(service("robbed")).create();
        operator = new TestOperator(cluster.client, pods, cluster.namespace);
        cluster.apply("robbed", "sql: INSERT INTO a SELECT x FROM b\nupgrade: {deadline: 3s}");
        StreamJob job = cluster.await(
                "robbed",
                "not upgraded",
                it -> it.getStatus().refused() != null && it.getStatus().transition() == null);
        assertThat(job.getStatus().revision()).isEqualTo(first);
        assertThat(job.getStatus().phase()).isEqualTo("Running");
        assertThat(job.getStatus().refused().message()).contains("there is a Service 'robbed' already");
    }

    @Test
    void what_is_ours_is_set_right_whoever_has_changed_it_and_whatever_was_taken_from_it() {
        cluster.apply("edited", "sql: INSERT INTO a SELECT * FROM b");
        cluster.awaitSteady("edited");
        Service service = found("edited");
        service.getMetadata().setManagedFields(null);
        service.getMetadata().setResourceVersion(null);
        service.getSpec().setSelector(Map.of("app", "web"));
        cluster.client
                .resource(service)
                .fieldManager("kubectl")
                .forceConflicts()
                .serverSideApply();
        Awaitility.await().until(() -> found("edited").getSpec().getSelector().containsKey(Names.JOB));

        cluster.client
                .resource(found("edited"))
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":null}}");
        Awaitility.await().until(() -> Names.job(found("edited").getMetadata()).isPresent());
        cluster.client
                .resource(found("edited"))
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"ownerReferences\":null}}");
        Awaitility.await()
                .until(() -> !found("edited").getMetadata().getOwnerReferences().isEmpty());
    }

    @Test
    void a_pod_that_has_only_the_labels_is_not_talked_to_and_holds_up_nothing() {
        Set<String> talkedTo = ConcurrentHashMap.newKeySet();
        try (Cluster own = new Cluster("pods that others have made");
                TestOperator another = new TestOperator(
                        own.client,
                        pod -> {
                            talkedTo.add(pod.getMetadata().getName());
                            return pods.address(pod);
                        },
                        own.namespace)) {
            own.apply("posed", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Delete");
            String first = own.awaitSteady("posed").getStatus().revision();
            Pod real = own.pods("posed").getFirst();
            own.client
                    .resource(new PodBuilder()
                            .withNewMetadata()
                            .withName("liar")
                            .withNamespace(own.namespace)
                            .withLabels(real.getMetadata().getLabels())
                            .endMetadata()
                            .withSpec(real.getSpec())
                            .build())
                    .create();
            own.apply("posed", "sql: INSERT INTO a SELECT x FROM b\ndeletionPolicy: Delete");
            own.await("posed", "upgraded", it -> !first.equals(it.getStatus().revision()));
            own.client.resource(own.awaitSteady("posed")).delete();
            own.succeed(own.awaitPod("posed-removal"));
            own.awaitGone("posed");
            assertThat(talkedTo).hasSize(2).doesNotContain("liar");
        }
    }

    /** Counts the lists of events. */
    private static final class Lists implements Interceptor {
        private final AtomicInteger events = new AtomicInteger();

        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (request.method().equals("GET") && request.uri().getPath().endsWith("/events")) {
                events.incrementAndGet();
            }
        }
    }

    @Test
    void of_a_namespace_that_is_not_watched_any_more_nothing_more_is_asked() {
        Lists lists = new Lists();
        try (Cluster own = new Cluster("a namespace that is given up");
                KubernetesClient client = Writes.client(lists);
                TestOperator another = new TestOperator(client, pods, own.namespace)) {
            own.apply("ResourceQuota", "full", "{hard: {pods: 0}}");
            own.apply("refused", "sql: INSERT INTO a SELECT * FROM b");
            own.await(
                    "refused",
                    "told of",
                    it -> Cluster.condition(it, ConditionType.Degraded).equals("True PodRefused"));
            another.watch("kube-public");
            int asked = lists.events.get();
            // Each would have been asked for twice by then; one may be under way.
            Awaitility.await()
                    .pollDelay(Duration.ofSeconds(25))
                    .atMost(Duration.ofSeconds(40))
                    .untilAsserted(() -> assertThat(lists.events).hasValueLessThanOrEqualTo(asked + 1));
        }
    }

    /** Fails at each write of one object, as long as it is to, and counts these and those of its job's status. */
    private static final class Breaks implements Interceptor {
        private final AtomicInteger tries = new AtomicInteger();
        private final AtomicInteger statuses = new AtomicInteger();
        private volatile boolean broken = true;

        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            String path = request.uri().getPath();
            if (Writes.writes(request) && path.endsWith("/poddisruptionbudgets/fails") && broken) {
                tries.incrementAndGet();
                throw new IllegalStateException("the budget breaks");
            }
            if (path.endsWith("/streamjobs/fails/status")) {
                statuses.incrementAndGet();
            }
        }
    }

    @Test
    void a_failure_that_lasts_is_told_all_the_time_and_written_once() throws IOException {
        Breaks breaks = new Breaks();
        try (Cluster own = new Cluster("what an operator fails at");
                KubernetesClient client = Writes.client(breaks);
                TestOperator failing = new TestOperator(client, pods, own.namespace)) {
            own.apply("fails", "sql: INSERT INTO a SELECT * FROM b");
            own.await(
                    "fails",
                    "runs, and is failed at",
                    job -> "Running".equals(job.getStatus().phase())
                            && job.getStatus().transition() == null
                            && Cluster.condition(job, ConditionType.Degraded).equals("True ReconcileFailed"));
            int tries = breaks.tries.get();
            int statuses = breaks.statuses.get();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> breaks.tries.get() > tries + 2);
            assertThat(breaks.statuses).hasValue(statuses);
            breaks.broken = false;
            own.await(
                    "fails",
                    "whole again",
                    job -> Cluster.condition(job, ConditionType.Degraded).equals("False AsWanted"));
        }
    }
}
