package dev.headrace.operator.pod;

import java.time.Instant;
import java.util.Optional;

/** What is known of a revision's pod. */
public sealed interface PodSeen {
    /** There is none. */
    record Absent() implements PodSeen {}

    /**
     * There is none, since Kubernetes does not make it.
     *
     * @param since when that was first so
     */
    record Refused(String message, Instant since) implements PodSeen {}

    /**
     * Its process does not run: it waits for a node, an image, or something that it refers to.
     *
     * @param wrong whether it will go on waiting until somebody does something
     */
    record Pending(String message, boolean wrong) implements PodSeen {}

    /**
     * It was asked to end.
     *
     * @param until the end of its grace: of a node that can be reached it is gone then
     */
    record Leaving(Instant until) implements PodSeen {}

    /** It runs, and the first answer is still waited for: nothing is decided on a job as long as that is so. */
    record Unasked() implements PodSeen {}

    /** It runs, and does not answer. */
    record Silent(Instant since, String error) implements PodSeen {}

    /** It answers. */
    record Answers(PodState state) implements PodSeen {}

    /** Why it does not run, where that is not a matter of time. */
    default Optional<String> trouble() {
        return switch (this) {
            case Refused refused -> Optional.of(refused.message());
            case Pending pending -> Optional.of(pending.message()).filter(message -> pending.wrong());
            default -> Optional.empty();
        };
    }

    /** What holds up a job that was asked to stop: it failed meanwhile, or cannot write its last snapshot. */
    default Optional<String> troubleStopping() {
        return told().flatMap(state -> state.failedStopping() || state.phase() == PodState.Phase.BackingOff
                ? Optional.of(state.message())
                : state.snapshotTrouble());
    }

    default Optional<PodState> told() {
        return this instanceof Answers answers ? Optional.of(answers.state()) : Optional.empty();
    }

    /** Whether its process says that it is in this phase. */
    default boolean is(PodState.Phase phase) {
        return told().filter(state -> state.phase() == phase).isPresent();
    }
}
