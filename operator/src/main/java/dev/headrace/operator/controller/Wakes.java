package dev.headrace.operator.controller;

import dev.headrace.crds.StreamJobStatus;
import dev.headrace.operator.change.Change;
import dev.headrace.operator.change.JobState;
import dev.headrace.operator.status.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** When a job is to be looked at again though nothing has happened to it. */
final class Wakes {
    private static final Duration SAFETY = Duration.ofMinutes(10);
    /** A pod that has just been found will have answered, or not, by then; mostly it is told at once. */
    static final Duration ANSWER = Duration.ofSeconds(5);

    /** What the API server did not take is tried again so often. */
    static final Duration REFUSED = Duration.ofSeconds(30);

    private static final Duration STEP = Duration.ofSeconds(5);

    private Wakes() {}

    static Duration after(
            JobState state,
            boolean changed,
            Optional<StreamJobStatus.Schedule> schedule,
            Stream<Optional<Instant>> others,
            Instant now) {
        if (changed) {
            return Duration.ofMillis(1);
        }
        boolean moves = state.change()
                .filter(change -> switch (change.step()) {
                    case Stopping, Suspending, RollingBack -> true;
                    default -> false;
                })
                .isPresent();
        return Stream.concat(
                        others,
                        Stream.of(
                                state.change().flatMap(Change::deadline),
                                schedule.flatMap(due -> Times.parse(due.next())),
                                moves ? Optional.of(now.plus(STEP)) : Optional.<Instant>empty()))
                .flatMap(Optional::stream)
                .filter(now::isBefore)
                .map(at -> Duration.between(now, at).plusMillis(1))
                .filter(time -> time.compareTo(SAFETY) < 0)
                .min(Duration::compareTo)
                .orElse(SAFETY);
    }
}
