package dev.headrace.testing;

import dev.headrace.api.batch.Batch;
import dev.headrace.core.plan.JobPlan;

/** The ways in which a case is run; its outcome must be the same in all of them. */
public enum Mode {
    PLAIN("plain") {
        @Override
        void run(Case testCase, JobPlan plan) {
            toTheEnd(testCase, plan, 1, Batch.CAPACITY, 1);
        }
    },
    ONE_ROW_A_BATCH("one row a batch") {
        @Override
        void run(Case testCase, JobPlan plan) {
            toTheEnd(testCase, plan, 1, 1, 2);
        }
    },
    FOUR_WORKERS("4 workers") {
        @Override
        void run(Case testCase, JobPlan plan) {
            for (long seed = 1; seed <= 3; seed++) {
                toTheEnd(testCase, plan, 4, seed == 1 ? Batch.CAPACITY : (int) seed, seed);
            }
        }
    };

    private final String title;

    Mode(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    abstract void run(Case testCase, JobPlan plan);

    void toTheEnd(Case testCase, JobPlan plan, int workers, int batchRows, long seed) {
        CaseRun run = new CaseRun(testCase, plan, batchRows, seed);
        run.run(number -> CaseRun.Attempt.toTheEnd(workers));
        CaseTests.check(testCase, title + ", seed " + seed, run);
    }
}
