package dev.headrace.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AwaitedSavepointsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AwaitedSavepoints awaited = new AwaitedSavepoints();

    @Test
    void one_is_unasked_until_the_pod_has_told_or_could_not() {
        assertThat(awaited.look("a", START)).isEqualTo(new SavepointState.Unasked());
        assertThat(awaited.learnNothing("a")).isTrue();
        assertThat(awaited.look("a", START)).isEqualTo(new SavepointState.Unknown());
        assertThat(awaited.learn("a", new SavepointState.InProgress())).isTrue();
        assertThat(awaited.learnNothing("a")).isFalse();
        assertThat(awaited.look("a", START)).isEqualTo(new SavepointState.InProgress());
    }

    @Test
    void the_one_that_the_pod_could_not_tell_of_comes_last_next_time() {
        awaited.look("a", START);
        awaited.look("b", START);
        awaited.learnNothing("a");
        assertThat(awaited.open(START)).containsExactly("b", "a");
    }

    @Test
    void one_that_has_ended_is_not_asked_for_again() {
        awaited.look("a", START);
        awaited.learn("a", new SavepointState.Failed("no room"));
        assertThat(awaited.open(START)).isEmpty();
        assertThat(awaited.look("a", START)).isEqualTo(new SavepointState.Failed("no room"));
    }

    @Test
    void one_that_nobody_has_looked_at_for_a_minute_is_forgotten() {
        awaited.look("a", START);
        awaited.look("b", START.plusSeconds(1));
        assertThat(awaited.open(START.plus(AwaitedSavepoints.KEPT))).containsExactly("b");
        assertThat(awaited.size()).isEqualTo(1);
        assertThat(awaited.learn("a", new SavepointState.InProgress())).isFalse();
    }
}
