package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.storage.LocalStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the snapshots of a run are taken, by a clock that goes on a millisecond a step. */
class FirstSnapshotTest {
    private static final String KILLED = "killed";

    @TempDir
    Path folder;

    private final VirtualClock clock = new VirtualClock();

    private Job open(MemorySystem system, int workers, Duration interval) {
        return CopyJob.open(
                system,
                JobOptions.of("first", workers)
                        .withSnapshots(new LocalStore(folder), interval)
                        .withParallelRestore(false)
                        .withClock(clock));
    }

    /** After how many milliseconds snapshots were complete, of a run that is killed after so many. */
    private List<Integer> taken(Job job, int killedAfter) {
        List<Integer> taken = new ArrayList<>();
        int[] steps = {0};
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> {
                    clock.advance(Duration.ofMillis(1));
                    steps[0]++;
                    if (job.metrics().snapshots().count() > taken.size()) {
                        taken.add(steps[0]);
                    }
                    if (steps[0] == killedAfter) {
                        throw new IllegalStateException(KILLED);
                    }
                }))
                .hasMessage(KILLED);
        return taken;
    }

    @ParameterizedTest(name = "{0} workers")
    @ValueSource(ints = {1, 3})
    void the_first_comes_soon_and_shows_rows_however_long_the_interval_is(int workers) {
        MemorySystem system = new MemorySystem(2, 100_000, 1);
        List<Integer> taken = taken(open(system, workers, Duration.ofHours(1)), 15_000);
        assertThat(taken).singleElement().satisfies(at -> assertThat(at).isBetween(200, 300));
        assertThat(system.committed()).hasSizeGreaterThan(10);
    }

    @Test
    void the_next_ones_are_an_interval_apart() {
        MemorySystem system = new MemorySystem(2, 100_000, 1);
        List<Integer> taken = taken(open(system, 2, Duration.ofSeconds(5)), 15_000);
        assertThat(taken).hasSize(3);
        assertThat(taken.get(1) - taken.get(0)).isBetween(4_900, 5_100);
        assertThat(taken.get(2) - taken.get(1)).isBetween(4_900, 5_100);
    }

    @Test
    void it_does_not_come_before_the_interval_is_over() {
        List<Integer> taken = taken(open(new MemorySystem(2, 100_000, 1), 2, Duration.ofMillis(50)), 180);
        assertThat(taken.getFirst()).isBetween(50, 100);
    }

    @ParameterizedTest(name = "interval {0} ms")
    @CsvSource({"3600000, 10000", "10000, 10000", "500, 500"})
    void where_nothing_comes_in_it_waits_for_the_interval_but_for_ten_seconds_at_most(int interval, int after) {
        Job job = open(new MemorySystem(1, 100_000, 1), 1, Duration.ofMillis(interval));
        job.holdAt(JobTest.cut(0));
        List<Integer> taken = taken(job, after + 300);
        assertThat(taken).singleElement().satisfies(at -> assertThat(at).isBetween(after, after + 100));
    }

    @Test
    void a_run_that_fails_with_its_first_rows_has_taken_none() {
        MemorySystem system = new MemorySystem(1, 100_000, 1);
        Job job = open(system, 1, Duration.ofHours(1));
        assertThat(taken(job, 150)).isEmpty();
        assertThat(system.committed()).isEmpty();
    }

    @Test
    void the_time_that_opening_takes_does_not_count() {
        Job job = open(new MemorySystem(2, 100_000, 1), 2, Duration.ofSeconds(5));
        clock.advance(Duration.ofSeconds(20));
        assertThat(taken(job, 1000))
                .singleElement()
                .satisfies(at -> assertThat(at).isBetween(200, 300));
    }

    @Test
    void a_run_that_goes_on_from_a_snapshot_takes_its_own_as_soon() {
        MemorySystem system = new MemorySystem(2, 100_000, 1);
        taken(open(system, 2, Duration.ofHours(1)), 1000);
        Job second = open(system, 2, Duration.ofHours(1));
        int committed = system.committed().size();
        assertThat(taken(second, 1000))
                .singleElement()
                .satisfies(at -> assertThat(at).isBetween(200, 300));
        assertThat(system.committed()).hasSizeGreaterThan(committed);
    }
}
