package dev.headrace.core.run;

import java.util.function.LongSupplier;

/**
 * The memory of a worker while its tables are restored: less than all that rows may take, so that a table can grow before rows have to
 * be given up.
 */
final class RestoreRoom implements TaskState.Room {
    private final LongSupplier held;
    private final long bytes;
    private final int windowBytes;
    /** For rows that come later. */
    private long promised;

    /**
     * @param held bytes that the worker's tables hold now
     * @param memory bytes that they may take
     */
    RestoreRoom(LongSupplier held, long memory, int windowBytes) {
        this.held = held;
        this.windowBytes = windowBytes;
        bytes = memory / 8 * 7;
    }

    @Override
    public boolean isFull() {
        return held.getAsLong() > bytes;
    }

    @Override
    public boolean reserve(long more) {
        boolean fits = held.getAsLong() + promised + more <= bytes;
        promised += fits ? more : 0;
        return fits;
    }

    @Override
    public int windowBytes() {
        return windowBytes;
    }
}
