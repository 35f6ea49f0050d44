package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.error.UserError;
import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.expression.Program;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.Output;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.snapshot.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A scan in one worker: reads the splits assigned to it and makes their watermarks. The watermark of a split before a row
 * is the running maximum of the strategy's expression over the split's earlier rows; rows carry it where an operator
 * downstream asks. The scan's watermark is the minimum over its splits that are neither idle nor ended; when there are none,
 * the maximum over all that it has had, and the scan is idle. It never goes back. A split is idle that had no row for the idle time-out,
 * not counting the time in which nothing was asked of the source.
 */
final class SourceInput {
    private final String scan;
    private final String time;
    private final SourceReader reader;
    private final Batch batch;
    private final Optional<Program> watermarkProgram;
    private final Batch watermarkBatch;
    private final boolean rowWatermarks;
    private final long idleNanos;
    private final long maxDriftMicros;
    private final RunClock clock;
    private final Output output;
    private final boolean bounded;
    private final ConcurrentLinkedQueue<SplitStart> arriving = new ConcurrentLinkedQueue<>();
    private final List<SplitProgress> splits = new ArrayList<>();
    private final SourceMeter meter = new SourceMeter();
    private static final long NOT_HELD = -1;
    /**
     * What comes after a source may take long with a batch, as where it waits for state: where that is more than this part of
     * the idle timeout, it is not the splits that are idle.
     */
    private static final int LONG_PART = 10;

    private long emitted = Operator.NO_WATERMARK;
    private boolean idle;
    /** Time in which nothing was asked of the source. */
    private long heldNanos;

    private long heldSince = NOT_HELD;
    private volatile boolean dealt;
    private boolean noMoreSplits;
    private boolean ended;
    private boolean draining;
    private Optional<Standing> cut = Optional.empty();

    /** The positions, by split, at which to stop, and who waits for it. */
    private record Standing(Map<String, String> positions, CompletableFuture<Void> reached) {}

    /** A split and the state in which to take it up. */
    record SplitStart(Split split, long watermark, boolean ended) {}

    private static final class SplitProgress {
        final Split split;
        long watermark;
        long lastRowNanos;
        boolean ended;
        boolean paused;

        SplitProgress(Split split, long watermark, boolean ended, long now) {
            this.split = split;
            this.watermark = watermark;
            this.ended = ended;
            lastRowNanos = now;
        }
    }

    /**
     * @param scan identity of the scan
     * @param time the meaning of the columns that watermarks are made of
     */
    SourceInput(
            String scan,
            String time,
            Plan.Scan plan,
            SourceReader reader,
            boolean bounded,
            boolean rowWatermarks,
            ExpressionCompiler compiler,
            RunClock clock,
            Output output) {
        this.scan = scan;
        this.time = time;
        this.reader = reader;
        this.bounded = bounded;
        this.clock = clock;
        this.output = output;
        this.rowWatermarks = rowWatermarks && plan.watermark().isPresent();
        batch = Batch.of(plan.schema());
        watermarkProgram = plan.watermark()
                .map(w -> compiler.compile(plan.schema().types(), Optional.empty(), List.of(w.expression())));
        watermarkBatch = plan.watermark()
                .map(w -> Batch.of(List.of(w.expression().type()), Batch.CAPACITY))
                .orElseGet(Batch::new);
        idleNanos = plan.watermark().map(w -> w.idleTimeout().toNanos()).orElse(0L);
        maxDriftMicros =
                plan.watermark().map(w -> w.maxDrift().toNanos() / 1000).orElse(0L);
    }

    /** Gives the scan a split; from any thread. */
    void add(SplitStart start) {
        arriving.add(start);
    }

    /** Says that the splits that are there at the start have been dealt out to all workers. */
    void dealt() {
        dealt = true;
    }

    /** Says that no split will come any more; after the last {@link #add}, before the first {@link #step} that may end. */
    void noMoreSplits() {
        noMoreSplits = true;
    }

