package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.plan.Plan;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs whose state is many times what they may keep in memory: numbers that are read twice and kept once. */
class SpillingJobTest {
    private static final long MEMORY = 4 << 20;

    @TempDir
    Path folder;

    private static JobPlan plan() {
        Plan twice = new Plan.Union(
                List.of(CopyJob.scan("once"), CopyJob.scan("again")), CopyJob.SCHEMA, ChangelogMode.INSERT_ONLY);
        Plan kept = new Plan.Deduplicate(twice, List.of(0), -1, false, ChangelogMode.INSERT_ONLY, Duration.ZERO);
        return new JobPlan(List.of(new Plan.SinkPlan(CopyJob.table("out"), kept, List.of())), Map.of(), List.of());
    }

    private Job open(MemorySystem system, JobOptions options) throws Exception {
        return open(system, options, MEMORY, folder.resolve("below"));
    }

    static Job open(MemorySystem system, JobOptions options, long memory, Path spillFolder) throws Exception {
        Path below = Files.createDirectories(spillFolder);
        return Job.open(
                plan(),
                options.withMemory(memory, below),
                CopyJob.connections(system),
                (inputs, condition, projections) -> null);
    }

    private long filesBelow() throws Exception {
        try (Stream<Path> files = Files.walk(folder.resolve("below"))) {
            return files.filter(
                            f -> f.toString().endsWith(".log") || f.toString().endsWith(".sst"))
                    .count();
        }
    }

    @ParameterizedTest(name = "{0} workers")
    @CsvSource({"1", "2", "3"})
    void state_many_times_the_memory_there_is_gives_the_same_rows(int workers) throws Exception {
        MemorySystem system = new MemorySystem(3, 100_000, 500);
        ObjectStore store = new LocalStore(folder.resolve("snapshots"));
        VirtualClock clock = new VirtualClock();
        Job job = open(
                system,
                JobOptions.of("large", workers)
                        .withSnapshots(store, Duration.ofMillis(500))
                        .withEpoch(Duration.ofMillis(10))
                        .withClock(clock));
        long[] most = {0};
        long[] spilled = {0};
        job.runDeterministically(new Random(workers), () -> {
            clock.advance(Duration.ofMillis(1));
            List<JobMetrics.WorkerFigures> figures = job.metrics().workers();
            most[0] = Math.max(
                    most[0],
                    figures.stream()
                            .mapToLong(JobMetrics.WorkerFigures::stateBytes)
                            .sum());
            spilled[0] = Math.max(
                    spilled[0],
                    figures.stream()
                            .mapToLong(JobMetrics.WorkerFigures::spilledRows)
                            .sum());
        });
        assertThat(system.differences()).isEmpty();
        assertThat(spilled[0]).isGreaterThan(100_000);
        assertThat(most[0]).isLessThan(MEMORY);
        assertThat(filesBelow()).as("files that are left").isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3", "4"})
    void a_job_that_crashes_again_and_again_restores_within_its_memory(long seed) throws Exception {
        Random random = new Random(seed);
        MemorySystem system = new MemorySystem(2, 20_000, 100);
        ObjectStore store = new LocalStore(folder.resolve("snapshots"));
        for (int attempt = 0; attempt < 200; attempt++) {
            VirtualClock clock = new VirtualClock();
            Job job = open(
                    system,
                    JobOptions.of("crashing", 1 + random.nextInt(4))
                            .withSnapshots(store, Duration.ofMillis(50))
                            .withEpoch(Duration.ofMillis(5))
                            .withRestoreWindow(random.nextInt(20_000))
                            .withClock(clock));
            int stepsToLive = 200 + random.nextInt(800);
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

    /** A store of which that read of a part of a segment fails, and those after it. */
    static ObjectStore failingFrom(ObjectStore store, int read) {
        AtomicInteger reads = new AtomicInteger();
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("get") && arguments.length == 3 && reads.incrementAndGet() >= read) {
                        throw new IOException("the disk is on fire");
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @ParameterizedTest(name = "each worker by itself: {0}, failing from read {1}")
    @CsvSource({"true, 1", "true, 4", "false, 1", "false, 4"})
    void state_that_cannot_be_read_fails_the_start_and_the_next_one_has_all_of_it(boolean parallel, int read)
            throws Exception {
        MemorySystem system = new MemorySystem(3, 100_000, 500);
        ObjectStore store = new LocalStore(folder.resolve("snapshots"));
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("unreadable", 2)
                .withEpoch(Duration.ofMillis(10))
                .withParallelRestore(parallel)
                .withClock(clock);
        Job first = open(system, options.withSnapshots(store, Duration.ofMillis(100)));
        int[] steps = {0};
        assertThatThrownBy(() -> first.runDeterministically(new Random(1), () -> {
                    clock.advance(Duration.ofMillis(1));
                    if (++steps[0] == 1_000) {
                        throw new IllegalStateException("crash");
                    }
                }))
                .hasMessage("crash");

        ObjectStore failing = failingFrom(store, read);
        assertThatThrownBy(() -> open(system, options.withSnapshots(failing, Duration.ofMillis(100))))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("cannot read the state of snapshot ")
                .hasMessageEndingWith(": the disk is on fire");
        assertThat(filesBelow()).as("files that are left").isZero();

        Job last = open(system, options.withSnapshots(store, Duration.ofMillis(100)));
        last.runDeterministically(new Random(2), () -> clock.advance(Duration.ofMillis(1)));
        assertThat(system.differences()).isEmpty();
    }
}
