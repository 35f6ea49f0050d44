package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A queue from one task to another: one producing and one consuming thread, no locks. It never refuses a message, since
 * an operator cannot stop in the middle of a batch; instead a task is not run while a channel it writes {@link #isFull}.
 */
final class Channel {
    /** Messages beyond which the producer pauses. */
    static final int BOUND = 16;

    private static final int CHUNK = 64;
    private static final VarHandle NEXT;
    private static final VarHandle COUNT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            NEXT = lookup.findVarHandle(Chunk.class, "published", int.class);
            COUNT = lookup.findVarHandle(Channel.class, "taken", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What passes through a channel. */
    sealed interface Message {
        record Rows(Batch batch) implements Message {}

        record Watermark(long watermark) implements Message {}

        record Barrier(long snapshot) implements Message {}

        record End() implements Message {}
    }

    private static final class Chunk {
        final Message[] messages = new Message[CHUNK];
        volatile int published;
        volatile Chunk following;
    }

    // Producer's.
    private Chunk tail = new Chunk();
    private int tailCount;
    private long put;
    // Consumer's.
    private Chunk head = tail;
    private int headAt;
    private volatile long taken;

    /** Producer: appends a message. */
    void put(Message message) {
        if (tailCount == CHUNK) {
            Chunk fresh = new Chunk();
            tail.following = fresh;
            tail = fresh;
            tailCount = 0;
        }
        tail.messages[tailCount] = message;
        NEXT.setRelease(tail, ++tailCount);
        put++;
    }

    /** Producer: whether the consumer has fallen behind. */
    boolean isFull() {
        return put - (long) COUNT.getAcquire(this) >= BOUND;
    }

    /** Consumer: the next message, left in place, or null. */
    Message peek() {
        if (headAt == CHUNK) {
            Chunk following = head.following;
            if (following == null) {
                return null;
            }
            head = following;
            headAt = 0;
        }
        return headAt < (int) NEXT.getAcquire(head) ? head.messages[headAt] : null;
    }

    /** Consumer: takes the message that {@link #peek} showed. */
    void take() {
        head.messages[headAt++] = null;
        COUNT.setRelease(this, taken + 1);
    }
}
