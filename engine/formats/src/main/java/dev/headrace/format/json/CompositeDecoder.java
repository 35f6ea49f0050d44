package dev.headrace.format.json;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.format.text.Base64Bytes;
import dev.headrace.format.text.CellReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads one kind of ARRAY, MAP, MULTISET or ROW, whole, into its {@link Composite} bytes. */
final class CompositeDecoder {
    /** Returned by {@link #read} for a value that does not parse, where that is ignored: it counts as null. */
    static final int NULL = -2;

    private final DataType type;
    private final String path;
    private final JsonOptions options;
    private final Failure failure;
    private final CellReader reader;
    /** Of the elements, the values of entries, or each field. */
    private final Composite.Writer writer;

    private final Composite.Writer keys;
    private final CompositeDecoder[] nested;
    private final String[] paths;
    private final Map<String, Integer> fields = new HashMap<>();
    private final Map<String, Integer> seenKeys = new HashMap<>();
    private byte[] scratch = new byte[64];

    CompositeDecoder(DataType type, String path, JsonOptions options, Failure failure) {
        this.type = type;
        this.path = path;
        this.options = options;
        this.failure = failure;
        reader = new CellReader(options.timestamps());
        List<Field> parts = switch (type.kind()) {
            case ROW -> type.fields();
            case ARRAY -> List.of(type.fields().getFirst());
            default -> List.of(new Field("value", Composite.valueType(type)));
        };
        boolean row = type.kind() == Kind.ROW;
        writer = row
                ? Composite.Writer.ofRow(type)
                : Composite.Writer.ofArray(parts.getFirst().type());
        keys = row || type.kind() == Kind.ARRAY
                ? null
                : Composite.Writer.ofArray(type.fields().getFirst().type());
        nested = new CompositeDecoder[parts.size()];
        paths = new String[parts.size()];
        for (int i = 0; i < nested.length; i++) {
            Field part = parts.get(i);
            paths[i] = path + "." + part.name();
            fields.put(part.name(), i);
            if (isComposite(part.type())) {
                nested[i] = new CompositeDecoder(part.type(), paths[i], options, failure);
            }
        }
    }

    static boolean isComposite(DataType type) {
        return switch (type.kind()) {
            case ARRAY, MAP, MULTISET, ROW -> true;
            default -> false;
        };
    }

    /** Appends the value that begins at {@code from}; returns where it ends, or {@link #NULL}. */
    int read(byte[] bytes, int from, int stop, ByteHeap out) {
        boolean array = type.kind() == Kind.ARRAY;
        if (JsonBytes.at(bytes, from) != (array ? '[' : '{')) {
            int end = JsonBytes.skipValue(bytes, from, stop);
            if (end < 0) {
                return failure.syntax("a value", from);
            }
            return options.ignoreParseErrors()
                    ? NULL
                    : failure.value(path, array ? "an array" : "an object", from, end);
        }
        writer.begin();
        if (keys != null) {
            keys.begin();
            seenKeys.clear();
        }
        int end = array ? elements(bytes, from + 1, stop) : members(bytes, from + 1, stop);
        if (end < 0) {
            return end;
        }
        if (keys != null) {
            Composite.writeMap(keys, writer, out);
        } else {
            writer.finish(out);
        }
        return end;
    }

    private int elements(byte[] bytes, int from, int stop) {
        int position = JsonBytes.space(bytes, from, stop);
        if (JsonBytes.at(bytes, position) == ']') {
            return position + 1;
        }
        for (int i = 0; ; i++) {
            position = value(bytes, position, stop, i, 0);
            if (position < 0) {
                return position;
            }
            position = JsonBytes.space(bytes, position, stop);
            int c = JsonBytes.at(bytes, position);
            if (c == ']') {
                return position + 1;
            }
            if (c != ',') {
                return failure.syntax("',' or ']'", position);
            }
            position = JsonBytes.space(bytes, position + 1, stop);
        }
    }

    private int members(byte[] bytes, int from, int stop) {
        int position = JsonBytes.space(bytes, from, stop);
        if (JsonBytes.at(bytes, position) == '}') {
            return close(position + 1);
        }
        while (true) {
            if (JsonBytes.at(bytes, position) != '"') {
                return failure.syntax("a field's name", position);
            }
            int nameStart = position + 1;
            int nameEnd = JsonBytes.skipString(bytes, nameStart, stop);
            if (nameEnd < 0) {
                return failure.syntax("a field's name", position);
            }
            int wrong = JsonText.wrongEscape(bytes, nameStart, nameEnd - 1);
            if (wrong >= 0) {
                return failure.syntax("an escape", wrong);
            }
            position = JsonBytes.space(bytes, nameEnd, stop);
            if (JsonBytes.at(bytes, position) != ':') {
                return failure.syntax("':'", position);
            }
            position = JsonBytes.space(bytes, position + 1, stop);
            position = member(bytes, nameStart, nameEnd - 1, position, stop);
            if (position < 0) {
                return position;
            }
            position = JsonBytes.space(bytes, position, stop);
            int c = JsonBytes.at(bytes, position);
            if (c == '}') {
                return close(position + 1);
            }
            if (c != ',') {
                return failure.syntax("',' or '}'", position);
            }
            position = JsonBytes.space(bytes, position + 1, stop);
        }
    }

