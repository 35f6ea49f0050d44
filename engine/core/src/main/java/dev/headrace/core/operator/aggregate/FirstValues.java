package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;

/**
 * The values of large groups that come first by an order, so that the next one is at hand when the first is taken away. What
 * is kept of a group is a run: all its values up to a bound, sorted. Going through all values of the group fills it with the
 * first eighth of them, and it serves until these have been taken away. Values beyond the bound cost a look at the bound.
 *
 * <p>None of it is state: runs can be let go of at any time, and all are when they take too much memory.
 */
final class FirstValues {
    /** A group of so few values has no run: going through them is as quick. */
    static final int FEW = 32;

    private static final int LEAST = 16;
    private static final int MOST = 1024;
    private static final int MOST_RUNS = 1 << 17;
    private static final int MOST_VALUES = 1 << 21;
    private static final int MOST_BYTES = 1 << 24;
    private static final int NONE = -1;
    private static final long UNBOUNDED = Long.MAX_VALUE;

    private final DataType type;
    private final boolean greatest;
    private final boolean bytes;
    /** Of all runs, and of values that have left them. */
    private ByteHeap heap;
    /** Groups with a run, found by their ids; 0 is none. */
    private long[] groups;
    /** By place in {@link #groups}: what the {@link #key} of a value in the run is at most; of bytes, nothing. */
    private long[] bounds;

    private Run[] runs;
    private int count;
    private int room;

    private static final class Run {
        final long[] values;
        int count;
        /** Whether the group has values that are not in the run: those beyond the bound. */
        boolean bounded;

        long bound;

        Run(int most) {
            values = new long[most];
        }
    }

    FirstValues(DataType type, boolean greatest) {
        this.type = type;
        this.greatest = greatest;
        bytes = type.layout() == Layout.BYTES;
        reset();
    }

    private void reset() {
        heap = new ByteHeap(16);
        groups = new long[64];
        bounds = new long[64];
        runs = new Run[64];
        count = 0;
        room = 0;
    }

    /** A number that is less for values that come first; of bytes it says nothing. */
    private long key(long value) {
        if (bytes) {
            return 0;
        }
        long sorted = type.layout() == Layout.DOUBLE ? value ^ value >> 63 & Long.MAX_VALUE : value;
        return greatest ? ~sorted : sorted;
    }

    private boolean comesBefore(long value, byte[] source, long other) {
        int compared = ValueAccumulator.compare(type, value, source, other, heap.bytes());
        return greatest ? compared > 0 : compared < 0;
    }

    private boolean isBeyond(int place, long value, byte[] source) {
        if (bytes) {
            Run run = runs[place];
            return run.bounded
                    && !comesBefore(value, source, run.bound)
                    && ValueAccumulator.compare(type, value, source, run.bound, heap.bytes()) != 0;
        }
        return key(value) > bounds[place];
    }

    /** A value of a group that it did not have. */
    void added(long group, long value, byte[] source) {
        int place = find(group);
        if (place != NONE && !isBeyond(place, value, source)) {
            insert(place, value, source);
        }
    }

    /** A value has left its group. */
    void removed(long group, long value, byte[] source) {
        int place = find(group);
        if (place == NONE || isBeyond(place, value, source)) {
            return;
        }
        Run run = runs[place];
        int at = position(run, value, source) - 1;
        run.count--;
        System.arraycopy(run.values, at + 1, run.values, at, run.count - at);
    }

    /** Whether it is known which value of the group is the first, or that there is none. */
    boolean knows(long group) {
        int place = find(group);
        return place != NONE && (runs[place].count > 0 || !runs[place].bounded);
    }

    /** Whether a group that is known has no values. */
    boolean isEmpty(long group) {
        return runs[find(group)].count == 0;
    }

    /** The first value of a group that is known and has one, in {@link #bytes}. */
    long first(long group) {
        return runs[find(group)].values[0];
    }

    byte[] bytes() {
        return heap.bytes();
    }

    /** Begins the run of a group anew, to be filled with all its values, of which there are so many, by {@link #added}. */
    void begin(long group, int values) {
        if (count >= MOST_RUNS || room > MOST_VALUES || heap.length() > MOST_BYTES) {
            reset();
        }
        int place = find(group);
        if (place == NONE) {
            place = enter(group);
        } else {
            room -= runs[place].values.length;
        }
        Run run = new Run(Math.clamp(values / 8, LEAST, MOST));
        room += run.values.length;
        runs[place] = run;
        bounds[place] = UNBOUNDED;
    }

    /** Where a value belongs in a run: behind all that do not come after it. */
    private int position(Run run, long value, byte[] source) {
        int low = 0;
        int high = run.count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (comesBefore(value, source, run.values[middle])) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private void insert(int place, long value, byte[] source) {
        Run run = runs[place];
        int at = position(run, value, source);
        boolean full = run.count == run.values.length;
        if (full && at == run.count) {
            bound(place);
            return;
        }
        if (full) {
            run.count--;
        }
        System.arraycopy(run.values, at, run.values, at + 1, run.count - at);
        run.values[at] = bytes ? heap.append(source, value) : value;
        run.count++;
        if (full) {
            bound(place);
        }
    }

    /** Something has fallen out of a run at its end: bounds it by its last value. */
    private void bound(int place) {
        Run run = runs[place];
        run.bounded = true;
        run.bound = run.values[run.count - 1];
        bounds[place] = bytes ? UNBOUNDED : key(run.bound);
    }

    private int find(long group) {
        int mask = groups.length - 1;
        for (int at = slot(group, mask); groups[at] != 0; at = at + 1 & mask) {
            if (groups[at] == group) {
                return at;
            }
        }
        return NONE;
    }

    private static int slot(long group, int mask) {
        return (int) (group * 0x9E3779B97F4A7C15L >>> 40) & mask;
    }

    /** Makes a place for a group that has none; what stands there is to be set. */
    private int enter(long group) {
        if (++count * 2 > groups.length) {
            long[] oldGroups = groups;
            long[] oldBounds = bounds;
            Run[] oldRuns = runs;
            groups = new long[oldGroups.length * 2];
            bounds = new long[groups.length];
            runs = new Run[groups.length];
            for (int i = 0; i < oldGroups.length; i++) {
                if (oldGroups[i] != 0) {
                    int place = place(oldGroups[i]);
                    bounds[place] = oldBounds[i];
                    runs[place] = oldRuns[i];
                }
            }
        }
        return place(group);
    }

    private int place(long group) {
        int mask = groups.length - 1;
        int at = slot(group, mask);
        while (groups[at] != 0) {
            at = at + 1 & mask;
        }
        groups[at] = group;
        return at;
    }
}
