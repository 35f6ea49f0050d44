package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;

/**
 * A step of a pipeline in one worker: takes batches, keeps state by key, hands batches on. Called by its worker's thread
 * alone, in this order within an epoch: any number of {@link #process} and {@link #watermark} calls, then {@link
 * #endEpoch}. A snapshot is taken right after an {@code endEpoch}, when all that can be emitted has been, and state tables
 * are the whole truth: an operator keeps in fields only what it can make anew from its tables in {@link #restored}.
 *
 * <p>Batches handed to {@link #process} are valid during the call only.
 */
public abstract class Operator {
    /** No event time yet. */
    public static final long NO_WATERMARK = Long.MIN_VALUE;
    /** The end of all time: bounded input has ended. */
    public static final long LAST_WATERMARK = Long.MAX_VALUE;

    /**
     * Said downstream instead of a watermark by an input that is idle, until it says a watermark again. Operators never get
     * it as a watermark.
     */
    public static final long IDLE_WATERMARK = LAST_WATERMARK - 1;

    private Output output = Output.NOWHERE;
    private Output lateOutput = Output.NOWHERE;

    /** Sets where batches go; called once, before anything else. */
    public final void connect(Output downstream) {
        output = downstream;
    }

    protected final Output output() {
        return output;
    }

    /**
     * Sets where the rows go that the operator takes as late; called once, before anything else. Watermarks are those of the
     * output, and get there without the operator's doing.
     */
    public final void connectLate(Output downstream) {
        lateOutput = downstream;
    }

    /** Where late rows go; {@link Output#NOWHERE} if nobody wants them. */
    protected final Output lateOutput() {
        return lateOutput;
    }

    /** Takes the selected rows of a batch of input {@code input} (0, or 1 for the right side of a join). */
    public abstract void process(int input, Batch batch);

    /**
     * Says that rows to come have event times above {@code watermark}, apart from late ones. Over both inputs it is their
     * minimum; rises strictly from call to call. The operator emits what is due and then passes the watermark on, held
     * back if its output may be behind.
     */
    public void watermark(long watermark) {
        output.watermark(watermark);
    }

    /**
     * The watermark of one input, before the minimum over inputs; for operators that clean up a side by the other's time.
     */
    public void inputWatermark(int input, long watermark) {}

    /**
     * All inputs are idle: event time stands still, at the maximum of theirs, and nobody downstream need wait for this
     * operator.
     */
    public void idle() {
        output.watermark(IDLE_WATERMARK);
    }

    /**
     * Not all inputs are idle any more; event time stands where it did.
     *
     * @param watermark the last one got, {@link #NO_WATERMARK} if there was none
     */
    public void active(long watermark) {
        output.watermark(watermark);
    }

    /** Processing time has come this far (milliseconds since the epoch). Called at least once an epoch. */
    public void processingTime(long millis) {}

    /** Emits what has changed since the last call: once for each changed key. */
    public void endEpoch() {}

    /** State tables have been filled from a snapshot; called before the first batch, also when there was none. */
    public void restored() {}

    /** Late rows dropped so far, for metrics. */
    public long lateRows() {
        return 0;
    }

    public void close() {}
}