    /** Nothing is asked of the source for now, since what comes after it takes nothing; until the next {@link #step}. */
    void hold() {
        if (idleNanos > 0 && heldSince == NOT_HELD) {
            heldSince = clock.nanos();
        }
    }

    private void release() {
        if (heldSince != NOT_HELD) {
            heldNanos += clock.nanos() - heldSince;
            heldSince = NOT_HELD;
        }
    }

    /** The clock, without the time in which nothing was asked of the source. */
    private long askingNanos() {
        return clock.nanos() - heldNanos;
    }

    /**
     * Reads each split up to a position, and no further; splits that are found later are not begun.
     *
     * @param positions by split, for all splits there are
     * @return completes when all splits stand there; fails where one cannot: it has been read further, or has no position
     */
    CompletableFuture<Void> holdAt(Map<String, String> positions) {
        takeArriving();
        CompletableFuture<Void> reached = new CompletableFuture<>();
        for (SplitProgress progress : splits) {
            if (!positions.containsKey(progress.split.id())) {
                reached.completeExceptionally(UserError.job(
                        "cannot hold at a cut that has no position for split '" + progress.split.id() + "'"));
                return reached;
            }
        }
        try {
            for (int i = 0; i < splits.size(); i++) {
                reader.holdAt(i, positions.get(splits.get(i).split.id()));
            }
        } catch (IllegalStateException | UnsupportedOperationException e) {
            reached.completeExceptionally(UserError.job("cannot hold at the cut: " + e.getMessage(), e));
            return reached;
        }
        cut = Optional.of(new Standing(Map.copyOf(positions), reached));
        tellStanding();
        return reached;
    }

    private void tellStanding() {
        cut.filter(h -> !h.reached().isDone() && stands(h))
                .ifPresent(h -> h.reached().complete(null));
    }

    private boolean stands(Standing at) {
        for (int i = 0; i < splits.size(); i++) {
            if (!reader.position(i)
                    .equals(at.positions().get(splits.get(i).split.id()))) {
                return false;
            }
        }
        return true;
    }

    /** Takes the input to end where it has been read to. */
    void drain() {
        draining = true;
    }

    /** Reads up to one batch of so many rows and hands it on; returns whether anything happened. */
    boolean step(int rows) {
        release();
        takeArriving();
        if (ended) {
            return false;
        }
        if (draining) {
            ended = true;
            output.watermark(Operator.LAST_WATERMARK);
            return true;
        }
        boolean worked = readOne(rows);
        tellStanding();
        return worked;
    }

    private boolean readOne(int rows) {
        int split = reader.read(batch, rows);
        if (split >= 0) {
            SplitProgress progress = splits.get(split);
            if (batch.rows() > 0) {
                progress.lastRowNanos = askingNanos();
                if (watermarkProgram.isPresent()) {
                    readWatermarks(progress);
                }
                meter.rows(batch.rows());
                emit();
            }
            if (reader.hasEnded(split)) {
                progress.ended = true;
            }
            advance();
            return true;
        }
        if (split == SourceReader.ENDED || splits.isEmpty()) {
            splits.forEach(p -> p.ended = true);
            if (bounded && noMoreSplits && arriving.isEmpty()) {
                ended = true;
                output.watermark(Operator.LAST_WATERMARK);
                return true;
            }
        }
        advance();
        return false;
    }

    private void emit() {
        if (idleNanos == 0) {
            output.emit(batch);
            return;
        }
        long before = clock.nanos();
        output.emit(batch);
        long spent = clock.nanos() - before;
        heldNanos += spent > idleNanos / LONG_PART ? spent : 0;
    }

    private void takeArriving() {
        for (SplitStart start = arriving.poll(); start != null; start = arriving.poll()) {
            if (cut.isPresent()) {
                // Found behind the cut: whoever goes on from there finds it again.
                continue;
            }
            reader.assign(start.split());
            splits.add(new SplitProgress(start.split(), start.watermark(), start.ended(), askingNanos()));
        }
    }

