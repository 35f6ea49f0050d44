package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.state.StateTable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The order of rows by sort columns: rows that compare lower come first. Null is the smallest value of a column, or comes
 * last where the ordering says so. Numbers and times are ordered by value (0.0 equals -0.0, NaN is largest), text and bytes
 * by unsigned bytes.
 *
 * <p>The prefix of a row is a long such that a lower prefix means an earlier row; of equal prefixes only a full comparison
 * tells. It holds the first sort column as a whole, or the first 8 bytes of a text.
 */
final class RowOrder {
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private enum Form {
        NUMBER,
        FLOATING,
        DECIMAL,
        TEXT
    }

    private final int[] batchColumns;
    private final int[] stateColumns;
    private final Form[] forms;
    private final boolean[] descending;
    private final boolean[] nullsLast;

    RowOrder(List<DataType> input, List<Ordering> orderings, StateLayout layout) {
        batchColumns = orderings.stream().mapToInt(Ordering::column).toArray();
        stateColumns = Arrays.stream(batchColumns).map(layout::place).toArray();
        forms = new Form[batchColumns.length];
        descending = new boolean[batchColumns.length];
        nullsLast = new boolean[batchColumns.length];
        for (int i = 0; i < batchColumns.length; i++) {
            DataType type = input.get(batchColumns[i]);
            forms[i] = form(type);
            descending[i] = orderings.get(i).descending();
            nullsLast[i] = descending[i] || orderings.get(i).nullsLast();
        }
    }

    private static Form form(DataType type) {
        return switch (type.layout()) {
            case LONG -> Form.NUMBER;
            case DOUBLE -> Form.FLOATING;
            case BYTES -> type.isWideDecimal() ? Form.DECIMAL : Form.TEXT;
        };
    }

    /** The prefix of each selected row: {@code out[i]} is of the i-th. */
    void prefixes(Batch batch, long[] out) {
        int count = batch.selected();
        if (forms.length == 0) {
            Arrays.fill(out, 0, count, 0);
            return;
        }
        Column column = batch.column(batchColumns[0]);
        long[] values = column.values();
        if (forms[0] == Form.NUMBER && !column.hasNulls()) {
            long flip = descending[0] ? -1 : 0;
            for (int i = 0; i < count; i++) {
                out[i] = values[batch.row(i)] ^ flip;
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            out[i] = column.isNull(row) ? ofNull() : prefix(values[row], column.heap());
        }
    }

    long prefix(StateTable table, int row) {
        if (forms.length == 0) {
            return 0;
        }
        return table.isNull(row, stateColumns[0])
                ? ofNull()
                : prefix(table.slice(row, stateColumns[0]), table.bytes(row, stateColumns[0]));
    }

    private long ofNull() {
        return nullsLast[0] ? Long.MAX_VALUE : Long.MIN_VALUE;
    }

    private long prefix(long value, byte[] heap) {
        long ascending = switch (forms[0]) {
            case NUMBER -> value;
            case FLOATING -> ofDouble(value);
            case DECIMAL -> WideDecimal.high(heap, Slice.offset(value));
            case TEXT -> ofText(heap, Slice.offset(value), Slice.length(value)) ^ Long.MIN_VALUE;
        };
        return descending[0] ? ~ascending : ascending;
    }

    private static long ofDouble(long bits) {
        long canonical = Double.doubleToLongBits(Double.longBitsToDouble(bits) + 0.0);
        return canonical ^ canonical >> 63 & Long.MAX_VALUE;
    }

    private static long ofText(byte[] heap, int offset, int length) {
        if (length >= 8) {
            return (long) BIG_ENDIAN.get(heap, offset);
        }
        long prefix = 0;
        for (int i = 0; i < length; i++) {
            prefix |= (heap[offset + i] & 0xFFL) << 56 - 8 * i;
        }
        return prefix;
    }

    /** Compares a row of a batch with a row of the table. */
    int compare(Batch batch, int batchRow, StateTable table, int row) {
        for (int i = 0; i < forms.length; i++) {
            Column column = batch.column(batchColumns[i]);
            int state = stateColumns[i];
            int order = compare(
                    i,
                    column.isNull(batchRow),
                    column.values()[batchRow],
                    column.heap(),
                    table.isNull(row, state),
                    table.slice(row, state),
                    table.bytes(row, state));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Compares two rows of the table. */
    int compare(StateTable table, int left, int right) {
        for (int i = 0; i < forms.length; i++) {
            int state = stateColumns[i];
            int order = compare(
                    i,
                    table.isNull(left, state),
                    table.slice(left, state),
                    table.bytes(left, state),
                    table.isNull(right, state),
                    table.slice(right, state),
                    table.bytes(right, state));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private int compare(int i, boolean aNull, long a, byte[] aHeap, boolean bNull, long b, byte[] bHeap) {
        if (aNull || bNull) {
            return aNull == bNull ? 0 : aNull == nullsLast[i] ? 1 : -1;
        }
        int order = compare(forms[i], a, aHeap, b, bHeap);
        return descending[i] ? -order : order;
    }

    /** Compares two values that are not null. */
    static int compare(DataType type, long a, byte[] aHeap, long b, byte[] bHeap) {
        return compare(form(type), a, aHeap, b, bHeap);
    }

    private static int compare(Form form, long a, byte[] aHeap, long b, byte[] bHeap) {
        return switch (form) {
            case NUMBER -> Long.compare(a, b);
            case FLOATING -> Long.compare(ofDouble(a), ofDouble(b));
            case DECIMAL -> compareDecimals(a, aHeap, b, bHeap);
            case TEXT -> compareText(a, aHeap, b, bHeap);
        };
    }

    private static int compareDecimals(long a, byte[] aHeap, long b, byte[] bHeap) {
        int order = Long.compare(WideDecimal.high(aHeap, Slice.offset(a)), WideDecimal.high(bHeap, Slice.offset(b)));
        return order != 0
                ? order
                : Long.compareUnsigned(
                        WideDecimal.low(aHeap, Slice.offset(a)), WideDecimal.low(bHeap, Slice.offset(b)));
    }

    private static int compareText(long a, byte[] aHeap, long b, byte[] bHeap) {
        int from = Slice.offset(a);
        int otherFrom = Slice.offset(b);
        return Arrays.compareUnsigned(
                aHeap, from, from + Slice.length(a), bHeap, otherFrom, otherFrom + Slice.length(b));
    }
}
