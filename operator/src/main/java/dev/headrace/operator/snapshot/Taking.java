package dev.headrace.operator.snapshot;

import dev.headrace.crds.SnapshotStatus;
import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.SnapshotPhase;
import dev.headrace.operator.pod.SavepointState;
import dev.headrace.operator.pod.Work;
import dev.headrace.operator.status.Statuses;
import dev.headrace.operator.status.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The life of a Snapshot: its status and what is seen, to the next status and what is done then. */
public record Taking(SnapshotStatus status, Act act, Optional<EventReason> told) {
    /** A savepoint that takes longer has failed. */
    static final Duration LIMIT = Duration.ofMinutes(30);

    /** A removal that has failed is tried again after so long. */
    static final Duration AGAIN = Duration.ofMinutes(10);

    /** What is to be done. */
    public enum Act {
        NOTHING,
        /** The job's pod is asked for the savepoint. */
        ASK,
        /** A pod removes it from storage. */
        REMOVE,
        /** The pod that could not is taken away. */
        CLEAR,
        /** The Snapshot itself goes. */
        DELETE
    }

    /** What is seen of the job. */
    public sealed interface Job {
        /** There is none of that name. */
        record Missing() implements Job {}

        /** It does not run now. */
        record Idle(String phase) implements Job {}

        /**
         * It has finished, and has no pod.
         *
         * @param snapshot the path of its last snapshot
         */
        record Finished(Optional<String> snapshot) implements Job {}

        /**
         * It runs, and can be asked.
         *
         * @param access with what its storage is reached
         */
        record Running(String revision, String storage, String access) implements Job {}
    }

    /**
     * @param savepoint the name that the savepoint is to have
     * @param expired whether it is past its retention
     * @param removal what has become of the pod that removes it
     * @param trouble what holds that up
     */
    public record Seen(
            SnapshotStatus before,
            long generation,
            String savepoint,
            Job job,
            SavepointState outcome,
            boolean expired,
            Work removal,
            Optional<String> trouble,
            Instant now) {}

    public static Taking next(Seen seen) {
        String phase = Optional.ofNullable(seen.before().phase()).orElse(SnapshotPhase.Pending.name());
        return switch (SnapshotPhase.valueOf(phase)) {
            case Pending -> pending(seen);
            case InProgress -> inProgress(seen);
            case Completed ->
                seen.expired()
                        ? new Taking(
                                with(
                                        seen,
                                        SnapshotPhase.Removing,
                                        SnapshotPhase.Removing.sentence(),
                                        Times.text(seen.now())),
                                Act.NOTHING,
                                Optional.empty())
                        : stay(seen, Act.NOTHING);
            case Failed -> stay(seen, seen.expired() ? Act.DELETE : Act.NOTHING);
            case Removing -> removing(seen);
        };
    }

    private static Taking pending(Seen seen) {
        return switch (seen.job()) {
            case Job.Missing missing -> waits(seen, "there is no StreamJob of that name in the namespace");
            case Job.Idle(String phase) -> waits(seen, "its job is " + phase + "; it is taken when it runs");
            case Job.Finished finished -> failed(seen, sentence(finished));
            case Job.Running(String revision, String storage, String access) ->
                new Taking(
                        new SnapshotStatus(
                                seen.generation(),
                                SnapshotPhase.InProgress.name(),
                                SnapshotPhase.InProgress.sentence(),
                                revision,
                                storage,
                                seen.savepoint(),
                                access,
                                null,
                                null,
                                null,
                                null,
                                Times.text(seen.now()),
                                null,
                                null,
                                null),
                        Act.ASK,
                        Optional.of(EventReason.SnapshotStarted));
        };
    }

    private static Taking waits(Seen seen, String message) {
        return new Taking(with(seen, SnapshotPhase.Pending, message, null), Act.NOTHING, Optional.empty());
    }

    private static Taking inProgress(Seen seen) {
        boolean late = Times.parse(seen.before().startedAt())
                .filter(since -> seen.now().isBefore(since.plus(LIMIT)))
                .isEmpty();
        return switch (seen.outcome()) {
            case SavepointState.Completed(String path, long bytes, long millis, Map<String, Object> offsets) ->
                new Taking(
                        new SnapshotStatus(
                                seen.generation(),
                                SnapshotPhase.Completed.name(),
                                SnapshotPhase.Completed.sentence(),
                                seen.before().revision(),
                                SavepointState.storage(path),
                                seen.before().savepoint(),
                                seen.before().access(),
                                path,
                                bytes,
                                millis,
                                offsets.isEmpty() ? null : offsets,
                                seen.before().startedAt(),
                                Times.text(seen.now()),
                                null,
                                null),
                        Act.NOTHING,
                        Optional.of(EventReason.SnapshotCompleted));
            case SavepointState.Failed(String error) -> failed(seen, error);
            case SavepointState.Unasked unasked -> late ? failed(seen, tooLong()) : stay(seen, Act.ASK);
            case SavepointState.InProgress progress -> late ? failed(seen, tooLong()) : stay(seen, Act.ASK);
            case SavepointState.Unknown unknown ->
                seen.job() instanceof Job.Missing
                        ? failed(seen, "its StreamJob is gone")
                        : seen.job() instanceof Job.Finished finished
                                ? failed(seen, sentence(finished))
                                : late ? failed(seen, tooLong()) : asked(seen);
        };
    }

