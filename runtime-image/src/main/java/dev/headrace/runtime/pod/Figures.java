package dev.headrace.runtime.pod;

import dev.headrace.core.run.JobMetrics;
import dev.headrace.core.run.SnapshotMeter;
import dev.headrace.core.snapshot.SnapshotStore;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The figures of a job's run in short; counters are of this run.
 *
 * @param startedFrom the name of a snapshot; empty for a start with empty state
 * @param lag rows, for files bytes, not yet read
 * @param watermark that of the source that is furthest behind, in milliseconds since the epoch
 * @param stateBytes memory that state takes
 * @param snapshot the last one
 * @param snapshotTrouble why the snapshot under way cannot be written
 * @param restoreTrouble why state that is still to come cannot be read
 */
public record Figures(
        Optional<String> startedFrom,
        OptionalLong lag,
        OptionalLong watermark,
        long rowsIn,
        long rowsOut,
        long lateRows,
        long stateBytes,
        Optional<Snapshot> snapshot,
        long snapshotFailures,
        Optional<String> snapshotTrouble,
        Optional<String> restoreTrouble) {

    /**
     * @param path its manifest's, with the storage
     * @param at milliseconds since the epoch
     * @param bytes of state that it refers to
     */
    public record Snapshot(String name, String path, long at, long durationMillis, long bytes) {}

    static Figures of(JobMetrics metrics, Optional<String> startedFrom, String storage) {
        long rows = 0;
        long lag = 0;
        long watermark = Long.MAX_VALUE;
        for (JobMetrics.SourceFigures source : metrics.sources()) {
            rows += source.rows();
            lag = source.lag() < 0 || lag < 0 ? -1 : lag + source.lag();
            watermark = Math.min(watermark, source.watermark());
        }
        // Before the first row it is the least of numbers, and after the last one of bounded input the highest.
        boolean known = watermark > Long.MIN_VALUE && watermark < Long.MAX_VALUE - 1;
        SnapshotMeter snapshots = metrics.snapshots();
        return new Figures(
                startedFrom,
                lag < 0 ? OptionalLong.empty() : OptionalLong.of(lag),
                known ? OptionalLong.of(Math.floorDiv(watermark, 1000)) : OptionalLong.empty(),
                rows,
                metrics.sinks().stream().mapToLong(JobMetrics.SinkFigures::rows).sum(),
                metrics.lateRows(),
                metrics.workers().stream()
                        .mapToLong(JobMetrics.WorkerFigures::stateBytes)
                        .sum(),
                snapshot(snapshots, storage),
                snapshots.failures(),
                snapshots.trouble().isEmpty() ? Optional.empty() : Optional.of(snapshots.trouble()),
                metrics.restoreTrouble());
    }

    /** These, with the snapshot of an earlier run until there is one of this run. */
    Figures orSnapshotOf(Optional<Figures> before) {
        return snapshot.isPresent() || before.isEmpty()
                ? this
                : new Figures(
                        startedFrom,
                        lag,
                        watermark,
                        rowsIn,
                        rowsOut,
                        lateRows,
                        stateBytes,
                        before.get().snapshot(),
                        snapshotFailures,
                        snapshotTrouble,
                        restoreTrouble);
    }

    private static Optional<Snapshot> snapshot(SnapshotMeter snapshots, String storage) {
        if (snapshots.count() == 0) {
            return Optional.empty();
        }
        String name = SnapshotStore.manifestName(snapshots.lastId());
        return Optional.of(new Snapshot(
                name,
                storage + "/" + name,
                snapshots.lastMillis(),
                snapshots.lastNanos() / 1_000_000,
                snapshots.lastStateBytes()));
    }
}
