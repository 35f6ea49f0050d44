package dev.headrace.operator.config;

import dev.headrace.operator.controller.Events;
import dev.headrace.operator.controller.SnapshotReconciler;
import dev.headrace.operator.controller.StreamJobReconciler;
import dev.headrace.operator.metrics.JobFigures;
import dev.headrace.operator.objects.JobRuntime;
import dev.headrace.operator.pod.ControlToken;
import dev.headrace.operator.pod.PodWatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The controllers, and how the SDK runs them. The process and its tests have them from here alone, so that what is tested is what is
 * deployed; what concerns one controller stands in its annotations.
 *
 * @param instance who tells events
 */
public record Controllers(
        KubernetesClient client,
        PodWatch pods,
        ControlToken token,
        JobRuntime runtime,
        MeterRegistry meters,
        JobFigures figures,
        String instance,
        Clock clock) {
    private static final int THREADS = 16;

    /** A process that ends waits so long for what is being done. */
    private static final Duration LAST_STEPS = Duration.ofSeconds(10);

    /** What has not been listed by then is not waited for. */
    private static final Duration FIRST_LISTS = Duration.ofSeconds(30);

    /** An operator that has not been started; without an election it leads. */
    public Operator operator(Set<String> namespaces, Optional<LeaderElectionConfiguration> election) {
        Operator operator = new Operator(settings -> {
            settings.withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    // the definitions come with the chart
                    .checkingCRDAndValidateLocalModel(false)
                    .withConcurrentReconciliationThreads(THREADS)
                    .withReconciliationTerminationTimeout(LAST_STEPS)
                    // what may not be watched is tried again, and the others go on
                    .withStopOnInformerErrorDuringStartup(false)
                    .withCacheSyncTimeout(FIRST_LISTS)
                    .withMetrics(MicrometerMetricsV2.newBuilder(meters).build());
            election.ifPresent(settings::withLeaderElectionConfiguration);
        });
        Events events = new Events(client, clock, instance);
        operator.register(
                new StreamJobReconciler(client, pods, token, runtime, figures, events, clock),
                settings -> settings.settingNamespaces(namespaces));
        operator.register(
                new SnapshotReconciler(pods, runtime, figures, events, clock),
                settings -> settings.settingNamespaces(namespaces));
        return operator;
    }
}
