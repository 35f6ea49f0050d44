package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a command ended and what it said on stderr. What it should say is in the table of docs/command.md, by the name of
 * the case; there {@code /jobs} stands for the job's folder and {@code …} for any text.
 */
record CommandRun(int code, String errors) {
    private static final Pattern ROW = Pattern.compile("\\| ([^|`]+) \\| (\\d) \\| (?:`` (.+) ``|`(.+)`) \\|");
    private static final Path DOCUMENT = Path.of("..", "docs", "command.md");

    private record Expected(int code, String words) {}

    /** Runs the command in this JVM. */
    static CommandRun of(String... arguments) {
        StringWriter errors = new StringWriter();
        int code = Main.run(arguments, new PrintWriter(new StringWriter()), new PrintWriter(errors, true));
        return new CommandRun(code, errors.toString());
    }

    /** Writes a job's file, with snapshots each 100 ms in {@code storage}, or beside it where that is empty. */
    static Path job(Path folder, String sql, String storage) throws IOException {
        String snapshots = "interval: 100ms" + (storage.isEmpty() ? "" : ", storage: '" + storage + "'");
        Path file = folder.resolve("job.yaml");
        Files.writeString(
                file,
                "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata:\n  name: bad\nspec:\n  sql: |\n    "
                        + sql.strip().replace("\n", "\n    ") + "\n  snapshots: {" + snapshots + "}\n");
        return file;
    }

    /** The names of the documented cases. */
    static Iterable<String> documented() {
        return table().keySet();
    }

    private static Map<String, Expected> table() {
        Map<String, Expected> rows = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(DOCUMENT)) {
                Matcher row = ROW.matcher(line);
                if (row.matches()) {
                    String words = row.group(3) == null ? row.group(4) : row.group(3);
                    rows.put(row.group(1).strip(), new Expected(Integer.parseInt(row.group(2)), words));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    /** Asserts that this is the exit code and the one line that the table gives for the case. */
    void isAsDocumented(String name) {
        assertThat(table())
                .as("%s, which said: %d | %s | %s", DOCUMENT, code, name, errors)
                .containsKey(name);
        Expected expected = table().get(name);
        String words = Arrays.stream(expected.words().split("…", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        assertThat(errors.lines()
                        .filter(l -> l.startsWith("headrace: "))
                        .map(l -> l.replaceAll("[^\\s']*/junit-?\\d+", "/jobs"))
                        .toList())
                .as(errors)
                .isNotEmpty()
                .last()
                .asString()
                .matches("headrace: " + words);
        assertThat(errors).doesNotContain("\tat ", "Exception");
        assertThat(code).isEqualTo(expected.code());
    }
}
