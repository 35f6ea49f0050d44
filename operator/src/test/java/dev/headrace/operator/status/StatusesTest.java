package dev.headrace.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.Condition;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.operator.change.Changes;
import dev.headrace.operator.change.Fixtures;
import dev.headrace.operator.change.JobState;
import dev.headrace.operator.change.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusesTest {
    private record Row(String name, JobState state, Moment moment, String phase, String conditions) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Conditions in the order Ready, Progressing, Degraded, SpecValid, SnapshotHealthy: T, F or U, and the reason. */
    static Stream<Row> rows() {
        return Stream.of(
                row(
                        "new",
                        "first Trying",
                        "",
                        "Pending",
                        "F PodPending, T JobStarting, F AsWanted, U SpecNotChecked, U NoSnapshotYet"),
                row(
                        "no node",
                        "first Trying",
                        "B Pending",
                        "Pending",
                        "F PodPending, T JobStarting, F AsWanted, U SpecNotChecked, U NoSnapshotYet"),
                row(
                        "stuck",
                        "first Trying",
                        "B Stuck",
                        "Pending",
                        "F PodPending, T JobStarting, T PodPending, U SpecNotChecked, U NoSnapshotYet"),
                row(
                        "refused pod",
                        "first Trying",
                        "B Refused",
                        "Pending",
                        "F PodRefused, T JobStarting, T PodRefused, U SpecNotChecked, U NoSnapshotYet"),
                row(
                        "refused pod, late",
                        "first Trying",
                        "B Refused, after 10m",
                        "Pending",
                        "F PodRefused, T JobStarting, T PodRefused, U SpecNotChecked, U NoSnapshotYet"),
                row(
                        "lost pod, and no other is made",
                        "steady B",
                        "B Refused",
                        "Pending",
                        "F PodRefused, F NoChange, T PodRefused, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "upgrade without room",
                        "upgrade Trying",
                        "A Running+, B Refused",
                        "Upgrading",
                        "T JobRunning, T UpgradeInProgress, T PodRefused, U SpecNotChecked, T SnapshotTaken"),
                row(
                        "ran out of memory",
                        "steady B",
                        "B Running+, memory B, after 9m",
                        "Running",
                        "T JobRunning, F NoChange, T OutOfMemory, T SpecAccepted, T SnapshotTaken"),
                row(
                        "ran out of memory a while ago",
                        "steady B",
                        "B Running+, memory B, after 10m",
                        "Running",
                        "T JobRunning, F NoChange, F AsWanted, T SpecAccepted, T SnapshotTaken"),
                row(
                        "upgrade runs out of memory",
                        "upgrade Starting",
                        "B Starting, memory B, after 1m",
                        "Upgrading",
                        "F UpgradeInProgress, T UpgradeInProgress, T OutOfMemory, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "storage takes no snapshot",
                        "steady B",
                        "B Running%snapshots",
                        "Running",
                        "T JobRunning, F NoChange, F AsWanted, T SpecAccepted, F SnapshotFailing"),
                row(
                        "state that cannot be read",
                        "steady B",
                        "B Running%state",
                        "Running",
                        "T JobRunning, F NoChange, T StateUnread, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "plans",
                        "first Trying",
                        "B Starting",
                        "Starting",
                        "F JobStarting, T JobStarting, F AsWanted, U SpecNotChecked, U NoSnapshotYet"),
                row(
                        "first runs",
                        "first Starting",
                        "B Running",
                        "Running",
                        "T JobRunning, T JobStarting, F AsWanted, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "first fails",
                        "first Starting",
                        "B BackingOff",
                        "BackingOff",
                        "F JobFailing, T JobStarting, T JobFailing, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "first late",
                        "first Starting",
                        "B Running, after 10m",
                        "Running",
                        "T JobRunning, T JobStarting, T DeadlineExceeded, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "refused and nothing else",
                        "refused",
                        "",
                        "Invalid",
                        "F SpecRefused, F NoChange, T PlanRefused, F PlanRefused, U NoSnapshotYet"),
                row(
                        "runs",
                        "steady B",
                        "B Running+",
                        "Running",
                        "T JobRunning, F NoChange, F AsWanted, T SpecAccepted, T SnapshotTaken"),
                row(
                        "finished, and its pod is gone",
                        "finished B",
                        "B Absent",
                        "Finished",
                        "T JobFinished, F NoChange, F AsWanted, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "finished, and to be suspended",
                        "finished B",
                        "suspended, B Absent",
                        "Finished",
                        "T JobFinished, F NoChange, F AsWanted, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "finished, and edited",
                        "again Trying",
                        "A Absent, B Starting",
                        "Upgrading",
                        "T JobFinished, T UpgradeInProgress, F AsWanted, U SpecNotChecked, U NoSnapshotYet"),
                row(
                        "finished, and an edit starts",
                        "again Starting",
                        "A Absent, B Starting",
                        "Upgrading",
                        "F UpgradeInProgress, T UpgradeInProgress, F AsWanted, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "finished",
                        "steady B",
                        "B Finished",
                        "Finished",
                        "T JobFinished, F NoChange, F AsWanted, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "fails",
                        "steady B",
                        "B BackingOff",
                        "BackingOff",
                        "F JobFailing, F NoChange, T JobFailing, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "just silent",
                        "steady B",
                        "B Silent",
                        "Starting",
                        "F JobStarting, F NoChange, F AsWanted, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "silent",
                        "steady B",
                        "B Silent, after 1m",
                        "Unreachable",
                        "F PodUnreachable, F NoChange, T PodUnreachable, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "taken over",
                        "steady B",
                        "B Stopped!",
                        "TakenOver",
                        "F JobTakenOver, F NoChange, T JobTakenOver, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "stopped by someone",
                        "steady B",
                        "B Stopped",
                        "Starting",
                        "F JobStarting, F NoChange, F AsWanted, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "upgrade is tried",
                        "upgrade Trying",
                        "A Running+, B Starting",
                        "Upgrading",
                        "T JobRunning, T UpgradeInProgress, F AsWanted, U SpecNotChecked, T SnapshotTaken"),
                row(
                        "upgrade stops the old",
                        "upgrade Stopping",
                        "A Stopping, B Waiting",
                        "Upgrading",
                        "F UpgradeInProgress, T UpgradeInProgress, F AsWanted, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "upgrade stops the old, which fails",
                        "upgrade Stopping",
                        "A Stopping!, B Waiting",
                        "Upgrading",
                        "F UpgradeInProgress, T UpgradeInProgress, T JobFailing, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "suspends",
                        "rest Suspending",
                        "suspended, A Stopping",
                        "Suspending",
                        "F SuspendInProgress, T SuspendInProgress, F AsWanted, U SpecNotChecked, U NoSnapshotYet"),
                row(
                        "suspends, and fails",
                        "rest Suspending",
                        "suspended, A Stopping!",
                        "Suspending",
                        "F SuspendInProgress, T SuspendInProgress, T JobFailing, U SpecNotChecked, U NoSnapshotYet"),
                row(
                        "upgrade starts the new",
                        "upgrade Starting",
                        "B Running",
                        "Upgrading",
                        "T JobRunning, T UpgradeInProgress, F AsWanted, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "goes back",
                        "upgrade RollingBack",
                        "B Stopped",
                        "RollingBack",
                        "F RollbackInProgress, T RollbackInProgress, F AsWanted, T SpecAccepted, U NoSnapshotYet"),
                row(
                        "refused, the old runs",
                        "refused A",
                        "A Running+",
                        "Running",
                        "T JobRunning, F NoChange, T PlanRefused, F PlanRefused, T SnapshotTaken"),
                row(
                        "rests",
                        "rest Suspended",
                        "",
                        "Suspended",
                        "F JobSuspended, F NoChange, F AsWanted, U SpecNotChecked, U NoSnapshotYet"));
    }

    private static Row row(String name, String state, String seen, String phase, String conditions) {
        return new Row(name, Fixtures.state(state), Fixtures.moment(seen), phase, conditions);
    }

    private static StreamJobStatus status(StreamJobStatus before, JobState state, Moment moment) {
        return Statuses.of("orders", before, state, moment, Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void a_state_is_told(Row row) {
        StreamJobStatus status = status(StreamJobStatus.NONE, row.state(), row.moment());
        assertThat(status.phase()).isEqualTo(row.phase());
        assertThat(status.conditions().stream()
                        .filter(condition -> !condition.type().equals("HandoverInProgress"))
                        .map(condition -> condition.status().charAt(0) + " " + condition.reason())
                        .collect(Collectors.joining(", ")))
                .isEqualTo(row.conditions());
        assertThat(status.conditions()).allMatch(condition -> condition.observedGeneration() == 2);
        assertThat(status.message()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void what_was_told_is_not_told_again(Row row) {
        StreamJobStatus once = status(StreamJobStatus.NONE, row.state(), row.moment());
        assertThat(status(once, row.state(), row.moment())).isEqualTo(once);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void what_is_remembered_is_read_again(Row row) {
        assertThat(StateInStatus.read(status(StreamJobStatus.NONE, row.state(), row.moment())))
                .isEqualTo(row.state());
    }

    @Test
    void what_is_known_of_a_job_that_finishes_is_written_with_that_it_has_and_stays() {
        StreamJobStatus runs = status(
                StreamJobStatus.NONE, Fixtures.state("steady B"), Fixtures.rows("B", "Running", 10, Duration.ZERO));
        Moment ends = Fixtures.rows("B", "Finished", 25, Duration.ofSeconds(3));
        StreamJobStatus finished =
                status(runs, Changes.next(Fixtures.state("steady B"), ends).state(), ends);
        assertThat(finished.finished()).isEqualTo("2026-01-01T00:00:03Z");
        assertThat(finished.progress().rowsIn()).isEqualTo(25);
        assertThat(finished.snapshot().name()).isEqualTo("sPT3S");

        Moment gone = Fixtures.moment("B Absent, after 5h");
        StreamJobStatus later = status(finished, StateInStatus.read(finished), gone);
        assertThat(later.phase()).isEqualTo("Finished");
        assertThat(later.replicas()).isZero();
        assertThat(later.progress()).isEqualTo(finished.progress());
        assertThat(later.snapshot()).isEqualTo(finished.snapshot());
    }

    @Test
    void a_process_that_finds_its_job_finished_does_not_undo_what_is_known_of_it() {
        StreamJobStatus runs = status(
                StreamJobStatus.NONE, Fixtures.state("steady B"), Fixtures.rows("B", "Running", 10, Duration.ZERO));
        Moment again = Fixtures.moment("B Finished, after 5h");
        StreamJobStatus finished =
                status(runs, Changes.next(Fixtures.state("steady B"), again).state(), again);
        assertThat(finished.finished()).isEqualTo("2026-01-01T05:00:00Z");
        assertThat(finished.progress()).isEqualTo(runs.progress());
        assertThat(finished.snapshot()).isEqualTo(runs.snapshot());
    }

    @Test
    void that_a_process_ran_out_of_memory_is_told_until_its_pod_is_another() {
        JobState state = Fixtures.state("steady B");
        StreamJobStatus told = status(StreamJobStatus.NONE, state, Fixtures.moment("B Running+, memory B, after 5h"));
        assertThat(told.message()).isEqualTo("The job runs. (raise the memory)");
        assertThat(status(told, state, Fixtures.moment("B Running+, after 6h")).message())
                .isEqualTo("The job runs.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Running+          | The job runs.",
                "Running%snapshots | The job runs. (snapshots fail, and results that are committed with them wait: no room)",
                "Running%state     | The job runs. (its state cannot be read to the end, and few rows at a time are: no segment)",
            })
    void the_sentence_says_what_a_job_that_runs_suffers_from(String pod, String message) {
        assertThat(status(StreamJobStatus.NONE, Fixtures.state("steady B"), Fixtures.moment("B " + pod))
                        .message())
                .isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "refused A      | A Running+               | The job runs. Revision B was refused: no table t",
                "refused A      | A BackingOff             | The job has failed, and is started again after a while; the message says why it failed. Revision B was refused: no table t",
                "refused A      | A Running%snapshots      | The job runs. (snapshots fail, and results that are committed with them wait: no room). Revision B was refused: no table t",
                "late           | A Running+               | The job runs. Revision B was taken back: no snapshot within 10m. Any edit of the spec has it tried again",
                "unready        | A Running+               | The job runs. Revision B was given up: not ready to start within 10m: no node takes the pod. Any edit of the spec has it tried again",
                "steady A       | A Running+, spec refused | The job runs. The spec was refused: no",
                "rest Suspended | suspended                | no pod runs; set spec.state to Running to go on",
                "resumed        | suspended                | no pod runs; set spec.state to Running to go on. Revision B was refused: no table t",
                "resumed        | asks B                   | no pod runs: spec.state is Running, but the change that came with it was refused. Revision B was refused: no table t. Correct the change; to go on as before, set the spec back to that of revision A",
                "rest Suspended | spec refused             | no pod runs: spec.state is Running, but the change that came with it was refused. The spec was refused: no. Correct the change; to go on as before, set the spec back to that of revision A",
                "rest Suspended | asks A                   | no pod runs; the job is about to go on",
                "upgrade Trying | A Running+, B Starting   | revision B is tried; A runs on meanwhile",
                "upgrade Trying | A BackingOff, B Starting | revision B is tried; A stays meanwhile",
            })
    void the_sentence_says_what_became_of_a_change(String state, String seen, String message) {
        assertThat(status(StreamJobStatus.NONE, Fixtures.state(state), Fixtures.moment(seen))
                        .message())
                .isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ready", "Progressing", "Degraded"})
    void a_pod_that_is_not_made_is_told_with_why(String condition) {
        StreamJobStatus status =
                status(StreamJobStatus.NONE, Fixtures.state("first Trying"), Fixtures.moment("B Refused"));
        assertThat(status.message()).isEqualTo("the quota has no room");
        assertThat(status.conditions())
                .filteredOn(told -> told.type().equals(condition))
                .singleElement()
                .extracting(Condition::message)
                .asString()
                .endsWith("the quota has no room");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rest Suspending", "upgrade Stopping"})
    void what_holds_up_a_job_that_is_to_stop_is_told(String state) {
        assertThat(status(StreamJobStatus.NONE, Fixtures.state(state), Fixtures.moment("A Stopping!"))
                        .message())
                .endsWith(" (the disk is full)");
    }

    @Test
    void a_job_that_is_deleted_is_not_ready_and_tells_what_holds_that_up() {
        StreamJobStatus runs = status(StreamJobStatus.NONE, Fixtures.state("steady B"), Fixtures.moment("B Running+"));
        StreamJobStatus.Removal removal = new StreamJobStatus.Removal("delete-1", "", "");
        Instant now = Instant.parse("2026-01-01T00:05:00Z");
        StreamJobStatus goes = Statuses.deleting(runs, removal, Optional.empty(), 2, now);
        assertThat(goes.phase()).isEqualTo("Deleting");
        assertThat(ready(goes))
                .isEqualTo(new Condition(
                        "Ready", "False", "JobDeleted", "The StreamJob is deleted.", "2026-01-01T00:05:00Z", 2L));
        assertThat(Statuses.deleting(goes, removal, Optional.empty(), 2, now.plusSeconds(9)))
                .isEqualTo(goes);
        assertThat(Statuses.deleting(goes, removal, Optional.of("the disk is full"), 2, now)
                        .message())
                .isEqualTo(goes.message() + " (the disk is full)");
    }

    @Test
    void a_condition_keeps_its_time_until_its_status_changes() {
        JobState state = Fixtures.state("steady B");
        StreamJobStatus runs = status(StreamJobStatus.NONE, state, Fixtures.moment("B Running+"));
        StreamJobStatus later = status(runs, state, Fixtures.moment("B Running+, after 5m"));
        assertThat(ready(later).lastTransitionTime()).isEqualTo(ready(runs).lastTransitionTime());
        StreamJobStatus fails = status(later, state, Fixtures.moment("B BackingOff, after 6m"));
        assertThat(ready(fails).lastTransitionTime()).isEqualTo("2026-01-01T00:06:00Z");
    }

    private static Condition ready(StreamJobStatus status) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void figures_are_written_twice_a_minute_at_most_and_not_while_they_stand() {
        JobState state = Fixtures.state("steady B");
        StreamJobStatus first = status(StreamJobStatus.NONE, state, Fixtures.rows("B", "Running", 10, Duration.ZERO));
        assertThat(first.progress().rowsIn()).isEqualTo(10);
        StreamJobStatus soon = status(first, state, Fixtures.rows("B", "Running", 20, Duration.ofSeconds(29)));
        assertThat(soon).isEqualTo(first);
        StreamJobStatus later = status(first, state, Fixtures.rows("B", "Running", 20, Duration.ofSeconds(30)));
        assertThat(later.progress().rowsIn()).isEqualTo(20);
        StreamJobStatus idle = status(later, state, Fixtures.rows("B", "Running", 20, Duration.ofHours(5)));
        assertThat(idle).isEqualTo(later);
    }

    @Test
    void a_step_that_a_newer_operator_wrote_leaves_running_what_runs() {
        StreamJobStatus status =
                status(StreamJobStatus.NONE, Fixtures.state("upgrade Starting"), Fixtures.moment("B Running"));
        var transition = status.transition();
        var newer = new StreamJobStatus.Transition(
                "Cutting",
                transition.from(),
                transition.to(),
                "Handover",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        StreamJobStatus strange = new StreamJobStatus(
                2L, "Cutting", "", "A", null, 1, "", null, null, newer, null, null, null, null, status.conditions());
        JobState state = StateInStatus.read(strange);
        assertThat(state.change()).isEmpty();
        assertThat(state.active()).contains("A");
        assertThat(Changes.actions(state, Fixtures.moment("A Running+"))).hasSize(1);
    }

    @Test
    void a_job_that_the_operator_failed_at_is_degraded_until_it_no_longer_does() {
        Moment moment = Fixtures.moment("asks A, A Running+");
        JobState state = Fixtures.state("steady A");
        StreamJobStatus before = Statuses.of("orders", StreamJobStatus.NONE, state, moment, Optional.empty());
        Instant now = moment.now().plusSeconds(60);
        StreamJobStatus failed = Statuses.failed(before, before, 3, "no such step", now);
        assertThat(failed.phase()).isEqualTo("Running");
        assertThat(failed.message()).isEqualTo("no such step");
        assertThat(failed.conditions()).hasSameSizeAs(before.conditions());
        assertThat(failed.conditions())
                .filteredOn(condition -> condition.type().equals("Degraded"))
                .containsExactly(
                        new Condition("Degraded", "True", "ReconcileFailed", "no such step", Times.text(now), 3L));
        assertThat(Statuses.failed(
                        failed,
                        Statuses.of("orders", failed, state, moment, Optional.empty()),
                        3,
                        "no such step",
                        now.plusSeconds(60)))
                .as("written once")
                .isEqualTo(failed);
        assertThat(Statuses.of("orders", failed, state, moment, Optional.empty())
                        .message())
                .isEqualTo(before.message());
    }

    @Test
    void one_that_the_operator_never_got_to_is_pending() {
        StreamJobStatus failed = Statuses.failed(
                StreamJobStatus.NONE,
                StreamJobStatus.NONE,
                1,
                "no such step",
                Fixtures.moment("").now());
        assertThat(failed.phase()).isEqualTo("Pending");
        assertThat(failed.conditions()).hasSize(1);
    }
}
