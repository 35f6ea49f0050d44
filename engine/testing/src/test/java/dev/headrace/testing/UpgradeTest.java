package dev.headrace.testing;

import static dev.headrace.testing.ChangedJobs.AGGREGATE;
import static dev.headrace.testing.ChangedJobs.COUNT;
import static dev.headrace.testing.ChangedJobs.COUNTS;
import static dev.headrace.testing.ChangedJobs.JOIN;
import static dev.headrace.testing.ChangedJobs.JOINED;
import static dev.headrace.testing.ChangedJobs.RAW;
import static dev.headrace.testing.ChangedJobs.SUM;
import static dev.headrace.testing.ChangedJobs.SUMS;
import static dev.headrace.testing.ChangedJobs.TABLES;
import static dev.headrace.testing.ChangedJobs.WINDOW;
import static dev.headrace.testing.ChangedJobs.WINDOWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
import dev.headrace.core.run.StoredJob;
import dev.headrace.core.upgrade.OnChange;
import dev.headrace.core.upgrade.UpgradePlan;
import dev.headrace.core.upgrade.UpgradeText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Jobs that are changed in mid-stream: what goes on, what is refused, and how one goes back. */
class UpgradeTest {
    private final ChangedJobs jobs = new ChangedJobs();

    /** Dies right after it has been opened, with nothing done but its claim. */
    private void claimAndDie(String sql, TestTables tables, JobOptions options) {
        Job job = jobs.open(sql, tables, options);
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> {
                    throw new KillPoints.Killed("at once");
                }))
                .isInstanceOf(KillPoints.Killed.class);
    }

    @Test
    void an_added_aggregate_begins_with_the_rows_to_come_and_the_others_go_on() {
        MemoryStore store = new MemoryStore();
        TestTables first = jobs.runHalf(TABLES + COUNTS + COUNT, store);
        TestTables second = jobs.whole(false).withOutputs(first);
        jobs.runToTheEnd(
                jobs.open(TABLES + SUMS + SUM, second, jobs.options(store, 2).withOnChange(OnChange.FROM_NOW)));
        Map<String, int[]> expected = new TreeMap<>();
        List<TableRows.Step> all = ChangedJobs.orders(0, 200, false);
        for (int i = 0; i < all.size(); i++) {
            List<String> cells = ((TableRows.Row) all.get(i)).cells();
            int[] group = expected.computeIfAbsent(cells.getFirst(), k -> new int[2]);
            group[0]++;
            group[1] += i < 100 ? 0 : Integer.parseInt(cells.get(1));
        }
        assertThat(ChangedJobs.rows(second, "sums"))
                .containsExactlyInAnyOrderElementsOf(expected.entrySet().stream()
                        .map(e -> List.of(e.getKey(), e.getValue()[0] + "", e.getValue()[1] + ""))
                        .toList());
    }

    @Test
    void open_windows_keep_their_counts_when_a_call_is_added() {
        MemoryStore store = new MemoryStore();
        TestTables first = jobs.runHalf(TABLES + WINDOWS + WINDOW, store);
        TestTables second = jobs.whole(false).withOutputs(first);
        String added = "CREATE TABLE win2 (k STRING, t TIMESTAMP(3), n BIGINT, m INT) WITH ('connector' = 'test');\n"
                + WINDOW.replace("win ", "win2 ").replace("COUNT(*)", "COUNT(*), MAX(v)");
        jobs.runToTheEnd(
                jobs.open(TABLES + added, second, jobs.options(store, 2).withOnChange(OnChange.FROM_NOW)));
        TestTables fresh = jobs.whole(false);
        jobs.runToTheEnd(jobs.open(TABLES + WINDOWS + WINDOW, fresh, jobs.options(new MemoryStore(), 1)));
        List<List<String>> counts = new ArrayList<>(ChangedJobs.rows(first, "win"));
        ChangedJobs.rows(second, "win2").forEach(row -> counts.add(row.subList(0, 3)));
        assertThat(counts).containsExactlyInAnyOrderElementsOf(ChangedJobs.rows(fresh, "win"));
    }

    @Test
    void sources_and_sinks_are_told_by_what_they_stand_for() {
        MemoryStore store = new MemoryStore();
        TestTables first = jobs.runHalf(TABLES + JOINED + COUNTS + JOIN + COUNT, store);
        TestTables second = jobs.whole(false).withOutputs(first);
        String after = TABLES.replace(
                        "(k STRING, label STRING, extra STRING) WITH ('connector' = 'test'",
                        "(k STRING, label" + " STRING, extra STRING) WITH ('connector' = 'test', 'topic' = 'other'")
                + COUNTS + RAW + COUNT + "INSERT INTO raw SELECT k, CHAR_LENGTH(label) FROM names;\n";
        assertThat(UpgradeText.lines(StoredJob.compare(jobs.plan(after, second), store, OnChange.REBUILD)
                        .upgrade()))
                .containsExactlyInAnyOrder(
                        "reuse    " + AGGREGATE,
                        "drop     Join on k:STRING = k:STRING of orders, names",
                        "source   orders test: goes on where it was, splits: 1",
                        "source   names test: starts as its options say",
                        "source   names test: no longer read",
                        "sink     counts test: goes on",
                        "sink     raw test: gets what is emitted from now on",
                        "sink     joined test: no longer written");
    }

    @Test
    void a_sink_whose_output_may_not_be_committed_is_not_let_go() {
        MemoryStore store = new MemoryStore();
        TestTables first = jobs.half();
        String before = TABLES + COUNTS + RAW + COUNT + "INSERT INTO raw SELECT k, w FROM orders;\n";
        Job job = jobs.open(before, first, jobs.options(store, 1));
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> {
                    jobs.clock.advance(Duration.ofMillis(1));
                    if (store.list("manifests/").size() == 3) {
                        throw new KillPoints.Killed("with output under way");
                    }
                }))
                .isInstanceOf(KillPoints.Killed.class);
        String after = TABLES + COUNTS + COUNT;
        assertThatThrownBy(() -> jobs.open(after, jobs.whole(false), jobs.options(store, 1)))
                .hasMessageContaining(
                        "it no longer writes raw test, of which the snapshot holds output that may not be visible");
        TestTables again = jobs.runHalf(before, store, first);
        TestTables second = jobs.whole(false).withOutputs(again);
        jobs.runToTheEnd(jobs.open(after, second, jobs.options(store, 1)));
        assertThat(ChangedJobs.rows(second, "raw")).isNotEmpty();
        assertThat(ChangedJobs.folded(second).get("raw").values().stream()
                        .mapToInt(i -> i)
                        .sum())
                .isEqualTo(100);
    }

    @Test
    void a_job_that_is_changed_back_passes_over_a_claim_behind_which_nothing_was_written() {
        MemoryStore store = new MemoryStore();
        TestTables first = jobs.runHalf(TABLES + COUNTS + COUNT, store);
        String other = TABLES + COUNTS + COUNT.replace("GROUP", "WHERE v > 1 GROUP");
        claimAndDie(other, jobs.whole(false), jobs.options(store, 1).withOnChange(OnChange.FROM_NOW));
        TestTables second = jobs.whole(false).withOutputs(first);
        Job back = jobs.open(TABLES + COUNTS + COUNT, second, jobs.options(store, 1));
        assertThat(back.upgrade().map(UpgradePlan::changed)).contains(false);
        jobs.runToTheEnd(back);
        TestTables fresh = jobs.whole(false);
        jobs.runToTheEnd(jobs.open(TABLES + COUNTS + COUNT, fresh, jobs.options(new MemoryStore(), 1)));
        assertThat(ChangedJobs.folded(second)).isEqualTo(ChangedJobs.folded(fresh));
    }

    @Test
    void snapshots_before_a_change_stay_for_going_back() {
        MemoryStore store = new MemoryStore();
        TestTables first = jobs.runHalf(TABLES + SUMS + SUM, store);
        String before = store.list("manifests/").getLast().name();
        TestTables second = jobs.whole(false).withOutputs(first);
        Job changed = jobs.open(
                TABLES + COUNTS + COUNT, second, jobs.options(store, 2).withKeep(1000));
        changed.runDeterministically(new Random(5), () -> jobs.clock.advance(Duration.ofMillis(1)));
        TestTables third = jobs.whole(false);
        jobs.runToTheEnd(
                jobs.open(TABLES + SUMS + SUM, third, jobs.options(store, 1).withRestoreFrom(before)));
        TestTables fresh = jobs.whole(false);
        jobs.runToTheEnd(jobs.open(TABLES + SUMS + SUM, fresh, jobs.options(new MemoryStore(), 1)));
        assertThat(ChangedJobs.rows(third, "sums"))
                .containsExactlyInAnyOrderElementsOf(ChangedJobs.rows(fresh, "sums"));
    }

    @Test
    void a_job_that_has_finished_and_was_changed_is_refused() {
        MemoryStore store = new MemoryStore();
        TestTables first = jobs.whole(false);
        jobs.runToTheEnd(jobs.open(TABLES + COUNTS + COUNT, first, jobs.options(store, 1)));
        assertThatThrownBy(() -> jobs.open(
                        TABLES + SUMS + SUM,
                        jobs.whole(false),
                        jobs.options(store, 1).withOnChange(OnChange.FROM_NOW)))
                .hasMessageContaining("when it had read all of its input");
    }
}
