package dev.headrace.connect.files;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.Schema;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A format for tests: values with commas between them, whole numbers or text that stays in the buffer. */
final class PlainFormat implements Format {
    static final Formats FORMATS = (name, table) -> switch (name) {
        case "plain", "changes-plain" -> new PlainFormat(name);
        default ->
            throw UserError.request("table '" + table + "': there is no format '" + name + "'; there are: plain");
    };

    private final String name;

    private PlainFormat(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ChangelogMode decodes(Options options) {
        return ChangelogMode.INSERT_ONLY;
    }

    @Override
    public ChangelogMode encodes(Options options) {
        return name.equals("plain") ? ChangelogMode.INSERT_ONLY : ChangelogMode.RETRACT;
    }

    @Override
    public Decoder decoder(Schema physical, List<ScanRequest.Physical> columns, Options options) {
        int[] fields = new int[columns.size()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = columns.get(i).path().getFirst();
        }
        return new PlainDecoder(physical, fields, options.flag("ignore-parse-errors", false));
    }

    @Override
    public Encoder encoder(Schema physical, Options options) {
        options.flag("ignore-parse-errors", false);
        boolean changes = !name.equals("plain");
        return (batch, row, out) -> {
            if (changes) {
                out.append(dev.headrace.api.batch.ChangeKind.of(batch.kind(row)).symbol());
            }
            for (int i = 0; i < physical.size(); i++) {
                if (i > 0 || changes) {
                    out.append((byte) ',');
                }
                append(out, batch.column(i), row);
            }
        };
    }

    private static void append(ByteHeap out, Column column, int row) {
        if (!column.isNull(row)) {
            if (column.type().layout() == Layout.BYTES) {
                out.append(column.heap(), column.values()[row]);
            } else {
                out.append(Long.toString(column.values()[row]));
            }
        }
    }

    private static final class PlainDecoder implements Decoder {
        private final Schema physical;
        private final int[] fields;
        private final boolean ignoreErrors;
        private Batch batch;
        private int[] targets;
        private long skipped;

        PlainDecoder(Schema physical, int[] fields, boolean ignoreErrors) {
            this.physical = physical;
            this.fields = fields;
            this.ignoreErrors = ignoreErrors;
        }

        @Override
        public void begin(Batch filled, int[] columns, byte[] buffer) {
            batch = filled;
            targets = columns;
            for (int target : targets) {
                batch.column(target).shareHeap(buffer);
            }
        }

        @Override
        public void decode(byte[] buffer, int from, int to) {
            if (from == to) {
                return;
            }
            int row = batch.rows();
            int field = 0;
            int begin = from;
            for (int at = from; at <= to; at++) {
                if (at == to || buffer[at] == ',') {
                    for (int i = 0; i < fields.length; i++) {
                        if (fields[i] == field && !set(row, i, buffer, begin, at, from)) {
                            return;
                        }
                    }
                    field++;
                    begin = at + 1;
                }
            }
            batch.setRows(row + 1);
        }

        private boolean set(int row, int i, byte[] buffer, int from, int to, int record) {
            DataType type = physical.type(fields[i]);
            if (type.layout() == Layout.BYTES) {
                batch.column(targets[i]).setLong(row, Slice.of(from, to - from));
                return true;
            }
            String text = new String(buffer, from, to - from, StandardCharsets.UTF_8);
            try {
                batch.column(targets[i]).setLong(row, Long.parseLong(text));
                return true;
            } catch (NumberFormatException e) {
                if (ignoreErrors) {
                    skipped++;
                    return false;
                }
                throw new DecodeException(
                        "field '" + physical.name(fields[i]) + "' takes " + type + ", but is '" + text + "'", record);
            }
        }

        @Override
        public int decodeLines(byte[] buffer, int from, int to, boolean last, int maxRows) {
            int begin = from;
            for (int at = from; at < to && batch.rows() < maxRows; at++) {
                if (buffer[at] == '\n') {
                    decode(buffer, begin, at > begin && buffer[at - 1] == '\r' ? at - 1 : at);
                    begin = at + 1;
                }
            }
            if (last && begin < to && batch.rows() < maxRows) {
                decode(buffer, begin, to);
                begin = to;
            }
            return begin;
        }

        @Override
        public long skipped() {
            return skipped;
        }
    }
}
