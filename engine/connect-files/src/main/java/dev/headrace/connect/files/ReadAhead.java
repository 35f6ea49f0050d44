package dev.headrace.connect.files;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads an input that waits for a network, on a thread of its own that opens it too, so that the worker never waits. At most three chunks
 * are on the way; each array is used again once its bytes have been taken.
 */
final class ReadAhead implements FileInput {
    private static final int CHUNK = 256 << 10;
    private static final int CHUNKS = 3;

    /** {@code length} is {@link FileInput#END} for an empty input; {@code last} says that nothing follows. */
    private record Chunk(byte[] bytes, int length, boolean last, IOException failure) {}

    /** Opens the input, on the thread that reads it. */
    interface Opener {
        FileInput open() throws IOException;
    }

    private volatile FileInput input;
    private final BlockingQueue<Chunk> ready = new ArrayBlockingQueue<>(CHUNKS + 1);
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread thread;
    private Chunk current;
    private int taken;
    private boolean atEnd;

    ReadAhead(String path, Opener opener) {
        for (int i = 0; i < CHUNKS; i++) {
            free.add(new byte[CHUNK]);
        }
        thread = Thread.ofVirtual().name("read " + path).start(() -> run(opener));
    }

    private void run(Opener opener) {
        try (FileInput opened = opener.open()) {
            input = opened;
            for (; ; ) {
                byte[] bytes = free.take();
                int length = opened.read(bytes, 0, bytes.length);
                boolean last = length < 0 || opened.isAtEnd();
                ready.put(new Chunk(bytes, length, last, null));
                if (last) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        } catch (IOException e) {
            ready.add(new Chunk(null, 0, false, e));
        } catch (RuntimeException | Error e) {
            ready.add(new Chunk(null, 0, false, new IOException(e)));
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (current == null) {
            current = ready.poll();
            taken = 0;
            if (current == null) {
                return 0;
            }
        }
        if (current.failure != null) {
            throw current.failure;
        }
        if (current.length < 0 || atEnd) {
            return END;
        }
        int count = Math.min(length, current.length - taken);
        System.arraycopy(current.bytes, taken, into, offset, count);
        taken += count;
        if (taken == current.length) {
            atEnd = current.last;
            free.add(current.bytes);
            current = atEnd ? current : null;
        }
        return count;
    }

    @Override
    public boolean isAtEnd() {
        return atEnd;
    }

    @Override
    public long consumed() {
        FileInput opened = input;
        return opened == null ? 0 : opened.consumed();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
