package dev.headrace.core.operator;

/**
 * An operator that emits what has changed once an epoch. A watermark that comes in between waits for it, since rows that
 * came before the watermark leave only then.
 */
public abstract class EpochOperator extends Operator {
    private long waiting = NO_WATERMARK;
    private boolean waits;
    private boolean idle;

    /** Emits what has changed in this epoch. */
    protected abstract void emitChanges();

    @Override
    public final void watermark(long watermark) {
        waiting = watermark;
        waits = true;
        idle = false;
    }

    @Override
    public final void active(long watermark) {
        watermark(watermark);
    }

    @Override
    public final void idle() {
        idle = true;
    }

    @Override
    public final void endEpoch() {
        emitChanges();
        if (waits) {
            output().watermark(waiting);
            waits = false;
        }
        if (idle) {
            output().watermark(IDLE_WATERMARK);
            idle = false;
        }
    }
}
