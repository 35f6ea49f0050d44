package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJob;
import dev.headrace.crds.word.EventReason;
import dev.headrace.operator.Jobs;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Events.Limits limits = new Events.Limits();

    private boolean admitted(String uid, String message, Duration after) {
        return limits.admit(uid, EventReason.JobFailed, message, START.plus(after));
    }

    /** kubectl sorts by the times of the older group, and leaves out a count that is not there. */
    @Test
    void an_event_has_the_times_that_kubectl_goes_by() {
        StreamJob job = Jobs.job("");
        var event = Events.event(job, EventReason.JobFailed, "no disk", START.plusNanos(1_234_567), "operator-0");
        assertThat(event.getEventTime().getTime()).isEqualTo("2026-01-01T00:00:00.001234Z");
        assertThat(event.getFirstTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(event.getLastTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(event.getCount()).isEqualTo(1);
        assertThat(event.getInvolvedObject().getName())
                .isEqualTo(job.getMetadata().getName());
        assertThat(event.getMetadata().getNamespace())
                .isEqualTo(job.getMetadata().getNamespace());
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
    void what_fails_again_after_it_had_recovered_is_told_again() {
        assertThat(admitted("a", "no disk", Duration.ZERO)).isTrue();
        assertThat(limits.admit("a", EventReason.JobRecovered, "runs", START.plusSeconds(40)))
                .isTrue();
        assertThat(admitted("a", "no disk", Duration.ofSeconds(50))).isTrue();
        assertThat(admitted("a", "no disk", Duration.ofSeconds(60))).isFalse();
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
    void what_seldom_happens_is_told_beside_what_happens_all_the_time() {
        for (int i = 0; i < 30; i++) {
            admitted("a", "failure " + i, Duration.ofSeconds(i));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(limits.admit("a", EventReason.Suspended, "savepoint " + i, START.plusSeconds(40 + i)))
                    .isTrue();
        }
        assertThat(limits.admit("a", EventReason.Suspended, "savepoint 3", START.plusSeconds(50)))
                .isFalse();
        assertThat(limits.admit("a", EventReason.Resumed, "runs", START.plusSeconds(50)))
                .isTrue();
        assertThat(limits.admit("a", EventReason.Resumed, "runs", START.plusSeconds(51)))
                .as("the same")
                .isFalse();
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
