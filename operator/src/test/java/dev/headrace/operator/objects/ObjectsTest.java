package dev.headrace.operator.objects;

import static dev.headrace.operator.Jobs.job;
import static dev.headrace.operator.Jobs.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.SnapshotSpec;
import dev.headrace.crds.StreamJob;
import dev.headrace.operator.job.JobYaml;
import dev.headrace.operator.job.Origin;
import dev.headrace.operator.job.Revision;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The objects of a job, whole, in files. With {@code -Dheadrace.update=true} they are written instead of compared. */
class ObjectsTest {
    private static final Path FOLDER = Path.of("src/test/resources/objects");
    private static final JobRuntime RUNTIME = new JobRuntime(
            "headrace/runtime:1", "headrace-system", Map.of("app.kubernetes.io/name", "headrace-operator"));

    /** Compressed text is not the same with each zlib. */
    private static String text(HasMetadata object) {
        return Serialization.asYaml(object)
                .replaceAll("headrace.dev/job: \"H4s[^\"]+", "headrace.dev/job: \"COMPRESSED");
    }

    @Test
    void what_a_revision_starts_from_is_on_its_command_line() {
        String file = JobYaml.write(job(""), RUNTIME.image());
        RevisionObjects.Parts parts =
                new RevisionObjects.Parts("A", file, JobYaml.read(file).orElseThrow());
        assertThat(arguments(parts, new Origin(Optional.of("s3://b/monday"), false)))
                .endsWith("--restore-from", "s3://b/monday");
        assertThat(arguments(parts, new Origin(Optional.empty(), true))).endsWith("--fresh");
    }

    private static List<String> arguments(RevisionObjects.Parts parts, Origin origin) {
        return RevisionObjects.statefulSet(job(""), parts, 1, origin, "")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getArgs();
    }

    private static Snapshot monday() {
        Snapshot snapshot = new Snapshot();
        snapshot.setMetadata(new ObjectMetaBuilder()
                .withName("monday")
                .withNamespace("shop")
                .withUid("a5c1a9d0-0000-0000-0000-000000000002")
                .build());
        snapshot.setSpec(new SnapshotSpec("orders", null));
        return snapshot;
    }

    @ParameterizedTest
    @ValueSource(strings = {"least", "full"})
    void a_job_has_these_objects(String name) throws IOException {
        StreamJob job = name.equals("least") ? job("") : yaml(Files.readString(FOLDER.resolve("full-job.yaml")));
        String file = JobYaml.write(job, RUNTIME.image());
        RevisionObjects.Parts parts = new RevisionObjects.Parts(
                Revision.of(job), file, JobYaml.read(file).orElseThrow());
        List<HasMetadata> objects = new ArrayList<>(JobObjects.all(job, RUNTIME));
        objects.addAll(RevisionObjects.all(job, parts, 1, Origin.LATEST, Optional.empty(), "0123456789abcdef"));
        objects.add(StoragePods.pinning(job, parts.spec(), parts.revision(), "delete-a5c1a9d0"));
        objects.add(StoragePods.removingAll(job, parts.spec()));
        objects.add(StoragePods.removing(parts.spec(), "s3://bucket/orders", "monday-abcde", monday()));
        String text = objects.stream().map(ObjectsTest::text).collect(Collectors.joining());
        Path golden = FOLDER.resolve(name + ".yaml");
        if (Boolean.getBoolean("headrace.update")) {
            Files.writeString(golden, text);
        }
        assertThat(golden).as("run with -Dheadrace.update=true to write it").hasContent(text);
    }
}
