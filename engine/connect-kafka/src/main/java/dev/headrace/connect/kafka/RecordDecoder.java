package dev.headrace.connect.kafka;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Turns records of one partition into the rows of a batch. Keys and values are copied one behind the other into a buffer
 * which the text of the rows points into; it is used again for the next batch. A record without a value is skipped, or in
 * an upsert table takes the row of its key away: its row has the columns of the key, and else nulls.
 */
final class RecordDecoder {
    /** Bytes copied for one batch, but for a larger record. */
    private static final int MOST_BYTES = 8 << 20;

    private static final int NO_KEY_COLUMNS = -1;
    private static final int NULL_KEY = -2;

    private final String table;
    private final KafkaOptions options;
    private final boolean upsert;
    private final Decoder values;
    private final int[] valueTargets;
    private final Decoder keys;
    private final int[] keyTargets;
    private final Batch keyBatch;
    private final int[] keyBatchTargets;
    private final int[] others;
    private final RecordMetadata metadata = new RecordMetadata();
    /** The row of {@code keyBatch} whose values a row takes, or one of the constants above. */
    private int[] keyRows = new int[Batch.CAPACITY + 1];

    private byte[] buffer = new byte[1 << 16];
    private int[] ends = new int[2 * Batch.CAPACITY];

    RecordDecoder(
            KafkaOptions options, RecordFields fields, Format valueFormat, Format keyFormat, ScanRequest request) {
        table = options.table();
        this.options = options;
        upsert = options.upsert();
        List<ScanRequest.Physical> inValue = new ArrayList<>();
        List<ScanRequest.Physical> inKey = new ArrayList<>();
        List<Integer> ofValue = new ArrayList<>();
        List<Integer> ofKey = new ArrayList<>();
        List<Integer> notOfKey = new ArrayList<>();
        for (int i = 0; i < request.columns().size(); i++) {
            switch (request.columns().get(i)) {
                case ScanRequest.Metadata about -> metadata.add(table, about, i);
                case ScanRequest.Physical column -> {
                    int place = column.path().getFirst();
                    int value = fields.inValue(place);
                    int key = fields.inKey(place);
                    if (value >= 0) {
                        inValue.add(within(column, value));
                        ofValue.add(i);
                    }
                    if (key >= 0 && (upsert || value < 0)) {
                        inKey.add(within(column, key));
                        ofKey.add(i);
                    } else {
                        notOfKey.add(i);
                    }
                }
            }
        }
        values = valueFormat.decoder(fields.value(), inValue, options.format().options());
        valueTargets = toArray(ofValue);
        keyTargets = toArray(ofKey);
        others = toArray(notOfKey);
        boolean readsKeys = !inKey.isEmpty();
        keys = readsKeys
                ? keyFormat.decoder(fields.key(), inKey, options.keyFormat().options())
                : null;
        keyBatch = Batch.of(inKey.stream().map(ScanRequest.Physical::type).toList(), readsKeys ? Batch.CAPACITY : 0);
        keyBatchTargets = new int[inKey.size()];
        for (int i = 0; i < keyBatchTargets.length; i++) {
            keyBatchTargets[i] = i;
        }
    }

    private static ScanRequest.Physical within(ScanRequest.Physical column, int place) {
        List<Integer> path = new ArrayList<>(column.path());
        path.set(0, place);
        DataType type = column.type();
        return new ScanRequest.Physical(path, type);
    }

