package dev.headrace.e2e.chart;

import dev.headrace.e2e.fixture.Helm;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The objects that the chart makes with some values. */
record Rendered(List<GenericKubernetesResource> objects) {
    static Rendered with(String... options) {
        String yaml = Helm.find().orElseThrow().template(List.of(options)).orThrow("helm template");
        return new Rendered(Stream.of(yaml.split("(?m)^---$"))
                .filter(document -> document.lines().anyMatch(line -> line.startsWith("kind:")))
                .map(document ->
                        Serialization.unmarshal(document.substring(startOf(document)), GenericKubernetesResource.class))
                .toList());
    }

    /** Behind what helm says on stderr. */
    private static int startOf(String document) {
        int source = document.indexOf("# Source:");
        return Math.max(source, 0);
    }

    List<GenericKubernetesResource> of(String kind) {
        return objects.stream().filter(object -> object.getKind().equals(kind)).toList();
    }

    Optional<GenericKubernetesResource> find(String kind, String name) {
        return of(kind).stream()
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst();
    }

    GenericKubernetesResource get(String kind, String name) {
        return find(kind, name).orElseThrow(() -> new AssertionError("no " + kind + " " + name + " among " + names()));
    }

    List<String> names() {
        return objects.stream()
                .map(object -> object.getKind() + " " + object.getMetadata().getName())
                .sorted()
                .toList();
    }
}
