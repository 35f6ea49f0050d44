package dev.headrace.format.json;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.format.text.Excerpt;

/**
 * Makes rows of changes as Debezium writes them. The fields of {@code before} were read into the row of the record, those
 * of {@code after} into the row behind it; {@code op} says which of them count.
 */
final class ChangeRows implements JsonDecoder.Rows {
    private final FieldEntry before;
    private final FieldEntry after;
    private final FieldEntry operation;
    private final int columns;
    private final Failure failure;
    private final String prefix;
    private Batch batch;
    private int[] targets;
    private byte[] kinds;

    /**
     * @param columns how many are wanted
     * @param prefix what stands before the names of the three fields in paths
     */
    ChangeRows(FieldEntry before, FieldEntry after, FieldEntry operation, int columns, Failure failure, String prefix) {
        this.before = before;
        this.after = after;
        this.operation = operation;
        this.columns = columns;
        this.failure = failure;
        this.prefix = prefix;
    }

    @Override
    public int most() {
        return 2;
    }

    @Override
    public void begin(Batch newBatch, int[] newTargets, int capacity) {
        batch = newBatch;
        targets = newTargets;
        kinds = newBatch.ownKinds(capacity);
        if (operation.values == null || operation.values.length < capacity) {
            operation.column = new Column(DataType.STRING, capacity);
            operation.values = operation.column.values();
        }
    }

    @Override
    public void start() {
        before.absent = false;
        after.absent = false;
    }

    @Override
    public int settle(byte[] bytes, int row) {
        long slice = operation.values[row];
        int code = Slice.length(slice) == 1 ? bytes[Slice.offset(slice)] : 0;
        switch (code) {
            case 'c', 'r' -> {
                if (after.absent) {
                    return failure.record(
                            prefix + "after", "is null or missing in a change of op '" + (char) code + "'");
                }
                for (int i = 0; i < columns; i++) {
                    moveUp(batch.column(targets[i]), row);
                }
                after.child.clearNulls(row + 1);
                kinds[row] = ChangeKind.INSERT_CODE;
                return 1;
            }
            case 'd' -> {
                if (before.absent) {
                    return failure.record(prefix + "before", lacksBefore("delete"));
                }
                after.child.clearNulls(row + 1);
                kinds[row] = ChangeKind.DELETE_CODE;
                return 1;
            }
            case 'u' -> {
                if (before.absent) {
                    return failure.record(prefix + "before", lacksBefore("update"));
                }
                if (after.absent) {
                    return failure.record(prefix + "after", "is null or missing in a change of op 'u'");
                }
                kinds[row] = ChangeKind.UPDATE_BEFORE_CODE;
                kinds[row + 1] = ChangeKind.UPDATE_AFTER_CODE;
                return 2;
            }
            default -> {
                int length = Slice.length(slice);
                int from = Slice.offset(slice);
                String found = length == 0 ? "nothing" : "'" + Excerpt.of(bytes, from, from + length) + "'";
                return failure.record(prefix + "op", "is expected to be 'c', 'r', 'u' or 'd', found " + found);
            }
        }
    }

    private static String lacksBefore(String change) {
        return "is null or missing in a change that is " + (change.equals("update") ? "an " : "a ") + change
                + "; let the source write the old row too (PostgreSQL: REPLICA IDENTITY FULL)";
    }

    private static void moveUp(Column column, int row) {
        column.values()[row] = column.values()[row + 1];
        if (column.hasNulls()) {
            column.nulls()[row] = column.nulls()[row + 1];
        }
    }
}
