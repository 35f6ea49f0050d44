package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Snapshots;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Savepoints that are asked for, by a person or by a schedule. */
@JobsIn(Topic.SNAPSHOTS)
class SnapshotsTest {
    private static final Duration DUE = Duration.ofMinutes(1);

    /** How the name of a Snapshot by schedule says when it was due. */
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmm").withZone(ZoneOffset.UTC);

    private final Jobs jobs;

    SnapshotsTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void a_snapshot_is_taken_while_the_job_runs_and_another_job_goes_on_from_it() {
        Numbers numbers = jobs.numbers("source");
        Job job = numbers.running();

        Snapshots.take(jobs.namespace(), "by-hand", "job: source");
        assertThat(Snapshots.awaitCompleted(jobs.namespace(), "by-hand"))
                .startsWith("s3://headrace/" + numbers.prefix() + "/state");
        long taken = numbers.rows().getLast().id();

        Numbers copy = jobs.numbers("copy");
        Job second = jobs.apply(copy.yaml("id > 0", "restoreFrom: {snapshot: by-hand}"));
        second.awaitPhase("Running");
        Wait.until("rows of the copy", Job.LIMIT, () -> copy.rows().size() > 100);
        List<Numbers.Row> rows = copy.rows();
        assertThat(rows.getFirst().id()).isGreaterThan(1).isLessThanOrEqualTo(taken + 1000);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).id()).isEqualTo(rows.getFirst().id() + i);
            assertThat(rows.get(i).count()).isEqualTo(rows.get(i).id());
        }
        numbers.checkExactlyOnce();
    }

    @Test
    void a_snapshot_past_its_retention_goes_from_storage_and_then_itself() {
        Numbers numbers = jobs.numbers("aging");
        Job job = numbers.running();

        Snapshots.take(jobs.namespace(), "short-lived", "job: aging, retain: 5s");
        String objects =
                Snapshots.awaitCompleted(jobs.namespace(), "short-lived").replace("s3://headrace/", "");
        assertThat(jobs.storage().list(objects)).isNotEmpty();
        Loud.measured(
                "a snapshot of 5 s and its removal",
                Wait.until(
                        "it is gone",
                        Job.LIMIT,
                        () -> Snapshots.get(jobs.namespace(), "short-lived").get() == null
                                && job.pods().stream()
                                        .allMatch(pod ->
                                                pod.getMetadata().getName().startsWith("aging-" + job.revision()))));
        assertThat(jobs.storage().list(objects)).isEmpty();
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }

    /** No cron line is due more often than each minute: this takes two of them, in which other classes run. */
    @Test
    void a_schedule_has_snapshots_taken_and_the_one_before_goes_from_storage_and_then_itself() {
        Numbers numbers = jobs.numbers("scheduled");
        Job job = jobs.apply(numbers.yaml("id > 0", "")
                .replace("interval: 1s}", "interval: 1s, schedule: '* * * * *', retain: {count: 1}}"));
        job.awaitSettled();

        String first = Wait.forValue(
                        "a Snapshot by schedule",
                        DUE.plus(Job.LIMIT),
                        () -> Snapshots.scheduled(jobs.namespace(), "scheduled"),
                        made -> !made.isEmpty())
                .getFirst();
        Wait.until(
                "the schedule says when it was due",
                Job.LIMIT,
                () -> !time(job, "last").isEmpty());
        Instant last = Instant.parse(time(job, "last"));
        assertThat(first).isEqualTo("scheduled-" + STAMP.format(last));
        assertThat(Instant.parse(time(job, "next"))).isAfterOrEqualTo(last.plus(DUE));
        String firstObjects = Snapshots.awaitCompleted(jobs.namespace(), first).replace("s3://headrace/", "");
        assertThat(firstObjects).startsWith(numbers.prefix() + "/state");
        assertThat(jobs.storage().list(firstObjects)).isNotEmpty();

        String second = Wait.forValue(
                        "the next one",
                        DUE.plus(Job.LIMIT),
                        () -> Snapshots.scheduled(jobs.namespace(), "scheduled"),
                        made -> !made.getLast().equals(first))
                .getLast();
        String secondObjects =
                Snapshots.awaitCompleted(jobs.namespace(), second).replace("s3://headrace/", "");
        assertThat(jobs.storage().list(secondObjects)).isNotEmpty();
        Loud.measured(
                "removal of the Snapshot before",
                Wait.until(
                        "the first is gone",
                        Job.LIMIT,
                        () -> Snapshots.get(jobs.namespace(), first).get() == null));
        assertThat(jobs.storage().list(firstObjects)).isEmpty();
        assertThat(Snapshots.scheduled(jobs.namespace(), "scheduled")).isNotEmpty();
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }

    private static String time(Job job, String field) {
        return job.<String>status("schedule", field).orElse("");
    }

    @Test
    void a_snapshot_whose_job_is_gone_is_removed_from_storage_when_its_time_is_over() {
        Job job = jobs.numbers("orphaning").running();
        Snapshots.take(jobs.namespace(), "orphan", "job: orphaning");
        String objects = Snapshots.awaitCompleted(jobs.namespace(), "orphan").replace("s3://headrace/", "");
        job.resource().delete();
        Wait.until(
                "no pod is left",
                Job.LIMIT,
                () -> job.resource().get() == null && job.pods().isEmpty());
        assertThat(jobs.storage().list(objects)).isNotEmpty();

        Snapshots.take(jobs.namespace(), "orphan", "job: orphaning, retain: 1s");
        Loud.measured(
                "removal of a snapshot without its job",
                Wait.until(
                        "it is gone",
                        Job.LIMIT,
                        () -> Snapshots.get(jobs.namespace(), "orphan").get() == null));
        assertThat(jobs.storage().list(objects)).isEmpty();
    }
}
