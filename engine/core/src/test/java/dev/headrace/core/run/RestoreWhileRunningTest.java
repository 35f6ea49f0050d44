package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that go on while their state comes: numbers that are read twice and kept once, of which half had been read. */
@Timeout(60)
class RestoreWhileRunningTest {
    private static final long MEMORY = 256 << 20;

    @TempDir
    Path folder;

    private final MemorySystem system = new MemorySystem(3, 150_000, 100);
    private ObjectStore store;
    private VirtualClock clock;
    private JobOptions options;

    @BeforeEach
    void crash_a_job_with_much_state() throws Exception {
        store = new LocalStore(folder.resolve("snapshots"));
        clock = new VirtualClock();
        options = JobOptions.of("large", 2)
                .withEpoch(Duration.ofMillis(10))
                .withKeep(1)
                .withParallelRestore(false)
                .withRestoreWindow(1)
                .withClock(clock);
        // One snapshot after the first, so that its chunks are too large to be read as a whole when the state is
        // opened.
        Job first = open(store, Duration.ofMillis(4_700));
        int[] steps = {0};
        assertThatThrownBy(() -> first.runDeterministically(new Random(1), () -> {
                    clock.advance(Duration.ofMillis(1));
                    if (++steps[0] == 5_000) {
                        throw new IllegalStateException("crash");
                    }
                }))
                .hasMessage("crash");
    }

    private Job open(ObjectStore snapshots) throws Exception {
        return open(snapshots, Duration.ofMillis(5));
    }

    private Job open(ObjectStore snapshots, Duration interval) throws Exception {
        return SpillingJobTest.open(
                system, options.withSnapshots(snapshots, interval), MEMORY, folder.resolve("below"));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void rows_and_snapshots_come_out_before_all_state_is_there_and_none_is_doubled(long seed) throws Exception {
        Job job = open(store);
        long all = job.metrics().remainingStateBytes();
        int committed = system.committed().size();
        long[] atTheFirst = {-1};
        long[] atTheEnd = {all};
        job.runDeterministically(new Random(seed), () -> {
            clock.advance(Duration.ofMillis(1));
            atTheEnd[0] = job.metrics().remainingStateBytes();
            if (atTheFirst[0] < 0 && system.committed().size() > committed) {
                atTheFirst[0] = atTheEnd[0];
            }
        });
        assertThat(system.differences()).as("seed %d", seed).isEmpty();
        assertThat(all).isGreaterThan(500_000);
        assertThat(atTheFirst[0]).isBetween(1L, all - 1);
        assertThat(atTheEnd[0]).isZero();
    }

    @Test
    void the_first_snapshot_of_the_run_does_not_wait_for_the_state() throws Exception {
        Job job = open(store, Duration.ofHours(1));
        int committed = system.committed().size();
        long[] atTheFirst = {-1};
        job.runDeterministically(new Random(5), () -> {
            clock.advance(Duration.ofMillis(1));
            if (atTheFirst[0] < 0 && system.committed().size() > committed) {
                atTheFirst[0] = job.metrics().remainingStateBytes();
            }
        });
        assertThat(atTheFirst[0]).isPositive();
        assertThat(system.differences()).isEmpty();
    }

    @Test
    void while_state_comes_few_rows_are_read_at_a_time() throws Exception {
        Job job = open(store);
        long[] read = {rows(job)};
        long[] most = {0, 0};
        job.runDeterministically(new Random(4), () -> {
            clock.advance(Duration.ofMillis(1));
            int whole = job.metrics().remainingStateBytes() == 0 ? 1 : 0;
            most[whole] = Math.max(most[whole], rows(job) - read[0]);
            read[0] = rows(job);
        });
        assertThat(most).containsExactly(16, 100);
    }

    private static long rows(Job job) {
        return job.metrics().sources().stream()
                .mapToLong(JobMetrics.SourceFigures::rows)
                .sum();
    }

    @Test
    void state_that_is_asked_for_and_cannot_be_read_ends_the_job_and_the_next_one_has_all_of_it() throws Exception {
        Job failing = open(SpillingJobTest.failingFrom(store, 60));
        assertThatThrownBy(() -> failing.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1))))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("cannot read the state of snapshot ")
                .hasMessageEndingWith(": the disk is on fire");
        Job last = open(store);
        last.runDeterministically(new Random(2), () -> clock.advance(Duration.ofMillis(1)));
        assertThat(system.differences()).isEmpty();
    }

    @ParameterizedTest(name = "windows of {0} bytes")
    @ValueSource(ints = {1, 5_000, 50_000})
    void workers_that_read_ahead_give_the_same(int window) throws Exception {
        options = options.withParallelRestore(true).withRestoreWindow(window).withClock(RunClock.SYSTEM);
        Job job = open(store, Duration.ofMillis(20));
        assertThat(job.metrics().remainingStateBytes()).isPositive();
        job.start();
        job.await();
        assertThat(system.differences()).isEmpty();
    }
}
