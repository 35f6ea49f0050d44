package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The images as -Pimage has made them: how large they are, and that nothing in them but the JVM's AOT cache tells one build from the
 * next. Skipped, loudly, without them.
 */
class ImageTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final long LARGEST = 150_000_000;

    /** A line of tar's list: type and rights, owner and group, size, date, time, name. */
    private static final Pattern LINE = Pattern.compile("(\\S+) +(\\d+/\\d+) +\\d+ +(\\S+ \\S+) (.*)");

    private static final String BASE = "image/target/base.tar";

    /** Jars that the build makes, or takes something out of; the others are as their makers have them. */
    private static final Pattern MADE = Pattern.compile("(.*headrace-.*|quarkus-run|.*-bytecode|rocksdbjni-.*)\\.jar");

    @TempDir
    Path folder;

    /** @param at whom it belongs to, and its time */
    private record Entry(String name, String at) {}

    private static Path built(String path) {
        Path file = Shell.repository().resolve(path);
        if (!Files.exists(file)) {
            Loud.say("SKIPPED: the images are not looked at, since there is no " + path + ": build with -Pimage");
        }
        assumeTrue(Files.exists(file), "no " + path);
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime-image/target/image.tar", "operator/target/image.tar"})
    void an_image_has_less_than_150_megabytes(String image) throws IOException {
        assertThat(Files.size(built(image))).isLessThan(LARGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime-image/target/image.tar", "operator/target/image.tar"})
    void each_file_of_an_image_has_the_same_time_and_owner_and_they_come_in_order(String image) throws IOException {
        List<String> layers = layers(built(image));
        assertThat(layers).hasSizeGreaterThan(1);
        for (String layer : layers.subList(1, layers.size())) {
            List<Entry> entries = entries(image, layer);
            assertThat(entries)
                    .isNotEmpty()
                    .allSatisfy(entry -> assertThat(entry.at()).as(entry.name()).isEqualTo("0/0 1970-01-01 00:00:01"));
            assertThat(entries).extracting(Entry::name).isSorted().doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime-image/target/image.tar", "operator/target/image.tar"})
    void each_jar_that_the_build_makes_has_the_same_time_throughout(String image) throws IOException {
        List<String> layers = layers(built(image));
        for (String layer : layers.subList(1, layers.size())) {
            shell(
                    "tar --extract --to-stdout --file \"$1\" \"$2\" | tar --extract --gzip --directory \"$3\"",
                    image,
                    layer);
        }
        List<Path> jars;
        try (Stream<Path> files = Files.walk(folder)) {
            jars = files.filter(
                            file -> MADE.matcher(file.getFileName().toString()).matches())
                    .toList();
        }
        assertThat(jars).hasSizeGreaterThan(3);
        for (Path jar : jars) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                assertThat(zip.stream())
                        .as(jar.getFileName().toString())
                        .allSatisfy(entry ->
                                assertThat(entry.getTimeLocal()).isEqualTo(LocalDateTime.of(2026, 1, 1, 0, 0)));
            }
        }
    }

    @Test
    void the_base_that_is_made_again_has_the_same_bytes() throws IOException {
        Path base = built(BASE);
        Shell.run(LIMIT, List.of("image/base", folder.toString())).orThrow("image/base");
        assertThat(Files.mismatch(base, folder.resolve("base.tar")))
                .as("where they differ; if the C library is another one since %s was made, remove that", BASE)
                .isEqualTo(-1);
    }

    private List<String> layers(Path image) throws IOException {
        JsonNode manifest =
                JSON.readTree(shell("tar --extract --to-stdout --file \"$1\" manifest.json", image.toString()));
        List<String> layers = new ArrayList<>();
        manifest.get(0).get("Layers").forEach(layer -> layers.add(layer.asText()));
        return layers;
    }

    private List<Entry> entries(String image, String layer) {
        return shell(
                        "tar --extract --to-stdout --file \"$1\" \"$2\""
                                + " | tar --list --gzip --verbose --numeric-owner --full-time --utc --warning=no-unknown-keyword",
                        image,
                        layer)
                .lines()
                .map(ImageTest::entry)
                .toList();
    }

    private static Entry entry(String line) {
        Matcher matcher = LINE.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        return new Entry(matcher.group(4), matcher.group(2) + " " + matcher.group(3));
    }

    /** With the folder of the test as the argument after these. */
    private String shell(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of("sh", "-c", command, "sh"));
        all.addAll(List.of(arguments));
        all.add(folder.toString());
        return Shell.run(LIMIT, all).orThrow(command);
    }
}
