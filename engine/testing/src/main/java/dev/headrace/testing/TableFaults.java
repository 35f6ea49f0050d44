package dev.headrace.testing;

import dev.headrace.api.error.UserError;
import java.util.Random;

/**
 * What goes wrong with the tables of a case, beside that the process dies: the seed decides which calls fail, before or after
 * they took effect, how many of the rows that are there a read gives, and when a split is found. A call that fails ends the
 * job; the process lives on and starts the next one. Used by one thread.
 */
final class TableFaults {
    static final TableFaults NONE = new TableFaults(new Random(0), 0, false);

    private static final int COMMITS_ONE_IN = 6;

    private final Random random;
    private final int oneIn;
    private final boolean overlooksSplits;
    private int rarer = 1;
    private int failed;

    /**
     * @param oneIn at one of so many places where a call can fail it does; 0 for never, and for reads that give all
     * @param overlooksSplits whether splits may be found late: only where no event time passes meanwhile, since windows that
     *     it has closed do not wait for a split that nobody knew of
     */
    TableFaults(Random random, int oneIn, boolean overlooksSplits) {
        this.random = random;
        this.oneIn = oneIn;
        this.overlooksSplits = overlooksSplits;
    }

    /** Says which attempt it is now, from 1 on. */
    void begin(int attempt) {
        rarer = RandomFaults.rarer(attempt);
    }

    /** Passes a place; throws if the call fails there. */
    void pass(String place) {
        failOneOf(oneIn, place);
    }

    /** Passes a place before or after a commit. There are few of them in a run, so more of them fail. */
    void passCommit(String place) {
        failOneOf(Math.min(oneIn, COMMITS_ONE_IN), place);
    }

    private void failOneOf(int calls, String place) {
        if (calls > 0 && random.nextInt(calls * rarer) == 0) {
            failed++;
            throw UserError.job("made to fail " + place);
        }
    }

    /** How many rows a read gives of those that it could. */
    int rowsOf(int most) {
        return oneIn > 0 && random.nextInt(3) == 0 ? random.nextInt(most + 1) : most;
    }

    /** Whether a read finds nothing although there are rows. */
    boolean findsNothing() {
        return oneIn > 0 && random.nextInt(6) == 0;
    }

    /** Whether a search leaves out a split that is there. */
    boolean overlooks() {
        return overlooksSplits && random.nextInt(2) == 0;
    }

    /** Whether, between two processes, the system of the tables gives up what was prepared and not committed. */
    boolean givesUp() {
        return oneIn > 0 && random.nextInt(3) == 0;
    }

    /** How many calls have failed. */
    int failed() {
        return failed;
    }
}
