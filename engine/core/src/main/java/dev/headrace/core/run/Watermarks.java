package dev.headrace.core.run;

import dev.headrace.core.operator.Operator;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The watermark of several inputs together: the minimum over those that are neither idle nor ended; when all that have not
 * ended are idle, the maximum over these, so that it does not matter which of them became idle first; the last watermark
 * once every input has ended. It never goes back.
 */
final class Watermarks {
    /** Said of an input that has nothing to say for now, instead of a watermark: above every time, below the end. */
    static final long IDLE = Operator.IDLE_WATERMARK;

    /** The highest watermark of each input. */
    private final long[] inputs;

    private final boolean[] idle;
    private long combined = Operator.NO_WATERMARK;
    private boolean allIdle;

    Watermarks(int inputs) {
        this.inputs = new long[inputs];
        Arrays.fill(this.inputs, Operator.NO_WATERMARK);
        idle = new boolean[inputs];
    }

    /** Starts from where inputs stood, and all of them together. */
    void begin(List<Long> reached, long combinedReached) {
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = reached.get(i);
        }
        combined = combinedReached;
    }

    /** The highest watermark of each input. */
    List<Long> inputs() {
        return Arrays.stream(inputs).boxed().toList();
    }

    /** The highest that was told of all. */
    long combined() {
        return combined;
    }

    /**
     * Sets the watermark of one input, or that it is {@link #IDLE}.
     *
     * @param told what that means for all: a watermark that has risen, {@link #IDLE}, or, when they are idle no longer, the
     *     watermark at which they stand
     */
    void set(int input, long watermark, LongConsumer told) {
        idle[input] = watermark == IDLE;
        if (watermark != IDLE) {
            inputs[input] = Math.max(inputs[input], watermark);
        }
        long least = Operator.LAST_WATERMARK;
        long most = Operator.NO_WATERMARK;
        boolean anyIdle = false;
        for (int i = 0; i < inputs.length; i++) {
            if (idle[i]) {
                anyIdle = true;
                most = Math.max(most, inputs[i]);
            } else {
                least = Math.min(least, inputs[i]);
            }
        }
        boolean wereIdle = allIdle;
        allIdle = anyIdle && least == Operator.LAST_WATERMARK;
        long reached = allIdle ? most : least;
        if (reached > combined) {
            combined = reached;
            told.accept(combined);
        } else if (wereIdle && !allIdle) {
            told.accept(combined);
        }
        if (allIdle && !wereIdle) {
            told.accept(IDLE);
        }
    }
}
