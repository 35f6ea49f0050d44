package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.core.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Revision A has run, and stopped with the savepoint {@code last}; an older savepoint is {@code old}. B and A have the same plan. */
class TakeoverTest {
    private static final Duration SELDOM = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final VirtualClock clock = new VirtualClock();
    private final MemorySystem system = new MemorySystem(3, 2000, 5);

    private Job open(String revision, Duration interval, String order, OwnSnapshot own) {
        JobOptions options = JobOptions.of("orders", 1)
                .withRevision(revision)
                .withSnapshots(new LocalStore(folder), interval)
                .withOwnSnapshot(own)
                .withFresh(order.equals("fresh"))
                .withClock(clock);
        return CopyJob.open(
                system,
                order.equals("old") || order.equals("last") || order.equals("gone")
                        ? options.withRestoreFrom("savepoints/" + order + ".json")
                        : options);
    }

    /** Runs so many steps, too short a time for the first snapshot where these are seldom, and dies. */
    private void run(Job job, int steps) {
        int[] left = {steps};
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> {
                    clock.advance(Duration.ofNanos(500_000));
                    if (--left[0] == 0) {
                        throw new IllegalStateException("killed");
                    }
                }))
                .hasMessage("killed");
    }

    private void runToTheEnd(Job job) {
        job.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1)));
    }

    private void runAndStopA() {
        Job job = open("A", SELDOM, "latest", OwnSnapshot.IGNORED);
        int[] steps = {0};
        job.runDeterministically(new Random(2), () -> {
            clock.advance(Duration.ofMillis(1));
            steps[0]++;
            if (steps[0] == 200) {
                job.savepoint("old");
            }
            if (steps[0] == 600) {
                job.stopWithSnapshot("last");
            }
        });
        assertThat(system.committed()).isNotEmpty();
    }

    private String latest() throws Exception {
        return SnapshotStore.manifestName(
                new SnapshotStore(new LocalStore(folder)).latest().orElseThrow().id());
    }

    @ParameterizedTest(name = "B starts {0}, A is told {1}")
    @CsvSource({
        "latest, last",
        "latest, latest",
        "fresh, last",
        "fresh, latest",
        "old, last",
        "old, latest",
        "last, last",
    })
    void a_revision_goes_on_where_it_stopped_when_the_one_after_it_wrote_nothing(String begins, String told)
            throws Exception {
        runAndStopA();
        String stopped = latest();
        run(open("B", SELDOM, begins, OwnSnapshot.PREFERRED), 300);
        run(open("B", SELDOM, "latest", OwnSnapshot.IGNORED), 300);
        Job back = open("A", SELDOM, told, OwnSnapshot.REQUIRED);
        assertThat(back.origin()).contains(stopped);
        runToTheEnd(back);
        assertThat(system.differences()).isEmpty();
    }

    @Test
    void a_revision_that_was_told_twice_to_go_back_goes_on_from_what_it_has_written_since() {
        runAndStopA();
        run(open("B", SELDOM, "fresh", OwnSnapshot.PREFERRED), 300);
        run(open("A", Duration.ofMillis(20), "last", OwnSnapshot.REQUIRED), 300);
        runToTheEnd(open("A", SELDOM, "last", OwnSnapshot.REQUIRED));
        assertThat(system.differences()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"latest", "last", "old"})
    void nobody_goes_back_behind_what_another_revision_has_written(String told) {
        runAndStopA();
        run(open("B", Duration.ofMillis(20), "latest", OwnSnapshot.PREFERRED), 300);
        assertThatThrownBy(() -> open("A", SELDOM, told, OwnSnapshot.REQUIRED))
                .isInstanceOf(UserError.class)
                .hasMessageMatching(
                        "revision B of the job 'orders' has taken snapshot \\d+ in .*; to go back behind it would"
                                + " write again what it has written, so revision A does not start");
        runToTheEnd(open("B", SELDOM, "latest", OwnSnapshot.IGNORED));
        assertThat(system.differences()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"fresh", "old"})
    void an_order_that_comes_again_after_a_snapshot_is_not_carried_out_again(String order) throws Exception {
        runAndStopA();
        run(open("B", Duration.ofMillis(20), order, OwnSnapshot.PREFERRED), 300);
        String written = latest();
        assertThat(open("B", SELDOM, order, OwnSnapshot.PREFERRED).origin()).contains(written);
    }

    @ParameterizedTest
    @CsvSource({"fresh, ''", "old, savepoints/old.json"})
    void an_order_that_comes_again_before_a_snapshot_is_carried_out_again(String order, String origin) {
        runAndStopA();
        for (int i = 0; i < 2; i++) {
            Job job = open("B", SELDOM, order, OwnSnapshot.PREFERRED);
            assertThat(job.origin().orElse("")).isEqualTo(origin);
            run(job, 300);
        }
    }

    @Test
    void an_order_by_hand_is_carried_out_whatever_was_written() {
        runAndStopA();
        Optional<String> origin = open("A", SELDOM, "old", OwnSnapshot.IGNORED).origin();
        assertThat(origin).contains("savepoints/old.json");
    }

    @Test
    void a_revision_does_not_come_back_with_empty_state_where_its_snapshots_are_gone() {
        assertThatThrownBy(() -> open("A", SELDOM, "gone", OwnSnapshot.REQUIRED))
                .hasMessageContaining("there is no snapshot savepoints/gone.json");
    }
}
