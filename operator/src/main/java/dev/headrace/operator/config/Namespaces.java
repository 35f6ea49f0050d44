package dev.headrace.operator.config;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Which namespaces are watched: all, those of a list, or those that a label selects, as they come and go. */
@Singleton
public class Namespaces {
    /** There is always one to watch: where none is selected, one that cannot be. */
    static final String NONE = "headrace-selects-none";

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
    Set<String> atStart() {
        if (selector.isPresent()) {
            return Set.of(NONE);
        }
        return list.isEmpty() ? Set.of(Constants.WATCH_ALL_NAMESPACES) : list;
    }

    /** Tells of each change of the set of namespaces that carry the labels. */
    void follow(KubernetesClient client, Consumer<Set<String>> changed) {
        selector.ifPresent(labels -> client.namespaces()
                .withLabelSelector(labels)
                .inform(new ResourceEventHandler<>() {
                    private final Set<String> names = ConcurrentHashMap.newKeySet();

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
                }));
    }
}
