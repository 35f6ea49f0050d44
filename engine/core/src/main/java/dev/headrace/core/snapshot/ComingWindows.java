package dev.headrace.core.snapshot;

import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.Remainder;
import dev.headrace.core.state.StateDelta;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Windows of a table's merged chunks, each given out once: those that are asked for, and the others in order. The next {@link
 * #AHEAD} in order are being made by an executor, where there is one. Not thread-safe but for that.
 */
final class ComingWindows implements Remainder.Windows {
    private static final int AHEAD = 3;
    private static final int NONE = -1;

    private final MergedChunks chunks;
    private final Optional<ExecutorService> readers;
    private final List<MergedChunks.Groups> windows;
    private final int[] windowOf = new int[KeyGroups.COUNT];
    private final BitSet left = new BitSet();
    private final Map<Integer, Future<StateDelta>> coming = new HashMap<>();
    private long bytes;

    /** @param windowBytes of entries in a window at most, unless one group has more */
    ComingWindows(
            MergedChunks chunks, int firstGroup, int endGroup, int windowBytes, Optional<ExecutorService> readers) {
        this.chunks = chunks;
        this.readers = readers;
        windows = chunks.windows(firstGroup, endGroup, windowBytes);
        Arrays.fill(windowOf, NONE);
        for (int window = 0; window < windows.size(); window++) {
            MergedChunks.Groups groups = windows.get(window);
            Arrays.fill(windowOf, groups.first(), groups.end(), window);
            bytes += chunks.length(groups);
        }
        left.set(0, windows.size());
        readAhead();
    }

    @Override
    public boolean has(int group) {
        return windowOf[group] != NONE && left.get(windowOf[group]);
    }

    @Override
    public void ask(int group) {
        read(windowOf[group]);
    }

    @Override
    public boolean isRead(int group) {
        Future<StateDelta> read = coming.get(windowOf[group]);
        return read == null || read.isDone();
    }

    @Override
    public StateDelta take(int group) throws IOException {
        return takeWindow(windowOf[group]);
    }

    @Override
    public Optional<StateDelta> next(boolean wait) throws IOException {
        int window = left.nextSetBit(0);
        if (window < 0) {
            return Optional.empty();
        }
        readAhead();
        Future<StateDelta> read = coming.get(window);
        return read != null && !read.isDone() && !wait ? Optional.empty() : Optional.of(takeWindow(window));
    }

    private StateDelta takeWindow(int window) throws IOException {
        Future<StateDelta> read = coming.remove(window);
        StateDelta rows = read == null ? chunks.window(windows.get(window)) : MergedChunks.made(read);
        left.clear(window);
        bytes -= chunks.length(windows.get(window));
        readAhead();
        return rows;
    }

    private void readAhead() {
        int window = left.nextSetBit(0);
        for (int i = 0; i < AHEAD && window >= 0; i++) {
            read(window);
            window = left.nextSetBit(window + 1);
        }
    }

    private void read(int window) {
        readers.ifPresent(executor ->
                coming.computeIfAbsent(window, w -> executor.submit(() -> chunks.window(windows.get(w)))));
    }

    @Override
    public boolean isEmpty() {
        return left.isEmpty();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void drop() {
        left.clear();
        coming.values().forEach(read -> read.cancel(true));
        coming.clear();
    }
}
