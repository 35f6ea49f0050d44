package dev.headrace.api.connect;

import dev.headrace.api.batch.Batch;
import java.util.Optional;

/** Writes rows for one worker. Used by one thread. */
public interface SinkWriter extends AutoCloseable {
    /** Writes the selected rows; the columns are the table's physical columns and then its writable metadata columns. */
    void write(Batch batch);

    /** Called at the end of each epoch (about 100 ms): a sink for people shows what it has. */
    default void endEpoch() {}

    /**
     * Tells how far event time has come, in microseconds, {@link Long#MAX_VALUE} at the end of the input: rows written from
     * now on are not older, but for late ones. Called at the end of an epoch in which it has moved.
     */
    default void watermark(long micros) {}

    /**
     * Finishes what was written since the last call and names it, durable but not visible. Empty when nothing was
     * written or the sink has nothing to commit.
     */
    Optional<byte[]> prepare(long snapshot);

    /** Bytes written so far, for metrics; 0 where unknown. */
    default long bytesWritten() {
        return 0;
    }

    /** Ends the writer without making anything visible. */
    @Override
    void close();
}
