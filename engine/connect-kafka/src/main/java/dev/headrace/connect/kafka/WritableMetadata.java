package dev.headrace.connect.kafka;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.connect.TableDefinition.MetadataColumn;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The timestamp and the headers of a record that is written, from the columns behind the physical ones. */
final class WritableMetadata {
    static final Set<String> KEYS = Set.of("timestamp", "headers");

    private int timestamp = -1;
    private long timestampUnit = 1;
    private int headers = -1;
    private Composite.Reader names;
    private Composite.Reader values;

    WritableMetadata(TableDefinition table) {
        int column = table.physical().size();
        for (MetadataColumn metadata : table.metadata()) {
            if (metadata.virtual()) {
                continue;
            }
            if (metadata.key().equals("timestamp")) {
                timestamp = column;
                timestampUnit = metadata.type().kind() == Kind.BIGINT ? 1 : 1000;
            } else {
                headers = column;
                DataType type = metadata.type();
                names = Composite.Reader.ofArray(type.fields().get(0).type());
                values = Composite.Reader.ofArray(type.fields().get(1).type());
            }
            column++;
        }
    }

    /** Refuses columns that Kafka sets itself. */
    static void check(TableDefinition table) {
        RecordMetadata.check(table);
        for (MetadataColumn metadata : table.metadata()) {
            boolean writable =
                    metadata.key().equals("timestamp") || metadata.key().equals("headers");
            if (!metadata.virtual() && !writable) {
                throw UserError.request("table '" + table.name() + "': the metadata '" + metadata.key()
                        + "' of the column '" + metadata.name()
                        + "' is set by Kafka and cannot be written; declare the column as METADATA VIRTUAL");
            }
        }
    }

    /** Milliseconds, or null where Kafka takes the time of day. */
    Long timestamp(Batch batch, int row) {
        if (timestamp < 0 || batch.column(timestamp).isNull(row)) {
            return null;
        }
        return Math.floorDiv(batch.column(timestamp).values()[row], timestampUnit);
    }

    List<Header> headers(Batch batch, int row) {
        if (headers < 0 || batch.column(headers).isNull(row)) {
            return List.of();
        }
        Column column = batch.column(headers);
        byte[] heap = column.heap();
        long map = column.values()[row];
        names.at(heap, Composite.keys(heap, map));
        values.at(heap, Composite.values(heap, map));
        List<Header> found = new ArrayList<>(names.count());
        for (int i = 0; i < names.count(); i++) {
            String name = new String(bytes(names, i), StandardCharsets.UTF_8);
            found.add(new RecordHeader(name, values.isNull(i) ? null : bytes(values, i)));
        }
        return found;
    }

    private static byte[] bytes(Composite.Reader reader, int index) {
        long slice = reader.cell(index);
        int offset = Slice.offset(slice);
        return Arrays.copyOfRange(reader.heap(), offset, offset + Slice.length(slice));
    }
}
