package dev.headrace.operator.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.SnapshotStatus;
import dev.headrace.operator.pod.SavepointState;
import dev.headrace.operator.pod.Work;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TakingTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // phase      | job     | outcome    | expired | removal   | minutes | next       | act     | told
                "-            | missing | unknown    | false   | NOT_BEGUN | 0       | Pending    | NOTHING | -",
                "-            | idle    | unknown    | false   | NOT_BEGUN | 0       | Pending    | NOTHING | -",
                "-            | runs    | unknown    | false   | NOT_BEGUN | 0       | InProgress | ASK     | SnapshotStarted",
                "Pending      | runs    | unknown    | false   | NOT_BEGUN | 0       | InProgress | ASK     | SnapshotStarted",
                "Pending      | done    | unknown    | false   | NOT_BEGUN | 0       | Failed     | NOTHING | SnapshotFailed",
                "InProgress   | done    | unknown    | false   | NOT_BEGUN | 1       | Failed     | NOTHING | SnapshotFailed",
                "InProgress   | done    | completed  | false   | NOT_BEGUN | 1       | Completed  | NOTHING | SnapshotCompleted",
                "InProgress   | runs    | unknown    | false   | NOT_BEGUN | 1       | InProgress | ASK     | -",
                "InProgress   | runs    | inprogress | false   | NOT_BEGUN | 1       | InProgress | ASK     | -",
                "InProgress   | idle    | unknown    | false   | NOT_BEGUN | 1       | InProgress | ASK     | -",
                "InProgress   | other   | unknown    | false   | NOT_BEGUN | 30      | Failed     | NOTHING | SnapshotFailed",
                "InProgress   | runs    | completed  | false   | NOT_BEGUN | 1       | Completed  | NOTHING | SnapshotCompleted",
                "InProgress   | runs    | failed     | false   | NOT_BEGUN | 1       | Failed     | NOTHING | SnapshotFailed",
                "InProgress   | missing | unknown    | false   | NOT_BEGUN | 1       | Failed     | NOTHING | SnapshotFailed",
                "InProgress   | runs    | inprogress | false   | NOT_BEGUN | 30      | Failed     | NOTHING | SnapshotFailed",
                "Completed    | runs    | unknown    | false   | NOT_BEGUN | 1       | Completed  | NOTHING | -",
                "Completed    | missing | unknown    | false   | NOT_BEGUN | 1       | Completed  | NOTHING | -",
                "Completed    | runs    | unknown    | true    | NOT_BEGUN | 1       | Removing   | NOTHING | -",
                "Failed       | runs    | unknown    | false   | NOT_BEGUN | 1       | Failed     | NOTHING | -",
                "Failed       | runs    | unknown    | true    | NOT_BEGUN | 1       | Failed     | DELETE  | -",
                "Removing     | idle    | unknown    | true    | NOT_BEGUN | 1       | Removing   | REMOVE  | -",
                "Removing     | runs    | unknown    | false   | UNDER_WAY | 1       | Removing   | REMOVE  | -",
                "Removing     | runs    | unknown    | true    | SUCCEEDED | 1       | Removing   | DELETE  | SnapshotRemoved",
                "Removing     | runs    | unknown    | true    | FAILED    | 1       | Removing   | NOTHING | -",
                "Removing     | runs    | unknown    | true    | FAILED    | 10      | Removing   | CLEAR   | RemovalGivenUp",
                "Removing     | missing | unknown    | true    | NOT_BEGUN | 1       | Removing   | NOTHING | RemovalGivenUp",
            })
    void a_snapshot_is_taken_and_removed(
            String phase,
            String job,
            String outcome,
            boolean expired,
            Work removal,
            int minutes,
            String next,
            Taking.Act act,
            String told) {
        Taking taking = Taking.next(new Taking.Seen(
                status(phase),
                1,
                "monday-abcde",
                job(job),
                outcome(outcome),
                expired,
                removal,
                Optional.empty(),
                START.plusSeconds(60L * minutes)));
        assertThat(taking.status().phase()).isEqualTo(next);
        assertThat(taking.act()).isEqualTo(act);
        assertThat(taking.told().map(Enum::name).orElse(null)).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({"runs, A", "idle, A", "other, B", "moved, A"})
    void the_revision_that_has_taken_the_place_of_the_one_that_was_asked_is_asked(String job, String asked) {
        Taking taking = Taking.next(new Taking.Seen(
                status("InProgress"),
                1,
                "monday-abcde",
                job(job),
                outcome("unknown"),
                false,
                Work.NOT_BEGUN,
                Optional.empty(),
                START.plusSeconds(60)));
        assertThat(taking.act()).isEqualTo(Taking.Act.ASK);
        assertThat(taking.status().revision()).isEqualTo(asked);
        assertThat(taking.status().startedAt()).isEqualTo(status("InProgress").startedAt());
    }

    @Test
    void what_the_pod_told_of_a_savepoint_is_kept() {
        SnapshotStatus status = Taking.next(new Taking.Seen(
                        status("InProgress"),
                        1,
                        "monday-abcde",
                        job("runs"),
                        outcome("completed"),
                        false,
                        Work.NOT_BEGUN,
                        Optional.empty(),
                        START))
                .status();
        assertThat(status.path()).isEqualTo("s3://a/savepoints/monday.json");
        assertThat(status.bytes()).isEqualTo(5);
        assertThat(status.durationMillis()).isEqualTo(6);
        assertThat(status.offsets()).isEqualTo(Map.of("t", Map.of("0", 12)));
        assertThat(status.revision()).isEqualTo("A");
        assertThat(status.storage())
                .as("where it is, whatever the spec says by now")
                .isEqualTo("s3://a");
    }

    @Test
    void why_there_is_none_is_told() {
        SnapshotStatus status = Taking.next(new Taking.Seen(
                        status("InProgress"),
                        1,
                        "monday-abcde",
                        job("runs"),
                        outcome("failed"),
                        false,
                        Work.NOT_BEGUN,
                        Optional.empty(),
                        START))
                .status();
        assertThat(status.error()).isEqualTo("no room");
        assertThat(status.message()).isEqualTo("no room");
    }

    @Test
    void with_what_it_is_removed_is_noted_before_it_is_taken_and_does_when_its_job_is_gone() {
        Taking taken = taking(status("Pending"), "runs", "");
        assertThat(taken.status().access()).isEqualTo("the job's access");
        Taking completed = taking(taken.status(), "runs", "completed");
        assertThat(completed.status().access()).isEqualTo("the job's access");
        assertThat(taking(status("Removing", completed.status().access()), "missing", "")
                        .act())
                .isEqualTo(Taking.Act.REMOVE);
    }

    private static Taking taking(SnapshotStatus before, String job, String outcome) {
        return Taking.next(new Taking.Seen(
                before, 1, "monday-abcde", job(job), outcome(outcome), true, Work.NOT_BEGUN, Optional.empty(), START));
    }

    @Test
    void of_a_job_that_has_finished_the_last_snapshot_is_named() {
        SnapshotStatus status = Taking.next(new Taking.Seen(
                        SnapshotStatus.NONE,
                        1,
                        "monday-abcde",
                        job("done"),
                        outcome(""),
                        false,
                        Work.NOT_BEGUN,
                        Optional.empty(),
                        START))
                .status();
        assertThat(status.error()).contains("has finished", "s3://b/manifests/7");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // the pod that removes it | its trouble            | minutes | what is said
                "NOT_BEGUN | -                      | 1  | as before",
                "UNDER_WAY | -                      | 1  | It is past its retention, and is removed from storage.",
                "UNDER_WAY | no node takes the pod  | 1  | It is past its retention, and is removed from storage. (no node takes the pod)",
                "FAILED    | exit code 1: no bucket | 1  | it could not be removed from storage; that is tried again (exit code 1: no bucket)",
                "FAILED    | exit code 1: no bucket | 10 | it could not be removed from storage; that is tried again (exit code 1: no bucket)",
                "FAILED    | -                      | 1  | it could not be removed from storage; that is tried again",
            })
    void why_a_snapshot_stays_that_is_removed_is_told(Work removal, String trouble, int minutes, String said) {
        SnapshotStatus before = status("Removing", null, "as before");
        SnapshotStatus status = Taking.next(new Taking.Seen(
                        before,
                        1,
                        "monday-abcde",
                        job("idle"),
                        outcome("unknown"),
                        true,
                        removal,
                        Optional.ofNullable(trouble),
                        START.plusSeconds(60L * minutes)))
                .status();
        assertThat(status.message()).isEqualTo(said);
        assertThat(status.removedAt())
                .isEqualTo(
                        minutes < 10
                                ? before.removedAt()
                                : START.plusSeconds(600).toString());
    }

    private static SnapshotStatus status(String phase) {
        return status(phase, null);
    }

    private static SnapshotStatus status(String phase, String access) {
        return status(phase, access, "");
    }

    private static SnapshotStatus status(String phase, String access, String message) {
        return phase == null
                ? SnapshotStatus.NONE
                : new SnapshotStatus(
                        1L,
                        phase,
                        message,
                        "A",
                        "s3://b",
                        "monday-abcde",
                        access,
                        null,
                        null,
                        null,
                        null,
                        START.toString(),
                        null,
                        START.toString(),
                        null);
    }

    private static Taking.Job job(String text) {
        return switch (text) {
            case "runs" -> new Taking.Job.Running("A", "s3://b", "the job's access");
            case "done" -> new Taking.Job.Finished(Optional.of("s3://b/manifests/7"));
            case "other" -> new Taking.Job.Running("B", "s3://b", "the job's access");
            case "moved" -> new Taking.Job.Running("B", "s3://elsewhere", "the job's access");
            case "idle" -> new Taking.Job.Idle("Suspended");
            default -> new Taking.Job.Missing();
        };
    }

    private static SavepointState outcome(String text) {
        return switch (text) {
            case "inprogress" -> new SavepointState.InProgress();
            case "completed" ->
                new SavepointState.Completed("s3://a/savepoints/monday.json", 5, 6, Map.of("t", Map.of("0", 12)));
            case "failed" -> new SavepointState.Failed("no room");
            default -> new SavepointState.Unknown();
        };
    }
}
