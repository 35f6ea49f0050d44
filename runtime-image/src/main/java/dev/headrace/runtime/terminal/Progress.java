package dev.headrace.runtime.terminal;

import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobMetrics;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.OptionalLong;

/** One line on a terminal that says how the job is doing, written over itself. Does nothing where there is no terminal. */
public final class Progress {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Job job;
    private final PrintStream out;
    private final boolean enabled;
    private final long startNanos = System.nanoTime();
    private long lastRows;
    private long lastNanos = startNanos;
    private boolean shown;

    public Progress(Job job, PrintStream out, boolean enabled) {
        this.job = job;
        this.out = out;
        this.enabled = enabled;
    }

    /** Writes the line anew. */
    public void show() {
        if (!enabled) {
            return;
        }
        JobMetrics metrics = job.metrics();
        long rows = 0;
        long lag = 0;
        long watermark = Long.MAX_VALUE;
        for (JobMetrics.SourceFigures source : metrics.sources()) {
            rows += source.rows();
            lag = source.lag() < 0 || lag < 0 ? -1 : lag + source.lag();
            if (source.watermark() != Long.MIN_VALUE) {
                watermark = Math.min(watermark, source.watermark());
            }
        }
        long state = metrics.workers().stream()
                .mapToLong(JobMetrics.WorkerFigures::stateBytes)
                .sum();
        long now = System.nanoTime();
        double perSecond = (rows - lastRows) * 1e9 / Math.max(1, now - lastNanos);
        lastRows = rows;
        lastNanos = now;
        StringBuilder line = new StringBuilder(CLEAR_LINE);
        line.append(Numbers.grouped(rows))
                .append(" rows, ")
                .append(Numbers.grouped((long) perSecond))
                .append("/s");
        if (lag >= 0) {
            line.append(" | lag ").append(Numbers.grouped(lag));
        }
        if (watermark < Long.MAX_VALUE - 1) {
            line.append(" | watermark ")
                    .append(TIME.format(Instant.ofEpochSecond(Math.floorDiv(watermark, 1_000_000L))));
        }
        line.append(" | state ").append(Numbers.bytes(state));
        if (!metrics.snapshots().trouble().isEmpty()) {
            line.append(" | SNAPSHOT FAILS: ").append(metrics.snapshots().trouble());
        } else if (metrics.snapshots().count() > 0) {
            line.append(" | snapshot ").append(metrics.snapshots().lastId());
        }
        String text = line.length() > 200 ? line.substring(0, 200) : line.toString();
        out.print(text);
        out.flush();
        shown = true;
    }

    /** Takes the line away. */
    public void clear() {
        if (shown) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }

    /** What the job has done, in a line. */
    public String summary() {
        JobMetrics metrics = job.metrics();
        long in = metrics.sources().stream()
                .mapToLong(JobMetrics.SourceFigures::rows)
                .sum();
        long out =
                metrics.sinks().stream().mapToLong(JobMetrics.SinkFigures::rows).sum();
        String late = metrics.lateRows() == 0 ? "" : ", " + Numbers.grouped(metrics.lateRows()) + " late";
        OptionalLong first = StartTime.untilFirstRow(metrics);
        return Numbers.grouped(in) + " rows in" + late + ", " + Numbers.grouped(out) + " rows out, "
                + Numbers.duration(System.nanoTime() - startNanos)
                + (first.isEmpty()
                        ? ""
                        : "; the first row " + Numbers.duration(first.getAsLong() * 1_000_000) + " after the command");
    }
}
