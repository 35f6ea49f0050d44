package dev.headrace.api.connect;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;

/** Turns rows into bytes. Not thread-safe. */
public interface Encoder {
    /** Appends the bytes of one row (no line end) to {@code out}. */
    void encode(Batch batch, int row, ByteHeap out);
}