    /** The revision that was asked may have made way for another: then that one is. A savepoint of one name is made once. */
    private static Taking asked(Seen seen) {
        return seen.job() instanceof Job.Running(String revision, String storage, String access)
                        && !revision.equals(seen.before().revision())
                        && storage.equals(seen.before().storage())
                ? new Taking(
                        new SnapshotStatus(
                                seen.generation(),
                                seen.before().phase(),
                                seen.before().message(),
                                revision,
                                storage,
                                seen.before().savepoint(),
                                access,
                                null,
                                null,
                                null,
                                null,
                                seen.before().startedAt(),
                                null,
                                null,
                                null),
                        Act.ASK,
                        Optional.empty())
                : stay(seen, Act.ASK);
    }

    private static String sentence(Job.Finished finished) {
        return "its job has finished: its last snapshot"
                + finished.snapshot().map(path -> ", " + path + ",").orElse("")
                + " holds all that there is to save, and stays in storage";
    }

    private static String tooLong() {
        return "not complete after " + LIMIT.toMinutes() + " minutes";
    }

    private static Taking failed(Seen seen, String error) {
        SnapshotStatus before = seen.before();
        return new Taking(
                new SnapshotStatus(
                        seen.generation(),
                        SnapshotPhase.Failed.name(),
                        error,
                        before.revision(),
                        before.storage(),
                        before.savepoint(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        before.startedAt(),
                        null,
                        null,
                        error),
                Act.NOTHING,
                Optional.of(EventReason.SnapshotFailed));
    }

    /** It is not unmade once removal has begun: some of it may be gone. */
    private static Taking removing(Seen seen) {
        if (seen.job() instanceof Job.Missing && seen.before().access() == null) {
            String message =
                    "its StreamJob is gone, and with what its storage is reached was not noted when it was taken;"
                            + " remove " + seen.before().path() + " by hand, and then this Snapshot";
            return new Taking(
                    with(seen, SnapshotPhase.Removing, message, seen.before().removedAt()),
                    Act.NOTHING,
                    message.equals(seen.before().message())
                            ? Optional.empty()
                            : Optional.of(EventReason.RemovalGivenUp));
        }
        return switch (seen.removal()) {
            case SUCCEEDED -> new Taking(seen.before(), Act.DELETE, Optional.of(EventReason.SnapshotRemoved));
            case NOT_BEGUN -> stay(seen, Act.REMOVE);
            case UNDER_WAY -> removing(seen, SnapshotPhase.Removing.sentence(), Act.REMOVE);
            case FAILED -> {
                boolean again = Times.parse(seen.before().removedAt())
                        .filter(since -> seen.now().isBefore(since.plus(AGAIN)))
                        .isEmpty();
                String sentence = "it could not be removed from storage; that is tried again";
                yield again
                        ? new Taking(
                                with(
                                        seen,
                                        SnapshotPhase.Removing,
                                        Statuses.withTrouble(sentence, seen.trouble()),
                                        Times.text(seen.now())),
                                Act.CLEAR,
                                Optional.of(EventReason.RemovalGivenUp))
                        : removing(seen, sentence, Act.NOTHING);
            }
        };
    }

    private static Taking removing(Seen seen, String sentence, Act act) {
        String message = Statuses.withTrouble(sentence, seen.trouble());
        return new Taking(
                with(seen, SnapshotPhase.Removing, message, seen.before().removedAt()), act, Optional.empty());
    }

    private static Taking stay(Seen seen, Act act) {
        return new Taking(seen.before(), act, Optional.empty());
    }

    private static SnapshotStatus with(Seen seen, SnapshotPhase phase, String message, String removedAt) {
        SnapshotStatus before = seen.before();
        return new SnapshotStatus(
                seen.generation(),
                phase.name(),
                message,
                before.revision(),
                before.storage(),
                before.savepoint(),
                before.access(),
                before.path(),
                before.bytes(),
                before.durationMillis(),
                before.offsets(),
                before.startedAt(),
                before.completedAt(),
                removedAt,
                before.error());
    }
}
