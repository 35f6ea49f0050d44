package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    private record Outcome(int code, String errors) {}

    private static Outcome run(String... arguments) {
        StringWriter errors = new StringWriter();
        int code = Main.run(arguments, new PrintWriter(new StringWriter()), new PrintWriter(errors, true));
        return new Outcome(code, errors.toString());
    }

    private Path job(String sql) throws IOException {
        String yaml =
                "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata:\n  name: bad\nspec:\n  sql: |\n    "
                        + sql.strip().replace("\n", "\n    ") + "\n";
        Path file = folder.resolve("job.yaml");
        Files.writeString(file, yaml);
        Files.writeString(folder.resolve("in.json"), "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n");
        return file;
    }

    static Stream<Arguments> scripts() {
        return Stream.of(
                Arguments.of(
                        "unknown column",
                        TABLES + "INSERT INTO sink SELECT c, b FROM numbers",
                        2,
                        List.of("job.yaml:9:29: there is no column 'c'")),
                Arguments.of(
                        "unknown table",
                        TABLES + "INSERT INTO sink SELECT a, b FROM nowhere",
                        2,
                        List.of("job.yaml:9:", "nowhere")),
                Arguments.of(
                        "wrong type",
                        TABLES + "INSERT INTO sink SELECT b, b FROM numbers",
                        2,
                        List.of(
                                "job.yaml:9:17: column 'a' of table 'sink' is INT, but the query gives STRING",
                                "write CAST(")),
                Arguments.of(
                        "too few columns",
                        TABLES + "INSERT INTO sink SELECT a FROM numbers",
                        2,
                        List.of("table 'sink' has 2 columns (a, b), but the query gives 1 (a)")),
                Arguments.of(
                        "unknown connector",
                        TABLES.replace("'filesystem', 'path' = 'in", "'carrier', 'path' = 'in")
                                + "INSERT INTO sink SELECT * FROM numbers",
                        2,
                        List.of("table 'numbers': there is no connector 'carrier'; there are:", "filesystem")),
                Arguments.of(
                        "unknown option",
                        TABLES.replace("'format' = 'json')", "'format' = 'json', 'colour' = 'red')")
                                + "INSERT INTO sink SELECT * FROM numbers",
                        2,
                        List.of("unknown option 'colour'")),
                Arguments.of(
                        "unsupported statement",
                        "ALTER TABLE t RENAME TO u",
                        2,
                        List.of("ALTER is not supported; change the declaration itself")),
                Arguments.of("no INSERT", TABLES, 2, List.of("the script writes nothing; it needs an INSERT INTO")),
                Arguments.of(
                        "missing secret",
                        TABLES.replace("'out'", "'${env:HEADRACE_NO_SUCH}'") + "INSERT INTO sink SELECT * FROM numbers",
                        2,
                        List.of("the environment has no variable HEADRACE_NO_SUCH")),
                Arguments.of(
                        "missing file",
                        TABLES.replace("in.json", "gone.json") + "INSERT INTO sink SELECT * FROM numbers",
                        2,
                        List.of("table 'numbers'", "gone.json")),
                Arguments.of(
                        "broken record",
                        TABLES.replace("in.json", "broken.json") + "INSERT INTO sink SELECT * FROM numbers",
                        1,
                        List.of("broken.json", "'a'", "INT")),
                Arguments.of(
                        "a failing cast",
                        TABLES + "INSERT INTO sink SELECT CAST(b AS INT), b FROM numbers",
                        1,
                        List.of("CAST: 'x' is no INT; use TRY_CAST")),
                Arguments.of(
                        "unwritable output",
                        TABLES.replace("'out'", "'in.json/out'") + "INSERT INTO sink SELECT * FROM numbers",
                        1,
                        List.of("in.json")),
                Arguments.of(
                        "changes into a table that only takes inserts",
                        TABLES + "INSERT INTO sink SELECT CAST(COUNT(*) AS INT), b FROM numbers GROUP BY b",
                        2,
                        List.of("but table 'sink' can only be added to")),
                Arguments.of(
                        "a window without a time",
                        TABLES + "INSERT INTO sink SELECT CAST(COUNT(*) AS INT), MAX(b) FROM"
                                + " TABLE(TUMBLE(TABLE numbers, DESCRIPTOR(b), INTERVAL '1' MINUTE)) GROUP BY window_start,"
                                + " window_end",
                        2,
                        List.of("column 'b' is no event time", "WATERMARK FOR")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void a_script_that_cannot_run_says_why(String name, String sql, int code, List<String> fragments)
            throws IOException {
        Path file = job(sql);
        Files.writeString(folder.resolve("broken.json"), "{\"a\":1,\"b\":\"x\"}\n{\"a\":\"many\",\"b\":\"y\"}\n");
        Outcome outcome = run("run", file.toString(), "--quiet");
        assertThat(outcome.errors()).contains(fragments.toArray(String[]::new)).doesNotContain("\tat ", "Exception");
        assertThat(outcome.code()).isEqualTo(code);
    }

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("no such file", null, "there is no file"),
                Arguments.of("bad YAML", "apiVersion: [", "job.yaml:1:"),
                Arguments.of(
                        "another kind",
                        "apiVersion: headrace.dev/v1alpha1\nkind: Deployment\n",
                        "job.yaml:2:7: 'kind' is 'Deployment', but must be 'StreamJob'"),
                Arguments.of(
                        "unknown field",
                        "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata: {name: x}\nspec:\n  sqll: SELECT 1\n",
                        "job.yaml:5:3: there is no field 'spec.sqll'; 'spec' has:"),
                Arguments.of(
                        "no SQL",
                        "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata: {name: x}\nspec: {}\n",
                        "'spec.sql' is missing"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void a_file_that_is_no_job_says_where(String name, String yaml, String fragment) throws IOException {
        Path file = folder.resolve("job.yaml");
        if (yaml != null) {
            Files.writeString(file, yaml);
        }
        Outcome outcome = run("run", file.toString());
        assertThat(outcome.errors()).contains(fragment).doesNotContain("\tat ");
        assertThat(outcome.code()).isEqualTo(2);
    }
}
