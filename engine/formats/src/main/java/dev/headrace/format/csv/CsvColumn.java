package dev.headrace.format.csv;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.format.text.Base64Bytes;
import dev.headrace.format.text.CellReader;
import java.util.Arrays;

/** A wanted column: a field of the record, or a part of a field that is a ROW. */
final class CsvColumn {
    private static final int WHOLE = -1;

    final int field;
    final String path;
    private final int element;
    private final DataType type;
    private final boolean required;
    private final CsvOptions options;
    private final CellReader reader;
    private final Composite.Writer writer;
    private final byte[] wide = new byte[WideDecimal.BYTES];
    private byte[] scratch = new byte[64];
    private Column column;
    private long[] values;
    private int found;

    CsvColumn(int field, int element, String path, DataType type, CsvOptions options, CellReader reader, String table) {
        this.field = field;
        this.element = element;
        this.path = path;
        this.type = type;
        this.options = options;
        this.reader = reader;
        required = !type.nullable();
        writer = switch (type.kind()) {
            case ARRAY -> Composite.Writer.ofArray(type.fields().getFirst().type());
            case ROW -> Composite.Writer.ofRow(type);
            default -> null;
        };
        requireFlat(type, path, table);
    }

    /** A column for a whole field. */
    static CsvColumn whole(int field, String path, DataType type, CsvOptions options, CellReader reader, String table) {
        return new CsvColumn(field, WHOLE, path, type, options, reader, table);
    }

    /** Refuses types that a field of CSV cannot hold. */
    static void requireFlat(DataType type, String path, String table) {
        boolean flat = type.kind() != Kind.MAP && type.kind() != Kind.MULTISET;
        if (type.kind() == Kind.ARRAY || type.kind() == Kind.ROW) {
            for (var part : type.fields()) {
                flat &= switch (part.type().kind()) {
                    case ARRAY, ROW, MAP, MULTISET -> false;
                    default -> true;
                };
            }
        }
        if (!flat) {
            throw UserError.request("table '" + table + "': column '" + path + "' is a " + type
                    + ", but a field of CSV holds a value, or an ARRAY or ROW of values; use the format json");
        }
    }

    void bind(Column newColumn, byte[] buffer) {
        column = newColumn;
        values = newColumn.values();
        if (type.isText()) {
            newColumn.shareHeap(buffer);
        }
    }

    int capacity() {
        return values.length;
    }

    String expected() {
        return reader.expected(type);
    }

    DataType type() {
        return type;
    }

    /** Makes the value null; false where it may not be. */
    boolean setNull(int row) {
        column.setNull(row);
        return !required;
    }

    void clearNull(int row) {
        if (column.hasNulls()) {
            column.nulls()[row] = false;
        }
    }

    boolean isNullLiteral(byte[] bytes, int from, int to) {
        byte[] literal = options.nullLiteral();
        return literal != null && Arrays.equals(literal, 0, literal.length, bytes, from, to);
    }

    /** Whether this is a part of a field, which may be null where the field is not. */
    boolean isPart() {
        return element != WHOLE;
    }

    /** Reads a field that is not null; false when it is no value of the type. */
    boolean read(byte[] bytes, int from, int to, int row) {
        if (writer != null) {
            if (!elements(bytes, from, to)) {
                return false;
            }
            ByteHeap heap = column.ownHeap();
            values[row] = writer.finish(heap);
            column.shareHeap(heap.bytes());
            return true;
        }
        if (element == WHOLE) {
            return value(bytes, from, to, row);
        }
        int start = from;
        for (int i = 0; i < element; i++) {
            start = elementEnd(bytes, start, to) + 1;
        }
        if (start > to) {
            return false;
        }
        int end = elementEnd(bytes, start, to);
        if (isNullLiteral(bytes, start, end)) {
            column.setNull(row);
            return !required;
        }
        return value(bytes, start, end, row);
    }

    private int elementEnd(byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && bytes[end] != options.elementDelimiter()) {
            end++;
        }
        return end;
    }

    private boolean elements(byte[] bytes, int from, int to) {
        writer.begin();
        boolean array = type.kind() == Kind.ARRAY;
        found = 0;
        for (int start = from; start <= to && (from < to || !array); found++) {
            int end = elementEnd(bytes, start, to);
            if (!array && found == type.fields().size() || !element(bytes, start, end)) {
                return false;
            }
            start = end + 1;
        }
        return array || found == type.fields().size();
    }

    private boolean element(byte[] bytes, int from, int to) {
        DataType wanted =
                type.fields().get(type.kind() == Kind.ARRAY ? 0 : found).type();
        if (isNullLiteral(bytes, from, to)) {
            writer.setNull(found);
            return wanted.nullable();
        }
        if (wanted.isText()) {
            writer.setBytes(found, bytes, from, to - from);
            return true;
        }
        if (isBytes(wanted)) {
            if (!Base64Bytes.isValid(bytes, from, to)) {
                return false;
            }
            writer.setBytes(found, scratch(to - from), 0, Base64Bytes.decode(bytes, from, to, scratch, 0));
            return true;
        }
        if (!cell(wanted, bytes, from, to)) {
            return false;
        }
        if (wanted.isWideDecimal()) {
            WideDecimal.put(wide, 0, reader.high(), reader.cell());
            writer.setBytes(found, wide, 0, wide.length);
        } else {
            writer.set(found, reader.cell());
        }
        return true;
    }

    private boolean value(byte[] bytes, int from, int to, int row) {
        if (type.isText()) {
            values[row] = Slice.of(from, to - from);
            return true;
        }
        if (isBytes(type)) {
            if (!Base64Bytes.isValid(bytes, from, to)) {
                return false;
            }
            column.setBytes(row, scratch(to - from), 0, Base64Bytes.decode(bytes, from, to, scratch, 0));
            return true;
        }
        if (!cell(type, bytes, from, to)) {
            return false;
        }
        if (type.isWideDecimal()) {
            WideDecimal.put(wide, 0, reader.high(), reader.cell());
            column.setBytes(row, wide, 0, wide.length);
        } else {
            values[row] = reader.cell();
        }
        return true;
    }

    private boolean cell(DataType wanted, byte[] bytes, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && bytes[start] == ' ') {
            start++;
        }
        while (start < end && bytes[end - 1] == ' ') {
            end--;
        }
        return reader.read(wanted, bytes, start, end, false);
    }

    private static boolean isBytes(DataType type) {
        return type.layout() == Layout.BYTES && !type.isWideDecimal();
    }

    private byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[length * 2];
        }
        return scratch;
    }
}
