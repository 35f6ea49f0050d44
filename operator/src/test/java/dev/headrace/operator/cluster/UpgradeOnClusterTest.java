package dev.headrace.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.word.ConditionType;
import dev.headrace.operator.FakeStorage;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs that are changed, and where they begin, on a real API server. Their pods' processes are faked: no node runs them. */
class UpgradeOnClusterTest {
    private static Cluster cluster;
    private static FakeRuntime pods;
    private static TestOperator operator;

    @BeforeAll
    static void start() throws IOException {
        cluster = new Cluster("changes of jobs, on an API server");
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

    private static FakeStorage storage(String job) {
        return pods.storage(cluster.namespace, job);
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
        pods.awaitRequests("grows", "A start", "A stop with savepoint", "B start");
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
        pods.awaitRequests("fresh", "A start", "A stop with savepoint", "B start fresh");
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
        pods.awaitRequests("careful", "A start", "A stop with savepoint", "B start");
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
        pods.awaitRequests(
                "back", "A start", "A stop with savepoint", "B start", "B stop abort", "A start from upgrade return");
        assertThat(storage("back").faults()).isEmpty();
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
        pods.awaitRequests(
                name, "A start", "A stop with savepoint", start, "B stop abort", "A start from upgrade return");
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
        assertThat(pods.requests("saved"))
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
