package dev.headrace.connect.kafka;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.connect.kafka.KafkaOptions.Partitioner;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Turns the selected rows of a batch into records. In an upsert table a row that is taken away is a record without a
 * value; but not where the same batch has a later row of that key, so that an update is one record.
 */
final class RecordEncoder {
    private final KafkaOptions options;
    private final String topic;
    private final boolean insertOnly;
    private final Encoder values;
    private final int[] valueColumns;
    private final Batch valueBatch;
    private final Encoder keys;
    private final int[] keyColumns;
    private final Batch keyBatch;
    private final WritableMetadata metadata;
    private final int worker;
    private final ByteHeap text = new ByteHeap(1 << 12);
    /** In an upsert batch that takes rows away: for each key the last of its rows. */
    private final Map<ByteBuffer, Integer> lastOfKey = new HashMap<>();

    private Batch batch;
    private int partitions;
    private int turn;
    private long bytes;

    RecordEncoder(
            TableDefinition table,
            KafkaOptions options,
            RecordFields fields,
            Format valueFormat,
            Format keyFormat,
            int worker) {
        this.options = options;
        this.worker = worker;
        topic = options.topics().getFirst();
        insertOnly = !options.upsert() && valueFormat.encodes(options.format().options()) == ChangelogMode.INSERT_ONLY;
        values = valueFormat.encoder(fields.value(), options.format().options());
        valueColumns = toArray(fields.valueColumns());
        valueBatch = Batch.of(fields.value().types(), 0);
        keys = keyFormat == null
                ? null
                : keyFormat.encoder(fields.key(), options.keyFormat().options());
        keyColumns = toArray(fields.keyColumns());
        keyBatch = Batch.of(fields.key().types(), 0);
        metadata = new WritableMetadata(table);
        turn = worker;
    }

    private static int[] toArray(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** How many partitions the topic has. */
    void partitions(int count) {
        partitions = count;
    }

    /** Bytes of keys and values so far. */
    long bytes() {
        return bytes;
    }

    void begin(Batch newBatch) {
        batch = newBatch;
        if (insertOnly && !batch.isInsertOnly()) {
            checkInserts();
        }
        project(batch, valueBatch, valueColumns);
        project(batch, keyBatch, keyColumns);
        lastOfKey.clear();
        if (options.upsert() && takesAway()) {
            for (int i = 0; i < batch.selected(); i++) {
                lastOfKey.put(ByteBuffer.wrap(encode(keys, keyBatch, batch.row(i))), i);
            }
        }
    }

    private static void project(Batch from, Batch to, int[] columns) {
        to.shareFrame(from);
        for (int i = 0; i < columns.length; i++) {
            to.column(i).share(from.column(columns[i]));
        }
    }

    private boolean takesAway() {
        if (!batch.isInsertOnly()) {
            for (int i = 0; i < batch.selected(); i++) {
                if (!ChangeKind.adds(batch.kind(batch.row(i)))) {
                    return true;
                }
            }
        }
        return false;
    }

    private void checkInserts() {
        for (int i = 0; i < batch.selected(); i++) {
            byte kind = batch.kind(batch.row(i));
            if (kind != ChangeKind.INSERT_CODE) {
                throw UserError.request("table '" + options.table() + "': the format '"
                        + options.format().name() + "' holds inserts only, but the query also gives "
                        + ChangeKind.of(kind).symbol()
                        + "; write its changes with 'format' = 'debezium-json', or its last rows with connector"
                        + " 'upsert-kafka'");
            }
        }
    }

    /** The record of the i-th selected row, or null where it needs none. */
    ProducerRecord<byte[], byte[]> encode(int i) {
        int row = batch.row(i);
        byte[] key = keys == null ? null : encode(keys, keyBatch, row);
        byte[] value = null;
        if (options.upsert() && !ChangeKind.adds(batch.kind(row))) {
            if (lastOfKey.get(ByteBuffer.wrap(key)) > i) {
                return null;
            }
        } else {
            value = encode(values, valueBatch, row);
        }
        bytes += (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        return new ProducerRecord<>(
                topic, partition(), metadata.timestamp(batch, row), key, value, metadata.headers(batch, row));
    }

    /** Null where Kafka's own partitioner decides: by the key's hash, or without a key the partition with the least to do. */
    private Integer partition() {
        if (options.partitioner() == Partitioner.DEFAULT || options.upsert()) {
            return null;
        }
        if (options.partitioner() == Partitioner.FIXED) {
            return worker % partitions;
        }
        turn = (turn + 1) % partitions;
        return turn;
    }

    private byte[] encode(Encoder encoder, Batch from, int row) {
        text.clear();
        encoder.encode(from, row, text);
        return Arrays.copyOf(text.bytes(), text.length());
    }
}
