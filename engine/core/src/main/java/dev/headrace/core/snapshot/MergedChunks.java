package dev.headrace.core.snapshot;

import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.RowReader;
import dev.headrace.core.state.StateDelta;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Chunks of one table, older before newer, seen as one: of each key the newest entry. It is gone through in windows of
 * neighbouring key groups, so that memory is a few times {@link #WINDOW}, or what one group has if that is more. Time:
 * linear.
 */
final class MergedChunks {
    /** Bytes of entries, before merging, that are in memory at a time. */
    static final int WINDOW = 4 << 20;
    /** Windows that are made while one is being taken, where they are made ahead. */
    private static final int AHEAD = 2;

    private final List<ChunkSource> sources;
    private final RowReader rows;
    private final boolean whole;

    /** @param whole whether nothing older is left, so that tombstones have done their work and are left out */
    MergedChunks(List<ChunkSource> sources, RowReader rows, boolean whole) {
        this.sources = sources;
        this.rows = rows;
        this.whole = whole;
    }

    /** Takes a window: entries of some groups. */
    interface Consumer {
        void accept(StateDelta window) throws IOException;
    }

    /** Gives the groups from {@code firstGroup} to before {@code endGroup}, in order. */
    void forEach(int firstGroup, int endGroup, Consumer consumer) throws IOException {
        for (Groups groups : windows(firstGroup, endGroup)) {
            consumer.accept(window(groups));
        }
    }

    /** The same; the next {@link #AHEAD} windows are being made by an executor while the consumer takes one. */
    void forEach(int firstGroup, int endGroup, ExecutorService executor, Consumer consumer) throws IOException {
        Deque<Future<StateDelta>> coming = new ArrayDeque<>();
        Iterator<Groups> windows = windows(firstGroup, endGroup).iterator();
        try {
            while (windows.hasNext() || !coming.isEmpty()) {
                while (windows.hasNext() && coming.size() <= AHEAD) {
                    Groups groups = windows.next();
                    coming.add(executor.submit(() -> window(groups)));
                }
                consumer.accept(made(coming.removeFirst()));
            }
        } finally {
            coming.forEach(window -> window.cancel(true));
        }
    }

    private static StateDelta made(Future<StateDelta> window) throws IOException {
        try {
            return window.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while state was read");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException runtime -> throw runtime;
                case Error error -> throw error;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Neighbouring groups. */
    private record Groups(int first, int end) {}

    private List<Groups> windows(int firstGroup, int endGroup) {
        List<Groups> windows = new ArrayList<>();
        int first = firstGroup;
        while (first < endGroup) {
            long length = length(first);
            int end = first + 1;
            while (end < endGroup && length + length(end) <= WINDOW) {
                length += length(end++);
            }
            if (length > 0) {
                windows.add(new Groups(first, end));
            }
            first = end;
        }
        return windows;
    }

    private long length(int group) {
        long sum = 0;
        for (ChunkSource source : sources) {
            sum += source.length(group);
        }
        return sum;
    }

    private StateDelta window(Groups groups) throws IOException {
        int first = groups.first();
        int end = groups.end();
        byte[][] parts = new byte[sources.size()][];
        int total = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = sources.get(i).read(first, end);
            total = Math.addExact(total, parts[i].length);
        }
        byte[] merged = new byte[total];
        int[] offsets = new int[KeyGroups.COUNT + 1];
        int[] at = new int[parts.length];
        Newest newest = new Newest(parts);
        int length = 0;
        for (int group = first; group < end; group++) {
            offsets[group] = length;
            newest.clear();
            for (int part = 0; part < parts.length; part++) {
                int partEnd = at[part] + sources.get(part).length(group);
                while (at[part] < partEnd) {
                    at[part] = newest.put(part, at[part], rows);
                }
            }
            length = newest.write(merged, length, whole);
        }
        Arrays.fill(offsets, end, offsets.length, length);
        return new StateDelta(length == total ? merged : Arrays.copyOf(merged, length), offsets);
    }

    /** The newest entry of each key, in the order in which the keys came first; open addressing over places in parts. */
    private static final class Newest {
        private final byte[][] parts;
        private int count;
        private int[] entryPart = new int[64];
        private int[] entryStart = new int[64];
        private int[] entryKeyEnd = new int[64];
        private int[] entryEnd = new int[64];
        private int[] entryHash = new int[64];
        private int[] index = new int[128];

        Newest(byte[][] parts) {
            this.parts = parts;
        }

        void clear() {
            count = 0;
            Arrays.fill(index, 0);
        }

        /** Takes the entry that begins at {@code start}; returns its end. */
        int put(int part, int start, RowReader rows) {
            byte[] bytes = parts[part];
            int keyEnd = rows.skipKey(bytes, start + 1);
            int end = bytes[start] == StateDelta.ROW ? rows.skipRow(bytes, start + 1) : keyEnd;
            int hash = hash(bytes, start + 1, keyEnd);
            int slot = hash & index.length - 1;
            int entry = index[slot] - 1;
            while (entry >= 0 && !isKey(entry, hash, bytes, start + 1, keyEnd)) {
                slot = slot + 1 & index.length - 1;
                entry = index[slot] - 1;
            }
            if (entry < 0) {
                entry = count++;
                if (entry == entryPart.length) {
                    grow();
                    slot = freeSlot(hash);
                }
                index[slot] = entry + 1;
            }
            entryPart[entry] = part;
            entryStart[entry] = start;
            entryKeyEnd[entry] = keyEnd;
            entryEnd[entry] = end;
            entryHash[entry] = hash;
            return end;
        }

        private boolean isKey(int entry, int hash, byte[] bytes, int from, int to) {
            return entryHash[entry] == hash
                    && Arrays.equals(
                            parts[entryPart[entry]], entryStart[entry] + 1, entryKeyEnd[entry], bytes, from, to);
        }

        private static int hash(byte[] bytes, int from, int to) {
            int hash = Hashing.finish(Hashing.bytes(bytes, from, to - from));
            return hash ^ hash >>> 15;
        }

        private void grow() {
            int capacity = count * 2;
            entryPart = Arrays.copyOf(entryPart, capacity);
            entryStart = Arrays.copyOf(entryStart, capacity);
            entryKeyEnd = Arrays.copyOf(entryKeyEnd, capacity);
            entryEnd = Arrays.copyOf(entryEnd, capacity);
            entryHash = Arrays.copyOf(entryHash, capacity);
            index = new int[index.length * 2];
            for (int entry = 0; entry < count - 1; entry++) {
                index[freeSlot(entryHash[entry])] = entry + 1;
            }
        }

        private int freeSlot(int hash) {
            int slot = hash & index.length - 1;
            while (index[slot] != 0) {
                slot = slot + 1 & index.length - 1;
            }
            return slot;
        }

        /** Writes the entries from {@code at} on and returns the end. */
        int write(byte[] target, int at, boolean withoutTombstones) {
            int end = at;
            for (int entry = 0; entry < count; entry++) {
                byte[] bytes = parts[entryPart[entry]];
                if (!withoutTombstones || bytes[entryStart[entry]] == StateDelta.ROW) {
                    int length = entryEnd[entry] - entryStart[entry];
                    System.arraycopy(bytes, entryStart[entry], target, end, length);
                    end += length;
                }
            }
            return end;
        }
    }
}
