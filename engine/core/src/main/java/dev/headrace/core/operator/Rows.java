package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.Layout;

/** Copies rows between batches, column by column. */
public final class Rows {
    private Rows() {}

    /**
     * Appends rows of {@code source} to {@code target}: values, change kinds and watermarks. Both have the same types; the
     * target has room for them and owns its columns.
     *
     * @param rows row numbers of the source
     */
    public static void append(Batch target, Batch source, int[] rows, int from, int count) {
        int at = target.rows();
        for (int c = 0; c < target.columns(); c++) {
            append(target.column(c), at, source.column(c), rows, from, count);
        }
        if (!source.isInsertOnly() || !target.isInsertOnly()) {
            boolean first = target.isInsertOnly();
            byte[] kinds = target.ownKinds(target.column(0).values().length);
            if (first) {
                java.util.Arrays.fill(kinds, 0, at, (byte) 0);
            }
            for (int i = 0; i < count; i++) {
                kinds[at + i] = source.kind(rows[from + i]);
            }
        }
        if (source.hasWatermarks()) {
            boolean first = !target.hasWatermarks();
            long[] watermarks = target.ownWatermarks(target.column(0).values().length);
            if (first) {
                java.util.Arrays.fill(watermarks, 0, at, Operator.NO_WATERMARK);
            }
            for (int i = 0; i < count; i++) {
                watermarks[at + i] = source.watermarks()[rows[from + i]];
            }
        } else if (target.hasWatermarks()) {
            java.util.Arrays.fill(target.watermarks(), at, at + count, Operator.NO_WATERMARK);
        }
        target.setRows(at + count);
    }

    /** Copies values of one column to consecutive places of another of the same layout, from {@code at} on. */
    public static void append(Column target, int at, Column source, int[] rows, int from, int count) {
        long[] values = source.values();
        boolean[] nulls = source.hasNulls() ? source.nulls() : null;
        if (target.type().layout() == Layout.BYTES) {
            for (int i = 0; i < count; i++) {
                int row = rows[from + i];
                if (nulls != null && nulls[row]) {
                    target.setNull(at + i);
                } else {
                    target.setBytes(at + i, source.heap(), values[row]);
                }
            }
            return;
        }
        long[] out = target.values();
        for (int i = 0; i < count; i++) {
            out[at + i] = values[rows[from + i]];
        }
        if (nulls != null) {
            for (int i = 0; i < count; i++) {
                if (nulls[rows[from + i]]) {
                    target.setNull(at + i);
                }
            }
        }
    }
}
