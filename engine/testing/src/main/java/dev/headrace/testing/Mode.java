package dev.headrace.testing;

import dev.headrace.api.batch.Batch;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.testing.CaseRun.Attempt;
import java.util.Arrays;
import java.util.Random;

/** The ways in which a case is run; its outcome must be the same in all of them. */
public enum Mode {
    PLAIN("plain", false) {
        @Override
        void run(Case testCase, JobPlan plan, Tally tally) {
            toTheEnd(testCase, plan, tally, 1, Batch.CAPACITY, 1);
        }
    },
    ONE_ROW_A_BATCH("one row a batch", false) {
        @Override
        void run(Case testCase, JobPlan plan, Tally tally) {
            toTheEnd(testCase, plan, tally, 1, 1, 2);
        }
    },
    FOUR_WORKERS("4 workers", false) {
        @Override
        void run(Case testCase, JobPlan plan, Tally tally) {
            for (long seed = 1; seed <= 3; seed++) {
                toTheEnd(testCase, plan, tally, 4, seed == 1 ? Batch.CAPACITY : (int) seed, seed);
            }
        }
    },
    KILLED_AT_EACH_STEP("killed at each step of a snapshot", true) {
        @Override
        void run(Case testCase, JobPlan plan, Tally tally) {
            KillPoints all = KillPoints.never();
            killed(testCase, plan, tally, all);
            int stride = Math.max(1, all.passed() / MOST_PLACES);
            int first = 1 + Math.floorMod(testCase.name().hashCode(), stride);
            for (int place = first; place <= all.passed(); place += stride) {
                killed(testCase, plan, tally, KillPoints.at(place));
            }
        }

        private void killed(Case testCase, JobPlan plan, Tally tally, KillPoints kills) {
            Attempt toTheEnd = Attempt.toTheEnd(2);
            CaseRun run = new CaseRun(testCase, plan, 2, 1)
                    .withSnapshots(new MemoryStore())
                    .run(number -> number == 0 ? toTheEnd.killed(kills) : toTheEnd);
            tally.check(testCase, title() + ", " + kills, run);
        }
    },
    KILLED_AT_RANDOM("killed at random", true) {
        @Override
        void run(Case testCase, JobPlan plan, Tally tally) {
            for (long seed = 1; seed <= 3; seed++) {
                Random random = new Random(seed);
                // Lives become longer, so that also a job whose tables stay open comes to its end.
                CaseRun run = new CaseRun(testCase, plan, 1 + random.nextInt(3), seed)
                        .withSnapshots(new MemoryStore())
                        .run(number ->
                                Attempt.toTheEnd(1 + random.nextInt(4)).dyingAt(20 + random.nextInt(60 + 2 * number)));
                tally.check(testCase, title() + ", seed " + seed, run);
            }
        }
    },
    OTHER_WORKERS("stopped, and restored with other workers", true) {
        private static final int[][] WORKERS = {{1, 4, 2}, {4, 1, 3}, {2, 3, 1}};

        @Override
        void run(Case testCase, JobPlan plan, Tally tally) {
            for (int[] workers : WORKERS) {
                CaseRun whole = new CaseRun(testCase, plan, 1, 1)
                        .withSnapshots(new MemoryStore())
                        .run(number -> Attempt.toTheEnd(workers[0]));
                int part = 1 + whole.steps() / 3;
                CaseRun run = new CaseRun(testCase, plan, 1, 1)
                        .withSnapshots(new MemoryStore())
                        .run(number -> number < 2
                                ? Attempt.toTheEnd(workers[number]).stoppingAt(part)
                                : Attempt.toTheEnd(workers[2]));
                tally.check(testCase, title() + " " + Arrays.toString(workers), run);
            }
        }
    },
    STANDBY("stopped or killed, and taken over by a standby", true) {
        @Override
        void run(Case testCase, JobPlan plan, Tally tally) {
            for (long seed = 1; seed <= 4; seed++) {
                Random random = new Random(seed);
                int workers = 1 + random.nextInt(3);
                boolean stopped = seed % 2 == 0;
                CaseRun run = new CaseRun(testCase, plan, 1 + random.nextInt(2), seed)
                        .withSnapshots(new MemoryStore())
                        .withStandby(1 + random.nextInt(30))
                        .run(number -> {
                            Attempt attempt = Attempt.toTheEnd(workers);
                            int life = 20 + random.nextInt(60 + 2 * number);
                            return stopped ? attempt.stoppingAt(life) : attempt.dyingAt(life);
                        });
                tally.check(testCase, title() + ", seed " + seed, run);
            }
        }
    },
    WITHOUT_MEMORY("without memory for state, and killed at random", true) {
        @Override
        void run(Case testCase, JobPlan plan, Tally tally) {
            for (long seed = 1; seed <= 2; seed++) {
                Random random = new Random(seed);
                CaseRun run = new CaseRun(testCase, plan, 1 + random.nextInt(2), seed)
                        .withSnapshots(new MemoryStore())
                        .withoutMemory()
                        .run(number -> Attempt.toTheEnd(1 + random.nextInt(2)).dyingAt(60 + random.nextInt(80)));
                tally.check(testCase, title() + ", seed " + seed, run);
            }
        }
    },
    FAILING_STORAGE("with storage that fails", true) {
        @Override
        void run(Case testCase, JobPlan plan, Tally tally) {
            for (long seed = 1; seed <= 10; seed++) {
                Random random = new Random(seed);
                // Every second run is killed besides; a restored job reads much, so there storage fails less often.
                boolean killed = seed % 2 == 0;
                int leastLife = killed ? 700 : Integer.MAX_VALUE / 2;
                CaseRun run = new CaseRun(testCase, plan, 1 + random.nextInt(2), seed)
                        .withSnapshots(new MemoryStore())
                        .withFaults(random, killed ? 40 : 6)
                        .run(number ->
                                Attempt.toTheEnd(1 + random.nextInt(3)).dyingAt(leastLife + random.nextInt(100)));
                tally.check(testCase, title() + ", seed " + seed, run);
            }
        }
    },
    FAILING_TABLES("with tables that fail", true) {
        @Override
        void run(Case testCase, JobPlan plan, Tally tally) {
            for (long seed = 1; seed <= 10; seed++) {
                Random random = new Random(seed);
                boolean storageFails = seed % 2 == 0;
                CaseRun run = new CaseRun(testCase, plan, 1 + random.nextInt(3), seed)
                        .withSnapshots(new MemoryStore())
                        .withTableFaults(random, 60);
                if (storageFails) {
                    run.withFaults(random, 40);
                }
                run.run(number -> Attempt.toTheEnd(1 + random.nextInt(3)));
                tally.check(testCase, title() + ", seed " + seed, run);
            }
        }
    };

    /** In how many runs at most one case is killed; if it has more places, every second or third is left out. */
    private static final int MOST_PLACES = 8;

    private final String title;
    private final boolean restarts;

    Mode(String title, boolean restarts) {
        this.title = title;
        this.restarts = restarts;
    }

    /** Whether a case has one outcome in this mode: not if it depends on when rows come, and rows come when faults let them. */
    boolean takes(Case testCase) {
        return !restarts || testCase.restarts();
    }

    public String title() {
        return title;
    }

    abstract void run(Case testCase, JobPlan plan, Tally tally);

    void toTheEnd(Case testCase, JobPlan plan, Tally tally, int workers, int batchRows, long seed) {
        CaseRun run = new CaseRun(testCase, plan, batchRows, seed).run(number -> Attempt.toTheEnd(workers));
        tally.check(testCase, title + ", seed " + seed, run);
    }
}
