package dev.headrace.core.run;

/** Figures about snapshots: written by the coordinator, read by any. */
public final class SnapshotMeter {
    private volatile long count;
    private volatile long failures;
    private volatile long lastId;
    private volatile long lastMillis;
    private volatile long lastNanos;
    private volatile long lastStateBytes;
    private volatile long lastWrittenBytes;
    private volatile String trouble = "";

    void taken(long id, long millis, long nanos, long stateBytes, long writtenBytes) {
        lastMillis = millis;
        lastId = id;
        lastNanos = nanos;
        lastStateBytes = stateBytes;
        lastWrittenBytes = writtenBytes;
        count = count + 1;
        trouble = "";
    }

    void failed(String why) {
        failures = failures + 1;
        trouble = why;
    }

    public long count() {
        return count;
    }

    public long failures() {
        return failures;
    }

    public long lastId() {
        return lastId;
    }

    /** When the last snapshot was written, in milliseconds since the epoch. */
    public long lastMillis() {
        return lastMillis;
    }

    /** From the request to the manifest. */
    public long lastNanos() {
        return lastNanos;
    }

    /** Bytes that the last snapshot refers to. */
    public long lastStateBytes() {
        return lastStateBytes;
    }

    /** Bytes of segments that the last snapshot added. */
    public long lastWrittenBytes() {
        return lastWrittenBytes;
    }

    /** Why the snapshot under way cannot be written, or empty. */
    public String trouble() {
        return trouble;
    }
}
