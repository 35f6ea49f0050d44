package dev.headrace.core.run;

import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until it is moved. */
public final class VirtualClock implements RunClock {
    private long nanos;

    public void advance(Duration duration) {
        nanos += duration.toNanos();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochSecond(1_800_000_000).plusNanos(nanos);
    }
}
