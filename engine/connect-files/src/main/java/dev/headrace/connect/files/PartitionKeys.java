package dev.headrace.connect.files;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.Layout;
import java.util.Arrays;

/**
 * Finds the file of a row's partition by the values as they lie in the batch, so that the text of a partition is made once
 * and not for each row. {@code recent} holds the file last found in each of a few places; a miss costs one text.
 */
final class PartitionKeys {
    private static final int PLACES = 128;

    /** A partition's values: longs, the bytes where they are text, and null flags. */
    record Key(long[] values, byte[][] texts, boolean[] nulls) {}

    private final int[] columns;
    private final PartitionWriter[] recent = new PartitionWriter[PLACES];

    PartitionKeys(int[] columns) {
        this.columns = columns;
    }

    /** The file last remembered for the row's partition, or null. */
    PartitionWriter find(Batch batch, int row) {
        PartitionWriter writer = recent[place(batch, row)];
        return writer != null && matches(writer.key, batch, row) ? writer : null;
    }

    void remember(Batch batch, int row, PartitionWriter writer) {
        recent[place(batch, row)] = writer;
    }

    void forget(PartitionWriter writer) {
        for (int i = 0; i < PLACES; i++) {
            if (recent[i] == writer) {
                recent[i] = null;
            }
        }
    }

    private int place(Batch batch, int row) {
        long hash = 0;
        for (int index : columns) {
            Column column = batch.column(index);
            long value = column.values()[row];
            if (column.type().layout() == Layout.BYTES) {
                int end = Slice.offset(value) + Slice.length(value);
                for (int i = Slice.offset(value); i < end; i++) {
                    hash = hash * 31 + column.heap()[i];
                }
            } else {
                hash = hash * 31 + value;
            }
        }
        return (int) (hash * 0x9E3779B97F4A7C15L >>> 57);
    }

    private boolean matches(Key key, Batch batch, int row) {
        for (int i = 0; i < columns.length; i++) {
            Column column = batch.column(columns[i]);
            long value = column.values()[row];
            if (column.isNull(row) != key.nulls[i]) {
                return false;
            }
            if (key.nulls[i]) {
                continue;
            }
            if (column.type().layout() == Layout.BYTES) {
                int from = Slice.offset(value);
                byte[] text = key.texts[i];
                if (!Arrays.equals(column.heap(), from, from + Slice.length(value), text, 0, text.length)) {
                    return false;
                }
            } else if (value != key.values[i]) {
                return false;
            }
        }
        return true;
    }

    Key key(Batch batch, int row) {
        Key key = new Key(new long[columns.length], new byte[columns.length][], new boolean[columns.length]);
        for (int i = 0; i < columns.length; i++) {
            Column column = batch.column(columns[i]);
            key.values[i] = column.values()[row];
            key.nulls[i] = column.isNull(row);
            if (column.type().layout() == Layout.BYTES) {
                int from = Slice.offset(key.values[i]);
                key.texts[i] = Arrays.copyOfRange(column.heap(), from, from + Slice.length(key.values[i]));
            }
        }
        return key;
    }

    /** The partition's folder, {@code column=value/} for each column in the order of PARTITIONED BY. */
    String folder(Batch batch, int row, java.util.List<String> names, String defaultPartition) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < columns.length; i++) {
            Column column = batch.column(columns[i]);
            String value = column.isNull(row) ? "" : PartitionValue.text(column, row);
            PartitionPath.append(path, names.get(i), value.isEmpty() ? defaultPartition : value);
        }
        return path.toString();
    }
}
