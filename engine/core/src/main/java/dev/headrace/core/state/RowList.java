package dev.headrace.core.state;

import java.util.Arrays;

/** A growing list of row numbers. */
final class RowList {
    private static final int ROOM = 16;

    private int[] rows = new int[ROOM];
    private int count;

    void add(int row) {
        if (count == rows.length) {
            rows = Arrays.copyOf(rows, count * 2);
        }
        rows[count++] = row;
    }

    int removeLast() {
        return rows[--count];
    }

    int get(int index) {
        return rows[index];
    }

    /** The rows, and room behind them. */
    int[] array() {
        return rows;
    }

    int count() {
        return count;
    }

    void clear() {
        count = 0;
    }

    /** Clears the list and lets go of its room, if that is much. */
    void reset() {
        count = 0;
        if (rows.length > 1 << 16) {
            rows = new int[ROOM];
        }
    }

    /** Bytes held. */
    long memory() {
        return 4L * rows.length;
    }
}
