package dev.headrace.runtime.pod;

import java.time.Duration;
import java.util.Optional;

/**
 * How a job is to end.
 *
 * @param savepoint under which its last snapshot is kept
 * @param keep for how long; empty: until somebody removes it
 */
public record StopOrder(Optional<String> savepoint, Optional<Duration> keep, How how) {
    /** What becomes of what it is doing. */
    public enum How {
        /** It is in a last snapshot, from which the job can go on. */
        SNAPSHOT,
        /** The input is taken to end where it has been read to. */
        DRAIN,
        /** What was done since the last snapshot counts for nothing. */
        ABORT
    }
}
