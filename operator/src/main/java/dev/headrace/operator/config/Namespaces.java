package dev.headrace.operator.config;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Which namespaces are watched: all, those of a list, or those that a label selects, as they come and go. One of a list that is not
 * there, or in which the operator has no rights, is left out until it can be watched, so that it holds up none of the others.
 */
@Singleton
public class Namespaces {
    private static final Logger LOG = Logger.getLogger(Namespaces.class);

    /** There is always one to watch: where there is none, one that cannot be. */
    static final String NONE = "headrace-selects-none";

    private static final long LOOK_SECONDS = 15;

    private final Set<String> list;
    private final Optional<String> selector;

    Namespaces(
            @ConfigProperty(name = "headrace.operator.namespaces") Optional<String> list,
            @ConfigProperty(name = "headrace.operator.namespace-selector") Optional<String> selector) {
        this.list = list.stream()
                .flatMap(names -> Stream.of(names.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        this.selector = selector.filter(labels -> !labels.isBlank());
    }

    /** Those that are watched from the start. */
    Set<String> atStart(Predicate<String> watchable) {
        if (selector.isPresent()) {
            return Set.of(NONE);
        }
        return list.isEmpty() ? Set.of(Constants.WATCH_ALL_NAMESPACES) : orNone(listed(watchable));
    }

    /** Tells of each change of what is to be watched. */
    void follow(KubernetesClient client, Set<String> now, Consumer<Set<String>> changed) {
        if (selector.isPresent()) {
            client.namespaces().withLabelSelector(selector.get()).inform(new Selected(changed));
        } else if (!list.isEmpty()) {
            Executors.newSingleThreadScheduledExecutor(
                            Thread.ofPlatform().daemon().name("namespaces").factory())
                    .scheduleWithFixedDelay(
                            new Look(name -> isWatchable(client, name), now, changed),
                            LOOK_SECONDS,
                            LOOK_SECONDS,
                            TimeUnit.SECONDS);
        }
    }

    private Set<String> listed(Predicate<String> watchable) {
        return list.stream().filter(watchable).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * A namespace that is being deleted has lost its Role, while it may still have StreamJobs, which are to be let go: these the
     * operator may read everywhere.
     */
    static boolean isWatchable(KubernetesClient client, String namespace) {
        return mayList(client, Snapshot.class, namespace).isPresent()
                || mayList(client, StreamJob.class, namespace).orElse(0) > 0;
    }

    /** How many there are, one at most; empty where the operator may not know. */
    private static <T extends HasMetadata> Optional<Integer> mayList(
            KubernetesClient client, Class<T> kind, String namespace) {
        try {
            return Optional.of(client.resources(kind)
                    .inNamespace(namespace)
                    .list(new ListOptionsBuilder().withLimit(1L).build())
                    .getItems()
                    .size());
        } catch (KubernetesClientException e) {
            if (e.getCode() == 403) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Set<String> orNone(Set<String> names) {
        return names.isEmpty() ? Set.of(NONE) : Set.copyOf(names);
    }

    /**
     * Looks whether the same namespaces of the list can be watched. Where none can, those that were watched last go on being tried, each
     * by itself, half a minute apart at most: to change to {@link #NONE} would hold up what follows for as long as its lists are waited for.
     */
    final class Look implements Runnable {
        private final Predicate<String> watchable;
        private final Consumer<Set<String>> changed;
        private Set<String> watched;

        Look(Predicate<String> watchable, Set<String> watched, Consumer<Set<String>> changed) {
            this.watchable = watchable;
            this.watched = watched;
            this.changed = changed;
        }

        @Override
        public void run() {
            try {
                Set<String> names = listed(watchable);
                if (!names.isEmpty() && !names.equals(watched)) {
                    changed.accept(names);
                    watched = names;
                }
            } catch (RuntimeException e) {
                LOG.warnf("which namespaces can be watched is not known, and looked for again: %s", e.getMessage());
            }
        }
    }

    private static final class Selected implements ResourceEventHandler<Namespace> {
        private final Set<String> names = ConcurrentHashMap.newKeySet();
        private final Consumer<Set<String>> changed;

        Selected(Consumer<Set<String>> changed) {
            this.changed = changed;
        }

        @Override
        public void onAdd(Namespace namespace) {
            if (names.add(namespace.getMetadata().getName())) {
                changed.accept(orNone(names));
            }
        }

        @Override
        public void onUpdate(Namespace before, Namespace namespace) {}

        @Override
        public void onDelete(Namespace namespace, boolean stateUnknown) {
            if (names.remove(namespace.getMetadata().getName())) {
                changed.accept(orNone(names));
            }
        }
    }
}
