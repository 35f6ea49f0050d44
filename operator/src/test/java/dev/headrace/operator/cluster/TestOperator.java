package dev.headrace.operator.cluster;

import dev.headrace.operator.config.Controllers;
import dev.headrace.operator.metrics.JobFigures;
import dev.headrace.operator.objects.JobRuntime;
import dev.headrace.operator.pod.ControlToken;
import dev.headrace.operator.pod.HttpControlApi;
import dev.headrace.operator.pod.PodWatch;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The operator's controllers in this process, against a real API server, with processes of pods that are faked. */
final class TestOperator implements AutoCloseable {
    private final Operator operator;

    TestOperator(KubernetesClient client, FakeRuntime pods, String namespace) {
        this(client, pods::address, namespace, Clock.systemUTC());
    }

    TestOperator(KubernetesClient client, FakeRuntime pods, String namespace, Clock clock) {
        this(client, pods::address, namespace, clock);
    }

    /** @param address where a pod's process is */
    TestOperator(KubernetesClient client, Function<Pod, Optional<URI>> address, String namespace) {
        this(client, address, namespace, Clock.systemUTC());
    }

    private TestOperator(KubernetesClient client, Function<Pod, Optional<URI>> address, String namespace, Clock clock) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        operator = new Controllers(
                        client,
                        new PodWatch(new HttpControlApi(), address, clock),
                        new ControlToken("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII)),
                        new JobRuntime(
                                "headrace/runtime:test",
                                "headrace-system",
                                Map.of("app.kubernetes.io/name", "headrace-operator")),
                        meters,
                        new JobFigures(meters, clock),
                        "headrace-operator-0",
                        clock)
                .operator(Set.of(namespace), Optional.empty());
        operator.start();
    }

    void watch(String namespace) {
        operator.getRegisteredControllers().forEach(controller -> controller.changeNamespaces(Set.of(namespace)));
    }

    @Override
    public void close() {
        operator.stop();
    }
}
