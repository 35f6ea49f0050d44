package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.SnapshotSpec;
import dev.headrace.crds.SnapshotStatus;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.operator.Jobs;
import dev.headrace.operator.change.Moment;
import dev.headrace.operator.controller.Observer.Observed;
import dev.headrace.operator.job.Cron;
import dev.headrace.operator.job.JobSpec;
import dev.headrace.operator.pod.SavepointState;
import dev.headrace.operator.status.StateInStatus;
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
                // last in the status  | made  | due                  | last then
                "-                    | true  | -                    | -",
                "2026-01-01T03:00:00Z | true  | -                    | 2026-01-01T03:00:00Z",
                "2026-01-01T03:00:00Z | true  | 2026-01-02T03:00:00Z | 2026-01-02T03:00:00Z",
                "2026-01-01T03:00:00Z | false | 2026-01-02T03:00:00Z | 2026-01-01T03:00:00Z",
                "-                    | false | 2026-01-02T03:00:00Z | -",
            })
    void what_was_made_last_is_told_and_what_was_passed_over_is_not(
            String last, boolean made, Instant due, String then) {
        Instant next = Instant.parse("2026-01-03T03:00:00Z");
        assertThat(new Schedules.Due(Optional.ofNullable(due), Optional.of(next))
                        .told(Optional.of(new StreamJobStatus.Schedule(last, "2026-01-02T03:00:00Z")), made))
                .isEqualTo(new StreamJobStatus.Schedule(then, next.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // the Snapshot that is waited for | last then
                "orders-20260101-0300              | 2026-01-01T03:00:00Z",
                "orders-20260102-0300              | 2026-01-02T03:00:00Z",
            })
    void while_one_is_waited_for_none_is_made_and_the_next_time_comes_later(String waitedFor, String last) {
        StreamJob job = Jobs.yaml("""
                apiVersion: headrace.dev/v1alpha1
                kind: StreamJob
                metadata: {name: orders, namespace: shop, uid: u, generation: 1}
                spec: {sql: a, snapshots: {storage: 's3://b', schedule: 0 3 * * *}}
                status: {schedule: {last: "2026-01-01T03:00:00Z", next: "2026-01-02T03:00:00Z"}}
                """);
        Snapshot pending = Schedules.snapshot(job, Instant.parse("2026-01-01T03:00:00Z"));
        pending.getMetadata().setName(waitedFor);
        Moment moment = new Moment(
                JobSpec.of(job),
                1,
                "A",
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                new SavepointState.Unknown(),
                Instant.parse("2026-01-02T03:00:05Z"));
        Schedules.Scheduled next = new Schedules()
                .next(
                        job,
                        new Observed(job.getStatus(), StateInStatus.read(job.getStatus()), moment.spec(), "A", moment),
                        waitedFor::equals,
                        FakeContext.of(pending));
        assertThat(next.refused()).isEmpty();
        assertThat(next.status()).contains(new StreamJobStatus.Schedule(last, "2026-01-03T03:00:00Z"));
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
