package dev.headrace.core.run;

import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.Source;
import dev.headrace.api.error.UserError;
import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.snapshot.SnapshotWriter;
import dev.headrace.core.spill.SpillFolder;
import dev.headrace.core.state.SpillStore;
import dev.headrace.core.upgrade.UpgradePlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A job in this process: opened from a plan and, if there is one, a snapshot; then run by threads ({@link #start}) or step by
 * step in the caller's ({@link #runDeterministically}). What a handover needs of a revision is here: start from a snapshot,
 * savepoint, positions, hold at a cut, mute, stop, drain.
 */
public final class Job implements AutoCloseable {
    private final JobOptions options;
    private final List<Worker> workers = new ArrayList<>();
    private final List<SplitAssigner> assigners = new ArrayList<>();
    private final SnapshotCoordinator coordinator;
    private final JobMetrics metrics;
    private final Optional<Manifest> startedFrom;
    private final Optional<String> origin;
    private final Optional<UpgradePlan> upgrade;
    private final Optional<String> notice;
    private final SpillFolder spillFolder;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final List<Thread> threads = new ArrayList<>();
    /** Read state while it comes. */
    private Optional<ExecutorService> readers = Optional.empty();

    private Job(
            JobOptions options,
            JobGraph graph,
            Map<String, Source> sources,
            Map<String, Sink> sinks,
            JobBuilder builder,
            Optional<SnapshotWriter> storage,
            Optional<Manifest> startedFrom,
            Optional<String> origin,
            Optional<UpgradePlan> upgrade,
            Optional<String> notice) {
        this.upgrade = upgrade;
        this.notice = notice;
        this.options = options;
        this.startedFrom = startedFrom;
        this.origin = origin;
        spillFolder = new SpillFolder(options.spillFolder());
        coordinator = new SnapshotCoordinator(
                storage,
                sinks,
                options.clock(),
                options.snapshotInterval().toNanos(),
                startedFrom.map(Manifest::id).orElse(0L),
                graph.fragments() * options.workers(),
                options.workers());
        try {
            for (int number = 0; number < options.workers(); number++) {
                workers.add(worker(number, builder));
            }
            restore();
            List<Manifest.SplitState> splits = startedFrom.map(Manifest::splits).orElse(List.of());
            sources.forEach((scan, source) -> {
                List<SourceInput> inputs = workers.stream()
                        .flatMap(w -> w.tasks().stream())
                        .flatMap(t -> t.sources().stream())
                        .filter(s -> s.scan().equals(scan))
                        .toList();
                assigners.add(new SplitAssigner(source, inputs, splits, options.clock()));
            });
            assigners.forEach(SplitAssigner::start);
        } catch (RuntimeException e) {
            closeWorkers().ifPresent(e::addSuppressed);
            throw e;
        }
        metrics = new JobMetrics(graph, workers, coordinator);
    }

    /** Fills the state of all workers, that of each by a thread of its own, or has it come later. */
    private void restore() {
        if (startedFrom.isEmpty() || !options.parallelRestore()) {
            workers.forEach(worker -> worker.restore(Optional.empty()));
            return;
        }
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        readers = Optional.of(executor);
        try (ExecutorService threads = Executors.newFixedThreadPool(options.workers())) {
            List<CompletableFuture<Void>> restored = workers.stream()
                    .map(worker -> CompletableFuture.runAsync(() -> worker.restore(Optional.of(executor)), threads))
                    .toList();
            CompletableFuture.allOf(restored.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private Worker worker(int number, JobBuilder builder) {
        SpillStore spillStore = spillFolder.store(number, options.storeMemory());
        try {
            return new Worker(
                    number,
                    builder.tasks(number, spillStore),
                    spillStore,
                    options.rowMemory(),
                    options.clock(),
                    options.epoch().toNanos(),
                    coordinator);
        } catch (RuntimeException e) {
            spillStore.close();
            throw e;
        }
    }

    /**
     * Opens a job: connects, takes the job over in its snapshot storage, commits what the snapshot's sinks had left to
     * commit, restores state.
     *
     * @throws UserError naming what is missing or unreachable, or that the job has changed since its snapshot
     */
    public static Job open(JobPlan plan, JobOptions options, Connections connections, ExpressionCompiler compiler) {
        return open(plan, options, connections, compiler, Optional.empty());
    }

    /** @param standby holds state ready; what the job takes of it, it has no longer */
    public static Job open(
            JobPlan plan,
            JobOptions options,
            Connections connections,
            ExpressionCompiler compiler,
            Optional<Standby> standby) {
        JobGraph graph = JobGraph.of(plan, options.workers());
        Map<String, Source> sources = new LinkedHashMap<>();
        Map<String, Sink> sinks = new LinkedHashMap<>();
        for (JobGraph.Node node : graph.nodes()) {
            switch (node.plan()) {
                case Plan.Scan scan -> sources.put(node.identity(), connections.source(scan.table()));
                case Plan.Values values -> sources.put(node.identity(), new ValuesInput(values));
                case Plan.SinkPlan sink -> sinks.put(node.identity(), connections.sink(sink.table()));
                default -> {}
            }
        }
        Optional<SnapshotStore> store = options.snapshots().map(SnapshotStore::new);
        Optional<SnapshotWriter> storage = Optional.empty();
        Optional<Manifest> startedFrom = Optional.empty();
        Optional<SnapshotStore.Named> origin = Optional.empty();
        Optional<UpgradePlan> upgrade = Optional.empty();
        Optional<String> notice = Optional.empty();
        LeftOutput.Torn torn = LeftOutput.Torn.of(plan.settings());
        if (store.isPresent()) {
            Takeover takeover = Takeover.of(store.get(), options, graph);
            LeftOutput output = new LeftOutput(takeover.manifest(), sinks);
            switch (output.step(torn)) {
                case COMMIT -> {}
                case STOP -> throw output.torn();
                case LEAVE -> notice = Optional.of(output.loss() + ". The job goes on without these rows");
                case GO_BACK -> {
                    output.withdraw();
                    takeover = takeover.goBack(store.get(), options, graph);
                    notice = Optional.of(output.loss() + ". The job goes back to the snapshot before, and writes these"
                            + " rows again");
                    output = new LeftOutput(takeover.manifest(), sinks);
                }
            }
            output.commit();
            storage = Optional.of(takeover.writer());
            startedFrom = Optional.of(takeover.manifest());
            origin = takeover.from();
            upgrade = takeover.upgrade();
        } else {
            sinks.values().forEach(sink -> sink.recover(List.of()));
        }
        Manifest from = startedFrom.orElse(null);
        JobBuilder builder = new JobBuilder(
                graph,
                sources,
                sinks,
                compiler,
                new OperatorFactory(new LookupLoader(connections)),
                options,
                from == null
                        ? null
                        : new TaskState.RestorePoint(
                                store.orElseThrow(), from, origin.map(SnapshotStore.Named::manifest), standby));
        return new Job(
                options,
                graph,
                sources,
                sinks,
                builder,
                storage,
                startedFrom,
                origin.map(SnapshotStore.Named::name),
                upgrade,
                notice);
    }

    /** Starts the threads. */
    public void start() {
        for (Worker worker : workers) {
            threads.add(thread("worker-" + worker.number(), worker::run));
        }
        threads.add(thread("snapshots", this::coordinate));
        coordinator.begin();
        threads.forEach(Thread::start);
        Thread.ofPlatform().daemon().name(options.name() + "-end").start(this::awaitThreads);
    }

    private Thread thread(String name, Runnable body) {
        return Thread.ofPlatform().daemon().name(options.name() + "-" + name).unstarted(() -> {
            try {
                body.run();
            } catch (RuntimeException e) {
                coordinator.fail(e);
            } catch (Throwable e) {
                coordinator.fail(new IllegalStateException(e));
            }
        });
    }

    private void coordinate() {
        while (!coordinator.isOver()) {
            assigners.forEach(SplitAssigner::discoverIfDue);
            if (!coordinator.tick()) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private void awaitThreads() {
        for (Thread thread : threads) {
            boolean joined = false;
            while (!joined) {
                try {
                    thread.join();
                    joined = true;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    end.completeExceptionally(e);
                    return;
                }
            }
        }
        finish();
    }

    private void finish() {
        Optional<RuntimeException> atTheEnd = closeWorkers();
        Optional<RuntimeException> failure = coordinator.failure().or(() -> atTheEnd);
        if (failure.isEmpty()) {
            end.complete(null);
        } else {
            end.completeExceptionally(failure.get());
        }
    }

    private Optional<RuntimeException> closeWorkers() {
        List<Runnable> all = new ArrayList<>();
        readers.ifPresent(executor -> all.add(executor::shutdownNow));
        workers.forEach(worker -> all.add(worker::close));
        all.add(spillFolder::close);
        return Closing.all(all);
    }

    /**
     * Runs the job to its end in this thread: workers and coordinator take turns as {@code random} says, so one seed gives
     * one run. Time passes only as the job's clock says.
     *
     * @param betweenSteps called after each step, to move the clock on and to break things
     */
    public void runDeterministically(RandomGenerator random, Runnable betweenSteps) {
        coordinator.begin();
        try {
            while (!coordinator.isOver()) {
                int turn = random.nextInt(workers.size() + 1);
                if (turn == workers.size()) {
                    assigners.forEach(SplitAssigner::discoverIfDue);
                    coordinator.tick();
                } else {
                    workers.get(turn).step();
                }
                betweenSteps.run();
            }
        } catch (RuntimeException e) {
            coordinator.fail(e);
        }
        finish();
        await();
    }

    /** Waits for the job's end; throws what ended it. */
    public void await() {
        try {
            end.join();
        } catch (java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Completes when the job has ended. */
    public CompletableFuture<Void> end() {
        return end;
    }

    /** The snapshot that the job started from, or empty for a fresh start. */
    public Optional<Manifest> startedFrom() {
        return upgrade.isEmpty() ? Optional.empty() : startedFrom;
    }

    /** The name of the snapshot that the job started from: of which {@link #startedFrom} is the claim. */
    public Optional<String> origin() {
        return origin;
    }

    /** How the job differs from the one that wrote that snapshot, and what became of its state. */
    public Optional<UpgradePlan> upgrade() {
        return upgrade;
    }

    /** That of this process in the job's snapshots, 0 without any; a higher one there belongs to a process that came after. */
    public long generation() {
        return startedFrom.map(Manifest::generation).orElse(0L);
    }

    /** What has happened to output of the process before, where a user must know of it. */
    public Optional<String> notice() {
        return notice;
    }

    /** Whether {@link #stopWithSnapshot} has where to put one. */
    public boolean canStop() {
        return options.snapshots().isPresent();
    }

    /** Takes a snapshot that is kept under a name until it is removed by hand; the job goes on. */
    public CompletableFuture<String> savepoint(String name) {
        return coordinator.wish(name, false);
    }

    /** Takes a last snapshot and ends the job; a later run goes on from it. */
    public CompletableFuture<String> stopWithSnapshot() {
        return stopWithSnapshot("");
    }

    /**
     * The same with a name under which the snapshot is kept until it is removed by hand.
     *
     * @param savepoint empty for none
     */
    public CompletableFuture<String> stopWithSnapshot(String savepoint) {
        return coordinator.wish(savepoint, true);
    }

    /** Ends the job at once, as a crash would: nothing is committed. */
    public void cancel() {
        coordinator.fail(UserError.job("the job was cancelled"));
    }

    /** Makes the sinks let rows go unwritten, or write again, from the next batch on. */
    public void mute(boolean muted) {
        for (Worker worker : workers) {
            worker.submit(() -> worker.tasks().forEach(t -> t.sinks().values().forEach(s -> s.mute(muted))));
        }
    }

    /**
     * Reads each split up to its place in a cut, and no further; what has been read is worked off. The job holds there until
     * it is stopped: {@link #stopWithSnapshot} then takes a snapshot of exactly what lies before the cut.
     *
     * @return completes when all splits stand there; fails, naming the split, where one cannot
     */
    public CompletableFuture<Void> holdAt(Cut cut) {
        return allSources(source -> source.holdAt(cut.of(source.scan())));
    }

    /**
     * Takes the input to end where it has been read to: the last watermark goes through the job, windows are emitted, the
     * last snapshot is taken, and the job is over, as if it had finished.
     *
     * @return completes when the job has ended
     */
    public CompletableFuture<Void> drain() {
        allSources(source -> {
            source.drain();
            return CompletableFuture.completedFuture(null);
        });
        return end;
    }

    /** Has something done by each scan of each worker, in the worker's thread; completes when all that has. */
    private CompletableFuture<Void> allSources(Function<SourceInput, CompletableFuture<Void>> action) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (Worker worker : workers) {
            for (Task task : worker.tasks()) {
                for (SourceInput source : task.sources()) {
                    CompletableFuture<Void> part = new CompletableFuture<>();
                    worker.submit(() -> action.apply(source).whenComplete((done, failure) -> {
                        if (failure == null) {
                            part.complete(done);
                        } else {
                            part.completeExceptionally(failure);
                        }
                    }));
                    parts.add(part);
                }
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }

    /** How far each split has been read. */
    public CompletableFuture<List<Manifest.SplitState>> positions() {
        List<CompletableFuture<List<Manifest.SplitState>>> parts = new ArrayList<>();
        for (Worker worker : workers) {
            CompletableFuture<List<Manifest.SplitState>> part = new CompletableFuture<>();
            worker.submit(() -> part.complete(worker.tasks().stream()
                    .flatMap(t -> t.sources().stream())
                    .flatMap(s -> s.splitStates().stream())
                    .toList()));
            parts.add(part);
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(v -> parts.stream().flatMap(p -> p.join().stream()).toList());
    }

    public JobMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        if (!end.isDone()) {
            cancel();
            end.exceptionally(e -> null).join();
        }
    }
}
