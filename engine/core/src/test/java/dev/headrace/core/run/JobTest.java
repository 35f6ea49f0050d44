package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.expression.Program;
import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobTest {
    private static final Schema SCHEMA = Schema.of(new Field("id", DataType.BIGINT), new Field("n", DataType.BIGINT));

    @TempDir
    Path folder;

    private static TableDefinition table(String name) {
        return new TableDefinition(
                name,
                SCHEMA,
                List.of(),
                List.of(),
                List.of(),
                new Options(name, Map.of("connector", "memory")),
                Path.of("."));
    }

    /** A scan whose rows meet by their first column at the sink. */
    private static JobPlan plan() {
        Plan.Scan scan = new Plan.Scan(
                table("numbers"),
                new ScanRequest(List.of(
                        new ScanRequest.Physical(List.of(0), DataType.BIGINT),
                        new ScanRequest.Physical(List.of(1), DataType.BIGINT))),
                SCHEMA,
                ChangelogMode.INSERT_ONLY,
                Optional.empty());
        return new JobPlan(List.of(new Plan.SinkPlan(table("out"), scan, List.of(0))), Map.of(), List.of());
    }

    private static Connections connections(MemorySystem system) {
        Environment environment = new Environment((uri, base) -> new LocalStore(base), RunClock.SYSTEM, "test");
        return new Connections((name, table) -> null, environment).with(system);
    }

    static Job open(MemorySystem system, JobOptions options) {
        return Job.open(plan(), options, connections(system), (inputs, condition, projections) -> null);
    }

    @ParameterizedTest(name = "{0} workers, {1} splits")
    @CsvSource({"1, 1", "1, 3", "2, 3", "4, 2", "3, 0"})
    void every_row_reaches_the_sink_once(int workers, int splits) {
        MemorySystem system = new MemorySystem(splits, 1000, 7);
        Job job = open(system, JobOptions.of("rows", workers).withEpoch(Duration.ofMillis(5)));
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
            Job job = open(system, options);
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
    void a_process_that_was_taken_over_stops_at_its_next_snapshot_and_commits_nothing() throws Exception {
        MemorySystem system = new MemorySystem(1, 50_000, 1);
        ObjectStore store = new LocalStore(folder);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("fenced", 1)
                .withSnapshots(store, Duration.ofMillis(10))
                .withClock(clock);
        Job zombie = open(system, options);
        Random random = new Random(1);
        int[] steps = {0};
        int[] committedAtTakeover = {0};
        UserError error = org.junit.jupiter.api.Assertions.assertThrows(
                UserError.class,
                () -> zombie.runDeterministically(random, () -> {
                    clock.advance(Duration.ofMillis(1));
                    if (++steps[0] == 1000) {
                        open(system, options);
                        committedAtTakeover[0] = system.committed().size();
                    }
                }));
        assertThat(error).hasMessageContaining("another process has taken over the job 'fenced'");
        assertThat(system.committed()).hasSize(committedAtTakeover[0]);
    }

    /** Until its next manifest's id is free again, as that of the process that took over has been removed. */
    @Test
    void a_process_that_sleeps_for_many_snapshots_of_the_one_that_took_over_commits_nothing() {
        MemorySystem system = new MemorySystem(1, 5000, 1);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("fenced", 1)
                .withSnapshots(new LocalStore(folder), Duration.ofMillis(10))
                .withKeep(2)
                .withClock(clock);
        Job zombie = open(system, options);
        int[] steps = {0};
        UserError error = org.junit.jupiter.api.Assertions.assertThrows(
                UserError.class,
                () -> zombie.runDeterministically(new Random(1), () -> {
                    clock.advance(Duration.ofMillis(1));
                    if (++steps[0] == 300) {
                        Job other = open(system, options);
                        other.runDeterministically(new Random(2), () -> clock.advance(Duration.ofMillis(1)));
                        assertThat(other.metrics().snapshots().count()).isGreaterThan(5);
                    }
                }));
        assertThat(steps[0]).isGreaterThan(300);
        assertThat(error).hasMessageContaining("another process has taken over the job 'fenced'");
        assertThat(system.differences()).isEmpty();
    }

    @Test
    void a_job_stopped_under_a_name_goes_on_from_that_savepoint() throws Exception {
        MemorySystem system = new MemorySystem(2, 200_000, 3);
        SnapshotStore snapshots = new SnapshotStore(new LocalStore(folder));
        JobOptions options = JobOptions.of("named", 2).withSnapshots(new LocalStore(folder), Duration.ofSeconds(10));
        Job first = open(system, options);
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
        Job second = open(system, options.withRestoreFrom("savepoints/before-the-change.json"));
        assertThat(second.generation()).isEqualTo(first.generation() + 1);
        second.start();
        second.await();
        assertThat(system.differences()).isEmpty();
    }

    @Test
    void a_snapshot_asked_of_a_job_that_has_ended_fails_at_once() {
        Job job = open(new MemorySystem(1, 10, 1), JobOptions.of("ended", 1));
        job.start();
        job.await();
        assertThatThrownBy(() -> job.savepoint("late").join())
                .hasMessageContaining("the job ended before the snapshot");
    }

    @Test
    void a_check_finds_what_opening_would_refuse_and_touches_nothing() throws Exception {
        ObjectStore store = new LocalStore(folder);
        JobOptions options = JobOptions.of("checked", 1).withSnapshots(store, Duration.ofSeconds(10));
        Job.check(plan(), options);
        assertThat(store.list("")).isEmpty();
        open(new MemorySystem(1, 10, 1), options);
        List<ObjectStore.Entry> before = store.list("");
        Job.check(plan(), options);
        assertThatThrownBy(() ->
                        Job.check(plan(), JobOptions.of("another", 1).withSnapshots(store, Duration.ofSeconds(10))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("are of the job 'checked', not of 'another'");
        assertThatThrownBy(() -> Job.check(plan(), options.withRestoreFrom("savepoints/gone.json")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("there is no snapshot savepoints/gone.json in " + store.uri());
        assertThat(store.list("")).isEqualTo(before);
    }

    @Test
    void a_note_that_a_job_was_stopped_is_of_one_manifest() throws Exception {
        SnapshotStore snapshots = new SnapshotStore(new LocalStore(folder));
        assertThat(snapshots.isStoppedAt(7)).isFalse();
        snapshots.markStopped(7);
        assertThat(snapshots.isStoppedAt(7)).isTrue();
        assertThat(snapshots.isStoppedAt(8)).isFalse();
    }

    @Test
    void removing_a_savepoint_spares_what_a_running_job_may_be_about_to_refer_to() throws Exception {
        ObjectStore store = new LocalStore(folder);
        SnapshotStore snapshots = new SnapshotStore(store);
        byte[] bytes = {1, 2, 3};
        String inFlight = snapshots.putSegment(bytes, bytes.length);
        long since = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
        snapshots.remove(List.of("savepoints/gone.json"), since);
        assertThat(store.get(inFlight)).isPresent();
        snapshots.remove(List.of("savepoints/gone.json"), Long.MAX_VALUE);
        assertThat(store.get(inFlight)).isEmpty();
        snapshots.putSegment(bytes, bytes.length);
        snapshots.markStopped(1);
        assertThat(snapshots.removeAll()).isEqualTo(2);
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void a_worker_that_makes_no_steps_shows() {
        MemorySystem system = new MemorySystem(1, 1_000_000, 3);
        Job job = open(system, JobOptions.of("stuck", 1));
        job.start();
        org.awaitility.Awaitility.await()
                .until(() -> job.metrics().longestStepNanos()
                        < Duration.ofMillis(500).toNanos());
        job.cancel();
        assertThatThrownBy(job::await).hasMessageContaining("cancelled");
        org.awaitility.Awaitility.await()
                .until(() ->
                        job.metrics().longestStepNanos() > Duration.ofSeconds(1).toNanos());
    }

    @Test
    void a_job_stopped_with_a_snapshot_goes_on_from_it() {
        MemorySystem system = new MemorySystem(2, 200_000, 3);
        ObjectStore store = new LocalStore(folder);
        JobOptions options = JobOptions.of("stopped", 2).withSnapshots(store, Duration.ofSeconds(10));
        Job first = open(system, options);
        first.start();
        first.stopWithSnapshot().join();
        first.await();
        int written = system.committed().size();
        Job second = open(system, options);
        assertThat(second.startedFrom()).isPresent();
        second.start();
        second.await();
        assertThat(system.committed().size()).isGreaterThanOrEqualTo(written);
        assertThat(system.differences()).isEmpty();
        assertThat(Job.latest(options).map(Manifest::finished)).contains(true);
    }

    @Test
    void a_process_killed_between_the_last_snapshot_and_the_commit_leaves_it_to_the_next_one() {
        MemorySystem system = new MemorySystem(2, 1000, 3);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("settled", 2).withClock(clock);
        Job job = open(system, options.withSnapshots(killedAfter("\"finished\" : true", 1), Duration.ofHours(1)));
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1))))
                .hasMessage("killed");
        assertThat(system.differences()).isNotEmpty();
        JobOptions again = options.withSnapshots(new LocalStore(folder), Duration.ofHours(1));
        assertThat(Job.settle(plan(), again, connections(system))).isPresent();
        assertThat(system.differences()).isEmpty();
        assertThat(Job.settle(plan(), again, connections(system))).isPresent();
        assertThat(system.differences()).isEmpty();
    }

    /** A cut through the splits of {@link #plan}. */
    private static Cut cut(int... positions) {
        String scan = JobGraph.of(plan(), 1).nodes().getFirst().identity();
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
        Job blue = open(system, options);
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
        assertThat(Job.latest(options).orElseThrow().splits())
                .extracting(Manifest.SplitState::split, Manifest.SplitState::position)
                .containsExactlyInAnyOrder(tuple("split-0", "500"), tuple("split-1", "601"), tuple("split-2", "1000"));
        Job green = open(system, options);
        green.runDeterministically(random, () -> clock.advance(Duration.ofMillis(1)));
        assertThat(system.differences()).isEmpty();
    }

    @Test
    void a_cut_that_a_split_has_passed_is_refused() {
        MemorySystem system = new MemorySystem(1, 1000, 7);
        VirtualClock clock = new VirtualClock();
        Job job = open(system, JobOptions.of("passed", 1).withClock(clock));
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
        Job job = open(system, options);
        int[] steps = {0};
        CompletableFuture<?>[] drained = {null};
        job.runDeterministically(new Random(1), () -> {
            clock.advance(Duration.ofMillis(1));
            if (++steps[0] == 200) {
                drained[0] = job.drain();
            }
        });
        assertThat(drained[0]).isCompleted();
        Manifest last = Job.latest(options).orElseThrow();
        assertThat(last.finished()).isTrue();
        int read = last.splits().stream()
                .mapToInt(s -> Integer.parseInt(s.position()))
                .sum();
        assertThat(read).isPositive().isLessThan(200_000);
        assertThat(system.committed()).hasSize(read);
    }

    @Test
    void a_snapshot_tells_the_revision_that_wrote_it() throws Exception {
        LocalStore store = new LocalStore(folder);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("revised", 1)
                .withSnapshots(store, Duration.ofHours(1))
                .withClock(clock);
        MemorySystem system = new MemorySystem(1, 10, 1);
        for (String revision : List.of("aaaaaaaaaa", "bbbbbbbbbb")) {
            Job job = open(system, options.withRevision(revision));
            assertThat(job.startedFrom().map(Manifest::revision))
                    .isEqualTo(revision.startsWith("b") ? Optional.of(revision) : Optional.empty());
            job.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1)));
            assertThat(Job.latest(options).map(Manifest::revision)).contains(revision);
        }
    }

    @Test
    void a_snapshot_from_before_there_were_revisions_is_read() throws Exception {
        LocalStore store = new LocalStore(folder);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("old", 1)
                .withSnapshots(store, Duration.ofHours(1))
                .withClock(clock);
        Job job = open(new MemorySystem(1, 10, 1), options);
        job.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1)));
        String name =
                SnapshotStore.manifestName(Job.latest(options).orElseThrow().id());
        String json = new String(store.get(name).orElseThrow(), StandardCharsets.UTF_8);
        byte[] old = json.replaceAll(",\\s*\"revision\" : \"\"", "").getBytes(StandardCharsets.UTF_8);
        assertThat(new String(old, StandardCharsets.UTF_8)).doesNotContain("revision");
        store.put(name, old, 0, old.length);
        assertThat(Job.latest(options).map(Manifest::revision)).contains("");
    }

    @Test
    void a_snapshot_that_does_not_say_what_its_state_means_is_refused() throws Exception {
        LocalStore store = new LocalStore(folder);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("old", 1)
                .withSnapshots(store, Duration.ofHours(1))
                .withClock(clock);
        MemorySystem system = new MemorySystem(1, 10, 1);
        open(system, options).runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1)));
        String name =
                SnapshotStore.manifestName(Job.latest(options).orElseThrow().id());
        String json = new String(store.get(name).orElseThrow(), StandardCharsets.UTF_8);
        byte[] old = json.replace("\"version\" : 2", "\"version\" : 1").getBytes(StandardCharsets.UTF_8);
        store.put(name, old, 0, old.length);
        assertThatThrownBy(() -> open(system, options))
                .hasMessageContaining("was written by an older Headrace, which did not say what its state means");
    }

    /** The other plan has one more table to write, and gets no further than to its start. */
    @ParameterizedTest(name = "another plan in between: {0}")
    @ValueSource(booleans = {false, true})
    void output_that_was_given_up_is_written_again_once(boolean changed) {
        MemorySystem system = new MemorySystem(2, 2000, 3);
        VirtualClock clock = new VirtualClock();
        JobOptions options =
                JobOptions.of("given-up", 2).withEpoch(Duration.ofMillis(5)).withClock(clock);
        Job job = open(system, options.withSnapshots(killedAfter("\"committables\" : [ \"", 3), Duration.ofMillis(20)));
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1))))
                .hasMessage("killed");
        int committed = system.committed().size();
        assertThat(committed).isPositive();
        system.giveUp();
        JobOptions again = options.withSnapshots(new LocalStore(folder), Duration.ofMillis(20));
        if (changed) {
            Job other = Job.open(wider(), again, connections(system), (inputs, condition, projections) -> null);
            assertThat(other.notice().orElseThrow()).contains("goes back to the snapshot before");
        }
        Job second = open(system, again);
        assertThat(second.notice().orElseThrow()).contains("goes back to the snapshot before");
        second.runDeterministically(new Random(2), () -> clock.advance(Duration.ofMillis(1)));
        assertThat(system.committed()).hasSizeGreaterThan(committed);
        assertThat(system.differences()).isEmpty();
    }

    private static JobPlan wider() {
        Plan.SinkPlan sink = plan().sinks().getFirst();
        return new JobPlan(
                List.of(sink, new Plan.SinkPlan(table("more"), sink.input(), List.of(0))), Map.of(), List.of());
    }

    /** A store in which manifests with such a text are counted, and the process dies behind the n-th. */
    private ObjectStore killedAfter(String text, int last) {
        int[] manifests = {0};
        LocalStore store = new LocalStore(folder);
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(store, arguments);
                    if (method.getName().equals("create")
                            && new String((byte[]) arguments[1], StandardCharsets.UTF_8).contains(text)
                            && ++manifests[0] == last) {
                        throw new IllegalStateException("killed");
                    }
                    return result;
                });
    }

    @Test
    void only_as_many_snapshots_are_kept_as_asked_and_savepoints_besides() throws Exception {
        MemorySystem system = new MemorySystem(1, 3000, 1);
        ObjectStore store = new LocalStore(folder);
        VirtualClock clock = new VirtualClock();
        Job job = open(
                system,
                JobOptions.of("kept", 1)
                        .withSnapshots(store, Duration.ofMillis(20))
                        .withKeep(2)
                        .withClock(clock));
        job.savepoint("before-upgrade");
        job.runDeterministically(new Random(3), () -> clock.advance(Duration.ofMillis(1)));
        List<String> names = new SnapshotStore(store)
                .list().stream().map(SnapshotStore.Named::name).toList();
        assertThat(names).hasSize(3).last().isEqualTo("savepoints/before-upgrade.json");
        assertThat(job.metrics().snapshots().count()).isGreaterThan(5);
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
        Plan scan = plan().sinks().getFirst().input();
        Plan calc = new Plan.Calc(scan, Optional.empty(), List.of(), SCHEMA);
        JobPlan plan = new JobPlan(List.of(new Plan.SinkPlan(table("out"), calc, List.of(0))), Map.of(), List.of());
        Job job = Job.open(plan, JobOptions.of("closing", workers), connections(system), compiler);
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
