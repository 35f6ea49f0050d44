package dev.headrace.core.state;

/** Gives out {@link SpillSpace spaces}, all of one worker. Not thread-safe. */
public interface SpillStore extends AutoCloseable {
    SpillSpace open();

    /** Bytes on disk, roughly. */
    long size();

    @Override
    void close();
}
