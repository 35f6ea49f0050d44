package dev.headrace.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule, and each limit worth it, on a real API server: one spec that it takes, and one that it refuses. */
class RulesTest {
    /**
     * @param says what the refusal holds: of a rule, its message
     * @param before the spec that is there; empty: none
     */
    private record Case(
            String says, Class<?> kind, String name, Optional<String> before, String takes, String refuses) {
        @Override
        public String toString() {
            return says;
        }
    }

    private static final String SNAPSHOTS = "snapshots: {storage: 's3://bucket/orders'}";
    private static final String JOB = "sql: x, " + SNAPSHOTS;

    private static final String NAME =
            "the name has at most 40 small letters, digits and dashes, begins with a letter and does not end with a dash";

    private static final String SNAPSHOT_NAME =
            "the name has at most 63 small letters, digits and dashes, and neither begins nor ends with a dash";

    private static Case job(String says, String takes, String refuses) {
        return new Case(says, StreamJob.class, "orders", Optional.empty(), takes, refuses);
    }

    static Stream<Case> cases() {
        return Stream.of(
                job("a job is given by exactly one of sql, sqlFrom and java", JOB, SNAPSHOTS),
                job(
                        "a job is given by exactly one of sql, sqlFrom and java",
                        "sqlFrom: {configMap: a, key: b}, " + SNAPSHOTS,
                        "sqlFrom: {configMap: a, key: b}, " + JOB),
                job("on Kubernetes the storage is on S3", JOB, "sql: x, snapshots: {storage: 'file:///snapshots'}"),
                job("spec.snapshots: Required", JOB, "sql: x"),
                job(
                        "restoreFrom has exactly one of snapshot and path",
                        JOB + ", restoreFrom: {snapshot: a}",
                        JOB + ", restoreFrom: {}"),
                job(
                        "restoreFrom has exactly one of snapshot and path",
                        JOB + ", restoreFrom: {path: 's3://bucket/a'}",
                        JOB + ", restoreFrom: {snapshot: a, path: 's3://bucket/a'}"),
                job("min is at most max", JOB + ", autoscale: {min: 1, max: 2}", JOB + ", autoscale: {min: 3, max: 2}"),
                job(
                        "memory is at least 320Mi",
                        JOB + ", resources: {memory: 320Mi}",
                        JOB + ", resources: {memory: 319Mi}"),
                job("disk is at least 256Mi", JOB + ", resources: {disk: 256Mi}", JOB + ", resources: {disk: 255Mi}"),
                job(
                        "a variable has exactly one of value and valueFrom",
                        JOB + ", env: [{name: A, value: ''}]",
                        JOB + ", env: [{name: A}]"),
                job(
                        "names that begin with HEADRACE_ are set by the operator",
                        JOB + ", env: [{name: MY_HEADRACE_, value: b}]",
                        JOB + ", env: [{name: HEADRACE_POD, value: b}]"),
                job(
                        "valueFrom has exactly one of secretKeyRef and configMapKeyRef",
                        JOB + ", env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}}}]",
                        JOB + ", env: [{name: A, valueFrom: {}}]"),
                job(
                        "Duplicate value",
                        JOB + ", env: [{name: A, value: b}]",
                        JOB + ", env: [{name: A, value: b}, {name: A, value: c}]"),
                job(
                        "an entry of envFrom has exactly one of secretRef and configMapRef",
                        JOB + ", envFrom: [{secretRef: {name: a}}]",
                        JOB + ", envFrom: [{prefix: a}]"),
                job(
                        "labels headrace.dev/..., app.kubernetes.io/name and app.kubernetes.io/managed-by are set by the operator",
                        JOB + ", podTemplate: {labels: {team: a}}",
                        JOB + ", podTemplate: {labels: {headrace.dev/job: a}}"),
                job(
                        "annotations headrace.dev/... are set by the operator",
                        JOB + ", podTemplate: {annotations: {team: a}}",
                        JOB + ", podTemplate: {annotations: {headrace.dev/job: a}}"),
                job(
                        "spec.snapshots.interval",
                        JOB.replace("}", ", interval: 500ms}"),
                        JOB.replace("}", ", interval: 5 minutes}")),
                job(
                        "spec.snapshots.schedule",
                        JOB.replace("}", ", schedule: '*/5 0-3 * * MON'}"),
                        JOB.replace("}", ", schedule: daily}")),
                job("spec.resources.cpu", JOB + ", resources: {cpu: 500m}", JOB + ", resources: {cpu: two}"),
                job("spec.resources.cpu", JOB + ", resources: {cpu: 2}", JOB + ", resources: {cpu: true}"),
                job(
                        "spec.resources.cpuLimit",
                        JOB + ", resources: {cpuLimit: 2}",
                        JOB + ", resources: {cpuLimit: all}"),
                job("spec.replicas", JOB + ", replicas: 1", JOB + ", replicas: 0"),
                job("spec.state", JOB + ", state: Suspended", JOB + ", state: Paused"),
                new Case(NAME, StreamJob.class, "a".repeat(40), Optional.empty(), JOB, "NAME " + "a".repeat(41)),
                new Case(NAME, StreamJob.class, "a-1", Optional.empty(), JOB, "NAME 1-a"),
                new Case(NAME, StreamJob.class, "a-2", Optional.empty(), JOB, "NAME a.b"),
                new Case(
                        "the state of the job is in snapshots.storage",
                        StreamJob.class,
                        "moves",
                        Optional.of(JOB),
                        JOB.replace("orders", "other") + ", upgrade: {strategy: Fresh}",
                        JOB.replace("orders", "other")),
                new Case(
                        "the state of the job is in snapshots.storage",
                        StreamJob.class,
                        "restores",
                        Optional.of(JOB),
                        JOB.replace("orders", "other") + ", restoreFrom: {snapshot: a}",
                        JOB.replace("orders", "other") + ", upgrade: {strategy: Restart}"),
                new Case(
                        "the state of the job is in snapshots.storage",
                        StreamJob.class,
                        "restored",
                        Optional.of(JOB + ", restoreFrom: {snapshot: a}"),
                        JOB.replace("orders", "other") + ", restoreFrom: {snapshot: b}",
                        JOB.replace("orders", "other") + ", restoreFrom: {snapshot: a}"),
                new Case(
                        "the state of the job is in snapshots.storage",
                        StreamJob.class,
                        "restored-by-path",
                        Optional.of(JOB + ", restoreFrom: {path: 's3://bucket/a'}"),
                        JOB.replace("orders", "other") + ", restoreFrom: {snapshot: a}",
                        JOB.replace("orders", "other") + ", restoreFrom: {path: 's3://bucket/a'}"),
                new Case(
                        "a Snapshot stays with its job",
                        Snapshot.class,
                        "before",
                        Optional.of("job: orders"),
                        "job: orders, retain: 7d",
                        "job: other"),
                new Case(SNAPSHOT_NAME, Snapshot.class, "1-a", Optional.empty(), "job: orders", "NAME a.b"),
                new Case(
                        "spec.retain",
                        Snapshot.class,
                        "kept",
                        Optional.empty(),
                        "job: orders, retain: 12h",
                        "job: orders, retain: long"));
    }

