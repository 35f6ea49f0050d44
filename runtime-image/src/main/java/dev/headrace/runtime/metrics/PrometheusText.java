package dev.headrace.runtime.metrics;

import dev.headrace.core.run.JobMetrics;
import dev.headrace.runtime.terminal.StartTime;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A job's figures in Prometheus' text form. Times are seconds. */
public final class PrometheusText {
    private final String job;
    private final StringBuilder out = new StringBuilder();

    private PrometheusText(String job) {
        this.job = job;
    }

    public static String of(String job, JobMetrics metrics) {
        PrometheusText text = new PrometheusText(job);
        text.sources(metrics.sources());
        text.sinks(metrics.sinks());
        text.workers(metrics.workers());
        text.single(
                "headrace_state_restoring_bytes",
                "gauge",
                "Bytes of the snapshot that the job started from which are still to be read",
                metrics.remainingStateBytes());
        text.single("headrace_late_rows_total", "counter", "Rows dropped because they were late", metrics.lateRows());
        StartTime.untilFirstRow(metrics)
                .ifPresent(millis -> text.single(
                        "headrace_first_row_seconds",
                        "gauge",
                        "From the start of the process to the first row written",
                        millis / 1e3));
        text.snapshots(metrics);
        return text.out.toString();
    }

    /**
     * The figures of a pod, without those of its job.
     *
     * @param phases all words for what a pod may be doing, {@code phase} the one for what it does
     */
    public static String ofPod(String job, List<String> phases, String phase, long restarts) {
        PrometheusText text = new PrometheusText(job);
        text.head("headrace_pod_phase", "gauge", "1 for the phase that the pod is in");
        phases.forEach(p -> text.line("headrace_pod_phase", "phase", p, p.equals(phase) ? 1 : 0));
        text.single(
                "headrace_pod_start_time_seconds",
                "gauge",
                "When the process started, seconds since the epoch",
                ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
        text.single("headrace_pod_restarts_total", "counter", "Starts after a failure in this process", restarts);
        return text.out.toString();
    }

    private void sources(List<JobMetrics.SourceFigures> sources) {
        head("headrace_source_rows_total", "counter", "Rows read");
        sources.forEach(s -> line("headrace_source_rows_total", "table", s.table(), s.rows()));
        head("headrace_source_bytes_total", "counter", "Bytes read");
        sources.forEach(s -> line("headrace_source_bytes_total", "table", s.table(), s.bytes()));
        head("headrace_source_skipped_records_total", "counter", "Records skipped because they did not parse");
        sources.forEach(s -> line("headrace_source_skipped_records_total", "table", s.table(), s.skipped()));
        head("headrace_source_lag", "gauge", "Rows, for files bytes, not yet read");
        sources.stream()
                .filter(s -> s.lag() >= 0)
                .forEach(s -> line("headrace_source_lag", "table", s.table(), s.lag()));
        head("headrace_source_watermark_seconds", "gauge", "Event time reached, seconds since the epoch");
        sources.stream()
                .filter(s -> s.watermark() > Long.MIN_VALUE && s.watermark() < Long.MAX_VALUE - 1)
                .forEach(s -> line("headrace_source_watermark_seconds", "table", s.table(), s.watermark() / 1e6));
    }

    private void sinks(List<JobMetrics.SinkFigures> sinks) {
        head("headrace_sink_rows_total", "counter", "Rows written");
        sinks.forEach(s -> line("headrace_sink_rows_total", "table", s.table(), s.rows()));
        head("headrace_sink_bytes_total", "counter", "Bytes written");
        sinks.forEach(s -> line("headrace_sink_bytes_total", "table", s.table(), s.bytes()));
    }

    private void workers(List<JobMetrics.WorkerFigures> workers) {
        worker(
                workers,
                "headrace_worker_busy_seconds_total",
                "counter",
                "Time spent on rows",
                w -> w.busyNanos() / 1e9);
        worker(
                workers,
                "headrace_worker_blocked_seconds_total",
                "counter",
                "Time spent waiting for others to take rows",
                w -> w.blockedNanos() / 1e9);
        worker(workers, "headrace_state_bytes", "gauge", "Memory held by state", JobMetrics.WorkerFigures::stateBytes);
        worker(workers, "headrace_state_rows", "gauge", "Rows of state", JobMetrics.WorkerFigures::stateRows);
        worker(
                workers,
                "headrace_state_spilled_rows",
                "gauge",
                "Rows of state that are not in memory",
                JobMetrics.WorkerFigures::spilledRows);
    }

    private void worker(
            List<JobMetrics.WorkerFigures> workers,
            String name,
            String type,
            String help,
            ToDoubleFunction<JobMetrics.WorkerFigures> figure) {
        head(name, type, help);
        workers.forEach(w -> line(name, "worker", Integer.toString(w.worker()), figure.applyAsDouble(w)));
    }

    private void snapshots(JobMetrics metrics) {
        var snapshots = metrics.snapshots();
        single("headrace_snapshots_total", "counter", "Snapshots taken", snapshots.count());
        single("headrace_snapshot_failures_total", "counter", "Failed tries to write a snapshot", snapshots.failures());
        single("headrace_snapshot_last_id", "gauge", "The last snapshot", snapshots.lastId());
        single(
                "headrace_snapshot_last_duration_seconds",
                "gauge",
                "From the request to the manifest",
                snapshots.lastNanos() / 1e9);
        single(
                "headrace_snapshot_last_state_bytes",
                "gauge",
                "Bytes that the last snapshot refers to",
                snapshots.lastStateBytes());
        single(
                "headrace_snapshot_last_written_bytes",
                "gauge",
                "Bytes that the last snapshot added",
                snapshots.lastWrittenBytes());
        single(
                "headrace_snapshot_longest_pause_seconds",
                "gauge",
                "The longest that a worker stopped for a snapshot",
                metrics.longestSnapshotPauseNanos() / 1e9);
    }

    private void head(String name, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void single(String name, String type, String help, double value) {
        head(name, type, help);
        out.append(name)
                .append("{job=\"")
                .append(escape(job))
                .append("\"} ")
                .append(number(value))
                .append('\n');
    }

    private void line(String name, String label, String labelValue, double value) {
        out.append(name)
                .append("{job=\"")
                .append(escape(job))
                .append("\",")
                .append(label)
                .append("=\"");
        out.append(escape(labelValue)).append("\"} ").append(number(value)).append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.6f", value);
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
