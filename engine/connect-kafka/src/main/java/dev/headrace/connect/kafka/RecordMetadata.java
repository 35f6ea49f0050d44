package dev.headrace.connect.kafka;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The columns of a request whose values are not in a record but about it. A timestamp can be asked for as TIMESTAMP_LTZ, as
 * TIMESTAMP in UTC, or as BIGINT of milliseconds.
 */
final class RecordMetadata {
    static final DataType HEADERS = DataType.map(DataType.STRING.notNull(), DataType.BYTES.notNull());

    private final List<Target> targets = new ArrayList<>();

    /** What there is, by Flink's names. */
    enum Key {
        TOPIC("topic", DataType.STRING.notNull()),
        PARTITION("partition", DataType.INT.notNull()),
        HEADERS("headers", RecordMetadata.HEADERS.notNull()),
        LEADER_EPOCH("leader-epoch", DataType.INT),
        OFFSET("offset", DataType.BIGINT.notNull()),
        TIMESTAMP("timestamp", DataType.timestampLtz(3).notNull()),
        TIMESTAMP_TYPE("timestamp-type", DataType.STRING.notNull());

        private final String name;
        private final DataType type;

        Key(String name, DataType type) {
            this.name = name;
            this.type = type;
        }

        boolean fits(DataType wanted) {
            return switch (this) {
                case TOPIC, TIMESTAMP_TYPE -> wanted.isText();
                case PARTITION, LEADER_EPOCH -> wanted.kind() == Kind.INT || wanted.kind() == Kind.BIGINT;
                case OFFSET -> wanted.kind() == Kind.BIGINT;
                case TIMESTAMP ->
                    wanted.kind() == Kind.TIMESTAMP_LTZ
                            || wanted.kind() == Kind.TIMESTAMP
                            || wanted.kind() == Kind.BIGINT;
                case HEADERS ->
                    wanted.kind() == Kind.MAP
                            && wanted.fields().get(0).type().isText()
                            && wanted.fields().get(1).type().kind() == Kind.VARBINARY;
            };
        }
    }

    private record Target(Key key, int column, DataType type, Composite.Writer names, Composite.Writer values) {}

    static Schema schema() {
        return new Schema(
                Arrays.stream(Key.values()).map(k -> new Field(k.name, k.type)).toList());
    }

    /** Refuses columns that a record has no value for, or none of that type. */
    static Key check(String table, String name, DataType type) {
        for (Key key : Key.values()) {
            if (key.name.equals(name)) {
                if (!key.fits(type)) {
                    throw UserError.request("table '" + table + "': the metadata '" + name + "' is " + key.type
                            + ", but its column is declared as " + type + "; declare it as " + key.type);
                }
                return key;
            }
        }
        throw UserError.request("table '" + table + "': records of Kafka have no metadata '" + name + "'; they have "
                + Arrays.stream(Key.values()).map(k -> k.name).collect(Collectors.joining(", ")));
    }

    static void check(TableDefinition table) {
        table.metadata().forEach(m -> check(table.name(), m.key(), m.type()));
    }

    void add(String table, ScanRequest.Metadata metadata, int column) {
        Key key = check(table, metadata.key(), metadata.type());
        boolean headers = key == Key.HEADERS;
        targets.add(new Target(
                key,
                column,
                metadata.type(),
                headers
                        ? Composite.Writer.ofArray(
                                metadata.type().fields().get(0).type())
                        : null,
                headers
                        ? Composite.Writer.ofArray(
                                metadata.type().fields().get(1).type())
                        : null));
    }

    boolean isEmpty() {
        return targets.isEmpty();
    }

    /** Sets the columns of the rows from {@code from} to {@code to}, which all come from one record. */
    void set(Batch batch, int from, int to, ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        for (Target target : targets) {
            Column column = batch.column(target.column);
            for (int row = from; row < to; row++) {
                set(target, column, row, record);
            }
        }
    }

    private static void set(Target target, Column column, int row, ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        switch (target.key) {
            case TOPIC -> setText(column, row, record.topic());
            case TIMESTAMP_TYPE -> setText(column, row, record.timestampType().toString());
            case PARTITION -> column.setLong(row, record.partition());
            case OFFSET -> column.setLong(row, record.offset());
            case TIMESTAMP -> column.setLong(row, record.timestamp() * (target.type.kind() == Kind.BIGINT ? 1 : 1000));
            case LEADER_EPOCH -> {
                if (record.leaderEpoch().isPresent()) {
                    column.setLong(row, record.leaderEpoch().get());
                } else {
                    column.setNull(row);
                }
            }
            case HEADERS -> {
                writeHeaders(target, record);
                column.setLong(row, Composite.writeMap(target.names, target.values, column.ownHeap()));
                column.shareHeap(column.ownHeap().bytes());
            }
        }
    }

    /** The text of the row before, where it is the same: a batch has one topic. */
    private static void setText(Column column, int row, String text) {
        if (row > 0 && column.ownHeap().length() > 0) {
            column.setLong(row, column.values()[row - 1]);
        } else {
            column.setText(row, text);
        }
    }

    /** Of headers of the same name the last counts, as in a map. */
    private static void writeHeaders(Target target, ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        target.names.begin();
        target.values.begin();
        int count = 0;
        for (Header header : record.headers()) {
            if (record.headers().lastHeader(header.key()) == header) {
                byte[] name = header.key().getBytes(StandardCharsets.UTF_8);
                target.names.setBytes(count, name, 0, name.length);
                if (header.value() == null) {
                    target.values.setNull(count);
                } else {
                    target.values.setBytes(count, header.value(), 0, header.value().length);
                }
                count++;
            }
        }
    }
}
