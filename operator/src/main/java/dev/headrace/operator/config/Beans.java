package dev.headrace.operator.config;

import dev.headrace.operator.metrics.JobFigures;
import dev.headrace.operator.objects.JobRuntime;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.pod.ControlToken;
import dev.headrace.operator.pod.HttpControlApi;
import dev.headrace.operator.pod.PodWatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the environment says, as the parts that the controllers are made of. */
@Singleton
public class Beans {
    private static final int KEY_BYTES = 32;
    private static final double[] RECONCILIATION_NANOS = {1e6, 3e6, 1e7, 3e7, 1e8, 3e8, 1e9, 3e9, 1e10};

    @Produces
    @Singleton
    JobRuntime runtime(
            @ConfigProperty(name = "headrace.runtime.image") String image,
            @ConfigProperty(name = "headrace.operator.namespace") String namespace,
            @ConfigProperty(name = "headrace.operator.instance") String instance) {
        return new JobRuntime(
                image,
                namespace,
                Map.of("app.kubernetes.io/name", "headrace-operator", "app.kubernetes.io/instance", instance));
    }

    /** Whoever has the key can control all jobs' pods: it comes from a file, and appears nowhere. */
    @Produces
    @Singleton
    ControlToken token(@ConfigProperty(name = "headrace.operator.key-file") Path file) {
        try {
            byte[] key = Files.readAllBytes(file);
            if (key.length < KEY_BYTES) {
                throw new IllegalStateException("the operator's key in " + file + " has " + key.length
                        + " bytes, but takes at least " + KEY_BYTES + "; put random ones there");
            }
            return new ControlToken(key);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot read the operator's key from " + file + " (HEADRACE_OPERATOR_KEY_FILE): " + e.getMessage(),
                    e);
        }
    }

    @Produces
    @Singleton
    Controllers controllers(
            KubernetesClient client,
            ControlToken token,
            JobRuntime runtime,
            MeterRegistry meters,
            @ConfigProperty(name = "headrace.operator.pod") String pod) {
        Clock clock = Clock.systemUTC();
        PodWatch pods = new PodWatch(new HttpControlApi(), it -> PodWatch.podAddress(it, Names.CONTROL), clock);
        return new Controllers(client, pods, token, runtime, meters, new JobFigures(meters, clock), pod, clock);
    }

    /**
     * The SDK counts events that have an action and such that have none under one name; Prometheus takes only one set of labels.
     * How long reconciliations take is told as a histogram.
     */
    @Produces
    @Singleton
    MeterFilter sdkMeters() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().equals("events.received") && id.getTag("action") == null
                        ? id.withTag(Tag.of("action", "NONE"))
                        : id;
            }

            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return id.getName().equals("reconciliations.execution.duration")
                        ? DistributionStatisticConfig.builder()
                                .serviceLevelObjectives(RECONCILIATION_NANOS)
                                .build()
                                .merge(config)
                        : config;
            }
        };
    }
}
