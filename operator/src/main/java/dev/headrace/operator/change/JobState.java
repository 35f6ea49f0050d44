package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.RestoreFrom;
import dev.headrace.crds.word.Reason;
import java.util.Optional;

/**
 * What is remembered of a job.
 *
 * @param active the revision that runs, or is to run when the change under way fails
 * @param refused a revision that was taken back
 * @param restored the restoreFrom that was heeded last
 */
public record JobState(
        Optional<String> active, Optional<Change> change, Optional<Refusal> refused, Optional<RestoreFrom> restored) {
    public static final JobState NEW =
            new JobState(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** @param generation of the spec that asked for it; a later one is tried again */
    public record Refusal(String revision, long generation, Reason reason, String message) {}

    JobState with(Change next) {
        return new JobState(active, Optional.of(next), refused, restored);
    }

    JobState steady() {
        return new JobState(active, Optional.empty(), refused, restored);
    }

    JobState refuse(Refusal refusal) {
        return new JobState(active, change, Optional.of(refusal), restored);
    }

    JobState forgetRefusal() {
        return new JobState(active, change, Optional.empty(), restored);
    }
}
