package dev.headrace.testing;

import dev.headrace.core.run.RunClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still at 2027-01-15 08:00:00 UTC until it is moved. */
public final class TestClock implements RunClock {
    private final AtomicLong nanos = new AtomicLong();

    public void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochSecond(1_800_000_000).plusNanos(nanos.get());
    }
}
