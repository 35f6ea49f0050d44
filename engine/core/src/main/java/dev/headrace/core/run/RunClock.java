package dev.headrace.core.run;

import java.time.Instant;
import java.time.InstantSource;

/** The time of a run: monotonic for durations, wall time for processing time. Tests have their own. */
public interface RunClock extends InstantSource {
    /** Nanoseconds since some moment; never goes back. */
    long nanos();

    RunClock SYSTEM = new RunClock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant instant() {
            return Instant.now();
        }
    };
}
