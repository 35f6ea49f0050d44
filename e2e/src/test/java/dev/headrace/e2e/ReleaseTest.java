package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.headrace.e2e.fixture.OnCluster;
import dev.headrace.e2e.fixture.Release;
import dev.headrace.e2e.fixture.Shell;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A release of the chart after another. */
@OnCluster
class ReleaseTest {
    @Test
    void custom_resources_of_the_release_before_are_upgraded_with_the_chart() throws IOException {
        Release.ensure();
        assumeThat(Release.definitionsBefore())
                .as("a release was installed already")
                .isNotEmpty();
        Map<String, Object> wanted = new TreeMap<>();
        try (Stream<Path> files = Files.list(Shell.repository().resolve("crds/kubernetes"))) {
            for (Path file : files.toList()) {
                CustomResourceDefinition definition =
                        Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
                wanted.put(
                        definition.getMetadata().getName(),
                        definition.getSpec().getVersions().getFirst().getSchema());
            }
        }
        assertThat(Release.definitionsBefore()).isNotEqualTo(wanted);
        assertThat(Release.definitions()).isEqualTo(wanted);
    }
}