    private int member(byte[] bytes, int nameStart, int nameEnd, int position, int stop) {
        int length = JsonText.unescape(bytes, nameStart, nameEnd, scratch(nameEnd - nameStart), 0);
        String name = new String(scratch, 0, length, StandardCharsets.UTF_8);
        if (keys != null) {
            int next = seenKeys.size();
            Integer known = seenKeys.putIfAbsent(name, next);
            if (known == null) {
                keys.setBytes(next, scratch, 0, length);
            }
            return value(bytes, position, stop, known == null ? next : known, 0);
        }
        Integer field = fields.get(name);
        if (field == null) {
            int end = JsonBytes.skipValue(bytes, position, stop);
            return end < 0 ? failure.syntax("a value", position) : end;
        }
        seenKeys.put(name, field);
        return value(bytes, position, stop, field, field);
    }

    /** Checks what a ROW may not lack. */
    private int close(int end) {
        if (type.kind() != Kind.ROW) {
            return end;
        }
        for (int i = 0; i < paths.length; i++) {
            if (options.failOnMissingField()
                    && !seenKeys.containsKey(type.fields().get(i).name())) {
                return failure.missing(paths[i]);
            }
            if (!writer.type(i).nullable() && writer.isNull(i)) {
                return failure.isNull(paths[i], writer.type(i));
            }
        }
        seenKeys.clear();
        return end;
    }

    private int value(byte[] bytes, int from, int stop, int index, int part) {
        int c = JsonBytes.at(bytes, from);
        if (c == 'n' && JsonBytes.isNull(bytes, from)) {
            writer.setNull(index);
            return from + 4;
        }
        if (nested[part] != null) {
            ByteHeap parts = writer.parts();
            int start = parts.length();
            int end = nested[part].read(bytes, from, stop, parts);
            if (end == NULL) {
                writer.setNull(index);
                return JsonBytes.skipValue(bytes, from, stop);
            }
            if (end >= 0) {
                writer.set(index, Slice.of(start, parts.length() - start));
            }
            return end;
        }
        int end = JsonBytes.skipValue(bytes, from, stop);
        if (end < 0) {
            return failure.syntax("a value", from);
        }
        if ((c == '-' || c >= '0' && c <= '9') && !JsonBytes.isNumber(bytes, from, end)) {
            return failure.syntax("a number", from);
        }
        int wrong = c == '"' ? JsonText.wrongEscape(bytes, from + 1, end - 1) : -1;
        if (wrong >= 0) {
            return failure.syntax("an escape", wrong);
        }
        if (!scalar(bytes, from, end, index)) {
            if (!options.ignoreParseErrors()) {
                return failure.value(paths[part], reader.expected(writer.type(index)), from, end);
            }
            writer.setNull(index);
        }
        return end;
    }

    private boolean scalar(byte[] bytes, int from, int end, int index) {
        DataType wanted = writer.type(index);
        boolean quoted = bytes[from] == '"';
        byte[] text = scratch(end - from);
        int length;
        if (quoted) {
            length = JsonText.unescape(bytes, from + 1, end - 1, text, 0);
        } else {
            length = end - from;
            System.arraycopy(bytes, from, text, 0, length);
        }
        boolean container = bytes[from] == '{' || bytes[from] == '[';
        if (wanted.isText()) {
            writer.setBytes(index, text, 0, container ? JsonText.compact(text, 0, length) : length);
            return true;
        }
        if (container) {
            return false;
        }
        if (wanted.layout() == Layout.BYTES && !wanted.isWideDecimal()) {
            if (!quoted || !Base64Bytes.isValid(text, 0, length)) {
                return false;
            }
            writer.setBytes(index, text, 0, Base64Bytes.decode(text, 0, length, text, 0));
            return true;
        }
        int start = 0;
        while (start < length && text[start] == ' ') {
            start++;
        }
        while (start < length && text[length - 1] == ' ') {
            length--;
        }
        if (!reader.read(wanted, text, start, length, !quoted)) {
            return false;
        }
        if (wanted.isWideDecimal()) {
            WideDecimal.put(scratch(WideDecimal.BYTES), 0, reader.high(), reader.cell());
            writer.setBytes(index, scratch, 0, WideDecimal.BYTES);
        } else {
            writer.set(index, reader.cell());
        }
        return true;
    }

    private byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[length * 2];
        }
        return scratch;
    }
}
