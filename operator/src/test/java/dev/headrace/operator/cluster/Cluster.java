package dev.headrace.operator.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headrace.crds.Condition;
import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.word.ConditionType;
import dev.headrace.operator.objects.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A namespace of its own on the cluster for tests that KUBECONFIG names. */
final class Cluster implements AutoCloseable {
    static final List<Class<? extends HasMetadata>> CHILDREN = List.of(
            ServiceAccount.class,
            Service.class,
            NetworkPolicy.class,
            PodDisruptionBudget.class,
            ConfigMap.class,
            StatefulSet.class);

    private static final String LOAD = "HEADRACE_E2E_LOAD_IMAGE";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final KubernetesClient client;
    final String namespace = "headrace-operator-" + UUID.randomUUID().toString().substring(0, 8);

    Cluster(String what) {
        assumeTrue(isThere(what), "no cluster for tests");
        client = client();
        define();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
    }

    /**
     * Says so where there is none. KUBECONFIG counts only together with the command that loads images, as in e2e: a developer's
     * everyday cluster is not to be taken for one to test on.
     */
    static boolean isThere(String what) {
        boolean there = System.getenv("KUBECONFIG") != null && System.getenv(LOAD) != null;
        if (!there) {
            System.out.println("\n##### SKIPPED: " + what + ": set KUBECONFIG to a cluster for tests, and " + LOAD
                    + ", without which it does not count #####\n");
        }
        return there;
    }

    static KubernetesClient client() {
        return new KubernetesClientBuilder().withConfig(config()).build();
    }

    static Config config() {
        return Config.autoConfigure(null);
    }

    private void define() {
        try (Stream<Path> files = Files.list(Path.of("../crds/kubernetes"))) {
            for (Path file : files.toList()) {
                CustomResourceDefinition definition =
                        Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the namespace a label, as who shares out a cluster does. */
    void label(String key, String value) {
        client.namespaces()
                .withName(namespace)
                .edit(found -> new NamespaceBuilder(found)
                        .editMetadata()
                        .addToLabels(key, value)
                        .endMetadata()
                        .build());
    }

    /** A job whose pods no node takes. */
    StreamJob apply(String name, String spec) {
        String nowhere =
                spec.contains("podTemplate") ? "" : "podTemplate: {nodeSelector: {headrace.dev/none: \"true\"}}\n";
        String storage =
                spec.contains("snapshots:") ? "" : "snapshots: {storage: \"s3://bucket/" + name + "\", interval: 1s}\n";
        return client.resource(Serialization.unmarshal(
                        """
                        apiVersion: headrace.dev/v1alpha1
                        kind: StreamJob
                        metadata: {name: %s, namespace: %s}
                        spec:
                          %s
                        """.formatted(
                                        name,
                                        namespace,
                                        (nowhere + storage + spec).indent(2).strip()),
                        StreamJob.class))
                .fieldManager("user")
                .forceConflicts()
                .serverSideApply();
    }

    /** Another object, of the group without a name. */
    void apply(String kind, String name, String spec) {
        client.resource("apiVersion: v1\nkind: %s\nmetadata: {name: %s, namespace: %s}\nspec: %s\n"
                        .formatted(kind, name, namespace, spec))
                .forceConflicts()
                .serverSideApply();
    }

    StreamJob job(String name) {
        return client.resources(StreamJob.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    StreamJob await(String name, String what, Predicate<StreamJob> condition) {
        return Awaitility.await(name + ": " + what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> job(name), job -> job != null && job.getStatus() != null && condition.test(job));
    }

    StreamJob awaitPhase(String name, String phase) {
        return await(name, phase, job -> phase.equals(job.getStatus().phase()));
    }

    /** Runs the revision that the spec asks for, with no change under way. */
    StreamJob awaitSteady(String name) {
        return await(
                name,
                "steady",
                job -> job.getStatus().transition() == null
                        && "Running".equals(job.getStatus().phase())
                        && job.getMetadata()
                                .getGeneration()
                                .equals(job.getStatus().observedGeneration()));
    }

    static String condition(StreamJob job, ConditionType type) {
        return job.getStatus().conditions().stream()
                .filter(condition -> condition.type().equals(type.name()))
                .map(Cluster::text)
                .findFirst()
                .orElseThrow();
    }

    private static String text(Condition condition) {
        return condition.status() + " " + condition.reason();
    }

    <T extends HasMetadata> List<T> all(Class<T> kind, String job) {
        KubernetesResourceList<T> list = client.resources(kind)
                .inNamespace(namespace)
                .withLabel(Names.JOB, job)
                .list();
        return list.getItems();
    }

    List<Pod> pods(String job) {
        return all(Pod.class, job);
    }

    /** A pod that works in storage; no node takes it, so a test says what became of it. */
    Pod awaitPod(String name) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> client.pods().inNamespace(namespace).withName(name).get(), pod -> pod != null);
    }

    void succeed(Pod pod) {
        client.resource(pod)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"phase\":\"Succeeded\"}}");
    }

    /** Its process has done its work, and left that message. */
    void succeed(Pod pod, String message) {
        client.resource(pod).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"status": {"phase": "Succeeded", "containerStatuses": [{"name": "headrace", "image": "i", "imageID": "i",
                         "ready": false, "restartCount": 0, "state": {"terminated": {"exitCode": 0, "message": "%s\\n"}}}]}}
                        """.formatted(message));
    }

    /** Its process has failed with that message, and will be started again. */
    void fail(Pod pod, String message) {
        client.resource(pod).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"status": {"containerStatuses": [{"name": "headrace", "image": "i", "imageID": "i", "ready": false, "restartCount": 1,
                         "lastState": {"terminated": {"exitCode": 1, "message": "%s"}}}]}}
                        """.formatted(message));
    }

    void awaitGone(String name) {
        Awaitility.await(name + " is gone").atMost(PATIENCE).until(() -> job(name) == null);
    }

    Snapshot snapshot(String name) {
        return client.resources(Snapshot.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    List<String> events(String about) {
        return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getRegarding().getName().equals(about)
                        && event.getRegarding().getKind().equals(StreamJob.KIND))
                .map(Event::getReason)
                .toList();
    }

    @Override
    public void close() {
        client.namespaces().withName(namespace).delete();
        client.close();
    }
}
