package dev.headrace.core.run;

import dev.headrace.api.storage.ObjectStore;
import dev.headrace.core.upgrade.OnChange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a job is run.
 *
 * @param name the job's, in messages and snapshots
 * @param revision which revision of the job this is, written into its snapshots; may be empty
 * @param workers threads that process rows
 * @param epoch time between two emissions of changed keys
 * @param snapshots where snapshots are kept; empty for none: the job cannot be restored
 * @param snapshotInterval time between two snapshots; the first of a run comes earlier, if that is long
 * @param keep how many snapshots are kept
 * @param fresh starts anew even if there is a snapshot
 * @param restoreFrom starts from that snapshot (a manifest's or savepoint's name) instead of the latest
 * @param ownSnapshot what a last snapshot of this very revision counts for against {@code fresh} and {@code restoreFrom}
 * @param onChange what becomes of state that the job needs and the snapshot lacks
 * @param memory bytes that state may take: three quarters are for rows in memory, one for the store below them
 * @param spillFolder where rows are kept that do not fit into memory, as long as the process lives
 * @param parallelRestore whether state is read by threads of the workers' own, and ahead; without, all is done in the caller's
 *     thread, in an order that depends on nothing but the snapshot
 * @param restoreWindow bytes of state that come at a time, where they come while the job runs; a key group at least
 */
public record JobOptions(
        String name,
        String revision,
        int workers,
        Duration epoch,
        Optional<ObjectStore> snapshots,
        Duration snapshotInterval,
        int keep,
        boolean fresh,
        Optional<String> restoreFrom,
        OwnSnapshot ownSnapshot,
        OnChange onChange,
        long memory,
        Path spillFolder,
        boolean parallelRestore,
        int restoreWindow,
        RunClock clock) {

    /** What a job takes of the heap beside its state, whatever the size of that: classes of libraries, plans, buffers. */
    private static final long BESIDE_STATE = 32 << 20;

    private static final int RESTORE_WINDOW = 2 << 20;

    /** Half of what the heap has for state and for the copies of it that go into snapshots. */
    static long memory(long heap) {
        return Math.max(heap / 4, heap / 2 - BESIDE_STATE);
    }

    public static JobOptions of(String name, int workers) {
        return new JobOptions(
                name,
                "",
                workers,
                Duration.ofMillis(100),
                Optional.empty(),
                Duration.ofSeconds(10),
                3,
                false,
                Optional.empty(),
                OwnSnapshot.IGNORED,
                OnChange.REBUILD,
                memory(Runtime.getRuntime().maxMemory()),
                Path.of(System.getProperty("java.io.tmpdir")),
                true,
                RESTORE_WINDOW,
                RunClock.SYSTEM);
    }

    public JobOptions withRevision(String newRevision) {
        return with(draft -> draft.revision = newRevision);
    }

    public JobOptions withSnapshots(ObjectStore store, Duration interval) {
        return with(draft -> {
            draft.snapshots = Optional.of(store);
            draft.snapshotInterval = interval;
        });
    }

    public JobOptions withEpoch(Duration newEpoch) {
        return with(draft -> draft.epoch = newEpoch);
    }

    public JobOptions withClock(RunClock newClock) {
        return with(draft -> draft.clock = newClock);
    }

    public JobOptions withKeep(int newKeep) {
        return with(draft -> draft.keep = newKeep);
    }

    public JobOptions withFresh(boolean newFresh) {
        return with(draft -> draft.fresh = newFresh);
    }

    public JobOptions withRestoreFrom(String snapshot) {
        return with(draft -> draft.restoreFrom = Optional.of(snapshot));
    }

    public JobOptions withOwnSnapshot(OwnSnapshot newOwnSnapshot) {
        return with(draft -> draft.ownSnapshot = newOwnSnapshot);
    }

    public JobOptions withOnChange(OnChange newOnChange) {
        return with(draft -> draft.onChange = newOnChange);
    }

    public JobOptions withMemory(long bytes, Path newSpillFolder) {
        return with(draft -> {
            draft.memory = bytes;
            draft.spillFolder = newSpillFolder;
        });
    }

    public JobOptions withParallelRestore(boolean parallel) {
        return with(draft -> draft.parallelRestore = parallel);
    }

    public JobOptions withRestoreWindow(int bytes) {
        return with(draft -> draft.restoreWindow = bytes);
    }

    /** Bytes that a worker's rows of state may take in memory. */
    long rowMemory() {
        return memory * 3 / 4 / workers;
    }

    /** Bytes that a worker's store for rows that do not fit may take in memory. */
    long storeMemory() {
        return memory / 4 / workers;
    }

    private JobOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options that are being changed. */
    private static final class Draft {
        final String name;
        final int workers;
        String revision;
        Duration epoch;
        Optional<ObjectStore> snapshots;
        Duration snapshotInterval;
        int keep;
        boolean fresh;
        Optional<String> restoreFrom;
        OwnSnapshot ownSnapshot;
        OnChange onChange;
        long memory;
        Path spillFolder;
        boolean parallelRestore;
        int restoreWindow;
        RunClock clock;

        Draft(JobOptions from) {
            name = from.name;
            workers = from.workers;
            revision = from.revision;
            epoch = from.epoch;
            snapshots = from.snapshots;
            snapshotInterval = from.snapshotInterval;
            keep = from.keep;
            fresh = from.fresh;
            restoreFrom = from.restoreFrom;
            ownSnapshot = from.ownSnapshot;
            onChange = from.onChange;
            memory = from.memory;
            spillFolder = from.spillFolder;
            parallelRestore = from.parallelRestore;
            restoreWindow = from.restoreWindow;
            clock = from.clock;
        }

        JobOptions options() {
            return new JobOptions(
                    name,
                    revision,
                    workers,
                    epoch,
                    snapshots,
                    snapshotInterval,
                    keep,
                    fresh,
                    restoreFrom,
                    ownSnapshot,
                    onChange,
                    memory,
                    spillFolder,
                    parallelRestore,
                    restoreWindow,
                    clock);
        }
    }
}
