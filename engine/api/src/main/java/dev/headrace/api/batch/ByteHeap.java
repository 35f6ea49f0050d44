package dev.headrace.api.batch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing byte array that slices point into. Growing keeps offsets, so a slice stays true for the array it was made
 * with and for every later one. At most 2 GiB.
 */
public final class ByteHeap {
    private byte[] bytes;
    private int length;
    private int clears;

    public ByteHeap(int capacity) {
        bytes = new byte[Math.max(capacity, 16)];
    }

    public byte[] bytes() {
        return bytes;
    }

    /** Bytes used. */
    public int length() {
        return length;
    }

    public void clear() {
        length = 0;
        clears++;
    }

    /** How often it has been cleared: a slice made before the last time is no longer one of its own. */
    public int clears() {
        return clears;
    }

    /** Sets the used length, to take back what was appended or to keep what was written into {@link #bytes()}. */
    public void setLength(int newLength) {
        length = newLength;
    }

    /** Makes room for {@code count} more bytes and returns the array, to be written from {@link #length()} on. */
    public byte[] reserve(int count) {
        int needed = length + count;
        if (needed > bytes.length || needed < 0) {
            grow((long) length + count);
        }
        return bytes;
    }

    private void grow(long needed) {
        if (needed > Integer.MAX_VALUE - 8) {
            throw new OutOfMemoryError("a byte heap holds at most 2 GiB");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, bytes.length * 2L)));
    }

    public long append(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        long slice = Slice.of(length, count);
        length += count;
        return slice;
    }

    public long append(byte[] heap, long slice) {
        return append(heap, Slice.offset(slice), Slice.length(slice));
    }

    public long append(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return append(utf8, 0, utf8.length);
    }

    /** Takes over the bytes of another heap, which must not be used any more. */
    public void replaceWith(ByteHeap other) {
        bytes = other.bytes;
        length = other.length;
    }

    public void append(byte value) {
        reserve(1);
        bytes[length++] = value;
    }
}
