package dev.headrace.runtime.pod;

import dev.headrace.api.error.Reason;
import dev.headrace.core.run.Standby;
import dev.headrace.runtime.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * State that is read while a pod waits, for the job to start with. What fails here is no trouble: the job then reads it itself. The
 * keeper's own.
 */
final class ReadAhead {
    private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);

    private Optional<Standby> standby = Optional.empty();
    private Duration interval = LEAST_INTERVAL;
    private long dueAt;
    private String trouble = "";

    /**
     * Reads what there is.
     *
     * @param snapshotInterval how often there is more
     */
    void begin(Standby anew, Duration snapshotInterval) {
        standby = Optional.of(anew);
        interval = snapshotInterval.compareTo(LEAST_INTERVAL) < 0 ? LEAST_INTERVAL : snapshotInterval;
        follow();
    }

    boolean isDue() {
        return standby.isPresent() && System.currentTimeMillis() >= dueAt;
    }

    /** Reads what has come since. */
    void follow() {
        String found = "";
        try {
            standby.orElseThrow().follow();
        } catch (IOException e) {
            found = Reason.of(e);
        } catch (RuntimeException e) {
            found = Failures.message(e);
        }
        if (!found.isEmpty() && !found.equals(trouble)) {
            Log.warn("state cannot be read ahead: " + found + "; the job is to read it when it starts");
        }
        trouble = found;
        dueAt = System.currentTimeMillis() + interval.toMillis();
    }

    long rows() {
        return standby.map(Standby::rows).orElse(0L);
    }

    /** For the job that starts. */
    Optional<Standby> standby() {
        return standby;
    }

    void forget() {
        standby = Optional.empty();
    }
}
