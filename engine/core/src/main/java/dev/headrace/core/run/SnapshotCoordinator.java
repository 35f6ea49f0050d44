package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the tasks for snapshots, one at a time, and completes them: segments and manifest are written, then the sinks commit
 * what the manifest holds. Until a manifest could be written the coordinator tries again and asks for no other; rows go on
 * meanwhile. When all tasks have finished it takes the last snapshot, and the job is over.
 *
 * <p>The first snapshot of a run does not wait for the interval, which may be hours: it says that the run is good, and
 * until it is there nothing of the run is visible. It is hastened once rows have been worked on, so that it does not say so
 * of a run that no row has gone through.
 *
 * <p>{@link #tick} does the work, in a thread of its own or, in a deterministic run, between the workers' steps; all else
 * is called by workers.
 */
final class SnapshotCoordinator {
    private static final long RETRY_NANOS = 500_000_000;
    /** Least time between two snapshots that are taken to have state saved that is in the way. */
    private static final long HASTENED_NANOS = 200_000_000;
    /** Most time to the first snapshot of a run, also where nothing comes in. */
    private static final long FIRST_NANOS = 10_000_000_000L;

    private static final int ROWS_WHILE_RESTORING = 16;

    private final Optional<SnapshotWriter> storage;
    private final Map<String, Sink> sinks;
    private final RunClock clock;
    private final long intervalNanos;
    private final int tasks;
    private final int workers;
    private final SnapshotMeter meter = new SnapshotMeter();

    private volatile Request request;
    private volatile boolean over;
    private volatile boolean hastened;
    /** The first snapshot of the run has not been asked for yet. */
    private volatile boolean first = true;

    private volatile boolean holdingSources;
    private volatile RuntimeException failure;

    private final List<Task.Frozen> reported = new ArrayList<>();
    private final BitSet finishedWorkers = new BitSet();
    private final BitSet restoringWorkers = new BitSet();
    /** Whether these are none. */
    private volatile boolean restored = true;

    private final List<Wish> wishes = new ArrayList<>();
    private List<Wish> granted = List.of();
    private long lastSnapshot;
    private long requestedAt;
    private long retryAt;
    private boolean pending;
    private boolean pendingIsLast;

    /**
     * A barrier to be sent.
     *
     * @param snapshot its id; tasks that have taken part in it have nothing to do
     * @param thenStop whether tasks read no further after it
     */
    record Request(long snapshot, boolean thenStop) {}

    private record Wish(String name, boolean thenStop, CompletableFuture<String> done) {}

    /**
     * @param storage where snapshots go; without it sinks commit at the barrier, and nothing can be restored
     * @param lastSnapshot id of the manifest that the job starts from, 0 for none
     * @param tasks how many tasks must report
     */
    SnapshotCoordinator(
            Optional<SnapshotWriter> storage,
            Map<String, Sink> sinks,
            RunClock clock,
            long intervalNanos,
            long lastSnapshot,
            int tasks,
            int workers) {
        this.storage = storage;
        this.sinks = new LinkedHashMap<>(sinks);
        this.clock = clock;
        this.intervalNanos = intervalNanos;
        this.lastSnapshot = lastSnapshot;
        this.tasks = tasks;
        this.workers = workers;
        request = new Request(lastSnapshot, false);
        requestedAt = clock.nanos();
    }

    /** All tasks run from now on; opening the job may have taken long. */
    void begin() {
        requestedAt = clock.nanos();
    }

    Request request() {
        return request;
    }

    boolean isOver() {
        return over;
    }

    synchronized void report(long snapshot, Task.Frozen frozen) {
        reported.add(frozen);
    }

    synchronized void workerFinished(int worker) {
        finishedWorkers.set(worker);
    }

    /** The worker still reads the snapshot that the job starts from: no segment may go. */
    synchronized void restoring(int worker) {
        restoringWorkers.set(worker);
        restored = false;
    }

    synchronized void restored(int worker) {
        restoringWorkers.clear(worker);
        restored = restoringWorkers.isEmpty();
    }

    /** Ends the job at once because of an error; the first one counts. */
    synchronized void fail(RuntimeException error) {
        if (failure == null && !over) {
            failure = error;
        }
        over = true;
        wishes.forEach(w -> w.done().completeExceptionally(error));
        granted.forEach(w -> w.done().completeExceptionally(error));
    }

    /**
     * Asks for a snapshot.
     *
     * @param name under which it is pinned; empty for one like any other
     * @param thenStop whether the job is over with it
     * @return the name of its manifest's object
     */
    synchronized CompletableFuture<String> wish(String name, boolean thenStop) {
        CompletableFuture<String> done = new CompletableFuture<>();
        if (over) {
            done.completeExceptionally(
                    failure != null ? failure : UserError.job("the job ended before the snapshot was taken"));
            return done;
        }
        wishes.add(new Wish(name, thenStop, done));
        return done;
    }

    /** Wants the next snapshot before its time. */
    void hasten() {
        hastened = true;
    }

    /** A task has worked on its input. */
    void inputWorkedOn() {
        if (first) {
            hastened = true;
        }
    }

    /**
     * Wants a snapshot now, and no more input until all tasks have taken part in it: state that only a snapshot can save
     * takes all the memory there is.
     */
    void holdSources() {
        holdingSources = true;
    }

    /**
     * How many rows a source is to read at most before it lets others go on: few while state is still to come, since each may
     * have to wait for its own part of that, and none while a snapshot is awaited that saves what memory cannot hold.
     */
    int sourceRows() {
        return holdingSources ? 0 : restored ? Batch.CAPACITY : ROWS_WHILE_RESTORING;
    }

    /** The error that ended the job. */
    Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    SnapshotMeter meter() {
        return meter;
    }

    /** Does what is due; returns whether there was anything. */
    boolean tick() {
        if (over) {
            return false;
        }
        List<Task.Frozen> complete;
        synchronized (this) {
            if (!pending) {
                return requestIfDue();
            }
            if (reported.size() < tasks || clock.nanos() < retryAt) {
                return false;
            }
            complete = List.copyOf(reported);
            holdingSources = false;
        }
        complete(complete);
        return true;
    }

    private boolean requestIfDue() {
        boolean last = finishedWorkers.cardinality() == workers;
        long elapsed = clock.nanos() - requestedAt;
        boolean due = elapsed >= (first ? Math.min(intervalNanos, FIRST_NANOS) : intervalNanos)
                || holdingSources
                || hastened && elapsed >= Math.min(intervalNanos, HASTENED_NANOS);
        if (!last && wishes.isEmpty() && !due) {
            return false;
        }
        pending = true;
        pendingIsLast = last;
        granted = List.copyOf(wishes);
        wishes.clear();
        reported.clear();
        first = false;
        hastened = false;
        requestedAt = clock.nanos();
        retryAt = requestedAt;
        request = new Request(lastSnapshot + 1, granted.stream().anyMatch(Wish::thenStop));
        return true;
    }

    private void complete(List<Task.Frozen> parts) {
        long id = request.snapshot();
        Map<String, List<byte[]>> committables = new LinkedHashMap<>();
        parts.forEach(part -> part.committables()
                .forEach((sink, bytes) -> committables
                        .computeIfAbsent(sink, s -> new ArrayList<>())
                        .add(bytes)));
        String name = "";
        try {
            if (storage.isPresent()) {
                Manifest manifest = storage.get()
                        .write(
                                id,
                                parts.stream().map(Task.Frozen::part).toList(),
                                committables,
                                pendingIsLast,
                                clock.millis());
                name = dev.headrace.core.snapshot.SnapshotStore.manifestName(id);
                for (Wish wish : granted) {
                    if (!wish.name().isEmpty()) {
                        name = storage.get().pin(manifest, wish.name());
                    }
                }
                meter.taken(
                        id,
                        clock.millis(),
                        clock.nanos() - requestedAt,
                        manifest.stateBytes(),
                        storage.get().lastWritten());
            }
        } catch (IOException e) {
            if (Reason.isOutOfMemory(e)) {
                fail(new IllegalStateException(e));
                return;
            }
            retryAt = clock.nanos() + RETRY_NANOS;
            meter.failed(Reason.of(e));
            return;
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        try {
            committables.forEach((sink, bytes) -> sinks.get(sink).commit(bytes));
            if (storage.isPresent() && (pendingIsLast || request.thenStop())) {
                writeCommitted(storage.get());
            }
            finishSnapshot(id, name);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private static void writeCommitted(SnapshotWriter storage) {
        try {
            storage.writeCommitted();
        } catch (IOException e) {
            // All is committed; a changed job will have to take it that it may not be.
        }
    }

    private void finishSnapshot(long id, String name) {
        List<Wish> done;
        synchronized (this) {
            lastSnapshot = id;
            pending = false;
            done = granted;
            granted = List.of();
            if (pendingIsLast || request.thenStop()) {
                over = true;
                wishes.forEach(w ->
                        w.done().completeExceptionally(UserError.job("the job ended before the snapshot was taken")));
            }
        }
        done.forEach(w -> w.done().complete(name));
        if (restored) {
            storage.ifPresent(SnapshotWriter::collectGarbage);
        }
    }
}
