package dev.headrace.operator.pod;

import java.time.Instant;
import java.util.Optional;

/** What is known of a revision's pod. */
public sealed interface PodSeen {
    /** There is none. */
    record Absent() implements PodSeen {}

    /** Its process does not run: it waits for a node, an image, or something that it refers to. */
    record Pending(String message) implements PodSeen {}

    /** It was asked to end. */
    record Leaving() implements PodSeen {}

    /** It runs, and the first answer is still waited for: nothing is decided on a job as long as that is so. */
    record Unasked() implements PodSeen {}

    /** It runs, and does not answer. */
    record Silent(Instant since, String error) implements PodSeen {}

    /** It answers. */
    record Answers(PodState state) implements PodSeen {}

    default Optional<PodState> told() {
        return this instanceof Answers answers ? Optional.of(answers.state()) : Optional.empty();
    }

    /** Whether its process says that it is in this phase. */
    default boolean is(PodState.Phase phase) {
        return told().filter(state -> state.phase() == phase).isPresent();
    }
}
