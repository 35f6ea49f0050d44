package dev.headrace.sql.codegen;

import dev.headrace.api.batch.Slice;

/** Bytes of ASCII as characters, without a copy; text with other characters is decoded. One instance is used again. */
final class AsciiText implements CharSequence {
    private byte[] heap = {};
    private int offset;
    private int length;

    /** The text, and whether its character positions are byte positions. */
    CharSequence of(byte[] bytes, long slice) {
        int from = Slice.offset(slice);
        int end = from + Slice.length(slice);
        for (int i = from; i < end; i++) {
            if (bytes[i] < 0) {
                return TextFunctions.string(bytes, slice);
            }
        }
        heap = bytes;
        offset = from;
        length = end - from;
        return this;
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
