package dev.headrace.runtime.terminal;

import dev.headrace.core.run.JobMetrics;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * The time since this process began, which is before its JVM did: the script {@code headrace} becomes the JVM's process.
 */
public final class StartTime {
    private StartTime() {}

    /** Milliseconds from the beginning of the process to the first row that the job wrote, if there is one. */
    public static OptionalLong untilFirstRow(JobMetrics metrics) {
        OptionalLong first = metrics.firstRowMillis();
        long started = ProcessHandle.current()
                .info()
                .startInstant()
                .map(Instant::toEpochMilli)
                .orElse(Long.MAX_VALUE);
        return first.isPresent() && first.getAsLong() >= started
                ? OptionalLong.of(first.getAsLong() - started)
                : OptionalLong.empty();
    }
}
