package dev.headrace.format.json;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;

/** Writes a row as a JSON object, its fields in the schema's order. */
final class JsonEncoder implements Encoder {
    private final byte[][] names;
    private final JsonValueWriter[] writers;
    private final boolean skipNulls;

    JsonEncoder(Schema physical, JsonOptions options, String table) {
        skipNulls = options.skipNulls();
        names = new byte[physical.size()][];
        writers = new JsonValueWriter[physical.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = JsonValueWriter.name(physical.name(i));
            writers[i] = writer(physical.fields().get(i), options, table);
        }
    }

    private static JsonValueWriter writer(Field field, JsonOptions options, String table) {
        JsonValueWriter writer = new JsonValueWriter(field.type(), field.name(), options);
        DataType refused = writer.refusedKey();
        if (refused != null) {
            throw UserError.request("table '" + table + "': column '" + field.name() + "' has a map with keys of type "
                    + refused + ", but the names in a JSON object are text; cast its keys to STRING");
        }
        return writer;
    }

    @Override
    public void encode(Batch batch, int row, ByteHeap out) {
        out.append((byte) '{');
        boolean first = true;
        for (int i = 0; i < names.length; i++) {
            Column column = batch.column(i);
            boolean isNull = column.isNull(row);
            if (isNull && skipNulls) {
                continue;
            }
            if (!first) {
                out.append((byte) ',');
            }
            first = false;
            out.append(names[i], 0, names[i].length);
            if (isNull) {
                JsonValueWriter.writeNull(out);
            } else {
                writers[i].write(column.values()[row], column.heap(), out);
            }
        }
        out.append((byte) '}');
    }
}
