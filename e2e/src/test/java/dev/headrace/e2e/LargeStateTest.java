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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * For how long a job with much state stands still. It has as many groups as {@code -Dheadrace.groups} says; a million are
 * about 120 MB. Its numbers are seen all the while.
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
        jobs.apply(yaml(numbers, "id > -5 AND n > 0"));
        Wait.until("a new revision", Job.LIMIT, () -> !job.revision().equals(before));
        job.awaitSettled();
        numbers.awaitMore();
        Loud.measured("longest pause while state was filled", filling);
        Loud.measured("pause of a Restart upgrade with that state", longestGapAfter(numbers, running));
        assertThat(state(job)).isGreaterThan(GROUPS * 100);

        int last = numbers.rows().size();
        Pod pod = job.pod();
        int restarts = Pods.restarts(pod);
        Node.kill(pod);
        Wait.until("the container has been restarted", Job.LIMIT, () -> Pods.restarts(job.pod()) > restarts);
        numbers.awaitMore();
        Loud.measured("kill -9 to the next row with that state", longestGapAfter(numbers, last));
        assertThat(state(job)).isGreaterThan(GROUPS * 100);
    }

    /** @param rows how many there were, the last of which may be the last before the pause */
    private static double longestGapAfter(Numbers numbers, int rows) {
        List<Numbers.Row> all = numbers.checkExactlyOnce();
        return Numbers.longestGap(all.subList(rows - 1, all.size()));
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
                CREATE TABLE nothing (k BIGINT, n BIGINT, t STRING) WITH ('connector' = 'blackhole');
                INSERT INTO nothing SELECT k, COUNT(*), MIN(t) FROM filling GROUP BY k;
                """.formatted(GROUPS));
    }
}
