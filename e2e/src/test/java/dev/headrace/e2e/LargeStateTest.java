package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Node;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Pods;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * For how long a job with much state stands still. It has as many groups as {@code -Dheadrace.groups} says; a million are
 * about 120 MB. Its numbers, which need no more than one row of state, are seen all the while; and so are groups from all over the
 * state, of which two hundred a second are touched.
 */
@JobsIn(Topic.LARGE_STATE)
@Isolated("it measures, and takes much of the node")
class LargeStateTest {
    private static final long GROUPS = Long.getLong("headrace.groups", 500_000);
    private static final String MEMORY = (1 + GROUPS / 1_600_000) + "Gi";
    private static final Duration FILLED = Duration.ofSeconds(60 + GROUPS / 20_000);

    private final Jobs jobs;

    LargeStateTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void all_groups_are_kept_over_an_upgrade_and_a_kill() {
        Numbers numbers = jobs.numbers("large");
        Job job = jobs.apply(yaml(numbers, "id > 0"));
        Wait.until("all groups are in a snapshot", FILLED, () -> state(job) > GROUPS * 100);
        job.awaitSettled();
        numbers.awaitMore();
        System.out.printf("MEASURED state of %d groups in a snapshot: %d MB%n", GROUPS, state(job) >> 20);
        double filling = Numbers.longestGap(numbers.checkExactlyOnce());

        int running = numbers.rows().size();
        String before = job.revision();
        Instant upgraded = awaitTouched(numbers);
        jobs.apply(yaml(numbers, "id > -5 AND n > 0"));
        Wait.until("a new revision", Job.LIMIT, () -> !job.revision().equals(before));
        job.awaitSettled();
        numbers.awaitMore();
        Loud.measured("longest pause while state was filled", filling);
        Loud.measured("pause of a Restart upgrade with that state", longestGapAfter(numbers, running));
        Loud.measured("the same, to the next visible group of all", longestPause(numbers, upgraded));
        assertThat(state(job)).isGreaterThan(GROUPS * 100);

        int last = numbers.rows().size();
        Pod pod = job.pod();
        int restarts = Pods.restarts(pod);
        Instant killed = awaitTouched(numbers);
        Node.kill(pod);
        Wait.until("the container has been restarted", Job.LIMIT, () -> Pods.restarts(job.pod()) > restarts);
        numbers.awaitMore();
        Loud.measured("kill -9 to the next row with that state", longestGapAfter(numbers, last));
        Loud.measured("the same, to the next visible group of all", longestPause(numbers, killed));
        assertThat(state(job)).isGreaterThan(GROUPS * 100);
    }

    /** @param rows how many there were, the last of which may be the last before the pause */
    private static double longestGapAfter(Numbers numbers, int rows) {
        List<Numbers.Row> all = numbers.checkExactlyOnce();
        return Numbers.longestGap(all.subList(rows - 1, all.size()));
    }

    /** Waits for output of a touched group; returns when it was written. */
    private Instant awaitTouched(Numbers numbers) {
        int before = touched(numbers).size();
        Wait.until("a touched group", Job.LIMIT, () -> touched(numbers).size() > before);
        return touched(numbers).getLast();
    }

    private List<Instant> touched(Numbers numbers) {
        return jobs.storage().times(numbers.prefix() + "/touched");
    }

    /** The longest time between two outputs of touched groups from then on, in seconds; they are written each second. */
    private double longestPause(Numbers numbers, Instant from) {
        awaitTouched(numbers);
        List<Instant> times =
                touched(numbers).stream().filter(time -> !time.isBefore(from)).toList();
        double longest = 0;
        for (int i = 1; i < times.size(); i++) {
            longest = Math.max(
                    longest, Duration.between(times.get(i - 1), times.get(i)).toMillis() / 1e3);
        }
        return longest;
    }

    /** Bytes of state in the last snapshot. */
    private static long state(Job job) {
        return job.<Number>status("snapshot", "bytes").map(Number::longValue).orElse(0L);
    }

    private static String yaml(Numbers numbers, String where) {
        return numbers.yaml(where, "500m", MEMORY, """
                CREATE TABLE filling (k BIGINT, t STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '%1$d',
                  'rows-per-second' = '200000', 'fields.k.kind' = 'sequence', 'fields.k.start' = '1', 'fields.k.end' = '%1$d',
                  'fields.t.length' = '100');
                CREATE TABLE touches (k BIGINT, t STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '200',
                  'fields.k.min' = '1', 'fields.k.max' = '%1$d', 'fields.t.length' = '100');
                CREATE TABLE touched (k BIGINT, n BIGINT, t STRING) WITH ('connector' = 'filesystem',
                  'path' = 's3://headrace/%2$s/touched', 'format' = 'debezium-json');
                INSERT INTO touched SELECT k, COUNT(*), MIN(t)
                FROM (SELECT k, t FROM filling UNION ALL SELECT k, t FROM touches) GROUP BY k HAVING COUNT(*) > 1;
                """.formatted(GROUPS, numbers.prefix()));
    }
}
