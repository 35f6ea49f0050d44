package dev.headrace.core.state;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.Layout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The hash of keys, 32 bits. It is part of the snapshot format: key groups are made of it, so it must never change. A key
 * of no columns has hash {@link #EMPTY}; columns are combined from left to right; null hashes like a value of its own.
 * The multipliers are those of SplitMix64 and xxHash64's primes.
 */
public final class Hashing {
    public static final int EMPTY = 0x5BD1E995;

    private static final long NULL_VALUE = 0x9E3779B97F4A7C15L;
    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Hashing() {}

    /** Writes the hash of the columns for each selected row: {@code out[i]} is of the i-th selected row. */
    public static void hash(Batch batch, int[] columns, int[] out) {
        int count = batch.selected();
        if (columns.length == 0) {
            java.util.Arrays.fill(out, 0, count, EMPTY);
            return;
        }
        for (int c = 0; c < columns.length; c++) {
            Column column = batch.column(columns[c]);
            if (column.type().layout() == Layout.BYTES) {
                hashBytes(batch, column, c == 0, out, count);
            } else {
                hashLongs(batch, column, c == 0, out, count);
            }
        }
    }

    private static void hashLongs(Batch batch, Column column, boolean first, int[] out, int count) {
        long[] values = column.values();
        boolean[] nulls = column.hasNulls() ? column.nulls() : null;
        if (!batch.isFiltered() && nulls == null && first) {
            for (int i = 0; i < count; i++) {
                out[i] = finish(mix(values[i]));
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            long h = nulls != null && nulls[row] ? NULL_VALUE : mix(values[row]);
            out[i] = first ? finish(h) : combine(out[i], h);
        }
    }

    private static void hashBytes(Batch batch, Column column, boolean first, int[] out, int count) {
        long[] values = column.values();
        byte[] heap = column.heap();
        boolean[] nulls = column.hasNulls() ? column.nulls() : null;
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            long h = nulls != null && nulls[row]
                    ? NULL_VALUE
                    : bytes(heap, Slice.offset(values[row]), Slice.length(values[row]));
            out[i] = first ? finish(h) : combine(out[i], h);
        }
    }

    /** The hash of one value as it goes into {@link #combine} or {@link #finish}. */
    public static long value(long value) {
        return mix(value);
    }

    public static long nullValue() {
        return NULL_VALUE;
    }

    public static int finish(long h) {
        return (int) (h >>> 32);
    }

    /** The hash of a longer key: the hash so far and the next value. */
    public static int combine(int hash, long value) {
        return finish(mix(hash * PRIME_1 ^ value));
    }

    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z << 32;
    }

    /** The hash of bytes, 8 at a time. */
    public static long bytes(byte[] heap, int offset, int length) {
        long h = length * PRIME_2;
        int end = offset + length;
        int at = offset;
        for (; at + 8 <= end; at += 8) {
            h = Long.rotateLeft(h ^ (long) LONGS.get(heap, at) * PRIME_2, 31) * PRIME_1;
        }
        long tail = 0;
        for (int shift = 0; at < end; at++, shift += 8) {
            tail |= (heap[at] & 0xFFL) << shift;
        }
        return mix(h ^ tail * PRIME_2);
    }
}
