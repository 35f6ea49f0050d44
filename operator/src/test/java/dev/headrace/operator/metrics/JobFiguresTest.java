package dev.headrace.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Condition;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.operator.Jobs;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFiguresTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final JobFigures figures = new JobFigures(registry, Clock.fixed(START.plusSeconds(60), ZoneOffset.UTC));
    private final StreamJob job = Jobs.job("");

    private static StreamJobStatus status(String phase, List<Condition> conditions) {
        return new StreamJobStatus(
                1L, phase, "", null, null, 0, "", null, null, null, null, null, null, null, conditions);
    }

    private double value(String name) {
        Gauge gauge = registry.find(name).gauge();
        return gauge == null ? Double.NEGATIVE_INFINITY : gauge.value();
    }

    private Set<String> names() {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .map(Meter.Id::getName)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({
        "Ready, True, headrace_job_ready, 1.0",
        "Ready, False, headrace_job_ready, 0.0",
        "Ready, Unknown, headrace_job_ready, NaN",
        "SpecValid, Unknown, headrace_job_spec_valid, NaN",
        "SnapshotHealthy, Unknown, headrace_job_snapshots_healthy, NaN",
        "SnapshotHealthy, False, headrace_job_snapshots_healthy, 0.0",
        "Ready, True, headrace_job_degraded, NaN",
    })
    void what_is_not_known_is_no_number(String type, String word, String metric, String value) {
        figures.set(job, status("Running", List.of(new Condition(type, word, "Reason", "", "", 1L))));
        assertThat(Double.toString(value(metric))).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"Running, 0", "Pending, 0", "Suspending, 1", "Suspended, 1"})
    void a_suspended_job_is_one_that_is_not_to_run(String phase, double value) {
        figures.set(job, status(phase, List.of()));
        assertThat(value("headrace_job_suspended")).isEqualTo(value);
    }

    @Test
    void only_the_leader_has_figures_of_jobs() {
        assertThat(names()).noneMatch(name -> name.startsWith("headrace_job"));
        assertThat(value("headrace_operator_leads")).isZero();
        figures.lead();
        assertThat(value("headrace_operator_leads")).isEqualTo(1);
        assertThat(value("headrace_jobs")).isZero();
    }

    @Test
    void a_namespace_that_is_no_longer_watched_has_none() {
        figures.set(job, status("Running", List.of()));
        assertThat(names()).contains("headrace_job_ready");
        figures.watch(Set.of("shop", "warehouse")::contains);
        assertThat(names()).contains("headrace_job_ready");
        figures.watch(Set.of("warehouse")::contains);
        assertThat(names()).noneMatch(name -> name.startsWith("headrace_job"));
        figures.set(job, status("Running", List.of()));
        assertThat(names()).noneMatch(name -> name.startsWith("headrace_job"));
    }

    @ParameterizedTest
    @CsvSource({"Suspended, 0", "Starting, 60"})
    void a_suspended_job_is_not_in_the_middle_of_a_change(String step, double seconds) {
        StreamJobStatus.Transition transition = new StreamJobStatus.Transition(
                step,
                "a",
                "b",
                "Restart",
                null,
                null,
                null,
                null,
                null,
                null,
                START.toString(),
                null,
                null,
                null,
                null);
        figures.set(
                job,
                new StreamJobStatus(
                        1L,
                        "Running",
                        "",
                        null,
                        null,
                        0,
                        "",
                        null,
                        null,
                        transition,
                        null,
                        null,
                        null,
                        null,
                        List.of()));
        assertThat(value("headrace_job_change_seconds")).isEqualTo(seconds);
    }

    @Test
    void failures_are_counted_from_the_first() {
        assertThat(registry.find("headrace_failed_reconciliations").counters()).hasSize(2);
        figures.failed("snapshot");
        assertThat(registry.find("headrace_failed_reconciliations")
                        .tag("controller", "snapshot")
                        .counter()
                        .count())
                .isEqualTo(1);
    }
}
