package dev.headrace.format;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest.Physical;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.format.json.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Decodes text with a format, and shows rows as JSON objects, which tests compare. */
public final class Decoding {
    private final Schema schema;
    private final List<Physical> columns;
    private final Schema produced;
    private final Decoder decoder;
    private final Encoder shown;

    private Decoding(Format format, Schema schema, List<Physical> columns, Map<String, String> options) {
        this.schema = schema;
        this.columns = columns;
        produced = new Schema(IntStream.range(0, columns.size())
                .mapToObj(i -> new Field(name(columns.get(i)), columns.get(i).type()))
                .toList());
        decoder = format.decoder(schema, columns, new Options("events", options));
        shown = new JsonFormat()
                .encoder(produced, new Options("events", Map.of("encode.decimal-as-plain-number", "true")));
    }

    /** All columns of a schema. */
    public static Decoding of(Format format, Schema schema, Map<String, String> options) {
        return new Decoding(
                format,
                schema,
                IntStream.range(0, schema.size())
                        .mapToObj(i -> new Physical(List.of(i), schema.type(i)))
                        .toList(),
                options);
    }

    /** The values at some paths of a schema. */
    public static Decoding of(Format format, Schema schema, Map<String, String> options, List<List<Integer>> paths) {
        return new Decoding(
                format,
                schema,
                paths.stream()
                        .map(path -> new Physical(path, type(schema, path)))
                        .toList(),
                options);
    }

    private static DataType type(Schema schema, List<Integer> path) {
        DataType type = schema.type(path.getFirst());
        for (int index : path.subList(1, path.size())) {
            type = type.fields().get(index).type();
        }
        return type;
    }

    private String name(Physical column) {
        StringBuilder name = new StringBuilder(schema.name(column.path().getFirst()));
        DataType type = schema.type(column.path().getFirst());
        for (int index : column.path().subList(1, column.path().size())) {
            name.append('.').append(type.fields().get(index).name());
            type = type.fields().get(index).type();
        }
        return name.toString();
    }

    public Decoder decoder() {
        return decoder;
    }

    public Batch batch(int capacity) {
        return Batch.of(produced.types(), capacity);
    }

    public int[] targets() {
        return IntStream.range(0, columns.size()).toArray();
    }

    /** The rows of one record, decoded from a buffer of its own. */
    public List<String> record(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Batch batch = batch(4);
        decoder.begin(batch, targets(), bytes);
        decoder.decode(bytes, 0, bytes.length);
        return rows(batch);
    }

    /** The rows of lines, decoded in batches of at most {@code maxRows}. */
    public List<String> lines(String text, int maxRows) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<String> rows = new ArrayList<>();
        Batch batch = batch(Math.min(maxRows, Batch.CAPACITY));
        int position = 0;
        do {
            batch.clear();
            decoder.begin(batch, targets(), bytes);
            position = decoder.decodeLines(bytes, position, bytes.length, true, maxRows);
            rows.addAll(rows(batch));
        } while (position < bytes.length);
        return rows;
    }

    /** The rows of lines that come in pieces cut at those places, each piece with what was left of the one before. */
    public List<String> pieces(String text, int... cuts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<String> rows = new ArrayList<>();
        Batch batch = batch(Batch.CAPACITY);
        int taken = 0;
        for (int i = 0; i <= cuts.length; i++) {
            boolean last = i == cuts.length;
            int to = last ? bytes.length : Math.min(cuts[i], bytes.length);
            // What lies behind the cut is not yet there: other bytes stand in for it.
            byte[] buffer = new byte[to - taken + i % 12];
            java.util.Arrays.fill(buffer, (byte) '"');
            System.arraycopy(bytes, taken, buffer, 0, to - taken);
            batch.clear();
            decoder.begin(batch, targets(), buffer);
            int end = decoder.decodeLines(buffer, 0, to - taken, last, Batch.CAPACITY);
            rows.addAll(rows(batch));
            taken += end;
        }
        return rows;
    }

    /** The rows of a batch, each as a JSON object, with its kind in front unless all are inserts. */
    public List<String> rows(Batch batch) {
        List<String> rows = new ArrayList<>();
        ByteHeap out = new ByteHeap(256);
        for (int row = 0; row < batch.rows(); row++) {
            out.clear();
            shown.encode(batch, row, out);
            String text = new String(out.bytes(), 0, out.length(), StandardCharsets.UTF_8);
            rows.add(
                    batch.isInsertOnly() ? text : ChangeKind.of(batch.kind(row)).symbol() + text);
            for (int i = 0; i < batch.columns(); i++) {
                Column column = batch.column(i);
                if (column.isNull(row) && column.values()[row] != 0) {
                    throw new AssertionError("column " + i + " row " + row + " is null, but not 0");
                }
            }
        }
        return rows;
    }

    /** The bytes that an encoder makes of each row of a batch. */
    public static List<String> encoded(Encoder encoder, Batch batch) {
        List<String> rows = new ArrayList<>();
        ByteHeap out = new ByteHeap(16);
        for (int row = 0; row < batch.rows(); row++) {
            out.clear();
            encoder.encode(batch, row, out);
            rows.add(new String(out.bytes(), 0, out.length(), StandardCharsets.UTF_8));
        }
        return rows;
    }
}
