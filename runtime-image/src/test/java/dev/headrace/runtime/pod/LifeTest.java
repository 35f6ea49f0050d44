package dev.headrace.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifeTest {
    @ParameterizedTest(name = "after {0} failures in a row {1} ms")
    @CsvSource({"1, 1000", "2, 2000", "3, 4000", "4, 8000", "6, 32000", "7, 60000", "8, 60000", "1000000, 60000"})
    void a_failed_job_waits_twice_as_long_each_time_up_to_a_minute(int failures, long millis) {
        assertThat(Life.waitMillis(failures)).isEqualTo(millis);
    }

    @Test
    void a_failure_is_told_with_the_time_of_the_next_start() {
        Life life = Life.begun().failed("no broker", 0, 10_000);
        assertThat(life)
                .isEqualTo(new Life(Phase.BACKING_OFF, Cause.JOB_FAILED, "no broker", 1, 1, OptionalLong.of(11_000)));
        assertThat(life.opening("").failed("no broker", 0, 20_000).nextStartAt())
                .hasValue(22_000);
    }

    @Test
    void snapshots_make_the_wait_short_again_but_restarts_are_counted_on() {
        Life life = Life.begun();
        for (int i = 0; i < 5; i++) {
            life = life.failed("no broker", 0, 0).opening("").running("");
        }
        assertThat(life.failures()).isEqualTo(5);
        Life failed = life.failed("no broker", 2, 0);
        assertThat(failed.nextStartAt()).hasValue(Life.FIRST_WAIT_MILLIS);
        assertThat(failed.failures()).isEqualTo(1);
        assertThat(failed.restarts()).isEqualTo(6);
    }

    @Test
    void the_snapshot_that_each_run_begins_with_does_not_make_the_wait_short_again() {
        Life life = Life.begun();
        for (int i = 0; i < 5; i++) {
            life = life.failed("no broker", 1, 0).opening("").running("");
        }
        assertThat(life.failed("no broker", 1, 0).failures()).isEqualTo(6);
    }

    @Test
    void only_a_pod_that_backs_off_has_a_next_start() {
        Life failed = Life.begun().failed("no broker", 0, 0);
        assertThat(failed.opening("from x").nextStartAt()).isEmpty();
        assertThat(failed.stopped("").nextStartAt()).isEmpty();
        assertThat(failed.invalid("wrong").nextStartAt()).isEmpty();
    }
}
