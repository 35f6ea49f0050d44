package dev.headrace.connect.generate;

import dev.headrace.api.batch.Batch;

/** Makes rows out of their numbers. Used by one thread. */
interface RowMaker {
    /** Puts the rows {@code index} to {@code index + count - 1} of a part into an empty batch. */
    void make(Batch batch, int part, long index, int count);
}
