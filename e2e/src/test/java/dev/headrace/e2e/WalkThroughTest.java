package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.OnCluster;
import dev.headrace.e2e.fixture.Release;
import dev.headrace.e2e.fixture.Shell;
import dev.headrace.e2e.fixture.Storage;
import dev.headrace.e2e.fixture.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** The commands of examples/kubernetes/README.md, as they stand there. */
@OnCluster
@Isolated("it installs and removes the operator")
@Order(Integer.MAX_VALUE - 1)
class WalkThroughTest {
    private static final Path EXAMPLES = Shell.repository().resolve("examples");
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final ObjectMapper JSON = new ObjectMapper();

    @BeforeAll
    static void nothing_is_installed() {
        if (Shell.find("kubectl").isEmpty()) {
            Loud.say("SKIPPED: the walk-through, since there is no kubectl in PATH");
        }
        assumeTrue(Shell.find("kubectl").isPresent());
        // whoever defined the custom resources before, they are of a release of this name now, as the page's command
        // takes them
        Release.ensure();
        Release.remove();
        Cluster.get().removeNamespace("flights");
    }

    @AfterAll
    static void nothing_stays() {
        Release.remove();
        Cluster.get().removeNamespace("flights");
    }

    @Test
    @Timeout(600)
    void the_commands_of_the_page_do_what_it_says() throws IOException {
        String page = Files.readString(EXAMPLES.resolve("kubernetes/README.md"));
        int install = page.indexOf("\n## Install");
        int remove = page.indexOf("\n## Remove");
        long start = System.nanoTime();
        List<String> outputs = commands(page.substring(install, remove)).stream()
                .map(WalkThroughTest::run)
                .toList();
        Loud.measured("the walk-through", (System.nanoTime() - start) / 1e9);
        assertThat(outputs)
                .anyMatch(said -> said.contains("EWR") && said.contains("JFK"))
                .anyMatch(said -> said.contains("there is no column 'delay'"))
                .anyMatch(said -> said.contains("UpgradeCompleted"));
        check_the_output();
        commands(page.substring(remove)).forEach(WalkThroughTest::run);
    }

    /** All hours up to the one that the watermark has passed last, as they are without upgrades. */
    private static void check_the_output() {
        Storage storage = new Storage("flights");
        Set<String> expected = lines(EXAMPLES.resolve("flights/expected/departures_per_hour.json")).stream()
                .map(WalkThroughTest::hour)
                .collect(Collectors.toCollection(TreeSet::new));
        Wait.until(
                "a hundred hours, and a flight that left very late",
                Duration.ofMinutes(3),
                () -> storage.lines("out/departures_per_hour").size() > 100
                        && !storage.lines("out/very_late").isEmpty());
        List<String> hours = storage.lines("out/departures_per_hour").stream()
                .map(WalkThroughTest::hour)
                .toList();
        String last = hours.stream().max(String::compareTo).orElseThrow().substring(0, "2013-01-01 00".length());
        assertThat(hours).doesNotHaveDuplicates();
        assertThat(expected).containsAll(hours);
        assertThat(hours)
                .containsAll(expected.stream()
                        .filter(hour -> hour.compareTo(last) < 0)
                        .toList());
        assertThat(storage.lines("out/very_late")).doesNotHaveDuplicates();
    }

    private static String hour(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            return Stream.of("window_start", "origin", "departures", "delayed")
                    .map(field -> json.get(field).asText())
                    .collect(Collectors.joining(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The indented lines. */
    private static List<String> commands(String text) {
        return text.lines()
                .filter(line -> line.startsWith("    "))
                .map(String::strip)
                .toList();
    }

    private static String run(String command) {
        System.out.println("$ " + command);
        String said = Shell.run(
                        LIMIT, List.of("env", "KUBECONFIG=" + Cluster.get().kubeconfig(), "sh", "-c", command))
                .orThrow(command);
        System.out.println(said);
        return said;
    }
}
