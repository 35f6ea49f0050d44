package dev.headrace.format.raw;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.connect.Decoder;

/** Takes records as values. An empty record is an empty value of text or bytes, and no value of a number. */
final class RawDecoder implements Decoder {
    private final RawValues values;
    private final String name;
    private final int wanted;
    private Batch batch;
    private int[] targets;

    RawDecoder(RawValues values, String name, int wanted) {
        this.values = values;
        this.name = name;
        this.wanted = wanted;
    }

    @Override
    public void begin(Batch newBatch, int[] newTargets, byte[] buffer) {
        batch = newBatch;
        targets = newTargets;
        for (int i = 0; i < wanted && values.width() == 0 && !values.isForeign(); i++) {
            batch.column(targets[i]).shareHeap(buffer);
        }
    }

    @Override
    public void decode(byte[] buffer, int from, int to) {
        int row = batch.rows();
        if (values.width() > 0 && to - from != values.width()) {
            throw new DecodeException(
                    "field '" + name + "': expected " + values.type() + " in " + values.width() + " bytes, found "
                            + (to - from) + " bytes",
                    from);
        }
        for (int i = 0; i < wanted; i++) {
            Column column = batch.column(targets[i]);
            if (row >= column.values().length) {
                batch.ensureCapacity(row + 1);
            }
            if (values.width() > 0) {
                column.setLong(row, values.number(buffer, from));
            } else if (values.isForeign()) {
                byte[] text = values.utf8(buffer, from, to);
                column.setBytes(row, text, 0, text.length);
            } else {
                column.setLong(row, Slice.of(from, to - from));
            }
        }
        batch.setRows(row + 1);
    }

    @Override
    public int decodeLines(byte[] buffer, int from, int to, boolean last, int maxRows) {
        int position = from;
        while (batch.rows() < maxRows && position < to) {
            int end = position;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            if (end == to && !last) {
                break;
            }
            boolean returned = values.isText() && end > position && end < to && buffer[end - 1] == '\r';
            decode(buffer, position, returned ? end - 1 : end);
            position = Math.min(end + 1, to);
        }
        return position;
    }

    @Override
    public long skipped() {
        return 0;
    }
}
