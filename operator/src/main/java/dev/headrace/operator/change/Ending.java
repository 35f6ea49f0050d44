package dev.headrace.operator.change;

import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.SavepointState;
import java.time.Duration;

/** How the end of a revision that was asked to stop is told. */
enum Ending {
    /** It is waited for. */
    UNDER_WAY,
    /** Its job has ended, with the savepoint that was asked for, if one was. */
    WITH_SAVEPOINT,
    /** Its job has ended, or its process does not run or answer: what it had done by its last snapshot is what counts. */
    WITHOUT_SAVEPOINT;

    /** How long a process that does not answer is waited for. */
    static final Duration SILENCE = Duration.ofMinutes(1);

    /** How long one is waited for that does not run. */
    static final Duration ABSENCE = Duration.ofSeconds(10);

    static Ending of(String revision, Change change, Moment moment) {
        return switch (moment.pod(revision)) {
            case PodSeen.Answers answers ->
                switch (answers.state().phase()) {
                    case Finished -> WITH_SAVEPOINT;
                    case Stopped -> stopped(change, moment);
                    case Invalid, Waiting -> WITHOUT_SAVEPOINT;
                    default -> after(moment.spec().deadline(), change, moment);
                };
            case PodSeen.Silent silent -> after(SILENCE, change, moment);
            case PodSeen.Unasked unasked -> UNDER_WAY;
            case PodSeen.Leaving leaving -> after(SILENCE, change, moment);
            case PodSeen.Pending pending -> after(ABSENCE, change, moment);
            case PodSeen.Refused refused -> change.resting() ? WITHOUT_SAVEPOINT : after(ABSENCE, change, moment);
            case PodSeen.Absent absent -> change.resting() ? WITHOUT_SAVEPOINT : after(ABSENCE, change, moment);
        };
    }

    private static Ending stopped(Change change, Moment moment) {
        if (change.savepoint().isEmpty()) {
            return WITH_SAVEPOINT;
        }
        return switch (moment.savepoint()) {
            case SavepointState.Completed completed -> WITH_SAVEPOINT;
            case SavepointState.Failed failed -> WITHOUT_SAVEPOINT;
            case SavepointState.InProgress inProgress -> UNDER_WAY;
            case SavepointState.Unasked unasked -> UNDER_WAY;
            case SavepointState.Unknown unknown -> after(SILENCE, change, moment);
        };
    }

    private static Ending after(Duration time, Change change, Moment moment) {
        return change.inStepFor(time, moment.now()) ? WITHOUT_SAVEPOINT : UNDER_WAY;
    }
}
