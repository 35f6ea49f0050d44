package dev.headrace.testing;

import dev.headrace.api.connect.Environment;
import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.run.Connections;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
import dev.headrace.core.run.RunClock;
import dev.headrace.core.run.Standby;
import dev.headrace.format.FormatRegistry;
import dev.headrace.sql.PlanContext;
import dev.headrace.sql.SqlPlanner;
import dev.headrace.sql.codegen.GeneratedCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;

/**
 * One run of a case in this thread, from the beginning to its end, over as many attempts as it takes. A seed gives one run:
 * the clock moves a millisecond a step, an epoch has three, and a snapshot is due after four.
 */
final class CaseRun {
    private static final int MOST_STEPS = 200_000;
    private static final long LEAST_MEMORY = 1024;
    private static final int MOST_ATTEMPTS = 500;
    private static final Duration SNAPSHOTS = Duration.ofMillis(4);
    private static final Duration EPOCH = Duration.ofMillis(3);
    /** How long a job whose tables stay open goes on after it has read everything. */
    private static final Duration OPEN = Duration.ofMinutes(2);

    private final Case testCase;
    private final JobPlan plan;
    private final Random random;
    private final TestClock clock = new TestClock();
    private final TestTables tables;
    private final Connections connections;
    private Optional<ObjectStore> store = Optional.empty();
    private OptionalLong memory = OptionalLong.empty();
    private Optional<RandomFaults> faults = Optional.empty();
    private TableFaults tableFaults = TableFaults.NONE;
    private int standbySteps;
    private Optional<Standby> standby = Optional.empty();
    private long rowsHeld;
    private long lateRows;
    private int returns;
    private int attempts;
    private int steps;

    CaseRun(Case testCase, JobPlan plan, int batchRows, long seed) {
        this.testCase = testCase;
        this.plan = plan;
        random = new Random(seed);
        tables = new TestTables(testCase.inputs(), clock, batchRows);
        connections = connections(tables, clock);
    }

    /** Plans a case's script; a UserError says what is wrong with it. */
    static JobPlan plan(Case testCase) {
        TestClock clock = new TestClock();
        Path here = Path.of(".");
        PlanContext context = PlanContext.of(here, connections(new TestTables(testCase.inputs(), clock, 1), clock))
                .withQueryTable(schema -> SqlPlanner.unnamedTable(TestTables.NAME, schema, here));
        return new SqlPlanner(context).plan(testCase.script()).job();
    }

    private static Connections connections(TestTables tables, RunClock clock) {
        Environment environment = new Environment((uri, base) -> new LocalStore(base.resolve(uri)), clock, "case");
        return new Connections(FormatRegistry.load(), environment).withAll(tables);
    }

    /** Keeps snapshots, so that an attempt that is killed is followed by another. */
    CaseRun withSnapshots(ObjectStore newStore) {
        store = Optional.of(newStore);
        return this;
    }

    /**
     * Lets the attempt after each be held ready while it runs, so that it takes over its state.
     *
     * @param newSteps how many steps, on average, until it is brought up to the latest snapshot again
     */
    CaseRun withStandby(int newSteps) {
        standbySteps = newSteps;
        return this;
    }

    /** How many rows attempts have found ready. */
    long rowsHeld() {
        return rowsHeld;
    }

    /** Makes rows of state leave memory at the end of each epoch, as far as they can. */
    CaseRun withoutMemory() {
        memory = OptionalLong.of(LEAST_MEMORY);
        return this;
    }

    /** Makes the storage of snapshots fail at random. */
    CaseRun withFaults(Random faultsRandom, int oneIn) {
        faults = Optional.of(new RandomFaults(faultsRandom, clock, oneIn));
        return this;
    }

    /** Makes reads and writes of tables fail at random, and reads give less than there is. */
    CaseRun withTableFaults(Random faultsRandom, int oneIn) {
        tableFaults = new TableFaults(faultsRandom, oneIn, !testCase.script().contains("WATERMARK"));
        tables.withFaults(tableFaults);
        return this;
    }

    /** How many calls to storage have failed. */
    int faults() {
        return faults.map(RandomFaults::failed).orElse(0);
    }

    /** How many calls to tables have failed. */
    int tableFaults() {
        return tableFaults.failed();
    }

    /**
     * An attempt at the job.
     *
     * @param kills where the process dies
     * @param diesAt after how many steps it dies
     * @param stopsAt after how many steps it is asked to stop with a snapshot
     */
    record Attempt(int workers, KillPoints kills, int diesAt, int stopsAt) {
        static Attempt toTheEnd(int workers) {
            return new Attempt(workers, KillPoints.never(), Integer.MAX_VALUE, Integer.MAX_VALUE);
        }

        Attempt killed(KillPoints where) {
            return new Attempt(workers, where, diesAt, stopsAt);
        }

        Attempt dyingAt(int step) {
            return new Attempt(workers, kills, step, stopsAt);
        }

        Attempt stoppingAt(int step) {
            return new Attempt(workers, kills, diesAt, step);
        }
    }

    /** Says what the next attempt is like. */
    interface Attempts {
        Attempt next(int number);
    }

