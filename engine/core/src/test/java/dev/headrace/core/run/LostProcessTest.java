package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.plan.Plan;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process that was killed, or whose job another one has taken over, does and leaves to the one behind it. */
class LostProcessTest {
    @TempDir
    Path folder;

    @Test
    void a_process_that_was_taken_over_stops_at_its_next_snapshot_and_commits_nothing() throws Exception {
        MemorySystem system = new MemorySystem(1, 50_000, 1);
        ObjectStore store = new LocalStore(folder);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("fenced", 1)
                .withSnapshots(store, Duration.ofMillis(10))
                .withClock(clock);
        Job zombie = CopyJob.open(system, options);
        Random random = new Random(1);
        int[] steps = {0};
        int[] committedAtTakeover = {0};
        UserError error = assertThrows(
                UserError.class,
                () -> zombie.runDeterministically(random, () -> {
                    clock.advance(Duration.ofMillis(1));
                    if (++steps[0] == 1000) {
                        CopyJob.open(system, options);
                        committedAtTakeover[0] = system.committed().size();
                    }
                }));
        assertThat(error).hasMessageContaining("another process has taken over the job 'fenced'");
        assertThat(system.committed()).hasSize(committedAtTakeover[0]);
    }

    /** Until its next manifest's id is free again, as that of the process that took over has been removed. */
    @Test
    void a_process_that_sleeps_for_many_snapshots_of_the_one_that_took_over_commits_nothing() {
        MemorySystem system = new MemorySystem(1, 5000, 1);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("fenced", 1)
                .withSnapshots(new LocalStore(folder), Duration.ofMillis(10))
                .withKeep(2)
                .withClock(clock);
        Job zombie = CopyJob.open(system, options);
        int[] steps = {0};
        UserError error = assertThrows(
                UserError.class,
                () -> zombie.runDeterministically(new Random(1), () -> {
                    clock.advance(Duration.ofMillis(1));
                    if (++steps[0] == 300) {
                        Job other = CopyJob.open(system, options);
                        other.runDeterministically(new Random(2), () -> clock.advance(Duration.ofMillis(1)));
                        assertThat(other.metrics().snapshots().count()).isGreaterThan(5);
                    }
                }));
        assertThat(steps[0]).isGreaterThan(300);
        assertThat(error).hasMessageContaining("another process has taken over the job 'fenced'");
        assertThat(system.differences()).isEmpty();
    }

    @Test
    void a_process_killed_between_the_last_snapshot_and_the_commit_leaves_it_to_the_next_one() {
        MemorySystem system = new MemorySystem(2, 1000, 3);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("settled", 2).withClock(clock);
        Job job =
                CopyJob.open(system, options.withSnapshots(killedAfter("\"finished\" : true", 1), Duration.ofHours(1)));
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1))))
                .hasMessage("killed");
        assertThat(system.differences()).isNotEmpty();
        JobOptions again = options.withSnapshots(new LocalStore(folder), Duration.ofHours(1));
        assertThat(StoredJob.settle(CopyJob.plan(), again, CopyJob.connections(system)))
                .isPresent();
        assertThat(system.differences()).isEmpty();
        assertThat(StoredJob.settle(CopyJob.plan(), again, CopyJob.connections(system)))
                .isPresent();
        assertThat(system.differences()).isEmpty();
    }

    /** The other plan has one more table to write, and gets no further than to its start. */
    @ParameterizedTest(name = "another plan in between: {0}")
    @ValueSource(booleans = {false, true})
    void output_that_was_given_up_is_written_again_once(boolean changed) {
        MemorySystem system = new MemorySystem(2, 2000, 3);
        VirtualClock clock = new VirtualClock();
        JobOptions options =
                JobOptions.of("given-up", 2).withEpoch(Duration.ofMillis(5)).withClock(clock);
        Job job = CopyJob.open(
                system, options.withSnapshots(killedAfter("\"committables\" : [ \"", 3), Duration.ofMillis(20)));
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1))))
                .hasMessage("killed");
        int committed = system.committed().size();
        assertThat(committed).isPositive();
        system.giveUp();
        JobOptions again = options.withSnapshots(new LocalStore(folder), Duration.ofMillis(20));
        if (changed) {
            Job other = Job.open(wider(), again, CopyJob.connections(system), (inputs, condition, projections) -> null);
            assertThat(other.notice().orElseThrow()).contains("goes back to the snapshot before");
        }
        Job second = CopyJob.open(system, again);
        assertThat(second.notice().orElseThrow()).contains("goes back to the snapshot before");
        second.runDeterministically(new Random(2), () -> clock.advance(Duration.ofMillis(1)));
        assertThat(system.committed()).hasSizeGreaterThan(committed);
        assertThat(system.differences()).isEmpty();
    }

    private static JobPlan wider() {
        Plan.SinkPlan sink = CopyJob.plan().sinks().getFirst();
        return new JobPlan(
                List.of(sink, new Plan.SinkPlan(CopyJob.table("more"), sink.input(), List.of(0))), Map.of(), List.of());
    }

    /** A store in which manifests with such a text are counted, and the process dies behind the n-th. */
    private ObjectStore killedAfter(String text, int last) {
        int[] manifests = {0};
        LocalStore store = new LocalStore(folder);
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(store, arguments);
                    if (method.getName().equals("create")
                            && new String((byte[]) arguments[1], StandardCharsets.UTF_8).contains(text)
                            && ++manifests[0] == last) {
                        throw new IllegalStateException("killed");
                    }
                    return result;
                });
    }
}
