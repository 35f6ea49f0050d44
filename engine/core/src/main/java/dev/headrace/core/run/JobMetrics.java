package dev.headrace.core.run;

import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.SinkOperator;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The figures of a running job, read at any time from any thread; they are a moment old at most an epoch. */
public final class JobMetrics {
    private final JobGraph graph;
    private final List<Worker> workers;
    private final SnapshotCoordinator coordinator;

    JobMetrics(JobGraph graph, List<Worker> workers, SnapshotCoordinator coordinator) {
        this.graph = graph;
        this.workers = workers;
        this.coordinator = coordinator;
    }

    /**
     * A source table, over all workers.
     *
     * @param lag rows (or bytes) not yet read, -1 where unknown
     * @param watermark microseconds, {@code Long.MIN_VALUE} before the first
     */
    public record SourceFigures(String table, long rows, long bytes, long skipped, long lag, long watermark) {}

    /** A sink table, over all workers. */
    public record SinkFigures(String table, long rows, long bytes) {}

    /**
     * A worker; times since its start.
     *
     * @param stateBytes memory that rows of state take
     * @param spilledRows rows of state that are not in memory; {@code stateRows} counts them too
     */
    public record WorkerFigures(
            int worker, long busyNanos, long blockedNanos, long stateBytes, long stateRows, long spilledRows) {}

    public List<SourceFigures> sources() {
        List<SourceFigures> figures = new ArrayList<>();
        for (JobGraph.Node node : graph.nodes()) {
            if (!(node.plan() instanceof Plan.Scan scan)) {
                continue;
            }
            long rows = 0;
            long bytes = 0;
            long skipped = 0;
            long lag = 0;
            long watermark = Long.MAX_VALUE;
            for (SourceMeter meter : meters(node.identity())) {
                rows += meter.rows();
                bytes += meter.bytes();
                skipped += meter.skipped();
                lag = meter.lag() < 0 || lag < 0 ? -1 : lag + meter.lag();
                watermark = Math.min(watermark, meter.watermark());
            }
            figures.add(new SourceFigures(scan.table().name(), rows, bytes, skipped, lag, watermark));
        }
        return figures;
    }

    private List<SourceMeter> meters(String scan) {
        return workers.stream()
                .flatMap(w -> w.tasks().stream())
                .flatMap(t -> t.sources().stream())
                .filter(s -> s.scan().equals(scan))
                .map(SourceInput::meter)
                .toList();
    }

    public List<SinkFigures> sinks() {
        List<SinkFigures> figures = new ArrayList<>();
        for (JobGraph.Node node : graph.nodes()) {
            if (node.plan() instanceof Plan.SinkPlan sink) {
                List<SinkOperator> operators = workers.stream()
                        .flatMap(w -> w.tasks().stream())
                        .filter(t -> t.sinks().containsKey(node.identity()))
                        .map(t -> t.sinks().get(node.identity()))
                        .toList();
                figures.add(new SinkFigures(
                        sink.table().name(),
                        operators.stream().mapToLong(SinkOperator::rows).sum(),
                        operators.stream().mapToLong(SinkOperator::bytes).sum()));
            }
        }
        return figures;
    }

    /**
     * When the first row was written to any sink, in milliseconds since the epoch by the machine's clock; empty before. A
     * sink that commits with snapshots shows it later.
     */
    public OptionalLong firstRowMillis() {
        return workers.stream()
                .flatMap(w -> w.tasks().stream())
                .flatMap(t -> t.sinks().values().stream())
                .mapToLong(SinkOperator::firstRowMillis)
                .filter(millis -> millis > 0)
                .min();
    }

    public List<WorkerFigures> workers() {
        return workers.stream()
                .map(w -> new WorkerFigures(
                        w.number(),
                        w.meter().busyNanos(),
                        w.meter().blockedNanos(),
                        w.meter().stateBytes(),
                        w.meter().stateRows(),
                        w.meter().spilledRows()))
                .toList();
    }

    /** Bytes of the snapshot that the job started from which are not in the workers' tables yet. */
    public long remainingStateBytes() {
        return workers.stream().mapToLong(w -> w.meter().remainingBytes()).sum();
    }

    /** Rows dropped because they were late. */
    public long lateRows() {
        return workers.stream()
                .flatMap(w -> w.tasks().stream())
                .flatMap(t -> t.operators().stream())
                .mapToLong(Operator::lateRows)
                .sum();
    }

    /** The longest that a worker has stopped for its part in a snapshot, in nanoseconds. */
    public long longestSnapshotPauseNanos() {
        return workers.stream()
                .mapToLong(w -> w.meter().longestSnapshotPauseNanos())
                .max()
                .orElse(0);
    }

    /** Why the next part of the snapshot that the job started from cannot be read; it is tried again. */
    public Optional<String> restoreTrouble() {
        return workers.stream()
                .map(w -> w.meter().restoreTrouble())
                .filter(why -> !why.isEmpty())
                .findFirst();
    }

    /**
     * For how long the slowest worker has been in the step that it is in: milliseconds as long as all is well. To be asked
     * while the job runs by its threads. Workers that are still being restored do not count: a batch may need state of all key
     * groups.
     */
    public long longestStepNanos() {
        long now = System.nanoTime();
        return workers.stream()
                .filter(w -> w.meter().remainingBytes() == 0)
                .mapToLong(w -> now - w.meter().stepBegan())
                .max()
                .orElse(0);
    }

    public SnapshotMeter snapshots() {
        return coordinator.meter();
    }
}
