package dev.headrace.core.run;

import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.Output;

/**
 * The receiving end of an exchange in one task: channels from all workers, merged. Once a channel has delivered a barrier
 * it waits until the task has taken its snapshot.
 */
final class ChannelInput {
    private final Channel[] channels;
    private final boolean[] atBarrier;
    private final boolean[] ended;
    private final Output receiver;
    private final Watermarks watermarks;
    private int turn;

    ChannelInput(Channel[] channels, Output receiver) {
        this.channels = channels;
        this.receiver = receiver;
        atBarrier = new boolean[channels.length];
        ended = new boolean[channels.length];
        watermarks = new Watermarks(channels.length);
    }

    /** Handles up to one batch and what lies before it; returns whether there was anything. */
    boolean step() {
        boolean progress = false;
        for (int tries = 0; tries < channels.length; tries++) {
            turn = turn + 1 == channels.length ? 0 : turn + 1;
            if (atBarrier[turn] || ended[turn]) {
                continue;
            }
            for (Channel.Message message = channels[turn].peek(); message != null; message = channels[turn].peek()) {
                channels[turn].take();
                progress = true;
                switch (message) {
                    case Channel.Message.Rows(var batch) -> {
                        receiver.emit(batch);
                        return true;
                    }
                    case Channel.Message.Watermark(long watermark) -> advance(turn, watermark);
                    case Channel.Message.Barrier _ -> atBarrier[turn] = true;
                    case Channel.Message.End _ -> {
                        ended[turn] = true;
                        advance(turn, Operator.LAST_WATERMARK);
                    }
                }
                if (atBarrier[turn] || ended[turn]) {
                    break;
                }
            }
        }
        return progress;
    }

    private void advance(int channel, long watermark) {
        watermarks.set(channel, watermark, receiver::watermark);
    }

    /** Whether every channel has delivered the barrier or ended. */
    boolean isAligned() {
        for (int i = 0; i < channels.length; i++) {
            if (!atBarrier[i] && !ended[i]) {
                return false;
            }
        }
        return true;
    }

    void passBarrier() {
        java.util.Arrays.fill(atBarrier, false);
    }

    boolean hasEnded() {
        for (boolean one : ended) {
            if (!one) {
                return false;
            }
        }
        return true;
    }
}
