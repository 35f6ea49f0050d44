package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.DeletionPolicy;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is done before a deleted job goes. It always ends: at the deadline, whatever has come of it. */
public enum Farewell {
    /** What will be done is written down first. */
    BEGIN,
    /** The job is asked to stop with a savepoint. */
    SAVE,
    /** All pods of the job end, so that nobody writes any more. */
    STOP,
    /** A pod makes the last snapshot a savepoint, since no process of the job can be asked any more. */
    PIN,
    /** The savepoint, or the last snapshot of a job that has finished, is in storage: it is given a Snapshot, and the job goes. */
    SAVED,
    /** There is no savepoint; the last snapshot stays in storage, and the job goes. */
    NOT_SAVED,
    /** A pod removes the state. */
    REMOVE,
    /** The state is gone, and the job goes. */
    REMOVED,
    /** The state could not be removed, and the job goes. */
    NOT_REMOVED,
    /** There is nothing to do: the job goes. */
    GO;

    public static final Duration LIMIT = Duration.ofMinutes(5);

    /**
     * What is seen of a deleted job.
     *
     * @param savepoint of its end
     * @param deadline empty: nothing was begun
     * @param finished whether the job has finished: its last snapshot is all that there is to save
     * @param snapshot whether the job has ever taken a snapshot
     * @param objects whether the revision that runs has a StatefulSet that makes pods: not while suspended, nor where others remove what
     *     belongs to the job before it, with a foreground deletion or with the namespace
     * @param pods whether the job has any pod
     * @param work what has become of the pod that makes the savepoint, or removes the state
     */
    public record Seen(
            DeletionPolicy policy,
            Optional<String> runs,
            String savepoint,
            Optional<Instant> since,
            Optional<Instant> deadline,
            boolean finished,
            boolean snapshot,
            boolean objects,
            boolean pods,
            Work work) {}

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
        return switch (seen.work()) {
            case SUCCEEDED -> SAVED;
            case FAILED -> NOT_SAVED;
            case UNDER_WAY -> late ? NOT_SAVED : PIN;
            case NOT_BEGUN ->
                late || seen.runs().isEmpty()
                        ? NOT_SAVED
                        : switch (ending(seen, moment)) {
                            case UNDER_WAY -> SAVE;
                            case WITH_SAVEPOINT -> SAVED;
                            case WITHOUT_SAVEPOINT ->
                                !seen.snapshot() ? NOT_SAVED : seen.objects() || seen.pods() ? STOP : PIN;
                        };
        };
    }

    private static Ending ending(Seen seen, Moment moment) {
        String revision = seen.runs().orElseThrow();
        boolean process = switch (moment.pod(revision)) {
            case PodSeen.Answers _, PodSeen.Silent _, PodSeen.Unasked _ -> true;
            case PodSeen.Leaving _, PodSeen.Pending _, PodSeen.Refused _, PodSeen.Absent _ -> false;
        };
        return seen.objects() || process ? Ending.of(revision, stop(seen), moment) : Ending.WITHOUT_SAVEPOINT;
    }

    private static Farewell remove(Seen seen, boolean late) {
        return switch (seen.work()) {
            case SUCCEEDED -> REMOVED;
            case FAILED -> NOT_REMOVED;
            case UNDER_WAY -> late ? NOT_REMOVED : REMOVE;
            case NOT_BEGUN -> late ? NOT_REMOVED : seen.objects() || seen.pods() ? STOP : REMOVE;
        };
    }

    /** A deletion stops a job as a suspension does. */
    private static Change stop(Seen seen) {
        return Change.stop(
                Step.Suspending,
                seen.runs(),
                Optional.of(seen.savepoint()),
                false,
                seen.since().orElseThrow(),
                seen.deadline());
    }
}