    /** Runs to the end, a new attempt after each that was killed or stopped. */
    CaseRun run(Attempts planned) {
        while (attempts < MOST_ATTEMPTS) {
            Attempt attempt = planned.next(attempts++);
            try {
                if (attempt(attempt)) {
                    return this;
                }
            } catch (KillPoints.Killed _) {
                // The next attempt goes on from the last snapshot.
            } catch (UserError e) {
                if (!e.getMessage().contains("made to fail")) {
                    throw e;
                }
                // The process lives on: nothing of the job may.
                if (tables.open() != 0) {
                    throw new AssertionError(
                            tables.open() + " readers and writers are still open after: " + e.getMessage());
                }
            }
        }
        throw new AssertionError("the job does not get to its end in " + MOST_ATTEMPTS + " attempts");
    }

    /** Returns whether that was the end, and not a stop on the way. */
    private boolean attempt(Attempt attempt) {
        tables.beginAttempt(attempt.kills());
        faults.ifPresent(f -> f.begin(attempts));
        tableFaults.begin(attempts);
        JobOptions options = JobOptions.of("case", attempt.workers())
                .withEpoch(EPOCH)
                .withClock(clock)
                .withParallelRestore(false)
                .withRestoreWindow(1);
        if (store.isPresent()) {
            options = options.withSnapshots(
                    new TestStore(
                            store.get(),
                            attempt.kills(),
                            faults.<TestStore.Faults>map(f -> f).orElse(TestStore.Faults.NONE)),
                    SNAPSHOTS);
        }
        if (memory.isPresent()) {
            options = options.withMemory(memory.getAsLong(), options.spillFolder());
        }
        rowsHeld += standby.map(Standby::rows).orElse(0L);
        Job job = Job.open(plan, options, connections, new GeneratedCode(clock), standby);
        standby = standbySteps == 0 ? Optional.empty() : Optional.of(Standby.of(plan, options));
        returns += job.notice().isPresent() ? 1 : 0;
        Steps between = new Steps(job, attempt);
        job.runDeterministically(random, between);
        lateRows = job.metrics().lateRows();
        steps = between.done;
        return !between.stopped;
    }

    /** What happens between two steps of a job. */
    private final class Steps implements Runnable {
        private final Job job;
        private final Attempt attempt;
        private int done;
        private long readAt = -1;
        private boolean stopping;
        private boolean stopped;

        Steps(Job job, Attempt attempt) {
            this.job = job;
            this.attempt = attempt;
        }

        @Override
        public void run() {
            clock.advance(Duration.ofMillis(1));
            if (standbySteps > 0 && random.nextInt(standbySteps) == 0) {
                follow(standby.orElseThrow());
            }
            if (++done == attempt.diesAt()) {
                throw new KillPoints.Killed("at step " + done);
            }
            if (done == attempt.stopsAt()) {
                job.stopWithSnapshot().thenRun(() -> stopped = true);
            }
            if (done == MOST_STEPS) {
                throw new AssertionError("the job does not end in " + MOST_STEPS + " steps");
            }
            if (!stopping && tables.staysOpen() && tables.isReadToItsEnd()) {
                readAt = readAt < 0 ? clock.nanos() : readAt;
                clock.advance(OPEN.dividedBy(100));
                if (clock.nanos() - readAt > OPEN.toNanos()) {
                    stopping = true;
                    job.stopWithSnapshot();
                }
            }
        }
    }

    private static void follow(Standby standby) {
        try {
            standby.follow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often the job went back to the snapshot before, because the output of the last one was lost. */
    int returns() {
        return returns;
    }

    int attempts() {
        return attempts;
    }

    /** Steps of the last attempt. */
    int steps() {
        return steps;
    }

    /** What the outcome has other than expected, a line each; empty if it is as it should be. */
    List<String> differences() {
        List<String> found = new ArrayList<>();
        Map<String, WrittenTable> outputs = tables.outputs();
        for (String name : new TreeMap<>(testCase.expected()).keySet()) {
            WrittenTable table = outputs.get(name);
            if (table == null) {
                found.add("nothing writes to the table '" + name + "'; there are: " + outputs.keySet());
            } else {
                compare(name, table, found);
            }
        }
        outputs.forEach((name, table) -> {
            if (!testCase.expected().containsKey(name) && !table.changes().isEmpty()) {
                found.add("the case expects nothing of the table '" + name + "', which has rows: " + table.changes());
            }
        });
        // Rows that were late before an attempt was killed are not counted again.
        if (attempts == 1
                && testCase.lateRows().isPresent()
                && testCase.lateRows().getAsLong() != lateRows) {
            found.add("late rows: expected " + testCase.lateRows().getAsLong() + ", found " + lateRows);
        }
        return found;
    }

    private void compare(String name, WrittenTable table, List<String> found) {
        Map<List<String>, Integer> counts = new HashMap<>();
        try {
            RowText.canonical(table.schema(), testCase.expected().get(name))
                    .forEach(row -> counts.merge(row, 1, Integer::sum));
        } catch (UserError e) {
            found.add("expected rows of '" + name + "': " + e.getMessage());
            return;
        }
        List<String> trouble = new ArrayList<>();
        table.fold(trouble).forEach((row, count) -> counts.merge(row, -count, Integer::sum));
        List<String> differences = new ArrayList<>();
        counts.forEach((row, count) -> {
            for (int i = 0; i < Math.abs(count); i++) {
                differences.add((count > 0 ? "missing:   " : "too many:  ") + String.join(" | ", row));
            }
        });
        differences.sort(null);
        found.addAll(differences.stream().map(d -> name + ": " + d).toList());
        found.addAll(trouble.stream().map(t -> name + ": " + t).toList());
    }
}
