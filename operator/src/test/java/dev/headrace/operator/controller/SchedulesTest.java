package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.SnapshotSpec;
import dev.headrace.crds.SnapshotStatus;
import dev.headrace.operator.Jobs;
import dev.headrace.operator.job.Cron;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // next in the status | now                 | due                  | next
                "-                    | 2026-01-01T10:00:00Z | -                    | 2026-01-02T03:00:00Z",
                "2026-01-02T03:00:00Z | 2026-01-02T02:59:59Z | -                    | 2026-01-02T03:00:00Z",
                "2026-01-02T03:00:00Z | 2026-01-02T03:00:00Z | 2026-01-02T03:00:00Z | 2026-01-03T03:00:00Z",
                "2026-01-02T03:00:00Z | 2026-01-09T10:00:00Z | 2026-01-02T03:00:00Z | 2026-01-10T03:00:00Z",
            })
    void what_was_missed_is_made_up_for_once(Instant next, Instant now, Instant due, Instant then) {
        Schedules.Due found = Schedules.Due.of(Cron.parse("0 3 * * *"), Optional.ofNullable(next), now);
        assertThat(found.now()).isEqualTo(Optional.ofNullable(due));
        assertThat(found.next()).contains(then);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // phase   | origin   | job    | waited for
                "-          | schedule | orders | true",
                "Pending    | schedule | orders | true",
                "InProgress | schedule | orders | true",
                "Completed  | schedule | orders | false",
                "Failed     | schedule | orders | false",
                "Pending    | hand     | orders | false",
                "Pending    | schedule | other  | false",
            })
    void one_of_the_schedule_that_is_waited_for_stands_for_those_due_meanwhile(
            String phase, String origin, String job, boolean waited) {
        Snapshot snapshot = Schedules.snapshot(Jobs.job(""), Instant.parse("2026-01-02T03:00:00Z"));
        snapshot.setSpec(new SnapshotSpec(job, null));
        snapshot.getMetadata().setLabels(Map.of("headrace.dev/origin", origin));
        if (phase != null) {
            snapshot.setStatus(new SnapshotStatus(
                    1L, phase, "", null, null, null, null, null, null, null, null, null, null, null, null));
        }
        assertThat(Schedules.isWaitedFor(snapshot, Jobs.job(""))).isEqualTo(waited);
    }

    @Test
    void a_snapshot_is_named_after_the_time_that_it_was_due() {
        Snapshot snapshot = Schedules.snapshot(Jobs.job(""), Instant.parse("2026-01-02T03:00:00Z"));
        assertThat(snapshot.getMetadata().getName()).isEqualTo("orders-20260102-0300");
        assertThat(snapshot.getMetadata().getLabels())
                .isEqualTo(Map.of("headrace.dev/job", "orders", "headrace.dev/origin", "schedule"));
        assertThat(snapshot.getSpec().job()).isEqualTo("orders");
    }
}
