package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJob;
import dev.headrace.operator.Jobs;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private final Remembered<String> remembered = new Remembered<>();

    private static StreamJob job(String uid) {
        StreamJob job = Jobs.job("");
        job.getMetadata().setUid(uid);
        return job;
    }

    @Test
    void of_each_job_the_last_is_remembered_until_it_is_forgotten() {
        remembered.put(job("a"), "no room");
        remembered.put(job("a"), "no rights");
        remembered.put(job("b"), "no room");
        assertThat(remembered.of(job("a"))).contains("no rights");
        remembered.forget(job("a"));
        assertThat(remembered.of(job("a"))).isEmpty();
        assertThat(remembered.of(job("b"))).contains("no room");
    }

    @Test
    void nothing_is_remembered_for_long_of_jobs_that_are_not_known_any_more() {
        Set<String> known = new HashSet<>(Set.of("a", "b", "c"));
        remembered.knows(job -> known.contains(job.getMetadata().getUid()));
        remembered.put(job("a"), "no room");
        remembered.put(job("b"), "no room");
        known.remove("a");
        remembered.put(job("c"), "no room");
        assertThat(remembered.of(job("a"))).isEmpty();
        assertThat(remembered.size()).isEqualTo(2);
    }
}
