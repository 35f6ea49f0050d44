package dev.headrace.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.StreamJobStatus.Transition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFiguresTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, 0",
                "Trying, 600",
                "Stopping, 600",
                "Starting, 600",
                "RollingBack, 600",
                "Suspending, 600",
                "Suspended, 0"
            })
    void a_change_takes_time_until_it_is_done_or_the_job_rests(String step, double seconds) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        StreamJob job = new StreamJob();
        job.setMetadata(
                new ObjectMetaBuilder().withName("orders").withNamespace("shop").build());
        new JobFigures(meters, Clock.fixed(NOW, ZoneOffset.UTC)).set(job, status(step));
        assertThat(meters.get("headrace_job_change_seconds").gauge().value()).isEqualTo(seconds);
    }

    private static StreamJobStatus status(String step) {
        Transition transition = step == null
                ? null
                : new Transition(
                        step, null, null, null, null, null, null, null, "2026-01-01T00:00:00Z", null, null, null, null);
        return new StreamJobStatus(
                null, null, null, null, null, null, null, null, null, transition, null, null, null, null, null);
    }
}
