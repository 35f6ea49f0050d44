package dev.headrace.operator.config;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The operator's life is that of its process. It is started beside the rest, which answers probes meanwhile: a large cluster may take
 * its time to be listed. Where it cannot start, or no longer leads, the process ends, for another to take its place.
 */
@Singleton
public class Lifecycle {
    private static final Logger LOG = Logger.getLogger(Lifecycle.class);

    private final Controllers parts;
    private final Namespaces namespaces;
    private final KubernetesClient client;
    private final boolean wanted;
    private final String lease;
    private final String namespace;
    private final String pod;
    private volatile Optional<Operator> operator = Optional.empty();
    private volatile boolean started;
    private volatile boolean ending;

    Lifecycle(
            Controllers parts,
            Namespaces namespaces,
            KubernetesClient client,
            @ConfigProperty(name = "headrace.operator.start") boolean wanted,
            @ConfigProperty(name = "headrace.operator.lease") String lease,
            @ConfigProperty(name = "headrace.operator.namespace") String namespace,
            @ConfigProperty(name = "headrace.operator.pod") String pod) {
        this.namespaces = namespaces;
        this.client = client;
        this.wanted = wanted;
        this.lease = lease;
        this.namespace = namespace;
        this.pod = pod;
        this.parts = parts;
    }

    /** Which replica works: the one that holds the Lease. */
    private LeaderElectionConfiguration election() {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(lease)
                .withLeaseNamespace(namespace)
                .withIdentity(pod)
                .withLeaderCallbacks(new LeaderCallbacks(this::leads, this::stoppedLeading, leader -> {}))
                .build();
    }

    private void leads() {
        parts.figures().lead();
    }

    /**
     * Called also when the operator is stopped. Otherwise another may lead by now: nothing more may be done, not even orderly. The SDK
     * leaves it to us to end the process.
     */
    private void stoppedLeading() {
        if (!ending) {
            LOG.error("the Lease is lost: the process ends, and is restarted");
            Runtime.getRuntime().halt(1);
        }
    }

    void start(@Observes StartupEvent event) {
        if (wanted) {
            Thread.ofPlatform().name("operator start").start(this::start);
        }
    }

    private void start() {
        try {
            Set<String> watched = namespaces.atStart(name -> Namespaces.isWatchable(client, name));
            LOG.infof("watching the namespaces %s", watched);
            Operator made = parts.operator(watched, Optional.of(election()));
            operator = Optional.of(made);
            made.start();
            started = true;
            namespaces.follow(client, watched, names -> {
                LOG.infof("watching the namespaces %s", names);
                controllers().forEach(controller -> controller.changeNamespaces(names));
                parts.figures().watch(names::contains);
            });
        } catch (RuntimeException e) {
            if (!ending) {
                LOG.error("the operator cannot start: the process ends, and is restarted", e);
                Quarkus.asyncExit(1);
            }
        }
    }

    void stop(@Observes ShutdownEvent event) {
        ending = true;
        operator.ifPresent(Operator::stop);
        if (started) {
            release();
        }
    }

    /** So that another need not wait until the Lease has run out. */
    private void release() {
        try {
            LeaseLock lock = new LeaseLock(namespace, lease, pod);
            LeaderElectionRecord held = lock.get(client);
            if (held != null && pod.equals(held.getHolderIdentity())) {
                ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
                lock.update(
                        client,
                        new LeaderElectionRecord("", Duration.ofSeconds(1), now, now, held.getLeaderTransitions()));
            }
        } catch (KubernetesClientException e) {
            LOG.warnf("the Lease is not given back, and runs out: %s", e.getMessage());
        }
    }

    /** Whether all that is watched has been listed once. */
    boolean started() {
        return started;
    }

    List<RegisteredController<?>> controllers() {
        List<RegisteredController<?>> controllers = new ArrayList<>();
        operator.ifPresent(made -> made.getRegisteredControllers().forEach(controllers::add));
        return controllers;
    }
}
