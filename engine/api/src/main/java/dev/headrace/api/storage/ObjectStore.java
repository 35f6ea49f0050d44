package dev.headrace.api.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A flat space of named byte sequences: a bucket and prefix in S3, or a folder. Names use {@code /}. What is written is
 * visible as a whole or not at all. Thread-safe. An {@link IOException} says which object and which store, never a secret.
 */
public interface ObjectStore extends AutoCloseable {
    /** Where this is, for messages: {@code s3://bucket/prefix} or a folder's path. */
    String uri();

    /** Writes an object, replacing what is there. */
    void put(String name, byte[] bytes, int offset, int length) throws IOException;

    /** Writes an object only if none of that name exists. Atomic among all writers. Returns whether it was written. */
    boolean create(String name, byte[] bytes) throws IOException;

    /** The object's bytes, or empty if there is none. */
    Optional<byte[]> get(String name) throws IOException;

    /** A range of an object's bytes. */
    byte[] get(String name, long offset, int length) throws IOException;

    /** The object's bytes from an offset on, which may be its length. */
    InputStream open(String name, long offset) throws IOException;

    /** Objects whose name begins with {@code prefix}, sorted by name. */
    List<Entry> list(String prefix) throws IOException;

    /** Removes objects; those that are not there are no error. */
    void delete(List<String> names) throws IOException;

    /**
     * Starts an object of unknown length that becomes visible only by {@link Upload#complete()} with the token that {@link
     * Upload#prepare} gave (also from another process).
     */
    Upload upload(String name) throws IOException;

    /** Makes a prepared upload visible. Completing twice does no harm. */
    void complete(String token) throws IOException;

    /** Whether an upload can still be completed: it is prepared, and neither completed nor aborted. */
    boolean isPrepared(String token) throws IOException;

    /** Does away with a prepared upload. One that is completed or aborted stays as it is. */
    void abort(String token) throws IOException;

    /**
     * Does away with uploads of names that begin with {@code prefix} and that {@code mine} accepts, except those of the
     * {@code kept} tokens.
     */
    void abortUploads(String prefix, Predicate<String> mine, List<String> kept) throws IOException;

    @Override
    void close();

    /** An object in a list. */
    record Entry(String name, long size, long modifiedMillis) {}

    /** An object being written. Used by one thread. */
    interface Upload extends AutoCloseable {
        void write(byte[] bytes, int offset, int length) throws IOException;

        long written();

        /** Makes durable what was written and returns the token with which it is completed. Ends the writing. */
        String prepare() throws IOException;

        /** Releases resources; what was not prepared is lost. */
        @Override
        void close();
    }
}
