package dev.headrace.api.batch;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The values of one field over the rows of a batch.
 *
 * <p>{@code values[row]} holds the value in the {@link Layout} of {@code type}; for BYTES it is a {@link Slice} of
 * {@code heap}. {@code nulls[row]} is true where the value is null ({@code values[row]} is then 0); {@code nulls} itself
 * is null while {@code hasNulls} is false. A column may share arrays with another batch (a projection of a column as it
 * is costs nothing), so only its producer writes it, through the {@code set} and {@code append} methods, which write to
 * arrays of the column's own.
 */
public final class Column {
    private final DataType type;
    private long[] values;
    private boolean[] nulls;
    private boolean hasNulls;
    private byte[] heap;
    private long[] ownValues;
    private boolean[] ownNulls;
    private ByteHeap ownHeap;

    public Column(DataType type, int capacity) {
        this.type = type;
        ownValues = new long[capacity];
        values = ownValues;
        heap = EMPTY_HEAP;
    }

    private static final byte[] EMPTY_HEAP = new byte[0];

    public DataType type() {
        return type;
    }

    public long[] values() {
        return values;
    }

    /** Which rows are null; meaningful only while {@link #hasNulls()}. */
    public boolean[] nulls() {
        return nulls;
    }

    public boolean hasNulls() {
        return hasNulls;
    }

    public byte[] heap() {
        return heap;
    }

    public boolean isNull(int row) {
        return hasNulls && nulls[row];
    }

    public double doubleAt(int row) {
        return Double.longBitsToDouble(values[row]);
    }

    public String textAt(int row) {
        long slice = values[row];
        return new String(heap, Slice.offset(slice), Slice.length(slice), StandardCharsets.UTF_8);
    }

    /** Makes the column empty and its own again: no nulls, no bytes, values undefined until set. */
    public void clear() {
        values = ownValues;
        if (hasNulls && nulls == ownNulls) {
            Arrays.fill(ownNulls, false);
        }
        hasNulls = false;
        if (ownHeap != null) {
            ownHeap.clear();
            heap = ownHeap.bytes();
        } else {
            heap = EMPTY_HEAP;
        }
    }

    /** Makes room for {@code capacity} rows, keeping what is there. Call between {@link #clear()} and sharing. */
    public void ensureCapacity(int capacity) {
        if (ownValues.length < capacity) {
            int grown = Math.max(capacity, ownValues.length * 2);
            ownValues = Arrays.copyOf(ownValues, grown);
            values = ownValues;
            if (ownNulls != null) {
                ownNulls = Arrays.copyOf(ownNulls, grown);
                if (hasNulls) {
                    nulls = ownNulls;
                }
            }
        }
    }

    public void setLong(int row, long value) {
        values[row] = value;
    }

    public void setDouble(int row, double value) {
        values[row] = Double.doubleToRawLongBits(value);
    }

    public void setNull(int row) {
        markNulls();
        nulls[row] = true;
        values[row] = 0;
    }

    /** Turns to a column that may hold nulls and returns its null flags, all false where not set yet. */
    public boolean[] markNulls() {
        if (!hasNulls) {
            if (ownNulls == null || ownNulls.length < ownValues.length) {
                ownNulls = new boolean[ownValues.length];
            }
            nulls = ownNulls;
            hasNulls = true;
        }
        return nulls;
    }

    /** Copies the bytes into the column's own heap. */
    public void setBytes(int row, byte[] source, int offset, int length) {
        ByteHeap target = ownHeap();
        values[row] = target.append(source, offset, length);
        heap = target.bytes();
    }

    public void setBytes(int row, byte[] source, long slice) {
        setBytes(row, source, Slice.offset(slice), Slice.length(slice));
    }

    public void setText(int row, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        setBytes(row, utf8, 0, utf8.length);
    }

    /** The heap that {@link #setBytes} appends to; after appending to it directly call {@link #shareHeap} with it. */
    public ByteHeap ownHeap() {
        if (ownHeap == null) {
            ownHeap = new ByteHeap(ownValues.length * 16);
        }
        return ownHeap;
    }

    /** Makes the slices in {@code values} point into a heap of the caller's, which must outlive the batch's use. */
    public void shareHeap(byte[] bytes) {
        heap = bytes;
    }

    /** Makes this column show another's values. Nothing is copied. */
    public void share(Column other) {
        values = other.values;
        nulls = other.nulls;
        hasNulls = other.hasNulls;
        heap = other.heap;
    }

    /** Copies row {@code from} of {@code other}, a column of the same layout, to row {@code to}. */
    public void copyRow(int to, Column other, int from) {
        if (other.hasNulls && other.nulls[from]) {
            setNull(to);
        } else if (type.layout() == Layout.BYTES) {
            setBytes(to, other.heap, other.values[from]);
        } else {
            values[to] = other.values[from];
        }
    }
}
