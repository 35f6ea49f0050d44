package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Nexmark example writes what lies in its folder {@code expected}. */
class NexmarkExampleTest {
    private static final Path EXAMPLE = Path.of("..", "examples", "nexmark");

    @TempDir
    Path folder;

    @Test
    void every_table_has_the_expected_rows() throws IOException {
        Files.copy(EXAMPLE.resolve("job.yaml"), folder.resolve("job.yaml"));
        StringWriter errors = new StringWriter();
        int code = Main.run(
                new String[] {"run", folder.resolve("job.yaml").toString(), "--quiet"},
                new PrintWriter(new StringWriter()),
                new PrintWriter(errors, true));
        assertThat(code).as(errors.toString()).isZero();
        for (String table : List.of("hot_auctions", "highest_bids", "new_sellers")) {
            List<String> rows = new ArrayList<>();
            try (Stream<Path> files = Files.list(folder.resolve("out").resolve(table))) {
                for (Path file : files.filter(f -> !f.getFileName().toString().startsWith("."))
                        .toList()) {
                    rows.addAll(Files.readAllLines(file));
                }
            }
            rows.sort(null);
            assertThat(rows).as(table).isEqualTo(Files.readAllLines(EXAMPLE.resolve("expected/" + table + ".json")));
        }
    }
}
