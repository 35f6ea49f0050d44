package dev.headrace.core.operator;

/**
 * An operator that emits what has changed once an epoch. A watermark that comes in between waits for it, since rows that
 * came before the watermark leave only then.
 */
public abstract class EpochOperator extends Operator {
    private long waiting = NO_WATERMARK;
    private boolean idle;

    /** Emits what has changed in this epoch. */
    protected abstract void emitChanges();

    @Override
    public final void watermark(long watermark) {
        waiting = watermark;
        idle = false;
    }

    @Override
    public final void idle() {
        idle = true;
    }

    @Override
    public final void endEpoch() {
        emitChanges();
        if (waiting != NO_WATERMARK) {
            output().watermark(waiting);
            waiting = NO_WATERMARK;
        }
        if (idle) {
            output().watermark(IDLE_WATERMARK);
            idle = false;
        }
    }
}