    private void readWatermarks(SplitProgress progress) {
        watermarkProgram.orElseThrow().run(batch, watermarkBatch);
        Column column = watermarkBatch.column(0);
        long[] values = column.values();
        boolean[] nulls = column.hasNulls() ? column.nulls() : null;
        int rows = batch.rows();
        long running = progress.watermark;
        if (rowWatermarks) {
            long[] before = batch.ownWatermarks(rows);
            for (int row = 0; row < rows; row++) {
                before[row] = running;
                if (nulls == null || !nulls[row]) {
                    running = Math.max(running, values[row]);
                }
            }
        } else {
            for (int row = 0; row < rows; row++) {
                if (nulls == null || !nulls[row]) {
                    running = Math.max(running, values[row]);
                }
            }
        }
        progress.watermark = running;
    }

    private void advance() {
        if (watermarkProgram.isEmpty()) {
            return;
        }
        long now = idleNanos > 0 ? askingNanos() : 0;
        long least = Watermarks.IDLE;
        long most = Operator.NO_WATERMARK;
        boolean allEnded = true;
        for (SplitProgress progress : splits) {
            most = Math.max(most, progress.watermark);
            allEnded &= progress.ended;
            boolean waitedFor = idleNanos == 0 || cut.isPresent() || now - progress.lastRowNanos <= idleNanos;
            if (!progress.ended && waitedFor) {
                least = Math.min(least, progress.watermark);
            }
        }
        if (splits.isEmpty() && !dealt) {
            return;
        }
        if (maxDriftMicros > 0) {
            align(least);
        }
        boolean wasIdle = idle;
        idle = least == Watermarks.IDLE;
        if (idle && bounded && allEnded) {
            // A bounded scan says its last word itself.
            return;
        }
        long reached = idle ? most : least;
        if (reached > emitted) {
            emitted = reached;
            meter.watermark(emitted);
            output.watermark(emitted);
        } else if (wasIdle && !idle) {
            output.watermark(emitted);
        }
        if (idle && !wasIdle) {
            output.watermark(Watermarks.IDLE);
        }
    }

    private void align(long least) {
        for (int i = 0; i < splits.size(); i++) {
            SplitProgress progress = splits.get(i);
            // Splits at their cut wait for nobody, and nobody may wait for them.
            boolean ahead = cut.isEmpty()
                    && least != Watermarks.IDLE
                    && least != Operator.NO_WATERMARK
                    && progress.watermark - least > maxDriftMicros;
            if (ahead != progress.paused) {
                progress.paused = ahead;
                reader.pause(i, ahead);
            }
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** How far each split has been read. */
    List<Manifest.SplitState> splitStates() {
        takeArriving();
        List<Manifest.SplitState> states = new ArrayList<>();
        for (int i = 0; i < splits.size(); i++) {
            SplitProgress progress = splits.get(i);
            states.add(new Manifest.SplitState(
                    scan, progress.split.id(), reader.position(i), progress.watermark, time, reader.hasEnded(i)));
        }
        return states;
    }

    SourceMeter meter() {
        return meter;
    }

    /** Brings the slow figures of the meter up to date; called at the end of an epoch. */
    void measure() {
        long lag = 0;
        for (int i = 0; i < splits.size() && lag >= 0; i++) {
            long one = reader.lag(i);
            lag = one < 0 ? -1 : lag + one;
        }
        meter.update(reader.bytesRead(), reader.recordsSkipped(), lag);
    }

    SourceReader reader() {
        return reader;
    }

    String scan() {
        return scan;
    }

    String time() {
        return time;
    }

    void close() {
        try {
            reader.close();
        } finally {
            watermarkProgram.ifPresent(Program::close);
        }
    }
}
