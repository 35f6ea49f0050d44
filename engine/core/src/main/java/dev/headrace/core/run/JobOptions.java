package dev.headrace.core.run;

import dev.headrace.api.storage.ObjectStore;
import java.time.Duration;
import java.util.Optional;

/**
 * How a job is run.
 *
 * @param name the job's, in messages and snapshots
 * @param workers threads that process rows
 * @param epoch time between two emissions of changed keys
 * @param snapshots where snapshots are kept; empty for none: the job cannot be restored
 * @param snapshotInterval time between two snapshots
 * @param keep how many snapshots are kept
 * @param fresh starts anew even if there is a snapshot
 * @param restoreFrom starts from that snapshot (a manifest's or savepoint's name) instead of the latest
 * @param memory bytes that state may take before it is spilled
 */
public record JobOptions(
        String name,
        int workers,
        Duration epoch,
        Optional<ObjectStore> snapshots,
        Duration snapshotInterval,
        int keep,
        boolean fresh,
        Optional<String> restoreFrom,
        long memory,
        RunClock clock) {

    public static JobOptions of(String name, int workers) {
        return new JobOptions(
                name,
                workers,
                Duration.ofMillis(100),
                Optional.empty(),
                Duration.ofSeconds(10),
                3,
                false,
                Optional.empty(),
                Long.MAX_VALUE,
                RunClock.SYSTEM);
    }

    public JobOptions withSnapshots(ObjectStore store, Duration interval) {
        return new JobOptions(
                name, workers, epoch, Optional.of(store), interval, keep, fresh, restoreFrom, memory, clock);
    }

    public JobOptions withEpoch(Duration newEpoch) {
        return new JobOptions(
                name, workers, newEpoch, snapshots, snapshotInterval, keep, fresh, restoreFrom, memory, clock);
    }

    public JobOptions withClock(RunClock newClock) {
        return new JobOptions(
                name, workers, epoch, snapshots, snapshotInterval, keep, fresh, restoreFrom, memory, newClock);
    }

    public JobOptions withKeep(int newKeep) {
        return new JobOptions(
                name, workers, epoch, snapshots, snapshotInterval, newKeep, fresh, restoreFrom, memory, clock);
    }

    public JobOptions withFresh(boolean newFresh) {
        return new JobOptions(
                name, workers, epoch, snapshots, snapshotInterval, keep, newFresh, restoreFrom, memory, clock);
    }

    public JobOptions withRestoreFrom(String snapshot) {
        return new JobOptions(
                name, workers, epoch, snapshots, snapshotInterval, keep, fresh, Optional.of(snapshot), memory, clock);
    }
}
