package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.Output;
import dev.headrace.core.operator.Rows;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.KeyGroups;
import java.util.List;

/**
 * The sending end of an exchange in one worker: puts each row into the batch of the worker that owns its key group, and
 * sends batches as they fill. Rows, watermarks and barriers keep their order on each channel. A watermark is sent when
 * enough rows have passed since the last one, and at the end of each epoch.
 */
final class ExchangeSender implements Output {
    private static final int ROWS_BETWEEN_WATERMARKS = 8 * Batch.CAPACITY;

    private final int[] keys;
    private final List<DataType> types;
    private final Channel[] channels;
    private final Batch[] pending;
    private final int[][] rowsOf;
    private final int[] countOf;
    private final int own;
    private int[] hashes = new int[Batch.CAPACITY];
    private long watermark = Operator.NO_WATERMARK;
    private boolean idle;
    private boolean sentIdle;
    private long sentWatermark = Operator.NO_WATERMARK;
    private int rowsSinceWatermark;

    /**
     * @param keys columns whose hash decides the worker; null to forward to the {@code own} worker
     * @param channels one a worker
     */
    ExchangeSender(int[] keys, List<DataType> types, Channel[] channels, int own) {
        this.keys = keys;
        this.types = types;
        this.channels = channels;
        this.own = own;
        pending = new Batch[channels.length];
        rowsOf = new int[channels.length][Batch.CAPACITY];
        countOf = new int[channels.length];
    }

    @Override
    public void emit(Batch batch) {
        int selected = batch.selected();
        if (hashes.length < selected) {
            hashes = new int[selected];
            for (int w = 0; w < rowsOf.length; w++) {
                rowsOf[w] = new int[selected];
            }
        }
        java.util.Arrays.fill(countOf, 0);
        if (keys == null) {
            for (int i = 0; i < selected; i++) {
                rowsOf[own][i] = batch.row(i);
            }
            countOf[own] = selected;
        } else {
            Hashing.hash(batch, keys, hashes);
            int workers = channels.length;
            for (int i = 0; i < selected; i++) {
                int worker = KeyGroups.owner(KeyGroups.of(hashes[i]), workers);
                rowsOf[worker][countOf[worker]++] = batch.row(i);
            }
        }
        for (int worker = 0; worker < channels.length; worker++) {
            append(worker, batch, rowsOf[worker], countOf[worker]);
        }
        rowsSinceWatermark += selected;
        if (rowsSinceWatermark >= ROWS_BETWEEN_WATERMARKS) {
            flush();
        }
    }

    private void append(int worker, Batch batch, int[] rows, int count) {
        int from = 0;
        while (from < count) {
            if (pending[worker] == null) {
                pending[worker] = Batch.of(types, Batch.CAPACITY);
            }
            Batch target = pending[worker];
            int fits = Math.min(count - from, Batch.CAPACITY - target.rows());
            Rows.append(target, batch, rows, from, fits);
            from += fits;
            if (target.rows() == Batch.CAPACITY) {
                send(worker);
            }
        }
    }

    private void send(int worker) {
        if (pending[worker] != null) {
            channels[worker].put(new Channel.Message.Rows(pending[worker]));
            pending[worker] = null;
        }
    }

    @Override
    public void watermark(long newWatermark) {
        idle = newWatermark == Watermarks.IDLE;
        if (!idle) {
            watermark = newWatermark;
        }
    }

    /** Sends what has been gathered, the watermark if it has risen, and whether there is nothing to wait for. */
    void flush() {
        for (int worker = 0; worker < channels.length; worker++) {
            send(worker);
        }
        rowsSinceWatermark = 0;
        if (watermark != sentWatermark || sentIdle && !idle) {
            sentWatermark = watermark;
            sentIdle = false;
            tell(new Channel.Message.Watermark(watermark));
        }
        if (idle && !sentIdle) {
            sentIdle = true;
            tell(new Channel.Message.Watermark(Watermarks.IDLE));
        }
    }

    void barrier(long snapshot) {
        flush();
        tell(new Channel.Message.Barrier(snapshot));
    }

    void end() {
        flush();
        tell(new Channel.Message.End());
    }

    private void tell(Channel.Message message) {
        for (Channel channel : channels) {
            channel.put(message);
        }
    }

    boolean isFull() {
        for (Channel channel : channels) {
            if (channel.isFull()) {
                return true;
            }
        }
        return false;
    }
}
