package dev.headrace.format.json;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.format.text.Base64Bytes;
import dev.headrace.format.text.CellWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes values of one type as JSON. */
final class JsonValueWriter {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private final DataType type;
    private final String path;
    private final JsonOptions options;
    private final CellWriter cells;
    /** Of each field of a ROW, or the one of elements or values. */
    private final JsonValueWriter[] nested;

    private final byte[][] names;
    private final Composite.Reader reader;
    private final Composite.Reader keys;

    JsonValueWriter(DataType type, String path, JsonOptions options) {
        this.type = type;
        this.path = path;
        this.options = options;
        cells = new CellWriter(options.timestamps(), options.plainDecimals());
        List<Field> parts = switch (type.kind()) {
            case ROW, ARRAY -> type.fields();
            case MAP, MULTISET -> List.of(new Field("value", Composite.valueType(type)));
            default -> List.of();
        };
        nested = new JsonValueWriter[parts.size()];
        names = new byte[parts.size()][];
        for (int i = 0; i < nested.length; i++) {
            nested[i] = new JsonValueWriter(
                    parts.get(i).type(), path + "." + parts.get(i).name(), options);
            names[i] = name(parts.get(i).name());
        }
        reader = switch (type.kind()) {
            case ROW -> Composite.Reader.ofRow(type);
            case ARRAY, MAP, MULTISET ->
                Composite.Reader.ofArray(parts.getFirst().type());
            default -> null;
        };
        keys = isMap() ? Composite.Reader.ofArray(type.fields().getFirst().type()) : null;
    }

    /** The type of the keys of a map in here that are no text, or null. */
    DataType refusedKey() {
        if (isMap() && !type.fields().getFirst().type().isText()) {
            return type.fields().getFirst().type();
        }
        for (JsonValueWriter part : nested) {
            DataType refused = part.refusedKey();
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    private boolean isMap() {
        return type.kind() == Kind.MAP || type.kind() == Kind.MULTISET;
    }

    /** Appends a value that is not null. */
    void write(long cell, byte[] heap, ByteHeap out) {
        switch (type.kind()) {
            case CHAR, VARCHAR -> text(heap, Slice.offset(cell), Slice.length(cell), out);
            case BINARY, VARBINARY -> {
                out.append((byte) '"');
                Base64Bytes.encode(heap, Slice.offset(cell), Slice.length(cell), out);
                out.append((byte) '"');
            }
            case DATE, TIME, TIMESTAMP, TIMESTAMP_LTZ -> {
                out.append((byte) '"');
                cells.append(type, cell, heap, out);
                out.append((byte) '"');
            }
            case FLOAT, DOUBLE -> {
                boolean quoted = !Double.isFinite(Double.longBitsToDouble(cell));
                if (quoted) {
                    out.append((byte) '"');
                }
                cells.append(type, cell, heap, out);
                if (quoted) {
                    out.append((byte) '"');
                }
            }
            case NULL -> writeNull(out);
            case ROW -> row(cell, heap, out);
            case ARRAY -> array(cell, heap, out);
            case MAP, MULTISET -> map(cell, heap, out);
            default -> cells.append(type, cell, heap, out);
        }
    }

    private void row(long cell, byte[] heap, ByteHeap out) {
        out.append((byte) '{');
        reader.at(heap, cell);
        boolean first = true;
        for (int i = 0; i < nested.length; i++) {
            if (reader.isNull(i) && options.skipNulls()) {
                continue;
            }
            if (!first) {
                out.append((byte) ',');
            }
            first = false;
            out.append(names[i], 0, names[i].length);
            element(i, nested[i], out);
        }
        out.append((byte) '}');
    }

    private void array(long cell, byte[] heap, ByteHeap out) {
        out.append((byte) '[');
        reader.at(heap, cell);
        for (int i = 0; i < reader.count(); i++) {
            if (i > 0) {
                out.append((byte) ',');
            }
            element(i, nested[0], out);
        }
        out.append((byte) ']');
    }

    private void map(long cell, byte[] heap, ByteHeap out) {
        out.append((byte) '{');
        keys.at(heap, Composite.keys(heap, cell));
        reader.at(heap, Composite.values(heap, cell));
        boolean first = true;
        for (int i = 0; i < keys.count(); i++) {
            boolean nullKey = keys.isNull(i);
            if (nullKey && options.nullKeys() == JsonOptions.NullKeys.DROP) {
                continue;
            }
            if (!first) {
                out.append((byte) ',');
            }
            first = false;
            if (!nullKey) {
                long key = keys.cell(i);
                text(heap, Slice.offset(key), Slice.length(key), out);
            } else if (options.nullKeys() == JsonOptions.NullKeys.LITERAL) {
                byte[] literal = options.nullKeyLiteral().getBytes(StandardCharsets.UTF_8);
                text(literal, 0, literal.length, out);
            } else {
                throw UserError.job("column '" + path + "' has a map with a null key, which JSON cannot hold; set "
                        + "'json.map-null-key.mode' to 'DROP' or 'LITERAL'");
            }
            out.append((byte) ':');
            element(i, nested[0], out);
        }
        out.append((byte) '}');
    }

    private void element(int index, JsonValueWriter writer, ByteHeap out) {
        if (reader.isNull(index)) {
            writeNull(out);
        } else {
            writer.write(reader.cell(index), reader.heap(), out);
        }
    }

    static void writeNull(ByteHeap out) {
        CellWriter.ascii("null", out);
    }

    /** A field's name in quotes, with a colon. */
    static byte[] name(String name) {
        ByteHeap quoted = new ByteHeap(name.length() + 3);
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        text(utf8, 0, utf8.length, quoted);
        quoted.append((byte) ':');
        return Arrays.copyOf(quoted.bytes(), quoted.length());
    }

    /** Appends text in quotes. */
    static void text(byte[] source, int from, int length, ByteHeap out) {
        out.append((byte) '"');
        int end = from + length;
        int position = from;
        while (position < end) {
            int special = Math.min(JsonBytes.special(source, position), end);
            out.append(source, position, special - position);
            position = special;
            if (position < end) {
                escape(source[position++], out);
            }
        }
        out.append((byte) '"');
    }

    private static void escape(byte c, ByteHeap out) {
        out.append((byte) '\\');
        switch (c) {
            case '"', '\\' -> out.append(c);
            case '\b' -> out.append((byte) 'b');
            case '\f' -> out.append((byte) 'f');
            case '\n' -> out.append((byte) 'n');
            case '\r' -> out.append((byte) 'r');
            case '\t' -> out.append((byte) 't');
            default -> {
                CellWriter.ascii("u00", out);
                out.append(HEX[c >> 4]);
                out.append(HEX[c & 15]);
            }
        }
    }
}
