package dev.headrace.operator.snapshot;

import static dev.headrace.operator.Jobs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.SnapshotSpec;
import dev.headrace.crds.SnapshotStatus;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.operator.objects.Names;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetainedTest {
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");

    private static Snapshot snapshot(String name, boolean scheduled, String phase, long hoursAgo, String retain) {
        String at = NOW.minus(Duration.ofHours(hoursAgo)).toString();
        Snapshot snapshot = new Snapshot();
        snapshot.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace("shop")
                .withCreationTimestamp(at)
                .withLabels(scheduled ? Map.of(Names.ORIGIN, Names.SCHEDULE) : Map.of())
                .build());
        snapshot.setSpec(new SnapshotSpec("orders", retain));
        snapshot.setStatus(new SnapshotStatus(
                1L,
                phase,
                "",
                "A",
                "s3://b",
                name,
                null,
                "s3://b/" + name,
                null,
                null,
                null,
                at,
                phase.equals("Failed") ? null : at,
                null,
                null));
        return snapshot;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // retain | hours old | expired
                "-        | 9000      | false",
                "12h      | 11        | false",
                "12h      | 12        | true",
                "7d       | 167       | false",
                "7d       | 168       | true",
            })
    void a_persons_has_its_own_age_or_none(String retain, long hours, boolean expired) {
        Snapshot snapshot = snapshot("monday", false, "Completed", hours, retain);
        assertThat(Retained.expired(snapshot, List.of(snapshot), Optional.of(job("")), List.of(job("")), NOW))
                .isEqualTo(expired);
        assertThat(Retained.expired(snapshot, List.of(snapshot), Optional.empty(), List.of(), NOW))
                .isEqualTo(expired);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // retain | made hours ago | begun hours ago | expired
                "-        | 9000           | 9000            | false",
                "12h      | 13             | 11              | false",
                "12h      | 13             | 12              | true",
                "12h      | 11             | -               | false",
                "12h      | 12             | -               | true",
            })
    void a_persons_that_has_failed_has_it_too_from_when_it_was_begun(
            String retain, long made, Long begun, boolean expired) {
        Snapshot snapshot = snapshot("monday", false, "Failed", made, retain);
        Optional<Instant> startedAt = Optional.ofNullable(begun).map(hours -> NOW.minus(Duration.ofHours(hours)));
        snapshot.setStatus(failed(startedAt));
        assertThat(Retained.expired(snapshot, List.of(snapshot), Optional.of(job("")), List.of(job("")), NOW))
                .isEqualTo(expired);
        assertThat(Retained.expires(snapshot, Optional.of(job(""))))
                .isEqualTo(Optional.ofNullable(retain)
                        .map(age -> startedAt
                                .orElse(NOW.minus(Duration.ofHours(made)))
                                .plus(Duration.ofHours(12))));
    }

    private static SnapshotStatus failed(Optional<Instant> startedAt) {
        return new SnapshotStatus(
                1L,
                "Failed",
                "no room",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                startedAt.map(Instant::toString).orElse(null),
                null,
                null,
                "no room");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // hours old of the schedule's, newest first | retain                    | which are past it
                "1 2 3 4 5                                   | {count: 3}                | 4 5",
                "1 2 3 4 5                                   | {count: 9}                | ''",
                "1 2 30 40                                   | {age: 24h}                | 30 40",
                "30 40                                       | {age: 24h}                | 40",
                "30                                          | {age: 24h}                | ''",
                "1 2 30 40                                   | '{count: 1, age: 24h}'    | 2 30 40",
                "1 2 3 4 5 6 7 8 9 10 11                     | {}                        | 11",
            })
    void a_schedules_are_limited_in_number_and_age_and_the_latest_stays(String hours, String retain, String expired) {
        List<Snapshot> all = new ArrayList<>(List.of(
                snapshot("by-hand", false, "Completed", 0, null), snapshot("under-way", true, "InProgress", 0, null)));
        for (String old : hours.split(" ")) {
            all.add(snapshot(old, true, "Completed", Long.parseLong(old), null));
        }
        StreamJob job = yamlJob(retain);
        assertThat(all.stream()
                        .filter(snapshot -> Retained.expired(snapshot, all, Optional.of(job), List.of(job), NOW))
                        .map(snapshot -> snapshot.getMetadata().getName()))
                .containsExactlyElementsOf(expired.isEmpty() ? List.of() : List.of(expired.split(" ")));
    }

    private static StreamJob yamlJob(String retain) {
        return dev.headrace.operator.Jobs.yaml(
                "apiVersion: headrace.dev/v1alpha1\nkind: StreamJob\nmetadata: {name: orders, namespace: shop}\n"
                        + "spec: {sql: a, snapshots: {storage: 's3://b', schedule: 0 3 * * *, retain: " + retain
                        + "}}");
    }

    @Test
    void what_failed_goes_when_a_later_one_is_complete() {
        Snapshot failed = snapshot("failed", true, "Failed", 2, null);
        Snapshot before = snapshot("before", true, "Completed", 3, null);
        Snapshot later = snapshot("later", true, "Completed", 1, null);
        assertThat(Retained.expired(failed, List.of(failed, before), Optional.of(job("")), List.of(job("")), NOW))
                .isFalse();
        assertThat(Retained.expired(
                        failed, List.of(failed, before, later), Optional.of(job("")), List.of(job("")), NOW))
                .isTrue();
    }

    @Test
    void what_a_job_is_to_start_from_stays_whatever_its_age() {
        Snapshot old = snapshot("monday", false, "Completed", 100, "1h");
        StreamJob asks = job("restoreFrom: {snapshot: monday}");
        StreamJob starts = job("");
        starts.setStatus(starting("s3://b/monday"));
        assertThat(Retained.expired(old, List.of(old), Optional.of(asks), List.of(asks), NOW))
                .isFalse();
        assertThat(Retained.expired(old, List.of(old), Optional.of(starts), List.of(starts), NOW))
                .isFalse();
        assertThat(Retained.expired(old, List.of(old), Optional.of(job("")), List.of(job("")), NOW))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"snapshot: monday, false", "path: 's3://b/monday', false", "snapshot: tuesday, true"})
    void what_another_job_is_to_start_from_stays_too(String restoreFrom, boolean expired) {
        Snapshot old = snapshot("monday", false, "Completed", 100, "1h");
        StreamJob other = job("restoreFrom: {" + restoreFrom + "}");
        other.getMetadata().setName("other");
        assertThat(Retained.expired(old, List.of(old), Optional.of(job("")), List.of(job(""), other), NOW))
                .isEqualTo(expired);
    }

    private static StreamJobStatus starting(String path) {
        var transition = new StreamJobStatus.Transition(
                "Trying", "A", "B", "Restart", null, null, path, null, null, null, null, null, null, null, null);
        return new StreamJobStatus(
                null, null, null, null, null, null, null, null, null, transition, null, null, null, null, null);
    }
}
