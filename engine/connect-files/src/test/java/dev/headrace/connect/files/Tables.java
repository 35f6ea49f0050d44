package dev.headrace.connect.files;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStores;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.Schema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Tables in a folder, with a clock that tests set; {@code s3://bucket/...} is the folder {@code bucket} in it. */
final class Tables {
    static final Schema SCHEMA = Schema.of(new Field("id", DataType.BIGINT), new Field("name", DataType.STRING));

    final Path base;
    long nowMillis = 1_000_000;
    final Environment environment;

    Tables(Path base) {
        this.base = base;
        ObjectStores stores = (uri, from) ->
                new LocalStore(uri.startsWith("s3://") ? base.resolve(uri.substring(5)) : from.resolve(uri));
        environment = new Environment(stores, () -> Instant.ofEpochMilli(nowMillis), "job");
    }

    TableDefinition table(Schema schema, List<String> partitionedBy, String... options) {
        Map<String, String> all = new HashMap<>(Map.of("connector", "filesystem", "format", "plain"));
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return new TableDefinition("t", schema, List.of(), List.of(), partitionedBy, new Options("t", all), base);
    }

    Source source(String... options) {
        return source(table(SCHEMA, List.of(), options));
    }

    Source source(TableDefinition table) {
        return new FilesConnector().source(table, PlainFormat.FORMATS, environment);
    }

    FileSink sink(TableDefinition table) {
        return (FileSink) new FilesConnector().sink(table, PlainFormat.FORMATS, environment);
    }

    /** Writes a file of the folder, compressed if its name says so. */
    Path write(String name, String text) throws IOException {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path write(String name, byte[] bytes) throws IOException {
        Path file = base.resolve(name);
        Files.createDirectories(file.getParent());
        if (name.endsWith(".gz")) {
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
                out.write(bytes);
            }
            return Files.write(file, zipped.toByteArray());
        }
        return Files.write(file, bytes);
    }

    /** Lines of {@link #SCHEMA}. */
    static String lines(int from, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            text.append(i).append(",name of ").append(i).append('\n');
        }
        return text.toString();
    }

    static ScanRequest all(Schema schema) {
        List<ScanRequest.ScanColumn> columns = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
            columns.add(new ScanRequest.Physical(List.of(i), schema.type(i)));
        }
        return new ScanRequest(columns);
    }

    static Batch batch(ScanRequest request) {
        return Batch.of(
                request.columns().stream().map(ScanRequest.ScanColumn::type).toList(), Batch.CAPACITY);
    }

    static Batch batch(Schema schema, Object[]... rows) {
        Batch batch = Batch.of(schema);
        batch.clear();
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < schema.size(); i++) {
                switch (rows[row][i]) {
                    case null -> batch.column(i).setNull(row);
                    case String text -> batch.column(i).setText(row, text);
                    case Number number -> batch.column(i).setLong(row, number.longValue());
                    default -> throw new IllegalArgumentException();
                }
            }
        }
        batch.setRows(rows.length);
        return batch;
    }

    static List<String> rows(Batch batch) {
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            int at = row;
            rows.add(String.join(
                    "|",
                    Stream.iterate(0, i -> i < batch.columns(), i -> i + 1)
                            .map(i -> value(batch.column(i), at))
                            .toList()));
        }
        return rows;
    }

    private static String value(Column column, int row) {
        if (column.isNull(row)) {
            return "null";
        }
        return column.type().layout() == Layout.BYTES ? column.textAt(row) : Long.toString(column.values()[row]);
    }

    static List<String> readAll(Source source) {
        return readAll(source, all(SCHEMA));
    }

    static List<String> readAll(Source source, ScanRequest request) {
        try (SourceReader reader = source.open(request)) {
            source.discover(Set.of()).forEach(reader::assign);
            return drain(reader, batch(request));
        }
    }

    /** All rows until the end; spins while there is nothing, as a worker does. */
    static List<String> drain(SourceReader reader, Batch batch) {
        List<String> rows = new ArrayList<>();
        for (int split = 0; (split = reader.read(batch)) != SourceReader.ENDED; ) {
            if (split >= 0) {
                rows.addAll(rows(batch));
            } else {
                Thread.onSpinWait();
            }
        }
        return rows;
    }

    static List<String> ids(List<Split> splits) {
        return splits.stream().map(Split::id).toList();
    }
}
