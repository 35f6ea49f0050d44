package dev.headrace.sql.plan;

import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/**
 * What decides which rows of one place in a plan are late for an aggregation.
 *
 * @param base where the rows come from
 * @param conditions those of its rows that are meant
 * @param window in which they are put
 * @param time by which; like all expressions here, over the base's columns
 * @param allowedLateness for how long after its end a window takes rows
 * @param keys of sessions, which lie by key
 */
record TimedRows(
        Plan base,
        List<Expression> conditions,
        Window window,
        Expression time,
        Duration allowedLateness,
        List<Expression> keys) {
    TimedRows {
        conditions = List.copyOf(conditions);
        keys = window instanceof Window.Session ? List.copyOf(keys) : List.of();
    }

    boolean isSession() {
        return window instanceof Window.Session;
    }

    boolean isOfSameRows(TimedRows other) {
        return base.equals(other.base) && conditions.equals(other.conditions);
    }

    /** Whether each row that is late for the other is late here, too. */
    boolean covers(TimedRows other) {
        if (!isOfSameRows(other) || !time.equals(other.time)) {
            return false;
        }
        return isSession() ? equals(other) : latest(this, other) <= 0;
    }

    /** By how much, at most, windows close later here than there: microseconds. */
    private static long latest(TimedRows here, TimedRows there) {
        Ends first = Ends.of(here.window);
        Ends second = Ends.of(there.window);
        return first.ahead(second) + first.length + micros(here) - second.length - micros(there);
    }

    private static long micros(TimedRows rows) {
        return rows.allowedLateness.toMillis() * 1000;
    }

    /**
     * When a row's last window ends: {@code length} after the last time on the grid that is not after the row's. Sessions, which
     * end no earlier than a gap after the row, have a grid of all times.
     */
    private record Ends(long grid, long offset, long length) {
        static Ends of(Window window) {
            return switch (window) {
                case Window.Tumble(long size, long offset) -> new Ends(size, offset, size);
                case Window.Hop(long size, long slide, long offset) -> new Ends(slide, offset, size);
                case Window.Cumulate(long size, long _, long offset) -> new Ends(size, offset, size);
                case Window.Session(long gap) -> new Ends(1, 0, gap);
                case Window.Attached _ -> throw new IllegalArgumentException("lies as its rows do: " + window);
            };
        }

        /** How far a time's place on this grid is after its place on the other one, at most. */
        long ahead(Ends other) {
            long common =
                    BigInteger.valueOf(grid).gcd(BigInteger.valueOf(other.grid)).longValueExact();
            return other.grid - common + Math.floorMod(offset - other.offset, common);
        }
    }
}
