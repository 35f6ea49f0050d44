package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.expression.Program;
import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a job runs, and how it ends. */
class JobTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0} workers, {1} splits")
    @CsvSource({"1, 1", "1, 3", "2, 3", "4, 2", "3, 0"})
    void every_row_reaches_the_sink_once(int workers, int splits) {
        MemorySystem system = new MemorySystem(splits, 1000, 7);
        Job job = CopyJob.open(system, JobOptions.of("rows", workers).withEpoch(Duration.ofMillis(5)));
        job.start();
        job.await();
        assertThat(system.differences()).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}, {1} workers")
    @CsvSource({"1, 1", "2, 1", "3, 2", "4, 2", "5, 3", "6, 4", "7, 2", "8, 3"})
    void a_job_that_crashes_again_and_again_writes_every_row_once(long seed, int firstWorkers) {
        Random random = new Random(seed);
        MemorySystem system = new MemorySystem(3, 2000, 5);
        ObjectStore store = new LocalStore(folder);
        for (int attempt = 0; attempt < 200; attempt++) {
            VirtualClock clock = new VirtualClock();
            // After each crash the job comes back with another number of workers.
            int workers = 1 + (firstWorkers + attempt) % 4;
            JobOptions options = JobOptions.of("crashing", workers)
                    .withSnapshots(store, Duration.ofMillis(20))
                    .withEpoch(Duration.ofMillis(5))
                    .withClock(clock);
            Job job = CopyJob.open(system, options);
            int stepsToLive = 100 + random.nextInt(600);
            int[] steps = {0};
            try {
                job.runDeterministically(random, () -> {
                    clock.advance(Duration.ofMillis(1));
                    if (++steps[0] == stepsToLive) {
                        throw new IllegalStateException("crash");
                    }
                });
                assertThat(system.differences()).as("seed %d", seed).isEmpty();
                return;
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("crash");
            }
        }
        throw new AssertionError("the job never got to its end, seed " + seed);
    }

    @Test
    void a_job_stopped_with_a_snapshot_goes_on_from_it() {
        MemorySystem system = new MemorySystem(2, 200_000, 3);
        ObjectStore store = new LocalStore(folder);
        JobOptions options = JobOptions.of("stopped", 2).withSnapshots(store, Duration.ofSeconds(10));
        Job first = CopyJob.open(system, options);
        first.start();
        first.stopWithSnapshot().join();
        first.await();
        int written = system.committed().size();
        Job second = CopyJob.open(system, options);
        assertThat(second.startedFrom()).isPresent();
        second.start();
        second.await();
        assertThat(system.committed().size()).isGreaterThanOrEqualTo(written);
        assertThat(system.differences()).isEmpty();
        assertThat(StoredJob.latest(options).map(Manifest::finished)).contains(true);
    }

    @Test
    void a_job_stopped_under_a_name_goes_on_from_that_savepoint() throws Exception {
        MemorySystem system = new MemorySystem(2, 200_000, 3);
        SnapshotStore snapshots = new SnapshotStore(new LocalStore(folder));
        JobOptions options = JobOptions.of("named", 2).withSnapshots(new LocalStore(folder), Duration.ofSeconds(10));
        Job first = CopyJob.open(system, options);
        first.start();
        assertThat(first.stopWithSnapshot("before-the-change").join()).isEqualTo("savepoints/before-the-change.json");
        first.await();
        Manifest savepoint =
                snapshots.savepoint("before-the-change").orElseThrow().manifest();
        // What the savepoint holds for the sinks has been committed, which one more snapshot says.
        Manifest latest = snapshots.latest().orElseThrow();
        assertThat(latest.id()).isEqualTo(savepoint.id() + 1);
        assertThat(savepoint.sinks()).anyMatch(s -> !s.committables().isEmpty());
        assertThat(latest.sinks()).allMatch(s -> s.committables().isEmpty());
        Job second = CopyJob.open(system, options.withRestoreFrom("savepoints/before-the-change.json"));
        assertThat(second.generation()).isEqualTo(first.generation() + 1);
        second.start();
        second.await();
        assertThat(system.differences()).isEmpty();
    }

    @Test
    void a_snapshot_asked_of_a_job_that_has_ended_fails_at_once() {
        Job job = CopyJob.open(new MemorySystem(1, 10, 1), JobOptions.of("ended", 1));
        job.start();
        job.await();
        assertThatThrownBy(() -> job.savepoint("late").join())
                .hasMessageContaining("the job ended before the snapshot");
    }

    /** A cut through the splits of {@code numbers}. */
    static Cut cut(int... positions) {
        String scan = JobGraph.of(CopyJob.plan(), 1).nodes().getFirst().identity();
        return new Cut(IntStream.range(0, positions.length)
                .mapToObj(s -> new Cut.Place(scan, "split-" + s, Integer.toString(positions[s])))
                .toList());
    }

    @ParameterizedTest(name = "seed {0}, {1} workers")
    @CsvSource({"1, 1", "2, 2", "3, 3", "4, 4"})
    void a_job_holds_at_a_cut_and_another_goes_on_behind_it(long seed, int workers) {
        MemorySystem system = new MemorySystem(3, 1000, 7);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("cut", workers)
                .withSnapshots(new LocalStore(folder), Duration.ofMillis(50))
                .withClock(clock);
        Job blue = CopyJob.open(system, options);
        Random random = new Random(seed);
        int[] steps = {0};
        CompletableFuture<?>[] held = {null, null};
        blue.runDeterministically(random, () -> {
            clock.advance(Duration.ofMillis(1));
            if (++steps[0] == 20) {
                held[0] = blue.holdAt(cut(500, 601, 1000));
            }
            if (held[0] != null && held[0].isDone() && held[1] == null) {
                assertThat(held[0]).isCompleted();
                held[1] = blue.stopWithSnapshot();
            }
        });
        assertThat(system.committed()).hasSize(500 + 601 + 1000);
        assertThat(StoredJob.latest(options).orElseThrow().splits())
                .extracting(Manifest.SplitState::split, Manifest.SplitState::position)
                .containsExactlyInAnyOrder(tuple("split-0", "500"), tuple("split-1", "601"), tuple("split-2", "1000"));
        Job green = CopyJob.open(system, options);
        green.runDeterministically(random, () -> clock.advance(Duration.ofMillis(1)));
        assertThat(system.differences()).isEmpty();
    }

    @Test
    void a_cut_that_a_split_has_passed_is_refused() {
        MemorySystem system = new MemorySystem(1, 1000, 7);
        VirtualClock clock = new VirtualClock();
        Job job = CopyJob.open(system, JobOptions.of("passed", 1).withClock(clock));
        int[] steps = {0};
        CompletableFuture<?>[] held = {null, null};
        job.runDeterministically(new Random(1), () -> {
            clock.advance(Duration.ofMillis(1));
            if (++steps[0] == 50) {
                held[0] = job.holdAt(cut(3));
                held[1] = job.holdAt(cut());
            }
        });
        assertThat(held[0]).isCompletedExceptionally();
        assertThatThrownBy(held[0]::join).hasMessageContaining("cannot hold at the cut: split 0 has been read up to");
        assertThatThrownBy(held[1]::join)
                .hasMessageContaining("cannot hold at a cut that has no position for split 'split-0'");
        assertThat(system.differences()).isEmpty();
    }

    @ParameterizedTest(name = "{0} workers")
    @CsvSource({"1", "3"})
    void a_drained_job_ends_where_it_has_read_to_and_is_finished(int workers) {
        MemorySystem system = new MemorySystem(2, 100_000, 7);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("drained", workers)
                .withSnapshots(new LocalStore(folder), Duration.ofMillis(50))
                .withClock(clock);
        Job job = CopyJob.open(system, options);
        int[] steps = {0};
        CompletableFuture<?>[] drained = {null};
        job.runDeterministically(new Random(1), () -> {
            clock.advance(Duration.ofMillis(1));
            if (++steps[0] == 200) {
                drained[0] = job.drain();
            }
        });
        assertThat(drained[0]).isCompleted();
        Manifest last = StoredJob.latest(options).orElseThrow();
        assertThat(last.finished()).isTrue();
        int read = last.splits().stream()
                .mapToInt(s -> Integer.parseInt(s.position()))
                .sum();
        assertThat(read).isPositive().isLessThan(200_000);
        assertThat(system.committed()).hasSize(read);
    }

    @Test
    void a_worker_that_makes_no_steps_shows() {
        MemorySystem system = new MemorySystem(1, 1_000_000, 3);
        Job job = CopyJob.open(system, JobOptions.of("stuck", 1));
        job.start();
        Awaitility.await()
                .until(() -> job.metrics().longestStepNanos()
                        < Duration.ofMillis(500).toNanos());
        job.cancel();
        assertThatThrownBy(job::await).hasMessageContaining("cancelled");
        Awaitility.await()
                .until(() ->
                        job.metrics().longestStepNanos() > Duration.ofSeconds(1).toNanos());
    }

    @ParameterizedTest(name = "{0} workers, failing: {1}")
    @CsvSource({"1, false", "2, false", "1, true", "2, true"})
    void programs_are_closed_when_the_job_ends_and_when_it_fails(int workers, boolean failing) {
        MemorySystem system = new MemorySystem(2, 1000, 7);
        AtomicInteger open = new AtomicInteger();
        AtomicInteger opened = new AtomicInteger();
        ExpressionCompiler compiler = (inputs, condition, projections) -> {
            open.incrementAndGet();
            opened.incrementAndGet();
            return new Program() {
                @Override
                public void run(Batch in, Batch out) {
                    if (failing) {
                        throw UserError.job("no such value");
                    }
                    out.shareFrame(in);
                    out.column(0).share(in.column(0));
                    out.column(1).share(in.column(1));
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        };
        Plan scan = CopyJob.plan().sinks().getFirst().input();
        Plan calc = new Plan.Calc(scan, Optional.empty(), List.of(), CopyJob.SCHEMA);
        JobPlan plan =
                new JobPlan(List.of(new Plan.SinkPlan(CopyJob.table("out"), calc, List.of(0))), Map.of(), List.of());
        Job job = Job.open(plan, JobOptions.of("closing", workers), CopyJob.connections(system), compiler);
        job.start();
        if (failing) {
            assertThatThrownBy(job::await).hasMessageContaining("no such value");
        } else {
            job.await();
            assertThat(system.differences()).isEmpty();
        }
        assertThat(opened.get()).isEqualTo(workers);
        assertThat(open.get()).isZero();
    }
}
