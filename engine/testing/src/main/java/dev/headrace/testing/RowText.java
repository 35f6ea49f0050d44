package dev.headrace.testing;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Schema;
import dev.headrace.format.FormatRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows as people write them: cells between bars, {@code 7 | apples | 10:00:05 | NULL}. Text stands as it is, or in single
 * quotes (doubled inside) where it has a bar, a quote, or space at its ends, or is empty or the word NULL. A timestamp
 * without a date is of {@value #DAY}, and its seconds may be missing. Arrays, rows and maps are JSON.
 */
final class RowText {
    static final String DAY = "2024-01-01";

    private static final Format JSON =
            FormatRegistry.load(RowText.class.getClassLoader()).named("json", "test");

    private RowText() {}

    /** The cells of a line, without the space around them; quotes stay. */
    static List<String> cells(String line) {
        return split(line, '|').stream().map(String::strip).toList();
    }

    /** Splits where {@code separator} stands outside of quotes and brackets. */
    private static List<String> split(String line, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        int depth = 0;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == '\\' && quote == '"') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' && depth > 0
                    || c == '\'' && depth == 0 && line.substring(start, i).isBlank()) {
                quote = c;
            } else if (c == '[' || c == '{') {
                depth++;
            } else if (c == ']' || c == '}') {
                depth--;
            } else if (c == separator && depth <= 0) {
                parts.add(line.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(line.substring(start));
        return parts;
    }

    private static String json(Schema schema, List<String> cells) {
        if (cells.size() != schema.size()) {
            throw UserError.request("the row has " + cells.size() + " cells, but the table has the columns " + schema
                    + "; write one cell for each");
        }
        return IntStream.range(0, cells.size())
                .mapToObj(i -> quoted(schema.name(i)) + ":" + json(schema.type(i), cells.get(i)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String json(DataType type, String cell) {
        if (cell.equals("NULL")) {
            return "null";
        }
        boolean inQuotes = cell.length() > 1 && cell.startsWith("'") && cell.endsWith("'");
        String value = inQuotes ? cell.substring(1, cell.length() - 1).replace("''", "'") : cell;
        return switch (type.kind()) {
            case TINYINT, SMALLINT, INT, BIGINT, DECIMAL, BOOLEAN, ARRAY, ROW, MAP, MULTISET -> value;
            case TIMESTAMP -> quoted(moment(value));
            case TIMESTAMP_LTZ -> quoted(moment(value) + (value.endsWith("Z") ? "" : "Z"));
            default -> quoted(value);
        };
    }

    private static String moment(String value) {
        String dated = value.indexOf(':') == 2 ? DAY + " " + value : value;
        return dated.indexOf(':') == dated.lastIndexOf(':') ? dated + ":00" : dated;
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /** Fills batches with the wanted columns of rows. Used by one thread. */
    static final class Reader {
        private final Schema schema;
        private final Decoder decoder;
        private final int[] targets;

        /** @param wanted columns of {@code schema} and fields inside them */
        Reader(Schema schema, List<ScanRequest.Physical> wanted) {
            this.schema = schema;
            decoder = JSON.decoder(schema, wanted, new Options("test", Map.of()));
            targets = IntStream.range(0, wanted.size()).toArray();
        }

        static Reader ofAll(Schema schema) {
            return new Reader(
                    schema,
                    IntStream.range(0, schema.size())
                            .mapToObj(i -> new ScanRequest.Physical(List.of(i), schema.type(i)))
                            .toList());
        }

        /** Clears the batch and fills it. */
        void read(List<List<String>> rows, Batch batch) {
            batch.clear();
            batch.ensureCapacity(rows.size());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int[] ends = new int[rows.size()];
            for (int i = 0; i < ends.length; i++) {
                bytes.writeBytes(json(schema, rows.get(i)).getBytes(StandardCharsets.UTF_8));
                ends[i] = bytes.size();
            }
            byte[] buffer = bytes.toByteArray();
            decoder.begin(batch, targets, buffer);
            for (int i = 0; i < ends.length; i++) {
                try {
                    decoder.decode(buffer, i == 0 ? 0 : ends[i - 1], ends[i]);
                } catch (DecodeException e) {
                    throw UserError.request("row '" + String.join(" | ", rows.get(i)) + "' of columns " + schema + ": "
                            + e.getMessage());
                }
            }
        }
    }

    /** Writes rows in one and only one form. Used by one thread. */
    static final class Writer {
        private final Encoder encoder;
        private final Schema schema;
        private final ByteHeap bytes = new ByteHeap(256);

        Writer(Schema schema) {
            this.schema = schema;
            encoder = JSON.encoder(schema, new Options("test", Map.of()));
        }

        List<String> write(Batch batch, int row) {
            bytes.clear();
            encoder.encode(batch, row, bytes);
            String object = new String(bytes.bytes(), 1, bytes.length() - 2, StandardCharsets.UTF_8);
            List<String> cells = new ArrayList<>();
            for (int from = 0, column = 0; column < schema.size(); column++) {
                int start = from + quoted(schema.name(column)).length() + 1;
                int end = endOfValue(object, start);
                cells.add(cell(schema.type(column), object.substring(start, end)));
                from = end + 1;
            }
            return cells;
        }

        private static int endOfValue(String object, int start) {
            int depth = 0;
            boolean text = false;
            for (int i = start; i < object.length(); i++) {
                char c = object.charAt(i);
                if (text) {
                    if (c == '\\') {
                        i++;
                    } else if (c == '"') {
                        text = false;
                    }
                } else if (c == '"') {
                    text = true;
                } else if (c == '[' || c == '{') {
                    depth++;
                } else if (c == ']' || c == '}') {
                    depth--;
                } else if (c == ',' && depth == 0) {
                    return i;
                }
            }
            return object.length();
        }

        private static String cell(DataType type, String json) {
            if (json.equals("null")) {
                return "NULL";
            }
            if (!json.startsWith("\"")) {
                return json;
            }
            StringBuilder out = new StringBuilder();
            for (int i = 1; i < json.length() - 1; i++) {
                char c = json.charAt(i);
                if (c == '\\') {
                    c = json.charAt(++i);
                    c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
                }
                out.append(c);
            }
            String text = out.toString();
            boolean plain = !text.isBlank()
                    && text.equals(text.strip())
                    && !text.equals("NULL")
                    && text.chars().noneMatch(c -> c == '|' || c == '\'');
            return plain || !type.isText() ? text : "'" + text.replace("'", "''") + "'";
        }
    }

    /** Rows of a table in the form in which {@link Writer} gives them. */
    static List<List<String>> canonical(Schema schema, List<List<String>> rows) {
        Batch batch = Batch.of(schema);
        Reader.ofAll(schema).read(rows, batch);
        Writer writer = new Writer(schema);
        return IntStream.range(0, rows.size())
                .mapToObj(row -> writer.write(batch, row))
                .toList();
    }
}
