package dev.headrace.connect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a source of files finds, reads and goes on from. */
class FileSourceTest {
    @TempDir
    private Path base;

    private Tables tables;

    @BeforeEach
    void makeTables() {
        tables = new Tables(base);
    }

    private static List<String> rows(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> i + "|name of " + i)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "data; a.csv b.csv.gz sub/d.txt sub/deep/c.csv",
                "data/; a.csv b.csv.gz sub/d.txt sub/deep/c.csv",
                "data/a.csv; a.csv",
                "data/_SUCCESS; _SUCCESS",
                "data/*.csv; a.csv",
                "data/*.{csv,gz}; a.csv b.csv.gz",
                "data/s*; sub/d.txt sub/deep/c.csv",
                "data/**/?.csv; sub/deep/c.csv",
                "da*; data/a.csv data/b.csv.gz data/sub/d.txt data/sub/deep/c.csv",
                "data/../data/sub; d.txt deep/c.csv",
            })
    void findsFiles(String path, String ids) throws IOException {
        for (String name : List.of(
                "a.csv", "b.csv.gz", "sub/deep/c.csv", "sub/d.txt", "_SUCCESS", ".hidden", "sub/.x/e.csv", "_t/f")) {
            tables.write("data/" + name, "1,x\n");
        }
        List<String> wanted = List.of(ids.split(" "));
        assertThat(Tables.ids(tables.source("path", path).discover(Set.of()))).isEqualTo(wanted);
        assertThat(Tables.ids(tables.source(
                                "path",
                                base.resolve(path)
                                        .toUri()
                                        .toString()
                                        .replace("%7B", "{")
                                        .replace("%7D", "}")
                                        .replace("%3F", "?"))
                        .discover(Set.of())))
                .isEqualTo(wanted);
        assertThat(Tables.readAll(tables.source("path", path)))
                .hasSize(wanted.size())
                .containsOnly("1|x");
        String stored = "s3://" + Path.of(path).normalize();
        if (path.equals("da*")) {
            assertThatThrownBy(() -> tables.source("path", stored))
                    .isInstanceOf(UserError.class)
                    .hasMessage(
                            "table 't': option 'path' is 's3://da*', but takes wildcards only behind the bucket's name");
            return;
        }
        assertThat(Tables.ids(tables.source("path", stored).discover(Set.of()))).isEqualTo(wanted);
        assertThat(Tables.readAll(tables.source("path", stored)))
                .hasSize(wanted.size())
                .containsOnly("1|x");
    }

    @Test
    void filtersByRegularExpression() throws IOException {
        tables.write("data/a-1.csv", "1,x\n");
        tables.write("data/b-1.csv", "1,x\n");
        Source source = tables.source("path", "data", "source.path.regex-pattern", ".*/a-\\d+\\.csv");
        assertThat(Tables.ids(source.discover(Set.of()))).containsExactly("a-1.csv");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "''; -",
                "'1,a'; 1|a",
                "'1,a\n'; 1|a",
                "'1,a\r\n2,b\r\n'; 1|a 2|b",
                "'\n\n1,a\n\n2,b\n\n'; 1|a 2|b",
            })
    void readsLines(String text, String expected) throws IOException {
        List<String> wanted = expected == null ? List.of() : List.of(expected.split(" "));
        for (String name : List.of("data/f", "data.gz")) {
            tables.write(name, text);
            Source source = tables.source("path", name);
            assertThat(source.isBounded()).isTrue();
            assertThat(source.discoveryIntervalMillis()).isZero();
            assertThat(Tables.readAll(source)).isEqualTo(wanted);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"f.csv", "f.csv.gz", "s3://data/f.csv", "s3://data/f.csv.gz"})
    void goesOnFromEachPosition(String name) throws IOException {
        tables.write(name.startsWith("s3") ? name.substring(5) : name, Tables.lines(0, 100_000));
        Source source = tables.source("path", name);
        List<Split> splits = source.discover(Set.of());
        ScanRequest request = Tables.all(Tables.SCHEMA);
        Batch batch = Tables.batch(request);
        List<String> positions = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        int rows = 0;
        try (SourceReader reader = source.open(request)) {
            assertThat(reader.assign(splits.getFirst())).isZero();
            do {
                positions.add(reader.position(0));
                counts.add(rows);
                while (reader.read(batch) == SourceReader.NOTHING) {
                    Thread.onSpinWait();
                }
                rows += batch.rows();
            } while (!reader.hasEnded(0));
            assertThat(reader.read(batch)).isEqualTo(SourceReader.ENDED);
            assertThat(reader.lag(0)).isZero();
            assertThat(reader.bytesRead()).isEqualTo(Tables.lines(0, 100_000).length());
            positions.add(reader.position(0));
            counts.add(rows);
        }
        assertThat(rows).isEqualTo(100_000);
        assertThat(positions)
                .hasSizeGreaterThan(40)
                .startsWith("0:0")
                .endsWith(Tables.lines(0, 100_000).length() + ":100000");
        for (int i = 0; i < positions.size(); i += 5) {
            try (SourceReader reader = source.open(request)) {
                reader.assign(new Split(splits.getFirst().id(), positions.get(i)));
                assertThat(Tables.drain(reader, batch)).isEqualTo(rows(counts.get(i), 100_000 - counts.get(i)));
            }
        }
    }

    @Test
    void advancesFilesSideBySide() throws IOException {
        for (int i = 0; i < 3; i++) {
            tables.write("data/" + i, Tables.lines(i * 10_000, 10_000));
        }
        Source source = tables.source("path", "data");
        ScanRequest request = Tables.all(Tables.SCHEMA);
        Batch batch = Tables.batch(request);
        try (SourceReader reader = source.open(request)) {
            source.discover(Set.of()).forEach(reader::assign);
            assertThat(List.of(reader.read(batch), reader.read(batch), reader.read(batch), reader.read(batch)))
                    .containsExactly(0, 1, 2, 0);
            assertThat(batch.rows()).isEqualTo(Batch.CAPACITY);
            long first = Tables.lines(0, 10_000).length();
            assertThat(reader.lag(0))
                    .isEqualTo(first - Tables.lines(0, 2 * Batch.CAPACITY).length());
            reader.pause(1, true);
            assertThat(List.of(reader.read(batch), reader.read(batch))).containsExactly(2, 0);
            reader.pause(1, false);
            assertThat(List.of(reader.read(batch), reader.read(batch))).containsExactly(1, 2);
        }
    }

    @Test
    void holdsAtAPosition() throws IOException {
        tables.write("f", Tables.lines(0, 10_000));
        Source source = tables.source("path", "f");
        ScanRequest request = Tables.all(Tables.SCHEMA);
        Batch batch = Tables.batch(request);
        try (SourceReader reader = source.open(request)) {
            source.discover(Set.of()).forEach(reader::assign);
            String cut = Tables.lines(0, 3000).length() + ":3000";
            reader.holdAt(0, cut);
            assertThat(reader.read(batch)).isZero();
            assertThat(reader.read(batch)).isZero();
            assertThat(reader.position(0)).isEqualTo(cut);
            assertThat(reader.read(batch)).isEqualTo(SourceReader.NOTHING);
            assertThat(reader.read(batch)).isEqualTo(SourceReader.NOTHING);
            assertThatThrownBy(() -> reader.holdAt(0, "10:1")).isInstanceOf(IllegalStateException.class);
            reader.holdAt(0, Tables.lines(0, 10_000).length() + ":10000");
            assertThat(Tables.drain(reader, batch)).isEqualTo(rows(3000, 7000));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2048, 10_000, 100_000})
    void tellsTheEndOfAFileWithItsLastRows(int lines) throws IOException {
        for (String path : List.of("local/f", "local/f.gz", "s3://bucket/f", "s3://bucket/f.gz")) {
            tables.write(path.replace("s3://", ""), Tables.lines(0, lines));
            Source source = tables.source("path", path);
            ScanRequest request = Tables.all(Tables.SCHEMA);
            Batch batch = Tables.batch(request);
            try (SourceReader reader = source.open(request)) {
                source.discover(Set.of()).forEach(reader::assign);
                int rows = 0;
                while (!reader.hasEnded(0)) {
                    if (reader.read(batch) >= 0) {
                        rows += batch.rows();
                        assertThat(reader.hasEnded(0)).isEqualTo(rows == lines);
                    }
                }
                assertThat(rows).isEqualTo(lines);
                assertThat(reader.read(batch)).isEqualTo(SourceReader.ENDED);
            }
        }
    }

    @Test
    void readsManyFilesAFewAtATime() throws IOException {
        int files = 3 * FilesReader.SIDE_BY_SIDE;
        for (int i = 0; i < files; i++) {
            tables.write(String.format("data/%04d", i), Tables.lines(i * 5000, 5000));
        }
        Source source = tables.source("path", "data");
        ScanRequest request = Tables.all(Tables.SCHEMA);
        Batch batch = Tables.batch(request);
        Set<String> seen = new HashSet<>();
        Set<Integer> begun = new HashSet<>();
        try (SourceReader reader = source.open(request)) {
            List<Split> splits = source.discover(Set.of());
            splits.forEach(reader::assign);
            for (int i = 0; i < 2 * FilesReader.SIDE_BY_SIDE; i++) {
                begun.add(reader.read(batch));
                seen.addAll(Tables.rows(batch));
            }
            assertThat(begun).hasSize(FilesReader.SIDE_BY_SIDE);
            // All of those are held where they are, as at a cut: the next one's turn comes.
            begun.forEach(split -> reader.holdAt(split, reader.position(split)));
            assertThat(reader.read(batch)).isEqualTo(FilesReader.SIDE_BY_SIDE);
            seen.addAll(Tables.rows(batch));
            begun.forEach(split -> reader.holdAt(split, "1000000000:0"));
            // All of those wait for what the files behind them hold.
            begun.forEach(split -> reader.pause(split, true));
            assertThat(reader.read(batch)).isGreaterThanOrEqualTo(FilesReader.SIDE_BY_SIDE);
            seen.addAll(Tables.rows(batch));
            begun.forEach(split -> reader.pause(split, false));
            seen.addAll(Tables.drain(reader, batch));
        }
        assertThat(seen).hasSize(files * 5000);
    }

    @Test
    void watchesForNewFiles() throws IOException {
        tables.write("data/a", "1,x\n");
        Source source = tables.source("path", "data", "source.monitor-interval", "2 s");
        assertThat(source.isBounded()).isFalse();
        assertThat(source.discoveryIntervalMillis()).isEqualTo(2000);
        ScanRequest request = Tables.all(Tables.SCHEMA);
        Batch batch = Tables.batch(request);
        try (SourceReader reader = source.open(request)) {
            Set<String> known = new HashSet<>();
            for (String name : List.of("a", "b", "sub/c")) {
                tables.write("data/" + name, "1," + name + "\n");
                List<Split> found = source.discover(known);
                assertThat(Tables.ids(found)).containsExactly(name);
                known.add(name);
                reader.assign(found.getFirst());
                assertThat(Tables.drain(reader, batch)).containsExactly("1|" + name);
                assertThat(source.discover(known)).isEmpty();
            }
        }
    }

    @Test
    void readsLinesLongerThanTheBuffer() throws IOException {
        String longName = "x".repeat(5 << 20);
        tables.write("f", "1,short\n2," + longName + "\n3,short\n");
        assertThat(Tables.readAll(tables.source("path", "f"))).containsExactly("1|short", "2|" + longName, "3|short");
        byte[] endless = new byte[FileSplit.LIMIT + 10];
        Arrays.fill(endless, (byte) 'x');
        System.arraycopy("1,a\n".getBytes(StandardCharsets.UTF_8), 0, endless, 0, 4);
        tables.write("g", endless);
        assertThatThrownBy(() -> Tables.readAll(tables.source("path", "g")))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 't': " + base.resolve("g") + " has a line of more than 64 MiB at byte 4; records must be"
                                + " separated by line ends and smaller than that");
    }

    @Test
    void givesMetadata() throws IOException {
        Path file = tables.write("data/sub/a", "1,x\n2,y\n");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_123L));
        Source source = tables.source("path", "data");
        assertThat(source.metadata())
                .hasToString("(file.path STRING NOT NULL, file.name STRING NOT NULL, file.size BIGINT NOT NULL,"
                        + " file.modification-time TIMESTAMP_LTZ(3) NOT NULL)");
        ScanRequest request = new ScanRequest(List.of(
                new ScanRequest.Metadata("file.name", DataType.STRING),
                new ScanRequest.Physical(List.of(1), DataType.STRING),
                new ScanRequest.Metadata("file.size", DataType.BIGINT),
                new ScanRequest.Metadata("file.modification-time", DataType.timestampLtz(3)),
                new ScanRequest.Metadata("file.path", DataType.STRING)));
        assertThat(Tables.readAll(source, request))
                .containsExactly("a|x|8|1700000000123000|" + file, "a|y|8|1700000000123000|" + file);
    }

    @Test
    void readsPartitionsFromFolders() throws IOException {
        Schema schema = Schema.of(
                new Field("day", DataType.DATE),
                new Field("id", DataType.BIGINT),
                new Field("city", DataType.STRING),
                new Field("name", DataType.STRING));
        tables.write("data/day=1970-01-02/city=a%3Ab/f", "1,x\n2,y\n");
        tables.write("data/day=1970-01-03/city=__DEFAULT_PARTITION__/f", "3,z\n");
        Source source = tables.source(tables.table(schema, List.of("day", "city"), "path", "data"));
        assertThat(Tables.readAll(source, Tables.all(schema))).containsExactly("1|1|a:b|x", "1|2|a:b|y", "2|3|null|z");
        tables.write("data/day=1970-01-03/f", "3,z\n");
        assertThatThrownBy(() -> Tables.readAll(source, Tables.all(schema)))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 't': " + base.resolve("data/day=1970-01-03/f")
                                + " lies in no folder 'city=...', though the table is PARTITIONED BY it; move the file into one");
        Files.delete(base.resolve("data/day=1970-01-03/f"));
        tables.write("data/day=today/city=x/f", "3,z\n");
        assertThatThrownBy(() -> Tables.readAll(source, Tables.all(schema)))
                .isInstanceOf(UserError.class)
                .hasMessage("table 't': the folder 'day=today' of " + base.resolve("data/day=today/city=x/f")
                        + " gives no DATE; rename the folder");
    }
}
