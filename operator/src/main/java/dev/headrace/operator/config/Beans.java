package dev.headrace.operator.config;

import dev.headrace.operator.metrics.JobFigures;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.objects.Runtime;
import dev.headrace.operator.pod.ControlToken;
import dev.headrace.operator.pod.HttpControlApi;
import dev.headrace.operator.pod.PodWatch;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The parts that the controllers are made of. */
@Singleton
public class Beans {
    private static final int KEY_BYTES = 32;

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Runtime runtime(
            @ConfigProperty(name = "headrace.runtime.image") String image,
            @ConfigProperty(name = "headrace.operator.namespace") String namespace,
            @ConfigProperty(name = "headrace.operator.instance") String instance) {
        return new Runtime(
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

    /** Which replica works: the one that holds the Lease. Nothing of ours asks for this; the operator's runtime does. */
    @Produces
    @Singleton
    @Unremovable
    LeaderElectionConfiguration leaderElection(
            @ConfigProperty(name = "headrace.operator.namespace") String namespace,
            @ConfigProperty(name = "headrace.operator.pod") String pod) {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(Names.MANAGER)
                .withLeaseNamespace(namespace)
                .withIdentity(pod)
                .build();
    }

    @Produces
    @Singleton
    PodWatch pods(Clock clock) {
        return new PodWatch(new HttpControlApi(), pod -> PodWatch.podAddress(pod, Names.CONTROL), clock);
    }

    @Produces
    @Singleton
    JobFigures figures(MeterRegistry registry, Clock clock) {
        return new JobFigures(registry, clock);
    }
}
