package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The flights example gives the answers that DuckDB gives on the same data, also when it is killed on the way. */
class FlightsExampleTest {
    private static final Path EXAMPLE = Path.of("..", "examples", "flights");

    @TempDir
    Path folder;

    @BeforeEach
    void copyTheExample() throws IOException {
        try (Stream<Path> files = Files.walk(EXAMPLE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path relative = EXAMPLE.relativize(file);
                boolean needed = relative.startsWith("data") || relative.equals(Path.of("job.yaml"));
                if (needed) {
                    Path target = folder.resolve(relative);
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        }
    }

    /** By table: rows and SHA-256 of the sorted lines. */
    private static Map<String, String> expected() throws IOException {
        Map<String, String> tables = new TreeMap<>();
        for (String line : Files.readAllLines(EXAMPLE.resolve("expected/checksums.tsv"))) {
            String[] fields = line.split("\t");
            if (!fields[0].equals("table")) {
                tables.put(fields[0], fields[1] + " " + fields[2]);
            }
        }
        return tables;
    }

    private Map<String, String> found() throws Exception {
        Map<String, String> tables = new TreeMap<>();
        for (String table : expected().keySet()) {
            List<String> lines = new ArrayList<>();
            try (Stream<Path> files = Files.walk(folder.resolve("out").resolve(table))) {
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(f -> !f.getFileName().toString().startsWith("."))
                        .toList()) {
                    lines.addAll(Files.readAllLines(file));
                }
            }
            lines.sort((a, b) -> java.util.Arrays.compareUnsigned(
                    a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            lines.forEach(l -> digest.update((l + "\n").getBytes(StandardCharsets.UTF_8)));
            tables.put(table, lines.size() + " " + HexFormat.of().formatHex(digest.digest()));
        }
        return tables;
    }

    @ParameterizedTest(name = "{0} workers")
    @ValueSource(ints = {1, 2, 4})
    void every_table_equals_the_reference(int workers) throws Exception {
        StringWriter errors = new StringWriter();
        int code = Main.run(
                new String[] {
                    "run", folder.resolve("job.yaml").toString(), "--quiet", "--workers", Integer.toString(workers)
                },
                new PrintWriter(new StringWriter()),
                new PrintWriter(errors, true));
        assertThat(code).as(errors.toString()).isZero();
        assertThat(found()).isEqualTo(expected());
    }

    @Test
    void killed_at_random_moments_and_run_again_it_gives_the_same_tables() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int kills = 0;
        while (true) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "dev.headrace.runtime.Main",
                            "run",
                            folder.resolve("job.yaml").toString(),
                            "--quiet",
                            "--set",
                            "snapshots.interval=50ms",
                            "--workers",
                            Integer.toString(1 + random.nextInt(4)))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log-" + kills).toFile())
                    .start();
            boolean ended = kills < 10
                    ? process.waitFor(900 + random.nextInt(1500), TimeUnit.MILLISECONDS)
                    : process.waitFor(60, TimeUnit.SECONDS);
            if (ended) {
                assertThat(process.exitValue())
                        .as("seed %d: %s", seed, Files.readString(folder.resolve("log-" + kills)))
                        .isZero();
                break;
            }
            process.destroyForcibly().waitFor();
            kills++;
        }
        assertThat(found()).as("seed %d after %d kills", seed, kills).isEqualTo(expected());
    }
}
