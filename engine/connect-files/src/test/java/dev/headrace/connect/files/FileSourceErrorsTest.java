package dev.headrace.connect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a source of files says where it cannot go on, and where its table is wrong. */
class FileSourceErrorsTest {
    @TempDir
    private Path base;

    private Tables tables;

    @BeforeEach
    void makeTables() {
        tables = new Tables(base);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f", "f.gz"})
    void namesTheBrokenRecord(String name) throws IOException {
        Path file = tables.write(name, Tables.lines(0, 5000) + "x7,bad\n" + Tables.lines(0, 10));
        assertThatThrownBy(() -> Tables.readAll(tables.source("path", name)))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 't': " + file + ", line 5001 (byte "
                                + Tables.lines(0, 5000).length()
                                + "): field 'id' takes BIGINT, but is 'x7'; correct the record"
                                + " or the column's type, or add 'plain.ignore-parse-errors' = 'true' to leave such records out");
        Source lenient = tables.source("path", name, "plain.ignore-parse-errors", "true");
        try (SourceReader reader = lenient.open(Tables.all(Tables.SCHEMA))) {
            lenient.discover(Set.of()).forEach(reader::assign);
            assertThat(Tables.drain(reader, Tables.batch(Tables.all(Tables.SCHEMA))))
                    .hasSize(5010);
            assertThat(reader.recordsSkipped()).isEqualTo(1);
        }
    }

    @Test
    void namesWhatIsMissing() throws IOException {
        String relative = ", relative to " + base + "); create it, or correct the path";
        Map<String, String> messages = new TreeMap<>(
                Map.of(
                        "no/such",
                                "table 't': there is no file or folder " + base.resolve("no/such")
                                        + " (option 'path' is 'no/such'" + relative,
                        "no/such/*.csv",
                                "table 't': there is no folder " + base.resolve("no/such")
                                        + " (option 'path' is 'no/such/*.csv'" + relative,
                        "*.csv",
                                "table 't': no file below " + base
                                        + " matches (option 'path' is '*.csv'); correct the pattern, or put files there",
                        "/no/such",
                                "table 't': there is no file or folder /no/such (option 'path' is '/no/such'); create it, or correct the path",
                        "s3://no/such",
                                "table 't': there is no object or folder s3://no/such (option 'path'); create it, or correct the path"));
        messages.forEach((path, message) -> assertThatThrownBy(
                        () -> tables.source("path", path).discover(Set.of()))
                .isInstanceOf(UserError.class)
                .hasMessage(message));
        Files.createDirectories(base.resolve("empty"));
        assertThat(Tables.readAll(tables.source("path", "empty"))).isEmpty();
    }

    @Test
    void saysWhenAFileHasChangedOrGone() throws IOException {
        Path file = tables.write("data/f", Tables.lines(0, 10));
        Source source = tables.source("path", "data");
        source.discover(Set.of());
        ScanRequest request = Tables.all(Tables.SCHEMA);
        for (String gz : List.of("", ".gz")) {
            tables.write("data/f" + gz, Tables.lines(0, 10));
            try (SourceReader reader = source.open(request)) {
                reader.assign(new Split("f" + gz, "1000:80"));
                assertThatThrownBy(() -> reader.read(Tables.batch(request)))
                        .isInstanceOf(UserError.class)
                        .hasMessage("table 't': " + file + gz
                                + " has 120 bytes, but the job has read 1000 of it before: it was"
                                + " replaced or cut. Put the file back, or give the new one another name");
            }
        }
        Files.delete(file);
        try (SourceReader reader = source.open(request)) {
            reader.assign(new Split("f", "0:0"));
            assertThatThrownBy(() -> reader.read(Tables.batch(request)))
                    .isInstanceOf(UserError.class)
                    .hasMessage("table 't': cannot open " + file
                            + ": it is not there; put it right and start the job again, it" + " goes on from there");
        }
        Path broken = base.resolve("data/broken.gz");
        Files.writeString(broken, "this is not compressed");
        try (SourceReader reader = source.open(request)) {
            reader.assign(new Split("broken.gz", "0:0"));
            assertThatThrownBy(() -> reader.read(Tables.batch(request)))
                    .isInstanceOf(UserError.class)
                    .hasMessage("table 't': cannot open " + broken
                            + ": Not in GZIP format; put it right and start the job" + " again, it goes on from there");
        }
        byte[] whole = Files.readAllBytes(tables.write("data/whole.gz", Tables.lines(0, 1000)));
        Files.write(base.resolve("data/cut.gz"), Arrays.copyOf(whole, whole.length / 2));
        try (SourceReader reader = source.open(request)) {
            reader.assign(new Split("cut.gz", "0:0"));
            assertThatThrownBy(() -> Tables.drain(reader, Tables.batch(request)))
                    .isInstanceOf(UserError.class)
                    .hasMessage("table 't': cannot read " + base.resolve("data/cut.gz")
                            + ": it ends too early: Unexpected end of"
                            + " ZLIB input stream; put it right and start the job again, it goes on from there");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "path | | table 't': option 'path' is missing; add 'path' = '...' to its WITH clause",
                "format | no | table 't': there is no format 'no'; there are: plain",
                "source.path.regex-pattern | a( | table 't': option 'source.path.regex-pattern' is 'a(', but takes a regular expression: Unclosed group",
                "source.monitor-interval | 0 s | table 't': option 'source.monitor-interval' is '0 s', but takes at least 1 ms",
                "source.monitor-interval | soon | table 't': option 'source.monitor-interval' is 'soon', but takes a duration such as '10 s'",
                "auto-compaction | true | table 't': option 'auto-compaction' is 'true', but takes only false: files are not compacted yet",
                "sink.partition-commit.policy.kind | metastore | table 't': option 'sink.partition-commit.policy.kind' is 'metastore', but takes only success-file",
                "sink.partition-commit.trigger | never | table 't': option 'sink.partition-commit.trigger' is 'never', but takes one of: process-time, partition-time",
                "sink.rolling-policy.file-size | 0 | table 't': option 'sink.rolling-policy.file-size' is '0', but takes at least 1 byte",
                "partition.time-extractor.kind | custom | table 't': option 'partition.time-extractor.kind' is 'custom', but takes only default",
            })
    void refusesWrongOptions(String name, String value, String message) throws IOException {
        tables.write("data/a", "1,x\n");
        String path = name.equals("path") ? "connector" : "path";
        String[] options = name.equals("path") ? new String[0] : new String[] {path, "data", name, value};
        assertThatThrownBy(() -> tables.source(options))
                .isInstanceOf(UserError.class)
                .hasMessage(message);
        assertThatThrownBy(() -> tables.sink(tables.table(Tables.SCHEMA, List.of(), options)))
                .isInstanceOf(UserError.class)
                .hasMessage(message);
    }

    @Test
    void refusesUnknownOptionsAndBadPartitions() {
        assertThatThrownBy(() -> tables.source("path", "data", "plain.x", "1"))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(
                        "table 't': unknown option 'plain.x'; known options: auto-compaction, connector, format,"
                                + " partition.");
        assertThatThrownBy(() -> tables.source(tables.table(Tables.SCHEMA, List.of("day"), "path", "data")))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 't': PARTITIONED BY names 'day', but the table has no such column; its columns are (id BIGINT,"
                                + " name STRING)");
        assertThatThrownBy(() -> tables.source(tables.table(Tables.SCHEMA, List.of("name", "id"), "path", "data")))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 't': all columns are in PARTITIONED BY, so that its files would be empty; leave one out");
        Schema bytes = Schema.of(new Field("id", DataType.BIGINT), new Field("b", DataType.BYTES));
        assertThatThrownBy(() -> tables.source(tables.table(bytes, List.of("b"), "path", "data")))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 't': column 'b' of PARTITIONED BY is BYTES, which makes no folder name; use a text, a number,"
                                + " a date or a timestamp");
    }
}
