package dev.headrace.operator.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJobSpec.DeletionPolicy;
import dev.headrace.crds.StreamJobSpec.RestoreFrom;
import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.StreamJobSpec.Strategy;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.job.JobSpec;
import dev.headrace.operator.pod.PodState.Phase;
import dev.headrace.operator.pod.SavepointState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A job whose user changes its mind, also to begin anew or from an older savepoint; whose pods die and nodes are lost, whose storage
 * fails, and whose operator is away for a while, crashes between writing and acting, and decides on what it saw a while ago. Whatever
 * happens: each snapshot goes on from the last one, but for one with each time that the user has asked for another state; and when the
 * faults end and the user asks for something good, that runs, alone, and what is to end ends, and leaves no pod.
 */
class RandomLifeTest {
    private static final int FAULTY = 300;
    private static final int QUIET = 400;

    /** What the user asks for. */
    private record Edit(
            long generation, String name, RunState wanted, Strategy strategy, Optional<RestoreFrom> restoreFrom) {
        JobSpec spec() {
            return new JobSpec(
                    wanted,
                    DeletionPolicy.Retain,
                    strategy,
                    Duration.ofMinutes(2),
                    Duration.ofHours(1),
                    Optional.empty(),
                    1,
                    Optional.empty(),
                    List.of());
        }

        /** A revision is made of the restoreFrom that was asked for last, too. */
        String target(JobState state) {
            return name
                    + restoreFrom
                            .or(state::restored)
                            .map(from -> "@" + from.path())
                            .orElse("");
        }

        /** The last one. */
        Edit quiet(String last) {
            return new Edit(generation + 1, last, RunState.Running, Strategy.Restart, restoreFrom);
        }

        Edit next(Random random, RandomWorld world) {
            world.save("saved-" + generation);
            List<String> saved = world.storage.savepointNames().stream()
                    .filter(savepoint -> savepoint.startsWith("saved-"))
                    .toList();
            Optional<RestoreFrom> from = restoreFrom;
            if (random.nextInt(3) == 0) {
                from = saved.isEmpty() || random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(new RestoreFrom(null, saved.get(random.nextInt(saved.size()))));
            }
            return new Edit(
                    generation + 1,
                    List.of("good", "good", "invalid", "failing", "ending").get(random.nextInt(5)) + "-"
                            + random.nextInt(3),
                    random.nextInt(4) == 0 ? RunState.Suspended : RunState.Running,
                    random.nextInt(3) == 0 ? Strategy.Fresh : Strategy.Restart,
                    from);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatever_happens_nothing_is_lost_or_doubled_and_what_is_asked_for_last_runs_in_the_end(long block) {
        for (long seed = block * 100; seed < block * 100 + 100; seed++) {
            live(seed);
        }
    }

    private static void live(long seed) {
        Random random = new Random(seed);
        RandomWorld world = new RandomWorld(random);
        JobState state = JobState.NEW;
        JobState stale = state;
        Optional<RestoreFrom> from = random.nextBoolean()
                ? Optional.empty()
                : Optional.of(new RestoreFrom(null, world.hadAnotherJob("saved-0")));
        Edit edit = new Edit(1, "good-0", RunState.Running, Strategy.Restart, from);
        int away = 0;
        for (int i = 0; i < FAULTY; i++) {
            if (random.nextInt(20) == 0) {
                edit = edit.next(random, world);
            }
            if (random.nextInt(60) == 0) {
                away = random.nextInt(30);
            }
            if (away-- <= 0) {
                JobState read = random.nextInt(5) == 0 ? stale : state;
                Moment moment = see(world, read, edit, true);
                JobState next = Changes.next(read, moment).state();
                boolean conflict = !next.equals(read) && !read.equals(state);
                if (!conflict) {
                    stale = state;
                    if (!next.equals(read)) {
                        asks(world, state, next);
                        state = next;
                    }
                    if (random.nextInt(5) > 0) {
                        Changes.actions(next, moment).forEach(world::act);
                    }
                }
            }
            world.pass(true);
            assertThat(world.storage.faults()).as("seed %d", seed).isEmpty();
        }
        edit = edit.quiet("good-9");
        state = settle(world, state, edit, seed);
        String good = edit.target(state);
        assertThat(state.active()).as("seed %d: %s", seed, state).contains(good);
        assertThat(state.change()).as("seed %d", seed).isEmpty();
        assertThat(world.replicas).as("seed %d", seed).isEqualTo(Map.of(good, 1));
        assertThat(world.phase(good)).as("seed %d", seed).contains(Phase.Running);
        assertThat(world.storage.snapshotRevision()).as("seed %d", seed).contains(good);

        edit = edit.quiet("ending-9");
        state = settle(world, state, edit, seed);
        String ending = edit.target(state);
        assertThat(state.active()).as("seed %d: %s", seed, state).contains(ending);
        assertThat(state.hasFinished()).as("seed %d", seed).isTrue();
        assertThat(world.replicas).as("seed %d", seed).isEqualTo(Map.of(ending, 0));
        assertThat(world.hasPods()).as("seed %d", seed).isFalse();
    }

    private static JobState settle(RandomWorld world, JobState from, Edit edit, long seed) {
        JobState state = from;
        for (int i = 0; i < QUIET; i++) {
            Moment moment = see(world, state, edit, false);
            JobState next = Changes.next(state, moment).state();
            asks(world, state, next);
            state = next;
            Changes.actions(state, moment).forEach(world::act);
            world.pass(false);
        }
        assertThat(world.storage.faults()).as("seed %d", seed).isEmpty();
        return state;
    }

    /** A revision that is tried anew begins as it is asked to, once. */
    private static void asks(RandomWorld world, JobState before, JobState now) {
        now.change()
                .filter(change ->
                        change.step() == Step.Trying && !before.change().equals(now.change()))
                .ifPresent(change -> world.storage.begins(
                        change.next(),
                        change.aim().fresh()
                                ? Optional.of(0L)
                                : change.aim().startFrom().map(world.storage::position)));
    }

    private static Moment see(RandomWorld world, JobState state, Edit edit, boolean faults) {
        return new Moment(
                edit.spec(),
                edit.generation(),
                edit.target(state),
                "",
                edit.restoreFrom(),
                edit.restoreFrom().map(RestoreFrom::path),
                Optional.empty(),
                world.see(faults),
                state.change().flatMap(Change::savepoint).map(world::savepoint).orElse(new SavepointState.Unknown()),
                world.now());
    }
}
