package dev.headrace.core.state;

/**
 * Key groups: the {@link #COUNT} parts in which keyed state is kept, snapshotted and moved. The group of a key is the top
 * bits of its hash ({@link Hashing}), so it never depends on how many workers there are. A worker owns a contiguous range.
 */
public final class KeyGroups {
    public static final int BITS = 10;
    public static final int COUNT = 1 << BITS;

    private KeyGroups() {}

    public static int of(int hash) {
        return hash >>> (32 - BITS);
    }

    /** The worker that owns a group. */
    public static int owner(int group, int workers) {
        return group * workers >>> BITS;
    }

    /** The first group of a worker; its last is one less than the next worker's first. */
    public static int first(int worker, int workers) {
        return (worker * COUNT + workers - 1) / workers;
    }
}
