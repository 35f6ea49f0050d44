package dev.headrace.core.state;

import dev.headrace.api.batch.ByteHeap;

/**
 * Entries of bytes by key that are kept out of memory: the tier below a state table. It is volatile: what is in it is also
 * in a snapshot, or is lost with the process. Keys are compared as unsigned bytes. Not thread-safe.
 */
public interface SpillSpace {
    /** Keeps an entry, in place of one there may be. It may be collected until {@link #flush}. */
    void put(ByteHeap key, ByteHeap value);

    /** Removes an entry, if there is one. Collected like {@link #put}. */
    void delete(ByteHeap key);

    /** Carries out what has been collected. */
    void flush();

    /** Reads an entry into {@code value}, in place of what it held; false if there is none. */
    boolean get(ByteHeap key, ByteHeap value);

    /** Goes through all entries from a key on, in order of their keys, as they are now. To be closed. */
    Scan scan(ByteHeap from);

    /** Removes all entries; the space is not used any more. */
    void drop();

    /** An entry at a time. */
    interface Scan extends AutoCloseable {
        /** Goes to the next entry, at first to the first one; false behind the last. */
        boolean next();

        byte[] key();

        byte[] value();

        @Override
        void close();
    }
}
