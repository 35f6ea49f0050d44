package dev.headrace.core.expression;

import dev.headrace.api.batch.Batch;

/** A compiled filter and projection. Holds buffers: one instance a user, one thread. */
public interface Program extends AutoCloseable {
    /**
     * Evaluates over the selected rows of {@code in}. {@code out} gets the frame of {@code in} (same row numbers, change
     * kinds, watermarks) with the selection narrowed to the rows that pass; its columns are filled or shared for these
     * rows only. Text in {@code out} may point into heaps of {@code in}.
     *
     * <p>An evaluation error (division by zero, a cast that fails) is a {@code UserError} that names the expression and
     * the values.
     */
    void run(Batch in, Batch out);

    /** Releases user functions. */
    @Override
    default void close() {}
}
