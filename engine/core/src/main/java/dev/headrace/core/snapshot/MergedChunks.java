package dev.headrace.core.snapshot;

import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.RowReader;
import dev.headrace.core.state.StateDelta;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Chunks of one table, older before newer, seen as one: of each key the newest entry. It is gone through in windows of
 * neighbouring key groups, so that memory is a few times {@link #WINDOW}, or what one group has if that is more. Time:
 * linear.
 */
final class MergedChunks {
    /** Bytes of entries, before merging, that are in memory at a time. */
    static final int WINDOW = 4 << 20;

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
        for (Groups groups : windows(firstGroup, endGroup, WINDOW)) {
            consumer.accept(window(groups));
        }
    }

    static <T> T made(Future<T> read) throws IOException {
        try {
            return read.get();
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
    record Groups(int first, int end) {}

    /** Parts of these groups that have entries, of so many bytes at most unless one group has more. */
    List<Groups> windows(int firstGroup, int endGroup, int bytes) {
        List<Groups> windows = new ArrayList<>();
        int first = firstGroup;
        while (first < endGroup) {
            long length = length(first);
            int end = first + 1;
            while (end < endGroup && length + length(end) <= bytes) {
                length += length(end++);
            }
            if (length > 0) {
                windows.add(new Groups(first, end));
            }
            first = end;
        }
        return windows;
    }

    /** Bytes of entries, before merging. */
    long length(Groups groups) {
        long sum = 0;
        for (int group = groups.first(); group < groups.end(); group++) {
            sum += length(group);
        }
        return sum;
    }

    private long length(int group) {
        long sum = 0;
        for (ChunkSource source : sources) {
            sum += source.length(group);
        }
        return sum;
    }

    /** The first of the sources that has entries of the group, which its own run has in no other; 0 if none has any. */
    private int oldest(int group) {
        for (int i = 0; i < sources.size(); i++) {
            if (sources.get(i).length(group) > 0) {
                return i;
            }
        }
        return 0;
    }

    /** The newest entries of the keys of a window. May be called by several threads. */
    StateDelta window(Groups groups) throws IOException {
        int first = groups.first();
        int end = groups.end();
        byte[][] parts = new byte[sources.size()][];
        int total = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = sources.get(i).read(first, end);
            total = Math.addExact(total, parts[i].length);
        }
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].length == total && !hasTombstone(parts[i])) {
                return only(sources.get(i), parts[i], first, end);
            }
        }
        byte[] merged = new byte[total];
        int[] offsets = new int[KeyGroups.COUNT + 1];
        int[] at = new int[parts.length];
        Newest newest = new Newest(parts);
        int length = 0;
        for (int group = first; group < end; group++) {
            offsets[group] = length;
            newest.clear();
            int oldest = oldest(group);
            for (int part = oldest + 1; part < parts.length; part++) {
                int partEnd = at[part] + sources.get(part).length(group);
                while (at[part] < partEnd) {
                    at[part] = newest.put(part, at[part], rows);
                }
            }
            // The oldest has most of the entries, as a rule: its keys need not be remembered.
            byte[] bytes = parts[oldest];
            int oldestEnd = at[oldest] + sources.get(oldest).length(group);
            while (at[oldest] < oldestEnd) {
                int start = at[oldest];
                int keyEnd = rows.skipKey(bytes, start + 1);
                at[oldest] = bytes[start] == StateDelta.ROW ? rows.skipRow(bytes, start + 1) : keyEnd;
                length = newest.writeInPlaceOf(bytes, start, keyEnd, at[oldest], merged, length, whole);
            }
            length = newest.writeOthers(merged, length, whole);
        }
        Arrays.fill(offsets, end, offsets.length, length);
        return new StateDelta(length == total ? merged : Arrays.copyOf(merged, length), offsets);
    }

    private boolean hasTombstone(byte[] entries) {
        for (int at = 0; at < entries.length; at = rows.skipRow(entries, at + 1)) {
            if (entries[at] != StateDelta.ROW) {
                return true;
            }
        }
        return false;
    }

    /** A window of which one source has all: without tombstones it has each key once. */
    private static StateDelta only(ChunkSource source, byte[] entries, int first, int end) {
        int[] offsets = new int[KeyGroups.COUNT + 1];
        int length = 0;
        for (int group = first; group < end; group++) {
            offsets[group] = length;
            length += source.length(group);
        }
        Arrays.fill(offsets, end, offsets.length, length);
        return new StateDelta(entries, offsets);
    }

    /**
     * The newest entry of each key that parts other than the oldest have, in the order in which the keys came first; open
     * addressing over places in parts.
     */
    private static final class Newest {
        private final byte[][] parts;
        private int count;
        private int[] entryPart = new int[64];
        private int[] entryStart = new int[64];
        private int[] entryKeyEnd = new int[64];
        private int[] entryEnd = new int[64];
        private int[] entryHash = new int[64];
        private boolean[] written = new boolean[64];
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
            written[entry] = false;
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
            written = Arrays.copyOf(written, capacity);
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

        /** Writes what is newest of the key of an entry of the oldest part, and returns the end. */
        int writeInPlaceOf(
                byte[] bytes, int start, int keyEnd, int end, byte[] target, int at, boolean withoutTombstones) {
            int entry = count == 0 ? -1 : find(bytes, start + 1, keyEnd);
            if (entry >= 0 && written[entry]) {
                return at;
            }
            if (entry >= 0) {
                written[entry] = true;
                return write(entry, target, at, withoutTombstones);
            }
            return copy(bytes, start, end, target, at, withoutTombstones);
        }

        private int find(byte[] bytes, int from, int to) {
            int hash = hash(bytes, from, to);
            int slot = hash & index.length - 1;
            int entry = index[slot] - 1;
            while (entry >= 0 && !isKey(entry, hash, bytes, from, to)) {
                slot = slot + 1 & index.length - 1;
                entry = index[slot] - 1;
            }
            return entry;
        }

        /** Writes the entries whose keys the oldest part does not have, in the order in which the keys came first. */
        int writeOthers(byte[] target, int at, boolean withoutTombstones) {
            int end = at;
            for (int entry = 0; entry < count; entry++) {
                if (!written[entry]) {
                    end = write(entry, target, end, withoutTombstones);
                }
            }
            return end;
        }

        private int write(int entry, byte[] target, int at, boolean withoutTombstones) {
            return copy(parts[entryPart[entry]], entryStart[entry], entryEnd[entry], target, at, withoutTombstones);
        }

        private static int copy(byte[] bytes, int start, int end, byte[] target, int at, boolean withoutTombstones) {
            if (withoutTombstones && bytes[start] != StateDelta.ROW) {
                return at;
            }
            System.arraycopy(bytes, start, target, at, end - start);
            return at + end - start;
        }
    }
}
