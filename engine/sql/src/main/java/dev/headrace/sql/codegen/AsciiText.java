package dev.headrace.sql.codegen;

import dev.headrace.api.batch.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes of ASCII as characters, without a copy; text with other characters is decoded. One instance is used again. */
final class AsciiText implements CharSequence {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long UPPER_BITS = 0x8080808080808080L;

    private byte[] heap = {};
    private int offset;
    private int length;

    /** The text, and whether its character positions are byte positions. */
    CharSequence of(byte[] bytes, long slice) {
        int from = Slice.offset(slice);
        int end = from + Slice.length(slice);
        if (!isAscii(bytes, from, end)) {
            return TextFunctions.string(bytes, slice);
        }
        heap = bytes;
        offset = from;
        length = end - from;
        return this;
    }

    /** Whether no byte has its upper bit set, eight at a time. */
    static boolean isAscii(byte[] bytes, int from, int end) {
        int i = from;
        long all = 0;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            all |= (long) LONGS.get(bytes, i);
        }
        for (; i < end; i++) {
            all |= bytes[i];
        }
        return (all & UPPER_BITS) == 0;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        return (char) heap[offset + index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().substring(start, end);
    }

    @Override
    public String toString() {
        return TextFunctions.string(heap, Slice.of(offset, length));
    }
}