    private static final String NAMESPACE =
            "headrace-rules-" + UUID.randomUUID().toString().substring(0, 8);

    private static KubernetesClient client;

    @BeforeAll
    static void define() {
        client = TestCluster.client("the rules of the custom resources");
        for (String text : GeneratedResources.all().values()) {
            CustomResourceDefinition definition = Serialization.unmarshal(text, CustomResourceDefinition.class);
            client.resource(definition)
                    .fieldManager("headrace")
                    .forceConflicts()
                    .serverSideApply();
            client.resource(definition)
                    .waitUntilCondition(
                            it -> it.getStatus() != null
                                    && it.getStatus().getConditions().stream()
                                            .anyMatch(c -> c.getType().equals("Established")
                                                    && c.getStatus().equals("True")),
                            30,
                            TimeUnit.SECONDS);
        }
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterAll
    static void remove() {
        if (client != null) {
            client.namespaces().withName(NAMESPACE).delete();
            client.close();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_rule_takes_and_refuses(Case rule) {
        rule.before().ifPresent(spec -> client.resource(object(rule, spec)).create());
        assertThatCode(() -> dryRun(rule, object(rule, rule.takes()))).doesNotThrowAnyException();
        assertThatThrownBy(() -> dryRun(rule, object(rule, rule.refuses())))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(rule.says());
    }

    private static void dryRun(Case rule, GenericKubernetesResource object) {
        if (rule.before().isPresent()) {
            client.resource(object).dryRun().update();
        } else {
            client.resource(object).dryRun().create();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {StreamJob.class, Snapshot.class})
    void an_object_without_a_spec_is_refused(Class<?> kind) {
        GenericKubernetesResource object = Serialization.unmarshal(
                "apiVersion: headrace.dev/v1alpha1\nkind: %s\nmetadata: {name: bare, namespace: %s}\n"
                        .formatted(kind.getSimpleName(), NAMESPACE),
                GenericKubernetesResource.class);
        assertThatThrownBy(() -> client.resource(object).dryRun().create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("spec: Required");
    }

    @Test
    void no_rule_is_without_a_case() throws IOException {
        Set<String> rules = new TreeSet<>();
        for (String text : GeneratedResources.all().values()) {
            for (JsonNode list : new YAMLMapper().readTree(text).findValues("x-kubernetes-validations")) {
                list.forEach(rule -> rules.add(rule.get("message").asText()));
            }
        }
        Set<String> said = cases().map(Case::says).collect(Collectors.toSet());
        assertThat(rules).isNotEmpty().allMatch(rule -> said.stream().anyMatch(rule::startsWith));
    }

    /** A spec {@code NAME x} is the one that is taken, under that name. */
    private static GenericKubernetesResource object(Case rule, String spec) {
        boolean named = spec.startsWith("NAME ");
        return Serialization.unmarshal(
                "apiVersion: headrace.dev/v1alpha1\nkind: %s\nmetadata: {name: %s, namespace: %s}\nspec: {%s}\n"
                        .formatted(
                                rule.kind().getSimpleName(),
                                named ? spec.substring(5) : rule.name(),
                                NAMESPACE,
                                named ? rule.takes() : spec),
                GenericKubernetesResource.class);
    }
}
