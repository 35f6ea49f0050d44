package dev.headrace.format.csv;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.format.text.Base64Bytes;
import dev.headrace.format.text.CellWriter;
import dev.headrace.format.text.TimestampStandard;
import java.util.Arrays;

/** Writes a row as a line of CSV. Values are quoted where they could not be told apart otherwise. */
final class CsvEncoder implements Encoder {
    private static final byte[] NOTHING = new byte[0];

    private final Schema schema;
    private final CsvOptions options;
    private final CellWriter cells;
    private final Composite.Reader[] readers;
    private final byte[] nullText;

    CsvEncoder(Schema schema, CsvOptions options) {
        this.schema = schema;
        this.options = options;
        cells = new CellWriter(TimestampStandard.SQL, options.plainDecimals());
        nullText = options.nullLiteral() == null ? NOTHING : options.nullLiteral();
        readers = new Composite.Reader[schema.size()];
        for (int i = 0; i < readers.length; i++) {
            DataType type = schema.type(i);
            readers[i] = switch (type.kind()) {
                case ARRAY -> Composite.Reader.ofArray(type.fields().getFirst().type());
                case ROW -> Composite.Reader.ofRow(type);
                default -> null;
            };
        }
    }

    @Override
    public void encode(Batch batch, int row, ByteHeap out) {
        for (int i = 0; i < readers.length; i++) {
            if (i > 0) {
                out.append((byte) options.delimiter());
            }
            Column column = batch.column(i);
            if (column.isNull(row)) {
                out.append(nullText, 0, nullText.length);
                continue;
            }
            int start = out.length();
            DataType type = schema.type(i);
            if (readers[i] == null) {
                value(type, column.values()[row], column.heap(), out);
            } else {
                elements(readers[i].at(column.heap(), column.values()[row]), out);
            }
            // Numbers hold no character that needs a quote, unless the delimiter is an odd one.
            if (needsQuotes(out.bytes(), start, out.length(), type, i == 0)) {
                quote(start, schema.name(i), out);
            }
        }
    }

    private void elements(Composite.Reader reader, ByteHeap out) {
        for (int i = 0; i < reader.count(); i++) {
            if (i > 0) {
                out.append((byte) options.elementDelimiter());
            }
            if (reader.isNull(i)) {
                out.append(nullText, 0, nullText.length);
            } else {
                value(reader.type(i), reader.cell(i), reader.heap(), out);
            }
        }
    }

    private void value(DataType type, long cell, byte[] heap, ByteHeap out) {
        if (type.isText()) {
            out.append(heap, cell);
        } else if (type.kind() == Kind.BINARY || type.kind() == Kind.VARBINARY) {
            Base64Bytes.encode(heap, Slice.offset(cell), Slice.length(cell), out);
        } else {
            cells.append(type, cell, heap, out);
        }
    }

    private boolean needsQuotes(byte[] bytes, int from, int to, DataType type, boolean first) {
        for (int i = from; i < to; i++) {
            int c = bytes[i];
            if (c == options.delimiter() || c == options.quote() || c == options.escape() || c == '\n' || c == '\r') {
                return true;
            }
        }
        boolean comment = first && options.allowComments() && from < to && bytes[from] == '#';
        boolean blank = first && schema.size() == 1 && from == to;
        boolean likeNull = options.nullLiteral() != null
                && (type.isText() || readersHold(type))
                && Arrays.equals(nullText, 0, nullText.length, bytes, from, to);
        return comment || blank || likeNull;
    }

    private static boolean readersHold(DataType type) {
        return type.kind() == Kind.ARRAY || type.kind() == Kind.ROW;
    }

    private void quote(int start, String column, ByteHeap out) {
        boolean quoted = options.quote() != CsvOptions.NONE;
        if (!quoted && options.escape() == CsvOptions.NONE) {
            throw UserError.job("column '" + column + "' has a value that holds the delimiter or a line end, which CSV "
                    + "without quotes cannot hold; set 'csv.escape-character', or drop 'csv.disable-quote-character'");
        }
        byte[] value = Arrays.copyOfRange(out.bytes(), start, out.length());
        out.setLength(start);
        if (quoted) {
            out.append((byte) options.quote());
        }
        for (byte c : value) {
            boolean special = c == options.quote() || c == options.escape();
            if (!quoted && (c == '\n' || c == '\r')) {
                out.append((byte) options.escape());
                out.append((byte) (c == '\n' ? 'n' : 'r'));
                continue;
            }
            if (special || !quoted && c == options.delimiter()) {
                out.append((byte) (options.escape() != CsvOptions.NONE ? options.escape() : options.quote()));
            }
            out.append(c);
        }
        if (quoted) {
            out.append((byte) options.quote());
        }
    }
}
