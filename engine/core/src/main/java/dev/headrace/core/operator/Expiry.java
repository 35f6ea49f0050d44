package dev.headrace.core.operator;

import dev.headrace.api.type.DataType;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateTable;
import java.time.Duration;
import java.util.function.IntConsumer;

/**
 * Finds rows that have not been touched for a time to live, by a column that holds when they were (milliseconds since the
 * epoch). A row is found after once to one and a quarter times that time: each call looks at a share of the rows, so that
 * all have been looked at in a quarter of it.
 */
public final class Expiry {
    /** When a row was last touched. */
    public static final StateColumn COLUMN = new StateColumn("touched", DataType.BIGINT, StateColumn.Start.NOW);

    private final StateTable table;
    private final int column;
    private final long timeToLive;
    private final IntConsumer remove;
    private long now;
    private long lastSweep;
    private int next;

    private Expiry(StateTable table, int column, long timeToLive, IntConsumer remove, IntConsumer unwanted, long now) {
        this.table = table;
        this.column = column;
        this.timeToLive = timeToLive;
        this.remove = remove;
        this.now = now;
        lastSweep = now;
        table.keepLoadedIf(row -> !isDue(row), unwanted);
    }

    /**
     * @param timeToLive zero: never
     * @param remove takes a row away
     */
    public static Expiry of(
            StateTable table, int column, Duration timeToLive, OperatorContext context, IntConsumer remove) {
        return of(table, column, timeToLive, context, remove, _ -> {});
    }

    /** @param beforeRemoval is told a row that comes from below only to be removed, which is not the caller's to do */
    public static Expiry of(
            StateTable table,
            int column,
            Duration timeToLive,
            OperatorContext context,
            IntConsumer remove,
            IntConsumer beforeRemoval) {
        long millis = timeToLive.toMillis();
        return millis == 0
                ? null
                : new Expiry(
                        table,
                        column,
                        millis,
                        remove,
                        beforeRemoval,
                        context.clock().millis());
    }

    public void processingTime(long millis) {
        now = millis;
    }

    /** Says that the row is in use. */
    public void touch(int row) {
        table.set(row, column, now);
    }

    /** Whether the row has not been in use for the time to live. */
    public boolean isDue(int row) {
        return table.get(row, column) + timeToLive <= now;
    }

    /** Removes what is due; to be called when nothing refers to rows. */
    public void sweep() {
        int rows = table.rowLimit();
        double part = (now - lastSweep) * 4.0 / timeToLive;
        long share = Math.max(1, (long) (part * rows));
        if (now == lastSweep) {
            return;
        }
        table.sweepSpilled(Math.clamp((long) (part * table.spilled()), 1, Integer.MAX_VALUE));
        lastSweep = now;
        rows = table.rowLimit();
        for (long i = Math.min(share, rows); i > 0; i--) {
            next = next + 1 < rows ? next + 1 : 0;
            if (table.isLive(next) && isDue(next)) {
                remove.accept(next);
            }
        }
    }
}
