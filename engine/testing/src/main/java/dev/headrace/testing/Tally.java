package dev.headrace.testing;

import java.util.List;

/** Checks the outcomes of runs and adds up what they took; for several threads. */
final class Tally {
    private static final int MOST_SHOWN = 40;

    private int runs;
    private int attempts;
    private int faults;
    private int tableFaults;
    private int returns;
    private long rowsHeld;

    /** Fails with what is different, and with how to see it again. */
    void check(Case testCase, String mode, CaseRun run) {
        add(run);
        List<String> differences = run.differences();
        if (!differences.isEmpty()) {
            List<String> shown = differences.subList(0, Math.min(MOST_SHOWN, differences.size()));
            throw new AssertionError("case " + testCase.name() + ", " + mode + ":\n  " + String.join("\n  ", shown));
        }
    }

    private synchronized void add(CaseRun run) {
        runs++;
        attempts += run.attempts();
        faults += run.faults();
        tableFaults += run.tableFaults();
        returns += run.returns();
        rowsHeld += run.rowsHeld();
    }

    @Override
    public synchronized String toString() {
        return runs + " runs in " + attempts + " attempts, " + faults + " failures of storage, " + tableFaults
                + " of tables, " + returns + " times back to the snapshot before, " + rowsHeld
                + " rows of state held ready";
    }
}
