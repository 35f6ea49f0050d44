package dev.headrace.operator.controller;

import dev.headrace.crds.StreamJob;
import dev.headrace.crds.word.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The jobs that have failed, until they have run on for a while: one that fails at the same row each time runs in between, too. An operator
 * that is started anew knows of none.
 */
final class Recoveries {
    private static final Duration LASTS = Duration.ofSeconds(30);

    private final Remembered<Failed> failed = new Remembered<>();

    /**
     * A job that has failed.
     *
     * @param restarts of its process, which tell of failures that were not seen
     * @param runsSince when it was first seen to run with so many
     */
    private record Failed(long restarts, Optional<Instant> runsSince) {
        Instant recoversAt() {
            return runsSince.map(since -> since.plus(LASTS)).orElse(Instant.MAX);
        }
    }

    void knows(Predicate<StreamJob> known) {
        failed.knows(known);
    }

    /** @return whether it has just recovered */
    boolean see(StreamJob job, Phase phase, long restarts, Instant now) {
        Optional<Failed> last = failed.of(job);
        switch (phase) {
            case BackingOff -> failed.put(job, new Failed(restarts, Optional.empty()));
            case Running -> {
                if (last.isPresent()
                        && !now.isBefore(last.get().recoversAt())
                        && last.get().restarts() == restarts) {
                    failed.forget(job);
                    return true;
                }
                last.filter(it -> it.restarts() != restarts || it.runsSince().isEmpty())
                        .ifPresent(it -> failed.put(job, new Failed(restarts, Optional.of(now))));
            }
            case Suspended, Finished, Invalid, Deleting -> failed.forget(job);
            default -> last.ifPresent(it -> failed.put(job, new Failed(restarts, Optional.empty())));
        }
        return false;
    }

    /** When a job that has failed is to be looked at again. */
    Optional<Instant> due(StreamJob job) {
        return failed.of(job).flatMap(Failed::runsSince).map(since -> since.plus(LASTS));
    }

    void forget(StreamJob job) {
        failed.forget(job);
    }
}
