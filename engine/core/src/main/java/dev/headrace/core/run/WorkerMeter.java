package dev.headrace.core.run;

/** Figures of a worker: written by its thread, read by any. */
final class WorkerMeter {
    private volatile long busyNanos;
    private volatile long blockedNanos;
    private volatile long stateBytes;
    private volatile long stateRows;
    private volatile long spilledRows;
    private volatile long remainingBytes;
    private volatile String restoreTrouble = "";
    private volatile long longestSnapshotPauseNanos;
    private volatile long stepBegan;

    void busy(long nanos) {
        long sum = busyNanos + nanos;
        busyNanos = sum;
    }

    void blocked(long nanos) {
        long sum = blockedNanos + nanos;
        blockedNanos = sum;
    }

    void state(long bytes, long rows, long spilled) {
        stateBytes = bytes;
        stateRows = rows;
        spilledRows = spilled;
    }

    /** Bytes of the snapshot that the job started from which are still to come. */
    void remaining(long bytes) {
        remainingBytes = bytes;
    }

    long remainingBytes() {
        return remainingBytes;
    }

    /** Why the next part of that snapshot cannot be read; it is tried again. Empty where it can. */
    void restoreTrouble(String why) {
        restoreTrouble = why;
    }

    String restoreTrouble() {
        return restoreTrouble;
    }

    /** A step begins; {@code nanos} is System.nanoTime(). */
    void step(long nanos) {
        stepBegan = nanos;
    }

    void snapshotPause(long nanos) {
        longestSnapshotPauseNanos = Math.max(longestSnapshotPauseNanos, nanos);
    }

    long busyNanos() {
        return busyNanos;
    }

    long blockedNanos() {
        return blockedNanos;
    }

    long stateBytes() {
        return stateBytes;
    }

    long stateRows() {
        return stateRows;
    }

    long spilledRows() {
        return spilledRows;
    }

    /** When the step under way, or the last one, began. */
    long stepBegan() {
        return stepBegan;
    }

    long longestSnapshotPauseNanos() {
        return longestSnapshotPauseNanos;
    }
}
