package dev.headrace.core.run;

import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Holds the state tables of one worker within a number of bytes. A table that would outgrow them when it grows next gives
 * up the colder half of its rows instead; should all together be above them all the same, the largest are emptied. Rows
 * that no snapshot holds yet cannot be given up: a snapshot is asked for when they become many, and input is held back
 * when they leave no room for a table to grow.
 *
 * <p>What is counted are arrays as they are, so that the bound is one of memory, not of rows.
 */
final class StateBudget {
    /** A table smaller than this part of the budget is not emptied: it would come back at once. */
    private static final int SMALL_PART = 16;

    private static final int UNSAVED_PART = 4;
    /** This part is for what grows in small steps: indexes, lists, and a few batches between two counts. */
    private static final int RESERVED_PART = 32;
    /** An epoch is long enough for tables to outgrow the budget, so what they hold is counted within it too. */
    private static final int STEPS_A_COUNT = 8;

    private final long bytes;
    private final Supplier<List<StateTable>> tables;
    private final Runnable hastenSnapshot;
    private final Runnable holdSources;
    private long held;
    private int steps;
    /** Too few rows could be given up the last time; a snapshot may change that. */
    private boolean starved;

    private boolean snapshotTaken;
    /** Input is being held back; until a snapshot has been taken there is nothing to do. */
    private boolean holding;

    /**
     * @param tables those there are now
     * @param hastenSnapshot asks for a snapshot before its time
     * @param holdSources asks for a snapshot now, and for no more input until then
     */
    StateBudget(long bytes, Supplier<List<StateTable>> tables, Runnable hastenSnapshot, Runnable holdSources) {
        this.bytes = bytes - bytes / RESERVED_PART;
        this.tables = tables;
        this.hastenSnapshot = hastenSnapshot;
        this.holdSources = holdSources;
    }

    /** Whether it is better to end the epoch now than to let a table grow. Cheap; asked before each step. */
    boolean isTight() {
        if (starved && snapshotTaken) {
            return true;
        }
        if (++steps % STEPS_A_COUNT == 0) {
            held = memory(tables.get());
        }
        return !holding && (held > bytes || held >= bytes / 2 && wouldOutgrow(tables.get()));
    }

    private boolean wouldOutgrow(List<StateTable> all) {
        long growth = 0;
        for (StateTable table : all) {
            growth += table.isSpillable() ? table.growth() : 0;
        }
        return growth > 0 && held + growth > bytes;
    }

    /** Rows have become part of a snapshot, and can be given up. */
    void snapshotTaken() {
        snapshotTaken = true;
    }

    /** Makes room if there is need; to be called when nothing refers to rows. */
    void relieve() {
        List<StateTable> all = tables.get();
        held = memory(all);
        starved = false;
        snapshotTaken = false;
        long unsaved = all.stream().mapToLong(StateTable::unsavedMemory).sum();
        boolean isMuchUnsaved = unsaved > bytes / UNSAVED_PART;
        if (isMuchUnsaved) {
            hastenSnapshot.run();
        }
        if (wouldOutgrow(all)) {
            for (StateTable table : all) {
                if (table.isSpillable() && table.growth() > 0) {
                    int wanted = Math.max(1, table.size() / 2);
                    starved |= table.evict(wanted) < wanted / 2;
                }
            }
            held = memory(all);
        }
        if (held > bytes) {
            empty(all);
            held = memory(all);
        }
        holding = starved && isMuchUnsaved && (held > bytes || wouldOutgrow(all));
        if (holding) {
            holdSources.run();
        }
    }

    private void empty(List<StateTable> all) {
        List<StateTable> largest = new ArrayList<>(all);
        largest.removeIf(table -> !table.isSpillable() || table.memory() < bytes / SMALL_PART);
        largest.sort(Comparator.comparingLong(StateTable::memory).reversed());
        long sum = held;
        for (StateTable table : largest) {
            if (sum <= bytes) {
                return;
            }
            long before = table.memory();
            table.evict(Integer.MAX_VALUE);
            sum -= before - table.memory();
            starved |= table.size() > 0;
        }
    }

    private static long memory(List<StateTable> tables) {
        return tables.stream().mapToLong(StateTable::memory).sum();
    }
}