    private static int[] toArray(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Whether a record's key is looked at. */
    boolean readsKeys() {
        return keys != null;
    }

    long skipped() {
        return values.skipped() + (keys == null ? 0 : keys.skipped());
    }

    /** Bytes of the records taken by the last {@link #decode}. */
    int bytes(int records) {
        return records == 0 ? 0 : ends[2 * records - 1];
    }

    /**
     * Fills the batch, which is clear, with records from {@code from} on, until it or the buffer is full or {@code to} is
     * reached.
     *
     * @return the place after the last record taken
     */
    int decode(Batch batch, List<ConsumerRecord<ByteBuffer, ByteBuffer>> records, int from, int to) {
        int until = fill(records, from, Math.min(to, from + Batch.CAPACITY));
        batch.ensureCapacity(Batch.CAPACITY);
        values.begin(batch, valueTargets, buffer);
        if (keys != null) {
            keyBatch.clear();
            keys.begin(keyBatch, keyBatchTargets, buffer);
        }
        byte[] kinds = upsert ? batch.ownKinds(Batch.CAPACITY + 1) : null;
        int start = 0;
        int next = from;
        while (next < until && batch.rows() < Batch.CAPACITY) {
            ConsumerRecord<ByteBuffer, ByteBuffer> record = records.get(next);
            int place = 2 * (next - from);
            int row = batch.rows();
            if (record.value() != null) {
                decodeValue(record, ends[place], ends[place + 1]);
                if (keys != null) {
                    int keyRow = options.keyInValue() || batch.rows() == row
                            ? NO_KEY_COLUMNS
                            : decodeKey(record, start, ends[place]);
                    for (int i = row; i < batch.rows(); i++) {
                        rememberKey(i, keyRow);
                    }
                }
                if (upsert) {
                    java.util.Arrays.fill(kinds, row, batch.rows(), ChangeKind.INSERT_CODE);
                }
            } else if (upsert) {
                batch.setRows(row + 1);
                kinds[row] = ChangeKind.DELETE_CODE;
                for (int column : others) {
                    batch.column(column).setNull(row);
                }
                if (keys != null) {
                    rememberKey(row, decodeKey(record, start, ends[place]));
                }
            }
            if (!metadata.isEmpty()) {
                metadata.set(batch, row, batch.rows(), record);
            }
            start = ends[place + 1];
            next++;
        }
        if (keys != null) {
            for (int i = 0; i < keyTargets.length; i++) {
                copyKeys(batch.column(keyTargets[i]), keyBatch.column(i), batch.rows());
            }
        }
        return next;
    }

    /** Copies keys and values into the buffer; {@code ends} are the ends of each record's key and value. */
    private int fill(List<ConsumerRecord<ByteBuffer, ByteBuffer>> records, int from, int to) {
        int needed = 0;
        int until = from;
        while (until < to && (until == from || needed < MOST_BYTES)) {
            ConsumerRecord<ByteBuffer, ByteBuffer> record = records.get(until++);
            needed += length(record.key()) + length(record.value()) + 1;
        }
        if (buffer.length < needed) {
            buffer = new byte[Math.max(needed, Math.min(buffer.length * 2, MOST_BYTES))];
        }
        int end = 0;
        for (int i = from; i < until; i++) {
            ConsumerRecord<ByteBuffer, ByteBuffer> record = records.get(i);
            end = copy(keys == null ? null : record.key(), end);
            ends[2 * (i - from)] = end;
            end = copy(record.value(), end);
            ends[2 * (i - from) + 1] = end;
        }
        return until;
    }

    private static int length(ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    private int copy(ByteBuffer bytes, int to) {
        if (bytes == null) {
            return to;
        }
        int length = bytes.remaining();
        bytes.get(bytes.position(), buffer, to, length);
        return to + length;
    }

    private void decodeValue(ConsumerRecord<ByteBuffer, ByteBuffer> record, int from, int to) {
        try {
            values.decode(buffer, from, to);
        } catch (DecodeException e) {
            throw broken(record, "", options.format(), e);
        }
    }

    private int decodeKey(ConsumerRecord<ByteBuffer, ByteBuffer> record, int from, int to) {
        if (record.key() == null) {
            return NULL_KEY;
        }
        int row = keyBatch.rows();
        try {
            keys.decode(buffer, from, to);
        } catch (DecodeException e) {
            throw broken(record, "the key of ", options.keyFormat(), e);
        }
        return keyBatch.rows() > row ? row : NULL_KEY;
    }

    private UserError broken(
            ConsumerRecord<ByteBuffer, ByteBuffer> record,
            String part,
            KafkaOptions.NamedFormat format,
            DecodeException e) {
        return UserError.job(
                "table '" + table + "': cannot read " + part + "the record " + record.topic() + "-"
                        + record.partition() + "@" + record.offset() + " as " + format.name() + ": "
                        + e.getMessage(),
                e);
    }

    private void rememberKey(int row, int keyRow) {
        if (row >= keyRows.length) {
            keyRows = java.util.Arrays.copyOf(keyRows, row * 2);
        }
        keyRows[row] = keyRow;
    }

    private void copyKeys(Column target, Column key, int rows) {
        boolean inBuffer = key.heap() == buffer;
        if (target.heap() == buffer && !inBuffer && keyBatch.rows() > 0) {
            // The column's values lie in the buffer, the key's elsewhere: put both into the column's own bytes.
            for (int row = 0; row < rows; row++) {
                if (keyRows[row] == NO_KEY_COLUMNS && !target.isNull(row)) {
                    target.setBytes(row, buffer, target.values()[row]);
                }
            }
        }
        boolean shares = inBuffer && (target.heap() == buffer || !options.keyInValue());
        if (shares) {
            target.shareHeap(buffer);
        }
        for (int row = 0; row < rows; row++) {
            int from = keyRows[row];
            if (from == NULL_KEY) {
                target.setNull(row);
            } else if (from != NO_KEY_COLUMNS) {
                if (shares && !key.isNull(from)) {
                    target.setLong(row, key.values()[from]);
                } else {
                    target.copyRow(row, key, from);
                }
            }
        }
    }
}
