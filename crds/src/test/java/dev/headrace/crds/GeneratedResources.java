package dev.headrace.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crdv2.generator.CRDGenerationInfo;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The definitions of the custom resources, generated from the classes, by the names of their files in {@code kubernetes}. */
final class GeneratedResources {
    static final Path FOLDER = Path.of("kubernetes");
    static final Path RELEASED = Path.of("released");

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build());

    /** A column of {@code kubectl get}. One of priority 1 is shown with {@code -o wide}. */
    private record Column(String name, String type, String path, int priority) {}

    private static final Map<Class<?>, List<Column>> COLUMNS = Map.of(
            StreamJob.class,
                    List.of(
                            new Column("Phase", "string", ".status.phase", 0),
                            new Column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", 0),
                            new Column("Revision", "string", ".status.revision", 0),
                            new Column("Replicas", "integer", ".status.replicas", 0),
                            new Column("Lag", "integer", ".status.progress.lag", 0),
                            new Column("Snapshot", "date", ".status.snapshot.at", 0),
                            new Column("Age", "date", ".metadata.creationTimestamp", 0),
                            new Column("Message", "string", ".status.message", 1)),
            Snapshot.class,
                    List.of(
                            new Column("Job", "string", ".spec.job", 0),
                            new Column("Phase", "string", ".status.phase", 0),
                            new Column("Bytes", "integer", ".status.bytes", 0),
                            new Column("Revision", "string", ".status.revision", 0),
                            new Column("Completed", "date", ".status.completedAt", 0),
                            new Column("Age", "date", ".metadata.creationTimestamp", 0),
                            new Column("Path", "string", ".status.path", 1),
                            new Column("Message", "string", ".status.message", 1)));

    private GeneratedResources() {}

    static Map<String, String> all() {
        Map<String, String> files = new TreeMap<>();
        COLUMNS.keySet().forEach(type -> generate(type.asSubclass(CustomResource.class), files));
        return files;
    }

    private static void generate(
            @SuppressWarnings("rawtypes") Class<? extends CustomResource> type, Map<String, String> into) {
        try {
            Path folder = Files.createTempDirectory("headrace-crds");
            CRDGenerationInfo info = new CRDGenerator()
                    .customResourceClasses(type)
                    .forCRDVersions("v1")
                    .inOutputDir(folder.toFile())
                    .detailedGenerate();
            for (var versions : info.getCRDDetailsPerNameAndVersion().values()) {
                for (var detail : versions.values()) {
                    Path file = Path.of(detail.getFilePath());
                    ObjectNode definition = (ObjectNode) YAML.readTree(file.toFile());
                    complete(definition, type);
                    into.put(definition.at("/metadata/name").asText() + ".yaml", YAML.writeValueAsString(definition));
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the generator has no annotation for, or not in the order that we want. */
    private static void complete(ObjectNode definition, Class<?> type) {
        ((ObjectNode) definition.get("spec").get("names"))
                .putArray("categories")
                .add("headrace");
        ObjectNode version = (ObjectNode) definition.get("spec").get("versions").get(0);
        ArrayNode columns = version.putArray("additionalPrinterColumns");
        for (Column column : COLUMNS.get(type)) {
            ObjectNode node = columns.addObject();
            node.put("name", column.name()).put("type", column.type()).put("jsonPath", column.path());
            if (column.priority() > 0) {
                node.put("priority", column.priority());
            }
        }
        ObjectNode schema = (ObjectNode) version.get("schema").get("openAPIV3Schema");
        schema.putArray("required").add("spec");
        keyed(schema.at("/properties/status/properties/conditions"), "type");
        keyed(schema.at("/properties/spec/properties/env"), "name");
        wholeNumbers(schema);
        free(schema);
    }

    /** A list whose entries are told apart by a field, so that two appliers do not overwrite each other's. */
    private static void keyed(JsonNode list, String key) {
        if (list instanceof ObjectNode node) {
            node.put("x-kubernetes-list-type", "map")
                    .putArray("x-kubernetes-list-map-keys")
                    .add(key);
        }
    }

    /** What is free is so in its values too. */
    private static void free(JsonNode node) {
        if (node instanceof ObjectNode object && object.has("x-kubernetes-preserve-unknown-fields")) {
            object.remove("additionalProperties");
        }
        node.forEach(GeneratedResources::free);
    }

    /** The generator writes limits of whole numbers as 1.0. */
    private static void wholeNumbers(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String limit : List.of("minimum", "maximum")) {
                JsonNode value = object.get(limit);
                if (value != null && value.isNumber() && value.asDouble() == Math.rint(value.asDouble())) {
                    object.put(limit, value.asLong());
                }
            }
        }
        node.forEach(GeneratedResources::wholeNumbers);
    }
}
