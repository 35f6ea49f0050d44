package dev.headrace.core.run;

import dev.headrace.core.operator.Operator;

/**
 * The minimum over the watermarks of several inputs. An idle input ({@link #IDLE}) holds nothing back; the minimum is the
 * last watermark only once every input has ended, and never goes back.
 */
final class Watermarks {
    /** An input that has nothing to say for now: above every time, below the end. */
    static final long IDLE = Operator.IDLE_WATERMARK;

    private final long[] inputs;
    private long combined = Operator.NO_WATERMARK;

    Watermarks(int inputs) {
        this.inputs = new long[inputs];
        java.util.Arrays.fill(this.inputs, Operator.NO_WATERMARK);
    }

    /** Sets one input's watermark; returns whether the minimum has risen. */
    boolean set(int input, long watermark) {
        inputs[input] = watermark;
        long least = Operator.LAST_WATERMARK;
        for (long one : inputs) {
            least = Math.min(least, one);
        }
        // All idle: event time stands still, and the next stage hears that it need not wait.
        if (least > combined) {
            combined = least;
            return true;
        }
        if (combined == IDLE && least < IDLE) {
            combined = least;
            return true;
        }
        return false;
    }

    /** The minimum; {@link #IDLE} when all that have not ended are idle. */
    long combined() {
        return combined;
    }
}
