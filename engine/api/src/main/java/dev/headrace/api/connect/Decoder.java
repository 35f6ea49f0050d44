package dev.headrace.api.connect;

import dev.headrace.api.batch.Batch;

/**
 * Turns bytes into rows. Not thread-safe.
 *
 * <p>The decoder may change the buffer between {@code from} and {@code to} (it unescapes text in place), and its text
 * columns share the buffer: it must stay untouched until the batch has been used. All calls between two {@link
 * #begin}s pass the same buffer.
 */
public interface Decoder {
    /**
     * Starts a batch. {@code targets[i]} is the batch column that holds the i-th requested column.
     *
     * @param buffer what the records of this batch lie in
     */
    void begin(Batch batch, int[] targets, byte[] buffer);

    /**
     * Appends the rows of one record (0 where it is skipped or empty, several for some formats) to the batch, and moves
     * its {@code rows} on.
     *
     * @throws DecodeException when the record does not parse, and errors are not ignored
     */
    void decode(byte[] buffer, int from, int to);

    /**
     * Decodes newline-separated records from {@code from} on until the batch has {@code maxRows} rows (one more where the
     * last record becomes two) or no whole record is left before {@code to}. A carriage return before a newline is not
     * part of a record.
     *
     * @param last true when {@code to} is the end of the input: a record then needs no newline behind it
     * @return the offset after the last record taken
     * @throws DecodeException with {@link DecodeException#offset()} set to the record's start
     */
    int decodeLines(byte[] buffer, int from, int to, boolean last, int maxRows);

    /** Records skipped so far because they did not parse. */
    long skipped();

    /** Forgets anything carried from one record to the next (a header line read, for instance). */
    default void reset() {}

    /**
     * Says that the next lines go on in the middle of an input whose beginning was read before, so that they have no
     * header. Called after {@link #reset} or on a new decoder, where a reader starts from a position.
     */
    default void resume() {}
}
