package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Node;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Pods;
import dev.headrace.e2e.fixture.Release;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator is away, or goes away in the middle of things. */
@JobsIn(Topic.OPERATOR_LOSS)
@Isolated("no operator is there for others")
class OperatorLossTest {
    /** The steps of an upgrade. */
    private static final Set<String> STEPS = Set.of("Trying", "Stopping", "Starting");

    /** Stopping may be over before the operator is dead: so many upgrades are given to each of the steps. */
    private static final int ROUNDS = 8;

    private final Jobs jobs;

    OperatorLossTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @AfterEach
    void two_operators() {
        Release.scale(2);
    }

    @Test
    void without_an_operator_a_job_runs_and_heals_and_what_was_asked_meanwhile_is_done_later() {
        Numbers numbers = jobs.numbers("alone");
        Job job = numbers.running();
        String before = job.revision();

        Release.scale(0);
        numbers.awaitMore();
        Pod pod = job.pod();
        int restarts = Pods.restarts(pod);
        Node.kill(pod);
        Wait.until("the container has been restarted", Job.LIMIT, () -> Pods.restarts(job.pod()) > restarts);
        numbers.awaitMore();
        String uid = job.pod().getMetadata().getUid();
        Cluster.get().client().resource(job.pod()).delete();
        Wait.until(
                "another pod",
                Job.LIMIT,
                () -> !job.pod().getMetadata().getUid().equals(uid));
        numbers.awaitMore();
        jobs.apply(numbers.yaml("id > -5", ""));

        Release.scale(2);
        Wait.until("a new revision", Job.LIMIT, () -> !job.revision().equals(before));
        job.awaitSettled();
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }

    @Test
    void an_upgrade_is_brought_to_its_end_although_the_operator_is_killed_in_each_of_its_steps() {
        Numbers numbers = jobs.numbers("steps");
        Job job = numbers.running();
        Set<String> left = new TreeSet<>(STEPS);
        for (int round = 1; round <= ROUNDS && !left.isEmpty(); round++) {
            String before = job.revision();
            try (Node.Trap leader = Node.trap(Release.leaderPod())) {
                jobs.apply(numbers.yaml("id > -" + (10 + round), ""));
                job.awaitStep(left);
                leader.spring();
                // It may have come a step further; now it stays there until an operator leads again.
                job.<String>status("transition", "step").ifPresent(left::remove);
            }
            Wait.until(
                    "a new revision, round " + round + ", not killed in yet: " + left,
                    Duration.ofMinutes(2),
                    () -> !job.revision().equals(before)
                            && job.condition("Progressing", "status").equals("False"));
            numbers.awaitMore();
        }
        assertThat(left).as("steps in which no operator was killed").isEmpty();
        job.awaitSettled();
        numbers.checkExactlyOnce();
    }

    /** One that ends orderly gives its Lease back; after one that is killed it has to run out. */
    @ParameterizedTest
    @CsvSource({"killed, 60", "ended, 15"})
    void another_operator_takes_over_when_the_leader_is(String how, double limitSeconds) {
        Numbers numbers = jobs.numbers("led-" + how);
        Job job = numbers.start();
        job.awaitSettled();
        String leader = Release.leader();
        Pod pod = Release.leaderPod();
        if (how.equals("killed")) {
            Node.kill(pod);
        }
        Cluster.get().client().resource(pod).delete();
        long gone = System.nanoTime();
        Wait.until(
                "another leader", Duration.ofMinutes(2), () -> !Release.leader().equals(leader));
        double seconds = (System.nanoTime() - gone) / 1e9;
        Loud.measured("leader " + how + " to another leader", seconds);
        assertThat(seconds).isLessThan(limitSeconds);
        jobs.apply(numbers.yaml("id > 0", "state: Suspended"));
        job.awaitPhase("Suspended");
        Loud.measured("leader " + how + " to its work done", (System.nanoTime() - gone) / 1e9);
    }

    @Test
    void an_upgrade_of_the_operator_restarts_no_pod() {
        Numbers numbers = jobs.numbers("untouched");
        Job job = numbers.start();
        job.awaitSettled();
        String uid = job.pod().getMetadata().getUid();
        List<String> before =
                Release.pods().stream().map(p -> p.getMetadata().getUid()).toList();

        Release.upgrade("--set", "podAnnotations.release=next", "--set", "runtimeImage.tag=another");
        try {
            Wait.until(
                    "other operators",
                    Job.LIMIT,
                    () -> Release.pods().size() == 2
                            && Release.pods().stream()
                                    .noneMatch(
                                            p -> before.contains(p.getMetadata().getUid())));
            numbers.awaitMore();
            job.awaitSettled();
            assertThat(job.pod().getMetadata().getUid()).isEqualTo(uid);
            assertThat(Pods.restarts(job.pod())).isZero();
            numbers.checkExactlyOnce();
        } finally {
            Release.upgrade();
        }
    }
}
