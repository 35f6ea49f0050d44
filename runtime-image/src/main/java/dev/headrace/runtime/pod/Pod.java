package dev.headrace.runtime.pod;

import dev.headrace.api.error.Reason;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobMetrics;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.upgrade.UpgradeText;
import dev.headrace.runtime.job.JobFile;
import dev.headrace.runtime.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps one job at one revision going, in a process that outlives it. One thread, the keeper, does what is due, one thing at
 * a time: it plans, opens, stops and starts again. What others ask is put into its queue and answered at once; what it has
 * come to is in {@link #life} and {@link #figures}, to be read by any thread. What to do is decided by {@link StartDecision}
 * and {@link Life}.
 */
public final class Pod {
    static final Duration STUCK = Duration.ofMinutes(1);

    private final PodOptions options;
    private final Supplier<JobFile> file;
    private final Consumer<Throwable> fatal;
    private final Duration stuck;
    private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    private final Savepoints savepoints = new Savepoints();
    private final SavepointsAtStop savepointsAtStop = new SavepointsAtStop(savepoints);
    private final ExpiredSavepoints expired = new ExpiredSavepoints();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread keeper;

    private volatile Life life = Life.begun();
    private volatile Optional<PreparedJob> prepared = Optional.empty();
    private volatile Optional<Run> run = Optional.empty();
    private volatile Optional<Figures> lastFigures = Optional.empty();
    private volatile Optional<String> upgrade = Optional.empty();
    private volatile Optional<String> snapshotRevision = Optional.empty();

    private Optional<StartOrder> told = Optional.empty();
    private StartOrder last = StartOrder.LATEST;
    private long generation;
    private final ReadAhead ahead = new ReadAhead();
    /** Orders to stop that have been accepted and not been carried out to the end. */
    private final AtomicInteger stops = new AtomicInteger();
    /** Those among them that the keeper knows of: the job, where it ends, has been stopped. */
    private int stopsBegun;

    private boolean closing;
    private boolean aborted;
    private String howStopped = "";

    /** The job as it runs. */
    private record Run(Job job, Optional<String> startedFrom, String storage, TroubleLog troubles) {
        Figures figures() {
            return Figures.of(job.metrics(), startedFrom, storage);
        }

        long snapshots() {
            return job.metrics().snapshots().count();
        }

        boolean tookSnapshot() {
            return snapshots() > 0;
        }
    }

    /**
     * @param file reads the job; fails if it is none
     * @param fatal is given what the process is not to survive
     */
    public Pod(PodOptions options, Supplier<JobFile> file, Consumer<Throwable> fatal) {
        this(options, file, fatal, STUCK);
    }

    /** @param stuck a worker in one step for longer than that is taken for stuck */
    Pod(PodOptions options, Supplier<JobFile> file, Consumer<Throwable> fatal, Duration stuck) {
        this.stuck = stuck;
        this.options = options;
        this.file = file;
        this.fatal = fatal;
        keeper = Thread.ofPlatform().name("keeper").unstarted(this::keep);
    }

    public void start() {
        keeper.start();
    }

    public PodOptions options() {
        return options;
    }

    public Life life() {
        return life;
    }

    /** Those of the run under way, else of the last one; the last snapshot is that of this process. */
    public Optional<Figures> figures() {
        Optional<Run> now = run;
        return now.isPresent() ? now.map(r -> r.figures().orSnapshotOf(lastFigures)) : lastFigures;
    }

    /** What becomes, or has become, of the state of the revision before, where the job has changed. */
    public Optional<String> upgrade() {
        return upgrade;
    }

    /** Which revision took the last snapshot in storage, as this process last knew. */
    public Optional<String> snapshotRevision() {
        boolean own = run.filter(Run::tookSnapshot).isPresent();
        return own ? Optional.of(options.revision()) : snapshotRevision;
    }

    /** All figures of the run under way. */
    public Optional<JobMetrics> metrics() {
        return run.map(r -> r.job().metrics());
    }

    /** Whether the keeper lives, and no worker has been in one step for a minute. */
    public boolean isAlive() {
        Optional<Run> now = run;
        boolean isStuck = now.isPresent()
                && !now.get().job().end().isDone()
                && now.get().job().metrics().longestStepNanos() > stuck.toNanos();
        return keeper.getState() != Thread.State.TERMINATED && !isStuck;
    }

    public boolean isReady() {
        return life.phase() == Phase.RUNNING;
    }

    /** Has the job started, if it waits or was stopped. */
    public void tellStart(StartOrder order) {
        commands.add(new Command.Start(order));
    }

    /** Has the job stopped; it then stays so, also if the pod comes back, until it is told to start. */
    public void tellStop(StopOrder order) {
        stops.incrementAndGet();
        commands.add(new Command.Stop(order));
    }

    /** How far a savepoint is; empty if nobody has asked for it. */
    public Optional<SavepointState> savepoint(String name) throws IOException {
        return prepared.isEmpty()
                ? Optional.empty()
                : savepoints.find(name, prepared.get().store());
    }

    /**
     * Has a savepoint made, once.
     *
     * @return false if the job is not so far that there could be one
     */
    public boolean tellSavepoint(String name) throws IOException {
        boolean possible = switch (life.phase()) {
            case STARTING, WAITING, INVALID -> false;
            case RUNNING, BACKING_OFF, STOPPING, STOPPED, FINISHED -> true;
        };
        if (!possible || prepared.isEmpty()) {
            return false;
        }
        if (savepoints.begin(name, prepared.get().store())) {
            commands.add(new Command.Pin(name));
        }
        return true;
    }

    /**
     * Takes a last snapshot if the job runs, and ends. An order to stop that was given before is carried out too: whoever takes
     * this pod's place finds the job stopped, with its savepoint. False if that took longer than it may.
     */
    public boolean close(Duration most) throws InterruptedException {
        commands.add(new Command.Close());
        // Where no job runs, the keeper may be busy for long: planning, or opening one that will not be needed.
        return run.isEmpty() && stops.get() == 0 || closed.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void keep() {
        Command command = new Command.Due();
        while (closed.getCount() > 0) {
            try {
                carryOut(command);
            } catch (RuntimeException e) {
                failed(e, 0);
            } catch (Error e) {
                fatal.accept(e);
            }
            try {
                command = next();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private Command next() throws InterruptedException {
        while (true) {
            boolean waits = life.phase() == Phase.BACKING_OFF;
            long millis = waits ? Math.max(0, life.nextStartAt().orElseThrow() - now()) : 1000;
            Command command = commands.poll(millis, TimeUnit.MILLISECONDS);
            if (command != null) {
                return command;
            }
            if (waits) {
                return new Command.Due();
            }
            run.ifPresent(now -> now.troubles().say());
            run.filter(now -> now.tookSnapshot() && expired.isDue())
                    .ifPresent(now -> expired.remove(prepared.orElseThrow().store()));
            if (life.phase() == Phase.WAITING && ahead.isDue()) {
                return new Command.Follow();
            }
        }
    }

    private void carryOut(Command command) {
        switch (command) {
            case Command.Due _ -> attempt();
            case Command.Start(StartOrder order) -> startIfIdle(order);
            case Command.Stop(StopOrder order) -> stop(order);
            case Command.Pin(String name) -> makeSavepoint(name);
            case Command.Ended(Job job, Optional<Throwable> error) -> {
                if (run.isPresent() && run.get().job() == job) {
                    ended(error);
                }
            }
            case Command.Close _ -> closeNow();
            case Command.Follow _ -> {
                ahead.follow();
                life = life.waiting(ahead.rows());
            }
        }
    }

    private void enter(Life next) {
        if (next.phase() != life.phase() || !next.message().equals(life.message())) {
            String text = next.phase().word() + ": " + next.message();
            switch (next.phase()) {
                case BACKING_OFF ->
                    Log.warn(text + "; it starts again in "
                            + (next.nextStartAt().orElseThrow() - now()) / 1000.0 + " s");
                case INVALID -> Log.error(text);
                default -> Log.info(text);
            }
        }
        life = next;
    }

    /** Plans what is not planned yet, looks at what is in storage, and does what follows from that. */
    private void attempt() {
        try {
            if (prepared.isEmpty()) {
                prepared = Optional.of(PreparedJob.of(options, file.get()));
            }
        } catch (RuntimeException e) {
            if (Failures.isOfRequest(e)) {
                enter(life.invalid(Failures.message(e)));
            } else {
                failed(e, 0);
            }
            return;
        }
        PreparedJob job = prepared.get();
        Optional<Stored> stored = job.stored();
        snapshotRevision = stored.flatMap(Stored::snapshotRevision);
        boolean hadJob = generation > 0 || snapshotRevision.equals(Optional.of(options.revision()));
        try {
            switch (StartDecision.of(
                    options.revision(), options.awaitStart(), options.order(), told, last, generation, stored)) {
                case StartDecision.Start(StartOrder order) -> open(job, order);
                case StartDecision.Wait _ -> await(job);
                case StartDecision.Finished _ -> {
                    job.settle();
                    enter(life.finished());
                }
                case StartDecision.Stopped _ -> enter(life.stopped("the job was stopped, and waits for start"));
                case StartDecision.Superseded(String revision) -> {
                    told = Optional.empty();
                    enter(life.superseded(revision));
                }
                case StartDecision.TakenOver _ -> enter(life.takenOver());
            }
        } catch (RuntimeException e) {
            // What has run before is not wrong in itself: what it needs may come back.
            if (Failures.isOfRequest(e) && !hadJob) {
                told = Optional.empty();
                enter(life.invalid(Failures.message(e)));
            } else {
                failed(e, 0);
            }
        }
    }

    /** Waits to be told to start; the state that the job will start with is read meanwhile. */
    private void await(PreparedJob job) {
        upgrade = job.check(options.order());
        job.standby(options.order()).ifPresent(standby -> {
            enter(life.readingAhead());
            ahead.begin(standby, job.snapshotInterval());
        });
        enter(life.waiting(ahead.rows()));
    }

    private void open(PreparedJob prepared, StartOrder order) {
        String storage = prepared.store().uri();
        enter(life.opening(
                order.fresh()
                        ? "with empty state"
                        : "from " + order.words(storage).orElse("the latest snapshot")));
        PreparedJob.Opened opened = prepared.open(order, ahead.standby());
        Job job = opened.job();
        Optional<String> from = opened.from();
        String words = from.map(name -> "from snapshot " + name).orElse("with empty state");
        ahead.forget();
        generation = job.generation();
        last = order;
        aborted = false;
        upgrade = job.upgrade().flatMap(UpgradeText::summary);
        told = Optional.empty();
        run = Optional.of(new Run(job, from, storage, new TroubleLog(job)));
        job.start();
        enter(life.running(words + upgrade.map(u -> "; it has changed: " + u).orElse("")));
        job.end().whenComplete((v, error) -> commands.add(new Command.Ended(job, Optional.ofNullable(error))));
    }

    private void startIfIdle(StartOrder order) {
        boolean idle = switch (life.phase()) {
            case WAITING, STOPPED, BACKING_OFF -> true;
            case STARTING, RUNNING, STOPPING, FINISHED, INVALID -> false;
        };
        if (idle) {
            told = Optional.of(order);
            attempt();
        }
    }

    private void stop(StopOrder order) {
        Phase phase = life.phase();
        stopsBegun++;
        if (phase == Phase.INVALID) {
            stopsAreDone();
            return;
        }
        savepointsAtStop.ask(order);
        if (run.isEmpty()) {
            stopped("the job is stopped");
            return;
        }
        order.savepoint().ifPresent(savepoints::beginAnew);
        enter(life.stopping());
        switch (order.how()) {
            case ABORT -> {
                aborted = true;
                howStopped = "without a last snapshot, as was asked";
                run.get().job().cancel();
            }
            case DRAIN -> {
                howStopped = "and drained: its windows are emitted, as if its input had ended";
                run.get().job().drain();
            }
            case SNAPSHOT -> {
                if (phase == Phase.RUNNING) {
                    stopRun(order.savepoint().orElse(""));
                }
            }
        }
    }

    private void stopRun(String savepoint) {
        howStopped = "with all that it has read in its last snapshot";
        enter(life.stopping());
        CompletableFuture<String> done = run.orElseThrow().job().stopWithSnapshot(savepoint);
        if (!savepoint.isEmpty()) {
            savepoints.follow(savepoint, done, prepared.orElseThrow().store());
            done.thenRun(() -> savepointsAtStop.made(savepoint));
        }
    }

    private void closeNow() {
        closing = true;
        switch (life.phase()) {
            case RUNNING -> stopRun("");
            case STOPPING -> {}
            case STARTING, WAITING, BACKING_OFF, STOPPED, FINISHED, INVALID -> closed.countDown();
        }
    }

    private void ended(Optional<Throwable> error) {
        Run last = run.orElseThrow();
        lastFigures = Optional.of(last.figures().orSnapshotOf(lastFigures));
        snapshotRevision = snapshotRevision();
        run = Optional.empty();
        if (life.phase() == Phase.STOPPING) {
            if (error.isEmpty() || aborted) {
                stopped("the job is stopped " + howStopped);
            } else {
                // Told at once: what makes a job fail may make storage slow to answer too.
                enter(life.failedStopping(Failures.message(error.get())));
                stopped("the job is stopped at its last snapshot, since it failed while it was being stopped: "
                        + Failures.message(error.get()));
            }
        } else if (error.isPresent()) {
            failed(error.get(), last.snapshots());
        } else {
            enter(life.finished());
        }
        if (closing) {
            closed.countDown();
        }
    }

    /**
     * The job no longer runs, if it ran. Where that was ordered, notes in storage that it was stopped, and makes the savepoints
     * asked for that its last snapshot is not pinned under yet: in this order, since the process may be about to end, and who
     * takes its place can make savepoints, but not stop what it has started.
     */
    private void stopped(String message) {
        String trouble = "";
        if (prepared.isEmpty()) {
            savepointsAtStop.fail();
        } else if (stopsBegun > 0) {
            try {
                prepared.get().markStopped();
            } catch (IOException e) {
                trouble = "; storage does not know of it, so that a restart of the pod would start the job: "
                        + Reason.of(e);
            }
            savepointsAtStop.pinLatest(prepared.get().store(), options.revision());
            savepointsAtStop.expire(prepared.get().store());
        }
        savepointsAtStop.forget();
        told = Optional.empty();
        ahead.forget();
        enter(life.stopped(message + trouble));
        stopsAreDone();
    }

    private void stopsAreDone() {
        stops.addAndGet(-stopsBegun);
        stopsBegun = 0;
    }

    private void failed(Throwable error, long snapshots) {
        if (Reason.isOutOfMemory(error)) {
            fatal.accept(error);
        }
        enter(life.failed(Failures.message(error), snapshots, now()));
    }

    private void makeSavepoint(String name) {
        SnapshotStore store = prepared.orElseThrow().store();
        if (life.phase() == Phase.RUNNING) {
            savepoints.follow(name, run.orElseThrow().job().savepoint(name), store);
        } else {
            savepoints.pinLatest(name, store, options.revision());
        }
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}
