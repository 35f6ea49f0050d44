package dev.headrace.operator.cluster;

import dev.headrace.operator.controller.SnapshotReconciler;
import dev.headrace.operator.controller.StreamJobReconciler;
import dev.headrace.operator.metrics.JobFigures;
import dev.headrace.operator.objects.Runtime;
import dev.headrace.operator.pod.ControlToken;
import dev.headrace.operator.pod.HttpControlApi;
import dev.headrace.operator.pod.PodWatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** The operator in this process, against a real API server, with processes of pods that are faked. */
final class TestOperator implements AutoCloseable {
    private final Operator operator;

    TestOperator(KubernetesClient client, FakeRuntime pods, String namespace) {
        Clock clock = Clock.systemUTC();
        PodWatch watch = new PodWatch(new HttpControlApi(), pods::address, clock);
        Runtime runtime = new Runtime(
                "headrace/runtime:test", "headrace-system", Map.of("app.kubernetes.io/name", "headrace-operator"));
        operator = new Operator(settings -> settings.withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .checkingCRDAndValidateLocalModel(false)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(5)));
        GenericRetry retry = new GenericRetry()
                .setInitialInterval(50)
                .setIntervalMultiplier(1.5)
                .setMaxInterval(1000)
                .setMaxAttempts(50);
        operator.register(
                new StreamJobReconciler(
                        client,
                        watch,
                        new ControlToken("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII)),
                        runtime,
                        new JobFigures(new SimpleMeterRegistry(), clock),
                        "headrace-operator-0",
                        clock),
                config -> config.settingNamespace(namespace).withRetry(retry));
        operator.register(
                new SnapshotReconciler(client, watch, runtime, "headrace-operator-0", clock),
                config -> config.settingNamespace(namespace).withRetry(retry));
        operator.start();
    }

    @Override
    public void close() {
        operator.stop();
    }
}
