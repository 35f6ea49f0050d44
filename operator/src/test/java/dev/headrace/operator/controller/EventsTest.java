package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.word.EventReason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Events.Limits limits = new Events.Limits();

    private boolean admitted(String uid, String message, Duration after) {
        return limits.admit(uid, EventReason.JobFailed, message, START.plus(after));
    }

    @Test
    void the_same_is_told_once_in_five_minutes() {
        assertThat(admitted("a", "no disk", Duration.ZERO)).isTrue();
        assertThat(admitted("a", "no disk", Duration.ofMinutes(4))).isFalse();
        assertThat(admitted("a", "no net", Duration.ofMinutes(4))).isTrue();
        assertThat(admitted("b", "no disk", Duration.ofMinutes(4))).isTrue();
        assertThat(admitted("a", "no disk", Duration.ofMinutes(5))).isTrue();
    }

    @Test
    void one_resource_tells_twenty_times_in_ten_minutes_at_most() {
        for (int i = 0; i < 20; i++) {
            assertThat(admitted("a", "failure " + i, Duration.ofSeconds(i))).isTrue();
        }
        assertThat(admitted("a", "failure 21", Duration.ofSeconds(21))).isFalse();
        assertThat(admitted("b", "failure 21", Duration.ofSeconds(21))).isTrue();
        assertThat(admitted("a", "failure 22", Duration.ofSeconds(601))).isTrue();
    }

    @Test
    void what_was_told_of_long_ago_is_forgotten() {
        for (int i = 0; i < 1000; i++) {
            admitted("snapshot " + i, "complete", Duration.ofMinutes(i));
        }
        assertThat(limits.size()).isLessThan(25);
        assertThat(admitted("snapshot 999", "complete", Duration.ofMinutes(1000)))
                .isFalse();
    }
}
