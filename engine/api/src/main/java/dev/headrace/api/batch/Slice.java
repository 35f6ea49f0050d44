package dev.headrace.api.batch;

/** A range of a byte heap packed into a long: offset in the upper 32 bits, length in the lower 32. */
public final class Slice {
    /** The empty slice. */
    public static final long EMPTY = 0;

    private Slice() {}

    public static long of(int offset, int length) {
        return (long) offset << 32 | length;
    }

    public static int offset(long slice) {
        return (int) (slice >>> 32);
    }

    public static int length(long slice) {
        return (int) slice;
    }
}
