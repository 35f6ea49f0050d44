package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Audit;
import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.FakeNode;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.OnCluster;
import dev.headrace.e2e.fixture.Release;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fleet without work. Its pods are faked: {@link FakeNode}. It waits for more than a minute, and so begins first, beside others. */
@OnCluster
@Order(1)
class IdleTest {
    private static final String NAMESPACE = Topic.IDLE.namespace();
    private static final int JOBS = Integer.getInteger("headrace.jobs", 200);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static FakeNode node;

    @BeforeAll
    static void prepare() {
        Release.ensure();
        node = new FakeNode(NAMESPACE);
    }

    /** Kubernetes has its time for what belonged to them. */
    @AfterAll
    static void no_jobs_stay() {
        Cluster.get()
                .client()
                .genericKubernetesResources(Job.KIND)
                .inNamespace(NAMESPACE)
                .delete();
        if (node != null) {
            node.close();
        }
    }

    @Test
    @Timeout(1800)
    void many_idle_jobs_write_nothing_for_a_minute() {
        Cluster cluster = Cluster.get();
        long start = System.nanoTime();
        for (int i = 0; i < JOBS; i++) {
            cluster.apply(NAMESPACE, yaml("idle-" + i));
        }
        Wait.until(
                JOBS + " jobs run",
                Duration.ofSeconds(40 + JOBS),
                () -> phases().equals(Map.of("Running", (long) JOBS)));
        Loud.measured(JOBS + " jobs applied until all run", (System.nanoTime() - start) / 1e9);

        // a job counts as settled when it has had nothing to write for a while
        Map<String, String> before =
                Wait.forValue("nothing changes", MINUTE.multipliedBy(2), IdleTest::versions, versions -> {
                    waitFor(Duration.ofSeconds(10));
                    return versions.equals(versions());
                });
        Instant quiet = Instant.now();
        waitFor(MINUTE);
        assertThat(versions()).isEqualTo(before);
        Audit.find()
                .ifPresentOrElse(
                        audit -> assertThat(audit.ofOperator(quiet).stream()
                                        .filter(Audit.Request::writes)
                                        .filter(request -> request.namespace().equals(NAMESPACE)))
                                .as("writes of the operator in a minute")
                                .isEmpty(),
                        () -> System.out.println("  no audit log: what was not changed by a write was not seen"));
        String metrics = cluster.client()
                .raw("/api/v1/namespaces/%s/pods/%s:8080/proxy/metrics".formatted(Release.NAMESPACE, Release.leader()));
        metrics.lines()
                .filter(
                        line -> line.matches(
                                "(jvm_memory_used_bytes\\{area=\"heap\".*|reconciliations_(execution_duration_seconds_(max|count|sum|bucket)|queue|active).*)"))
                .forEach(line -> System.out.println("  " + line));
    }

    /** Time itself is what is waited for. */
    private static void waitFor(Duration time) {
        Instant end = Instant.now().plus(time);
        Wait.until("time passes", time.plusSeconds(30), () -> Instant.now().isAfter(end));
    }

    private static String yaml(String name) {
        return """
                apiVersion: headrace.dev/v1alpha1
                kind: StreamJob
                metadata: {name: %s}
                spec:
                  sql: INSERT INTO nothing SELECT 1
                  snapshots: {storage: s3://nowhere/%s}
                %s
                """.formatted(name, name, FakeNode.POD_TEMPLATE.indent(2).stripTrailing());
    }

    private static Map<String, Long> phases() {
        Map<String, Long> phases = new TreeMap<>();
        for (GenericKubernetesResource job : jobs()) {
            phases.merge(String.valueOf(job.<Object>get("status", "phase")), 1L, Long::sum);
        }
        return phases;
    }

    private static List<GenericKubernetesResource> jobs() {
        return Cluster.get()
                .client()
                .genericKubernetesResources(Job.KIND)
                .inNamespace(NAMESPACE)
                .list()
                .getItems();
    }

    /** Of all that the operator writes. */
    private static Map<String, String> versions() {
        KubernetesClient client = Cluster.get().client();
        Map<String, String> versions = new TreeMap<>();
        Stream.of(
                        jobs(),
                        client.apps()
                                .statefulSets()
                                .inNamespace(NAMESPACE)
                                .list()
                                .getItems(),
                        client.configMaps().inNamespace(NAMESPACE).list().getItems(),
                        client.services().inNamespace(NAMESPACE).list().getItems(),
                        client.serviceAccounts().inNamespace(NAMESPACE).list().getItems(),
                        client.network()
                                .v1()
                                .networkPolicies()
                                .inNamespace(NAMESPACE)
                                .list()
                                .getItems(),
                        client.policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace(NAMESPACE)
                                .list()
                                .getItems(),
                        client.pods().inNamespace(NAMESPACE).list().getItems())
                .flatMap(List::stream)
                .map(HasMetadata.class::cast)
                .forEach(object -> versions.put(
                        object.getKind() + " " + object.getMetadata().getName(),
                        object.getMetadata().getResourceVersion()));
        return versions;
    }
}
