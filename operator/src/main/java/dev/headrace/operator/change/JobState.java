package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.RestoreFrom;
import dev.headrace.crds.word.Reason;
import dev.headrace.crds.word.Step;
import java.time.Instant;
import java.util.Optional;

/**
 * What is remembered of a job.
 *
 * @param active the revision that runs, or is to run when the change under way fails
 * @param finished when the input of {@code active} had ended; it needs no pod any more
 * @param refused a revision that was refused, or taken back
 * @param restored the restoreFrom that was heeded last
 */
public record JobState(
        Optional<String> active,
        Optional<Instant> finished,
        Optional<Change> change,
        Optional<Refusal> refused,
        Optional<RestoreFrom> restored) {
    public static final JobState NEW =
            new JobState(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** @param generation of the spec that asked for it; a later one is tried again */
    public record Refusal(String revision, long generation, Reason reason, String message) {
        /** How the message begins of one that was never told to start, though nothing was wrong with it. */
        static final String NOT_STARTED = "not ready to start";

        /** What became of the revision, to go behind its name. */
        public String fate() {
            return switch (reason) {
                case SpecRefused, PlanRefused, ObjectRefused -> "was refused";
                default -> message.startsWith(NOT_STARTED) ? "was given up" : "was taken back";
            };
        }
    }

    JobState with(Change next) {
        return new JobState(active, finished, Optional.of(next), refused, restored);
    }

    JobState steady() {
        return new JobState(active, finished, Optional.empty(), refused, restored);
    }

    JobState finish(Instant at) {
        return new JobState(active, Optional.of(at), change, refused, restored);
    }

    JobState refuse(Refusal refusal) {
        return new JobState(active, finished, change, Optional.of(refusal), restored);
    }

    JobState forgetRefusal() {
        return new JobState(active, finished, change, Optional.empty(), restored);
    }

    public boolean hasFinished() {
        return finished.isPresent();
    }

    /** The revision whose pod has the job, or will have it; a new one has it from when it was told to start. */
    public Optional<String> runs() {
        Optional<String> next = change.flatMap(Change::to);
        return change.filter(it -> it.step() == Step.Starting).isPresent() ? next : active.or(() -> next);
    }
}
