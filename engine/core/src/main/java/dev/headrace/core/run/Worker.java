package dev.headrace.core.run;

import dev.headrace.api.error.Reason;
import dev.headrace.core.state.SpillStore;
import dev.headrace.core.state.StateTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread that runs one task of every fragment, deepest first, so that rows under way come before new ones. It ends an
 * epoch when its time has come and takes snapshots as tasks become ready. Between two steps it does what others asked of
 * it ({@link #submit}).
 */
final class Worker {
    private static final long SHORT_WAIT_NANOS = 50_000;
    private static final long LONG_WAIT_NANOS = 1_000_000;
    private static final long RESTORE_AGAIN_NANOS = 500_000_000;

    private final int number;
    private final List<Task> tasks;
    private final RunClock clock;
    private final long epochNanos;
    private final SnapshotCoordinator coordinator;
    private final Queue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final WorkerMeter meter = new WorkerMeter();
    private final SpillStore spillStore;
    private final StateBudget budget;
    private long epochStart;
    /** Rows of the snapshot that the job starts from are still to come. */
    private boolean restoring;

    private long restoreAgainAt;

    /** @param memory bytes that the state of the tasks may take */
    Worker(
            int number,
            List<Task> tasks,
            SpillStore spillStore,
            long memory,
            RunClock clock,
            long epochNanos,
            SnapshotCoordinator coordinator) {
        this.number = number;
        this.spillStore = spillStore;
        budget = new StateBudget(memory, this::tables, coordinator::hasten, coordinator::holdSources);
        this.tasks = tasks.stream()
                .sorted((a, b) -> Integer.compare(b.fragment(), a.fragment()))
                .toList();
        this.clock = clock;
        this.epochNanos = epochNanos;
        this.coordinator = coordinator;
        epochStart = clock.nanos();
    }

    /** Has something done by the worker's thread, between batches. */
    void submit(Runnable request) {
        requests.add(request);
    }

    /** Fills the state of the tasks from the snapshot that the job starts from, or has rows come later; before anything else. */
    void restore(Optional<ExecutorService> readers) {
        tasks.forEach(task -> task.restore(readers));
        restoring = !isWhole();
        if (restoring) {
            meter.remaining(remaining());
            coordinator.restoring(number);
        }
    }

    private boolean isWhole() {
        return tasks.stream().allMatch(task -> task.state().isWhole());
    }

    /** Takes some rows of the snapshot, if they have been read. */
    private boolean restoreNext() {
        long now = clock.nanos();
        if (now < restoreAgainAt) {
            return false;
        }
        boolean full = tasks.getFirst().state().isFull();
        if (full) {
            endEpoch();
        }
        boolean worked = false;
        for (Task task : tasks) {
            try {
                worked = worked || task.state().restoreNext(full);
            } catch (IOException e) {
                if (Reason.isOutOfMemory(e)) {
                    throw new IllegalStateException(e);
                }
                // Only a row that is asked for cannot wait.
                restoreAgainAt = now + RESTORE_AGAIN_NANOS;
                meter.restoreTrouble(Reason.of(e));
                return false;
            }
        }
        restoring = !isWhole();
        meter.remaining(remaining());
        if (worked || !restoring) {
            meter.restoreTrouble("");
        }
        if (!restoring) {
            coordinator.restored(number);
        }
        return worked;
    }

    private long remaining() {
        return tasks.stream().mapToLong(task -> task.state().remaining()).sum();
    }

    /** Runs until the coordinator says that the job is over. */
    void run() {
        meter.step(System.nanoTime());
        long wait = SHORT_WAIT_NANOS;
        while (!coordinator.isOver()) {
            long before = System.nanoTime();
            meter.step(before);
            Task.Step step = step();
            long spent = System.nanoTime() - before;
            if (step == Task.Step.WORKED) {
                meter.busy(spent);
                wait = SHORT_WAIT_NANOS;
            } else {
                LockSupport.parkNanos(wait);
                if (step == Task.Step.BLOCKED) {
                    meter.blocked(System.nanoTime() - before);
                }
                wait = Math.min(wait * 2, LONG_WAIT_NANOS);
            }
        }
    }

    /** One round: requests, the end of an epoch, snapshots, and up to one batch for each task. */
    Task.Step step() {
        for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
            request.run();
        }
        long now = clock.nanos();
        if (now - epochStart >= epochNanos || budget.isTight()) {
            epochStart = now;
            endEpoch();
        }
        boolean worked = takeSnapshots();
        worked |= restoring && restoreNext();
        boolean blocked = false;
        int sourceRows = coordinator.sourceRows();
        for (Task task : tasks) {
            switch (task.step(sourceRows)) {
                case WORKED -> {
                    worked = true;
                    coordinator.inputWorkedOn();
                }
                case BLOCKED -> blocked = true;
                case NOTHING -> {}
            }
        }
        if (restoring) {
            // Steps may take long now; that is not the sources' idleness.
            tasks.forEach(Task::holdSources);
        }
        return worked ? Task.Step.WORKED : blocked ? Task.Step.BLOCKED : Task.Step.NOTHING;
    }

    private void endEpoch() {
        long millis = clock.millis();
        for (int i = tasks.size() - 1; i >= 0; i--) {
            Task task = tasks.get(i);
            if (!task.hasFinished()) {
                task.processingTime(millis);
                task.endEpoch();
            }
        }
        budget.relieve();
        meter.state(
                tasks.stream().mapToLong(t -> t.state().memory()).sum(),
                tasks.stream().mapToLong(t -> t.state().rows()).sum(),
                tasks.stream().mapToLong(t -> t.state().spilled()).sum());
        if (tasks.stream().allMatch(Task::hasFinished)) {
            coordinator.workerFinished(number);
        }
    }

    private boolean takeSnapshots() {
        SnapshotCoordinator.Request request = coordinator.request();
        boolean taken = false;
        for (int i = tasks.size() - 1; i >= 0; i--) {
            Task task = tasks.get(i);
            if (task.isReadyFor(request.snapshot())) {
                long before = System.nanoTime();
                coordinator.report(request.snapshot(), task.snapshot(request.snapshot(), request.thenStop()));
                meter.snapshotPause(System.nanoTime() - before);
                taken = true;
            }
        }
        if (taken) {
            budget.snapshotTaken();
        }
        if (!taken && tasks.stream().allMatch(Task::hasFinished)) {
            coordinator.workerFinished(number);
        }
        return taken;
    }

    private List<StateTable> tables() {
        List<StateTable> tables = new ArrayList<>();
        for (Task task : tasks) {
            tables.addAll(task.state().tables());
        }
        return tables;
    }

    List<Task> tasks() {
        return tasks;
    }

    WorkerMeter meter() {
        return meter;
    }

    int number() {
        return number;
    }

    void close() {
        List<Runnable> all = new ArrayList<>();
        tasks.forEach(task -> all.add(task::close));
        all.add(spillStore::close);
        Closing.all(all).ifPresent(e -> {
            throw e;
        });
    }
}
