package dev.headrace.core.run;

import dev.headrace.api.storage.ObjectStore;
import dev.headrace.core.upgrade.OnChange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a job is run.
 *
 * @param name the job's, in messages and snapshots
 * @param revision which revision of the job this is, written into its snapshots; may be empty
 * @param workers threads that process rows
 * @param epoch time between two emissions of changed keys
 * @param snapshots where snapshots are kept; empty for none: the job cannot be restored
 * @param snapshotInterval time between two snapshots
 * @param keep how many snapshots are kept
 * @param fresh starts anew even if there is a snapshot
 * @param restoreFrom starts from that snapshot (a manifest's or savepoint's name) instead of the latest
 * @param onChange what becomes of state that the job needs and the snapshot lacks
 * @param memory bytes that state may take: three quarters are for rows in memory, one for the store below them
 * @param spillFolder where rows are kept that do not fit into memory, as long as the process lives
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
        OnChange onChange,
        long memory,
        Path spillFolder,
        RunClock clock) {

    /** What a job takes of the heap beside its state, whatever the size of that: classes of libraries, plans, buffers. */
    private static final long BESIDE_STATE = 32 << 20;

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
                OnChange.REBUILD,
                memory(Runtime.getRuntime().maxMemory()),
                Path.of(System.getProperty("java.io.tmpdir")),
                RunClock.SYSTEM);
    }

    public JobOptions withRevision(String newRevision) {
        return new JobOptions(
                name,
                newRevision,
                workers,
                epoch,
                snapshots,
                snapshotInterval,
                keep,
                fresh,
                restoreFrom,
                onChange,
                memory,
                spillFolder,
                clock);
    }

    public JobOptions withSnapshots(ObjectStore store, Duration interval) {
        return new JobOptions(
                name,
                revision,
                workers,
                epoch,
                Optional.of(store),
                interval,
                keep,
                fresh,
                restoreFrom,
                onChange,
                memory,
                spillFolder,
                clock);
    }

    public JobOptions withEpoch(Duration newEpoch) {
        return new JobOptions(
                name,
                revision,
                workers,
                newEpoch,
                snapshots,
                snapshotInterval,
                keep,
                fresh,
                restoreFrom,
                onChange,
                memory,
                spillFolder,
                clock);
    }

    public JobOptions withClock(RunClock newClock) {
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
                onChange,
                memory,
                spillFolder,
                newClock);
    }

    public JobOptions withKeep(int newKeep) {
        return new JobOptions(
                name,
                revision,
                workers,
                epoch,
                snapshots,
                snapshotInterval,
                newKeep,
                fresh,
                restoreFrom,
                onChange,
                memory,
                spillFolder,
                clock);
    }

    public JobOptions withFresh(boolean newFresh) {
        return new JobOptions(
                name,
                revision,
                workers,
                epoch,
                snapshots,
                snapshotInterval,
                keep,
                newFresh,
                restoreFrom,
                onChange,
                memory,
                spillFolder,
                clock);
    }

    public JobOptions withRestoreFrom(String snapshot) {
        return new JobOptions(
                name,
                revision,
                workers,
                epoch,
                snapshots,
                snapshotInterval,
                keep,
                fresh,
                Optional.of(snapshot),
                onChange,
                memory,
                spillFolder,
                clock);
    }

    public JobOptions withOnChange(OnChange newOnChange) {
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
                newOnChange,
                memory,
                spillFolder,
                clock);
    }

    /** Bytes that a worker's rows of state may take in memory. */
    long rowMemory() {
        return memory * 3 / 4 / workers;
    }

    /** Bytes that a worker's store for rows that do not fit may take in memory. */
    long storeMemory() {
        return memory / 4 / workers;
    }

    public JobOptions withMemory(long bytes, Path newSpillFolder) {
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
                onChange,
                bytes,
                newSpillFolder,
                clock);
    }
}
