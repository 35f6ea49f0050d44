package dev.headrace.api.connect;

import dev.headrace.api.batch.Batch;

/** Reads the splits assigned to it. Never blocks for more than a few milliseconds. Used by one thread. */
public interface SourceReader extends AutoCloseable {
    /** There is nothing to read at the moment. */
    int NOTHING = -1;

    /** All assigned splits have ended. */
    int ENDED = -2;

    /**
     * Adds a split, to be read from its position on.
     *
     * @return its number, counting from 0 in the order of assignment
     */
    int assign(Split split);

    /**
     * Puts the next rows of one split into {@code batch}, which the reader clears before. The columns are those of the
     * {@link ScanRequest}, in its order. Text may point into the reader's buffers; it stays valid until the next call.
     * A reader serves its splits in turn, and skips those that are paused.
     *
     * @param rows how many the batch is to have at most, from 1 to {@link Batch#CAPACITY}; a record of several rows may
     *     go beyond
     * @return the split's number, {@link #NOTHING} or {@link #ENDED}
     */
    int read(Batch batch, int rows);

    /** {@link #read(Batch, int)} of as many rows as a batch is made for. */
    default int read(Batch batch) {
        return read(batch, Batch.CAPACITY);
    }

    /** Whether all of the split's rows have been read. */
    boolean hasEnded(int split);

    /** The position after the last row that {@link #read} returned of that split; a new reader given it goes on there. */
    String position(int split);

    /** Rows (or bytes, for files) not yet read, or -1 where unknown. */
    long lag(int split);

    /** Pauses or resumes a split: watermark alignment, holding at a cut. */
    void pause(int split, boolean paused);

    /**
     * Does not read past {@code position} of that split: what it returns ends exactly there. Used to hold at a cut.
     * Readers whose positions have no order refuse.
     *
     * @throws IllegalStateException where the split has been read further
     */
    default void holdAt(int split, String position) {
        throw new UnsupportedOperationException("this source cannot hold at a position");
    }

    /** Bytes read so far, for metrics. */
    long bytesRead();

    /** Records skipped because they did not parse, for metrics. */
    long recordsSkipped();

    @Override
    void close();
}
