package dev.headrace.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** With {@code -Dheadrace.update=true} the files are written instead of compared. */
class GeneratedResourcesTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final boolean UPDATE = Boolean.getBoolean("headrace.update");

    /** What is refused now though a released definition took it, with the reason why nobody has such an object. */
    private static final Map<String, String> DELIBERATE = Map.of(
            "v1alpha1.spec: is now required",
            "an object without a spec was never run: operators failed at it",
            "v1alpha1.spec.resources: new rule !has(self.memory) || quantity(self.memory).compareTo(quantity('320Mi')) >= 0",
            "a pod with less ended as soon as it had begun",
            "v1alpha1.spec.resources: new rule !has(self.disk) || quantity(self.disk).compareTo(quantity('256Mi')) >= 0",
            "released definitions have no disk",
            "v1alpha1.spec: new rule self.snapshots.storage == oldSelf.snapshots.storage || "
                    + "has(self.restoreFrom) && (!has(oldSelf.restoreFrom) || "
                    + "self.restoreFrom != oldSelf.restoreFrom) || (has(self.upgrade) && has(self.upgrade.strategy) && self.upgrade.strategy == 'Fresh')",
            "with a restoreFrom that had been heeded the job began with empty state in the other storage");

    @Test
    void the_files_are_what_the_classes_say() throws IOException {
        for (Map.Entry<String, String> file : GeneratedResources.all().entrySet()) {
            Path path = GeneratedResources.FOLDER.resolve(file.getKey());
            if (UPDATE) {
                Files.writeString(path, file.getValue());
            }
            assertThat(path).as("run with -Dheadrace.update=true to write it").hasContent(file.getValue());
        }
    }

    @Test
    void all_definitions_together_are_below_100_kilobytes() {
        int bytes = GeneratedResources.all().values().stream()
                .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
        assertThat(bytes).isLessThan(100_000);
    }

    @Test
    void objects_that_were_valid_with_the_released_definitions_still_are() throws IOException {
        try (var released = Files.list(GeneratedResources.RELEASED)) {
            List<Path> files =
                    released.filter(file -> file.toString().endsWith(".yaml")).toList();
            assertThat(files).isNotEmpty();
            Set<String> found = new TreeSet<>();
            for (Path file : files) {
                JsonNode now = YAML.readTree(
                        GeneratedResources.all().get(file.getFileName().toString()));
                List<String> breaks = Compatibility.breaks(YAML.readTree(file.toFile()), now);
                assertThat(DELIBERATE.keySet()).as(file.toString()).containsAll(breaks);
                found.addAll(breaks);
            }
            assertThat(found)
                    .as("what is deliberate is so until it is released")
                    .isEqualTo(DELIBERATE.keySet());
        }
    }

    /** Against the last commit that is not this one: the one before where nothing has been changed since. */
    @Test
    void objects_that_were_valid_with_the_last_commit_still_are() throws IOException, InterruptedException {
        for (Map.Entry<String, String> file : GeneratedResources.all().entrySet()) {
            String committed = atCommit("HEAD", file.getKey());
            String before = committed.equals(file.getValue()) ? atCommit("HEAD~1", file.getKey()) : committed;
            assumeThat(before).as("git has no commit before this one").isNotEmpty();
            assertThat(DELIBERATE.keySet())
                    .as(file.getKey())
                    .containsAll(Compatibility.breaks(YAML.readTree(before), YAML.readTree(file.getValue())));
        }
    }

    /** @return empty where there is no such commit, no such file in it, or no git */
    private static String atCommit(String commit, String file) throws InterruptedException {
        try {
            Process git = new ProcessBuilder("git", "show", commit + ":./" + file)
                    .directory(GeneratedResources.FOLDER.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return git.waitFor() == 0 ? text : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** The API server refuses a definition whose rules could take too long: it reckons with the largest value. */
    @Test
    void all_that_lies_under_a_rule_has_a_size() throws IOException {
        List<String> unbounded = new ArrayList<>();
        for (String text : GeneratedResources.all().values()) {
            JsonNode schema = YAML.readTree(text).at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
            unbounded(schema, "spec", unbounded);
        }
        assertThat(unbounded).isEmpty();
    }

    private static void unbounded(JsonNode schema, String path, List<String> found) {
        switch (schema.path("type").asText()) {
            case "string" -> {
                if (!schema.has("maxLength") && !schema.has("enum")) {
                    // Keys and values of maps and free objects have no sizes of their own.
                    if (!path.matches(".*(labels|annotations|nodeSelector)\\.\\*")) {
                        found.add(path);
                    }
                }
            }
            case "array" -> {
                if (!schema.has("maxItems")) {
                    found.add(path);
                }
                unbounded(schema.get("items"), path + "[]", found);
            }
            default -> {
                if (schema.has("x-kubernetes-preserve-unknown-fields")) {
                    return;
                }
                if (schema.has("additionalProperties")) {
                    if (!schema.has("maxProperties")) {
                        found.add(path);
                    }
                    unbounded(schema.get("additionalProperties"), path + ".*", found);
                }
                schema.path("properties")
                        .properties()
                        .forEach(property -> unbounded(property.getValue(), path + "." + property.getKey(), found));
            }
        }
    }
}
