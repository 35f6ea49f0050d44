package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.SinkWriter;
import java.util.Optional;

/** Writes to a sink, unless muted: then rows are taken and let go, as a revision does that only catches up. */
public final class SinkOperator extends Operator {
    private final SinkWriter writer;
    private boolean muted;
    private long watermark = NO_WATERMARK;
    private long toldWatermark = NO_WATERMARK;
    private volatile long rows;
    private volatile long bytes;
    private volatile long firstRowMillis;

    public SinkOperator(SinkWriter writer) {
        this.writer = writer;
    }

    @Override
    public void process(int input, Batch batch) {
        if (!muted) {
            writer.write(batch);
            if (rows == 0 && batch.selected() > 0) {
                firstRowMillis = System.currentTimeMillis();
            }
            long sum = rows + batch.selected();
            rows = sum;
        }
    }

    @Override
    public void watermark(long watermark) {
        this.watermark = watermark;
    }

    @Override
    public void idle() {}

    @Override
    public void endEpoch() {
        if (watermark != toldWatermark) {
            toldWatermark = watermark;
            writer.watermark(watermark);
        }
        writer.endEpoch();
        bytes = writer.bytesWritten();
    }

    /** What the writer wants committed once the snapshot exists. */
    public Optional<byte[]> prepare(long snapshot) {
        return writer.prepare(snapshot);
    }

    /** Called by the worker's thread, right after a snapshot. */
    public void mute(boolean wanted) {
        muted = wanted;
    }

    public long rows() {
        return rows;
    }

    /** When the first row was written, in milliseconds since the epoch by the machine's clock; 0 before. */
    public long firstRowMillis() {
        return firstRowMillis;
    }

    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        writer.close();
    }
}
