package dev.headrace.operator.config;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Which namespaces are watched: all, those of a list, or those that a label selects, as they come and go. */
@Singleton
public class Namespaces {
    private static final Logger LOG = Logger.getLogger(Namespaces.class);
    private static final String ALL = "JOSDK_ALL_NAMESPACES";

    /** There is always one to watch: where none is selected, one that cannot be. */
    static final String NONE = "headrace-selects-none";

    private final Optional<String> selector;

    Namespaces(@ConfigProperty(name = "headrace.operator.namespace-selector") Optional<String> selector) {
        this.selector = selector.filter(text -> !text.isBlank());
    }

    /** Those that are watched from the start, as the framework spells it. */
    static String atStart(Map<String, String> environment) {
        if (!environment.getOrDefault("HEADRACE_WATCH_NAMESPACE_SELECTOR", "").isBlank()) {
            return NONE;
        }
        String list = environment.getOrDefault("HEADRACE_WATCH_NAMESPACES", "").replace(" ", "");
        return list.isEmpty() ? ALL : list;
    }

    void start(@Observes StartupEvent event, KubernetesClient client, Operator operator) {
        selector.ifPresent(labels -> follow(client, labels, names -> {
            LOG.infof("watching the namespaces %s", names);
            operator.getRegisteredControllers().forEach(controller -> controller.changeNamespaces(names));
        }));
    }

    /** Tells of each change of the set of namespaces that carry the labels. */
    static AutoCloseable follow(KubernetesClient client, String labels, Consumer<Set<String>> changed) {
        Set<String> names = ConcurrentHashMap.newKeySet();
        return client.namespaces().withLabelSelector(labels).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Namespace namespace) {
                if (names.add(namespace.getMetadata().getName())) {
                    tell();
                }
            }

            @Override
            public void onUpdate(Namespace before, Namespace namespace) {}

            @Override
            public void onDelete(Namespace namespace, boolean stateUnknown) {
                if (names.remove(namespace.getMetadata().getName())) {
                    tell();
                }
            }

            private void tell() {
                changed.accept(names.isEmpty() ? Set.of(NONE) : Set.copyOf(names));
            }
        });
    }
}
