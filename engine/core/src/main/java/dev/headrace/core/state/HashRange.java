package dev.headrace.core.state;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A part of all keys: those whose hash, as an unsigned number, is from {@code first} to before {@code end}. Tables that
 * hold more rows than memory are gone through range by range; the same key of several tables is in the same range.
 */
public record HashRange(long first, long end) {
    private static final long HASHES = 1L << 32;
    private static final HashRange ALL = new HashRange(0, HASHES);
    /** Rows of all tables together that come into memory at a time. */
    private static final int ROWS = 1 << 17;

    public boolean contains(int hash) {
        long number = Integer.toUnsignedLong(hash);
        return number >= first && number < end;
    }

    /**
     * Brings the rows of each range in turn into memory and lets them be visited; when nothing is spilled, all at once.
     * Rows of the range may be found in memory before, and rows outside of it too.
     */
    public static void forEach(List<StateTable> tables, Consumer<HashRange> visitor) {
        tables.forEach(StateTable::awaitRemainder);
        if (tables.stream().allMatch(t -> t.spilled() == 0)) {
            visitor.accept(ALL);
            return;
        }
        long rows = tables.stream().mapToLong(t -> t.size() + t.spilled()).sum();
        for (HashRange range : split((int) Math.min(1 << 16, 1 + rows / ROWS))) {
            int[] before = tables.stream().mapToInt(StateTable::size).toArray();
            tables.forEach(t -> t.loadRange(range.first, range.end));
            visitor.accept(range);
            for (int i = 0; i < before.length; i++) {
                tables.get(i).evict(tables.get(i).size() - before[i]);
            }
        }
    }

    static List<HashRange> split(int count) {
        List<HashRange> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ranges.add(new HashRange(HASHES * i / count, HASHES * (i + 1) / count));
        }
        return ranges;
    }
}
