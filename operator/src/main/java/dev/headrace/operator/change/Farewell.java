package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.DeletionPolicy;
import dev.headrace.crds.StreamJobSpec.Strategy;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.PodSeen;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is done before a deleted job goes. It always ends: at the deadline, whatever has come of it. */
public enum Farewell {
    /** What will be done is written down first. */
    BEGIN,
    /** The job is asked to stop with a savepoint. */
    SAVE,
    /** The savepoint, or the last snapshot of a job that has finished, is in storage: it is given a Snapshot, and the job goes. */
    SAVED,
    /** There is no savepoint; the last snapshot stays in storage, and the job goes. */
    NOT_SAVED,
    /** All pods of the job end, so that nobody writes any more. */
    STOP,
    /** A pod removes the state. */
    REMOVE,
    /** The state is gone, and the job goes. */
    REMOVED,
    /** The state could not be removed, and the job goes. */
    NOT_REMOVED,
    /** There is nothing to do: the job goes. */
    GO;

    public static final Duration LIMIT = Duration.ofMinutes(5);

    /** What has become of the pod that removes the state. */
    public enum Removing {
        NOT_BEGUN,
        UNDER_WAY,
        SUCCEEDED,
        FAILED
    }

    /**
     * What is seen of a deleted job.
     *
     * @param savepoint of its end
     * @param deadline empty: nothing was begun
     * @param finished whether the job has finished: its last snapshot is all that there is to save
     * @param objects whether the objects of the revision that runs are there; where others have removed them, the namespace goes
     * @param pods whether the job has any pod
     */
    public record Seen(
            DeletionPolicy policy,
            Optional<String> runs,
            String savepoint,
            Optional<Instant> since,
            Optional<Instant> deadline,
            boolean finished,
            boolean objects,
            boolean pods,
            Removing removing) {}

    public static Farewell next(Seen seen, Moment moment) {
        if (seen.policy() == DeletionPolicy.Retain) {
            return GO;
        }
        if (seen.since().isEmpty() || seen.deadline().isEmpty()) {
            return BEGIN;
        }
        boolean late = !moment.now().isBefore(seen.deadline().get());
        return seen.policy() == DeletionPolicy.Snapshot ? save(seen, moment, late) : remove(seen, late);
    }

    private static Farewell save(Seen seen, Moment moment, boolean late) {
        if (seen.finished()) {
            return late ? NOT_SAVED : SAVED;
        }
        boolean process = seen.runs()
                .map(moment::pod)
                .filter(pod -> pod instanceof PodSeen.Answers
                        || pod instanceof PodSeen.Silent
                        || pod instanceof PodSeen.Unasked)
                .isPresent();
        if (late || seen.runs().isEmpty() || !seen.objects() && !process) {
            return NOT_SAVED;
        }
        return switch (Ending.of(seen.runs().get(), stop(seen), moment)) {
            case UNDER_WAY -> SAVE;
            case WITH_SAVEPOINT -> SAVED;
            case WITHOUT_SAVEPOINT -> NOT_SAVED;
        };
    }

    private static Farewell remove(Seen seen, boolean late) {
        return switch (seen.removing()) {
            case SUCCEEDED -> REMOVED;
            case FAILED -> NOT_REMOVED;
            case UNDER_WAY -> late ? NOT_REMOVED : REMOVE;
            case NOT_BEGUN -> late ? NOT_REMOVED : seen.objects() || seen.pods() ? STOP : REMOVE;
        };
    }

    /** A deletion stops a job as a suspension does. */
    private static Change stop(Seen seen) {
        return new Change(
                Step.Suspending,
                seen.runs(),
                Optional.empty(),
                Strategy.Restart,
                Optional.of(seen.savepoint()),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                seen.since().orElseThrow(),
                seen.since().orElseThrow(),
                seen.deadline(),
                Optional.empty(),
                "");
    }
}
