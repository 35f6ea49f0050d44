package dev.headrace.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user reads when something is wrong: the exit code, the place, what was found and what to do. */
class CommandErrorsTest {
    private static final String TABLES = """
            CREATE TABLE numbers (a INT, b STRING) WITH ('connector' = 'filesystem', 'path' = 'in.json', 'format' = 'json');
            CREATE TABLE sink (a INT, b STRING) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
            """;

    @TempDir
    Path folder;

    private Path job(String sql) throws IOException {
        Files.writeString(folder.resolve("in.json"), "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n");
        return CommandRun.job(folder, sql, "");
    }

    static Stream<Arguments> scripts() {
        return Stream.of(
                Arguments.of("unknown column", TABLES + "INSERT INTO sink SELECT c, b FROM numbers"),
                Arguments.of(
                        "a reserved word for a name", TABLES + "INSERT INTO sink SELECT a AS value, b FROM numbers"),
                Arguments.of("unknown table", TABLES + "INSERT INTO sink SELECT a, b FROM nowhere"),
                Arguments.of("wrong type", TABLES + "INSERT INTO sink SELECT b, b FROM numbers"),
                Arguments.of("too few columns", TABLES + "INSERT INTO sink SELECT a FROM numbers"),
                Arguments.of(
                        "unknown connector",
                        TABLES.replace("'filesystem', 'path' = 'in", "'carrier', 'path' = 'in")
                                + "INSERT INTO sink SELECT * FROM numbers"),
                Arguments.of(
                        "unknown option",
                        TABLES.replace("'format' = 'json')", "'format' = 'json', 'colour' = 'red')")
                                + "INSERT INTO sink SELECT * FROM numbers"),
                Arguments.of("unsupported statement", "ALTER TABLE t RENAME TO u"),
                Arguments.of(
                        "an option nearly right",
                        TABLES.replace("'format' = 'json')", "'format' = 'json', 'source.monitor-intervall' = '1s')")
                                + "INSERT INTO sink SELECT * FROM numbers"),
                Arguments.of("no INSERT", TABLES),
                Arguments.of(
                        "missing secret",
                        TABLES.replace("'out'", "'${env:HEADRACE_NO_SUCH}'")
                                + "INSERT INTO sink SELECT * FROM numbers"),
                Arguments.of(
                        "missing file",
                        TABLES.replace("in.json", "gone.json") + "INSERT INTO sink SELECT * FROM numbers"),
                Arguments.of(
                        "broken record",
                        TABLES.replace("in.json", "broken.json") + "INSERT INTO sink SELECT * FROM numbers"),
                Arguments.of("a failing cast", TABLES + "INSERT INTO sink SELECT CAST(b AS INT), b FROM numbers"),
                Arguments.of(
                        "unwritable output",
                        TABLES.replace("'out'", "'in.json/out'") + "INSERT INTO sink SELECT * FROM numbers"),
                Arguments.of(
                        "changes into a table that only takes inserts",
                        TABLES + "INSERT INTO sink SELECT CAST(COUNT(*) AS INT), b FROM numbers GROUP BY b"),
                Arguments.of(
                        "a window without a time",
                        TABLES + "INSERT INTO sink SELECT CAST(COUNT(*) AS INT), MAX(b) FROM"
                                + " TABLE(TUMBLE(TABLE numbers, DESCRIPTOR(b), INTERVAL '1' MINUTE)) GROUP BY window_start,"
                                + " window_end"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void a_script_that_cannot_run_says_why(String name, String sql) throws IOException {
        Path file = job(sql);
        Files.writeString(folder.resolve("broken.json"), "{\"a\":1,\"b\":\"x\"}\n{\"a\":\"many\",\"b\":\"y\"}\n");
        CommandRun.of("run", file.toString(), "--quiet").isAsDocumented(name);
    }

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("no such file", null),
                Arguments.of("bad YAML", "apiVersion: ["),
                Arguments.of("another kind", "apiVersion: headrace.dev/v1alpha1\nkind: Deployment\n"),
                Arguments.of(
                        "unknown field",
                        "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata: {name: x}\nspec:\n  sqll: SELECT 1\n"),
                Arguments.of(
                        "another word for a change",
                        "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata: {name: x}\nspec:\n  sql: SELECT 1\n"
                                + "  upgrade: {onChange: Sometimes}\n"),
                Arguments.of(
                        "a Snapshot to begin with",
                        "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata: {name: x}\nspec:\n  sql: SELECT 1\n"
                                + "  restoreFrom: {snapshot: before}\n"),
                Arguments.of(
                        "no SQL",
                        "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata: {name: x}\nspec: {}\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void a_file_that_is_no_job_says_where(String name, String yaml) throws IOException {
        Path file = folder.resolve("job.yaml");
        if (yaml != null) {
            Files.writeString(file, yaml);
        }
        CommandRun.of("run", file.toString()).isAsDocumented(name);
    }
}
