package dev.headrace.runtime.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobFileTest {
    private static final Path DEFINITION = Path.of("..", "crds", "kubernetes", "streamjobs.headrace.dev.yaml");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "snapshots", "upgrade"})
    void the_fields_of_a_StreamJob_are_those_of_the_custom_resource(String parent) throws IOException {
        JsonNode spec = new ObjectMapper(new YAMLFactory())
                .readTree(DEFINITION.toFile())
                .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
        JsonNode fields = (parent.isEmpty() ? spec : spec.at("/properties/" + parent)).path("properties");
        Set<String> names =
                Set.copyOf(fields.properties().stream().map(Map.Entry::getKey).toList());
        assertThat(JobFile.fields(parent.isEmpty() ? "spec" : "spec." + parent))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void what_an_API_server_gives_back_can_be_explained() throws IOException {
        Path file = Files.writeString(folder.resolve("job.yaml"), """
                apiVersion: headrace.dev/v1alpha1
                kind: StreamJob
                metadata:
                  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}'}
                  creationTimestamp: "2026-01-01T00:00:00Z"
                  finalizers: [headrace.dev/state]
                  generation: 3
                  name: orders
                  namespace: shop
                  resourceVersion: "17"
                  uid: 7e6bb9a5-0b0c-4ac2-9b34-9a8b1a3b6f10
                spec:
                  sql: SELECT 1
                  restoreFrom: {snapshot: before}
                  snapshots: {storage: 's3://bucket/orders', retain: {count: 3}, schedule: '0 3 * * *'}
                status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
                """);
        assertThat(JobFile.readToExplain(file, Map.of()).name()).isEqualTo("orders");
    }
}
