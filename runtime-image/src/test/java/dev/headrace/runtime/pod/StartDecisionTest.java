package dev.headrace.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.run.OwnSnapshot;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StartDecisionTest {
    private static final String OURS = "ours";
    private static final StartOrder LATEST = StartOrder.LATEST;
    private static final StartOrder SAVEPOINT = StartOrder.once(Optional.of("upgrade-ours"), false);
    private static final StartOrder OTHER_SAVEPOINT = StartOrder.once(Optional.of("other"), false);
    private static final StartOrder FRESH = StartOrder.once(Optional.empty(), true);
    private static final StartOrder RETURN = new StartOrder(Optional.of("upgrade-other"), false, OwnSnapshot.REQUIRED);
    private static final StartOrder RETURN_TO_LATEST = new StartOrder(Optional.empty(), false, OwnSnapshot.REQUIRED);
    private static final StartDecision WAIT = new StartDecision.Wait();

    private static Optional<Stored> nothing() {
        return Optional.empty();
    }

    private static Optional<Stored> stored(String revision, long generation) {
        return Optional.of(new Stored(7, revision, generation, false, false, Optional.of(revision)));
    }

    /** Claimed by a revision that has taken no snapshot; the last one is another's. */
    private static Optional<Stored> claimed(String revision, String before) {
        return Optional.of(
                new Stored(7, revision, 3, false, false, Optional.of(before).filter(r -> !r.isEmpty())));
    }

    private static Optional<Stored> finished(String revision) {
        return Optional.of(new Stored(7, revision, 3, true, false, Optional.of(revision)));
    }

    private static Optional<Stored> stopped(String revision) {
        return Optional.of(new Stored(7, revision, 3, false, true, Optional.of(revision)));
    }

    private static StartDecision start(StartOrder order) {
        return new StartDecision.Start(order);
    }

    /** A new pod, which was told nothing yet. */
    static Stream<Arguments> beginnings() {
        return Stream.of(
                Arguments.of("no state, not to wait", false, LATEST, nothing(), start(LATEST)),
                Arguments.of("no state, to wait", true, LATEST, nothing(), WAIT),
                Arguments.of("another revision's state, not to wait", false, LATEST, stored("old", 3), start(LATEST)),
                Arguments.of("another revision's state, to wait", true, LATEST, stored("old", 3), WAIT),
                Arguments.of("from a savepoint", false, SAVEPOINT, stored("old", 3), start(SAVEPOINT)),
                Arguments.of("from a savepoint, to wait", true, SAVEPOINT, stored("old", 3), WAIT),
                Arguments.of("fresh", false, FRESH, stored("old", 3), start(FRESH)),
                Arguments.of("killed and back", false, LATEST, stored(OURS, 3), start(LATEST)),
                Arguments.of("killed and back, though to wait", true, LATEST, stored(OURS, 3), start(LATEST)),
                Arguments.of(
                        "killed and back: not from the savepoint again",
                        true,
                        SAVEPOINT,
                        stored(OURS, 3),
                        start(LATEST)),
                Arguments.of("killed and back: not fresh again", false, FRESH, stored(OURS, 3), start(LATEST)),
                Arguments.of("killed before its first snapshot, to wait", true, FRESH, claimed(OURS, "old"), WAIT),
                Arguments.of("killed before the job's first snapshot, to wait", true, LATEST, claimed(OURS, ""), WAIT),
                Arguments.of("killed before its first snapshot", false, FRESH, claimed(OURS, "old"), start(FRESH)),
                Arguments.of(
                        "killed before the first after a restart", true, FRESH, claimed(OURS, OURS), start(LATEST)),
                Arguments.of("finished", false, LATEST, finished(OURS), new StartDecision.Finished()),
                Arguments.of("finished, though to wait", true, LATEST, finished(OURS), new StartDecision.Finished()),
                Arguments.of("another revision has finished", false, LATEST, finished("old"), start(LATEST)),
                Arguments.of("another revision has finished, to wait", true, LATEST, finished("old"), WAIT),
                Arguments.of("stopped stays stopped", false, LATEST, stopped(OURS), new StartDecision.Stopped()),
                Arguments.of("stopped waits, to wait", true, SAVEPOINT, stopped(OURS), WAIT),
                Arguments.of("another revision was stopped", false, LATEST, stopped("old"), start(LATEST)),
                Arguments.of("another revision was stopped, to wait", true, LATEST, stopped("old"), WAIT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("beginnings")
    void a_pod_begins_as_storage_says(
            String name, boolean awaitStart, StartOrder given, Optional<Stored> stored, StartDecision decision) {
        assertThat(StartDecision.of(OURS, awaitStart, given, Optional.empty(), LATEST, 0, stored))
                .isEqualTo(decision);
    }

    static Stream<Arguments> orders() {
        return Stream.of(
                Arguments.of("the latest", LATEST, LATEST, stored("old", 3), start(LATEST)),
                Arguments.of("a savepoint", LATEST, SAVEPOINT, stored("old", 3), start(SAVEPOINT)),
                Arguments.of(
                        "a savepoint goes before the one given",
                        OTHER_SAVEPOINT,
                        SAVEPOINT,
                        stored("old", 3),
                        start(SAVEPOINT)),
                Arguments.of("the one given", SAVEPOINT, LATEST, stored("old", 3), start(SAVEPOINT)),
                Arguments.of("fresh, as given", FRESH, LATEST, stored("old", 3), start(FRESH)),
                Arguments.of("back, claimed by another", LATEST, RETURN, claimed("new", OURS), start(RETURN)),
                Arguments.of(
                        "back, not as given", FRESH, RETURN_TO_LATEST, claimed("new", OURS), start(RETURN_TO_LATEST)),
                Arguments.of("back, once more", LATEST, RETURN, stopped(OURS), start(RETURN)),
                Arguments.of("back, and nothing is there", LATEST, RETURN, nothing(), start(RETURN)),
                Arguments.of("back, only claims are there", LATEST, RETURN, claimed("new", ""), start(RETURN)),
                Arguments.of(
                        "back, another has written since",
                        LATEST,
                        RETURN,
                        stored("new", 3),
                        new StartDecision.Superseded("new")),
                Arguments.of(
                        "back, another has written before a third one's claim",
                        LATEST,
                        RETURN,
                        claimed("third", "new"),
                        new StartDecision.Superseded("new")),
                Arguments.of("what was stopped goes on", SAVEPOINT, LATEST, stopped(OURS), start(LATEST)),
                Arguments.of(
                        "what was stopped goes on from a savepoint",
                        LATEST,
                        SAVEPOINT,
                        stopped(OURS),
                        start(SAVEPOINT)),
                Arguments.of("back from another process", LATEST, LATEST, stored("old", 9), start(LATEST)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orders")
    void a_pod_that_is_told_starts(
            String name, StartOrder given, StartOrder told, Optional<Stored> stored, StartDecision decision) {
        assertThat(StartDecision.of(OURS, true, given, Optional.of(told), LATEST, 4, stored))
                .isEqualTo(decision);
    }

    static Stream<Arguments> restarts() {
        return Stream.of(
                Arguments.of("its own snapshot is the latest", stored(OURS, 4), start(LATEST)),
                Arguments.of("it has no snapshot of its own yet", claimed(OURS, "old"), start(FRESH)),
                Arguments.of("another revision has taken over", stored("new", 5), new StartDecision.TakenOver()),
                Arguments.of("its own successor has taken over", stored(OURS, 5), new StartDecision.TakenOver()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("restarts")
    void after_a_failure_the_job_is_only_started_again_if_nobody_else_has_it(
            String name, Optional<Stored> stored, StartDecision decision) {
        assertThat(StartDecision.of(OURS, true, SAVEPOINT, Optional.empty(), FRESH, 4, stored))
                .isEqualTo(decision);
    }

    @Test
    void two_revisions_do_not_fight_for_a_job() {
        // The old one fails because the new one has claimed the job, and then the new one fails for a reason of its
        // own.
        assertThat(StartDecision.of("old", true, LATEST, Optional.empty(), LATEST, 4, stored("new", 5)))
                .isEqualTo(new StartDecision.TakenOver());
        assertThat(StartDecision.of("new", true, SAVEPOINT, Optional.empty(), SAVEPOINT, 5, stored("new", 5)))
                .isEqualTo(start(LATEST));
    }
}
