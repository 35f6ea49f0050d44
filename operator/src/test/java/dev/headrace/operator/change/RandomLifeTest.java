package dev.headrace.operator.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJobSpec.DeletionPolicy;
import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.StreamJobSpec.Strategy;
import dev.headrace.operator.job.JobSpec;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import dev.headrace.operator.pod.PodState.Phase;
import dev.headrace.operator.pod.SavepointState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A job whose user changes its mind, whose pods die, whose storage fails, and whose operator crashes between writing and acting and
 * decides on what it saw a while ago. Whatever happens: only the writer that storage knows last writes; and when the faults end and
 * the user asks for something good, that runs, alone, and what is to end ends, and leaves no pod.
 */
class RandomLifeTest {
    private static final int FAULTY = 300;
    private static final int QUIET = 400;

    /** One process; it dies and comes again with the same revision. */
    private static final class Process {
        private Phase phase = Phase.Starting;
        private boolean snapshot;
        private long generation;
    }

    private static final class World {
        private final Random random;
        private final Map<String, Integer> replicas = new TreeMap<>();
        private final Map<String, Process> pods = new TreeMap<>();
        private final Map<String, SavepointState> savepoints = new HashMap<>();
        private Instant now = Moments.START;
        private String writer = "";
        private boolean stopped;
        private boolean finished;
        private long generation;
        private boolean storageFails;

        World(Random random) {
            this.random = random;
        }

        /** Revisions are named after what they are: good, invalid, one that never completes a snapshot, or one whose input ends. */
        private void step(String revision, Process pod) {
            switch (pod.phase) {
                case Starting -> {
                    if (writer.equals(revision) && finished) {
                        pod.phase = Phase.Finished;
                        return;
                    }
                    boolean own = writer.equals(revision) && !stopped;
                    pod.phase = revision.startsWith("invalid") ? Phase.Invalid : Phase.Waiting;
                    if (own && pod.phase == Phase.Waiting) {
                        run(revision, pod);
                    }
                }
                case Running -> {
                    if (pod.generation < generation) {
                        pod.phase = Phase.Stopped;
                    } else if (!storageFails && !revision.startsWith("failing")) {
                        pod.snapshot = true;
                        assertThat(writer)
                                .as("who writes has claimed the storage last")
                                .isEqualTo(revision);
                        if (revision.startsWith("ending") && random.nextInt(3) == 0) {
                            finished = true;
                            pod.phase = Phase.Finished;
                        }
                    }
                }
                case BackingOff -> run(revision, pod);
                default -> {}
            }
        }

        private void run(String revision, Process pod) {
            if (storageFails) {
                pod.phase = Phase.BackingOff;
                return;
            }
            pod.phase = Phase.Running;
            pod.generation = ++generation;
            pod.snapshot = false;
            writer = revision;
            stopped = false;
            finished = false;
        }

        private void act(Action action) {
            switch (action) {
                case Action.Run run -> replicas.put(run.revision(), run.replicas());
                case Action.Remove remove -> replicas.remove(remove.revision());
                case Action.Ask ask ->
                    Optional.ofNullable(pods.get(ask.revision()))
                            .ifPresent(pod -> ask(ask.revision(), pod, ask.command()));
            }
        }

        private void ask(String revision, Process pod, Command command) {
            switch (command) {
                case Command.Start start -> {
                    if (pod.phase == Phase.Waiting || pod.phase == Phase.Stopped) {
                        run(revision, pod);
                    }
                }
                case Command.Stop stop -> {
                    boolean runs = pod.phase == Phase.Running && pod.generation == generation;
                    stop.savepoint()
                            .ifPresent(name -> savepoints.putIfAbsent(
                                    name,
                                    runs && !storageFails
                                            ? new SavepointState.Completed("s3://b/" + name, 1, 1, Map.of())
                                            : new SavepointState.Failed("no")));
                    if (runs && !stop.abort()) {
                        stopped = true;
                    }
                    if (pod.phase == Phase.Running || pod.phase == Phase.BackingOff || pod.phase == Phase.Stopping) {
                        pod.phase = Phase.Stopped;
                    }
                }
                case Command.Savepoint savepoint -> {}
            }
        }

        /** Kubernetes' own work, a step of each process, and time. */
        private void pass(boolean faults) {
            pods.keySet().removeIf(revision -> replicas.getOrDefault(revision, 0) == 0);
            replicas.forEach((revision, count) -> {
                if (count == 1 && (!faults || random.nextInt(4) > 0)) {
                    pods.computeIfAbsent(revision, name -> new Process());
                }
            });
            if (faults) {
                storageFails = random.nextInt(10) == 0;
                pods.keySet().removeIf(revision -> random.nextInt(15) == 0);
            } else {
                storageFails = false;
            }
            pods.forEach(this::step);
            now = now.plusSeconds(faults ? random.nextInt(40) : 5);
        }

        private Moment see(JobState state, JobSpec spec, String target, long edit, boolean faults) {
            Map<String, Moment.Seen> seen = new TreeMap<>();
            for (String revision : replicas.keySet()) {
                seen.put(
                        revision,
                        new Moment.Seen(replicas.get(revision), pod(pods.get(revision), faults), Optional.empty()));
            }
            pods.forEach((revision, pod) ->
                    seen.putIfAbsent(revision, new Moment.Seen(0, new PodSeen.Leaving(), Optional.empty())));
            SavepointState savepoint = state.change()
                    .flatMap(Change::savepoint)
                    .map(savepoints::get)
                    .orElse(new SavepointState.Unknown());
            return new Moment(
                    spec, edit, target, "", Optional.empty(), Optional.empty(), Optional.empty(), seen, savepoint, now);
        }

        private PodSeen pod(Process pod, boolean faults) {
            if (pod == null) {
                return faults && random.nextBoolean() ? new PodSeen.Refused("no room", now) : new PodSeen.Absent();
            }
            if (faults && random.nextInt(10) == 0) {
                return new PodSeen.Silent(now, "no answer");
            }
            return new PodSeen.Answers(new PodState(
                    pod.phase,
                    "",
                    Optional.of("before"),
                    OptionalLong.empty(),
                    Optional.empty(),
                    0,
                    0,
                    0,
                    0,
                    pod.snapshot
                            ? Optional.of(new PodState.LastSnapshot("own", "s3://b/own", now, 1, 1))
                            : Optional.empty(),
                    0,
                    Optional.empty(),
                    0,
                    Optional.empty(),
                    Optional.empty()));
        }
    }

    private static JobSpec spec(RunState state) {
        return new JobSpec(
                state,
                DeletionPolicy.Retain,
                Strategy.Restart,
                Duration.ofMinutes(2),
                Optional.empty(),
                1,
                Optional.empty(),
                List.of());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatever_happens_what_is_asked_for_last_runs_in_the_end(long block) {
        for (long seed = block * 100; seed < block * 100 + 100; seed++) {
            live(seed);
        }
    }

    private static void live(long seed) {
        Random random = new Random(seed);
        World world = new World(random);
        JobState state = JobState.NEW;
        JobState stale = state;
        String target = "good-0";
        RunState wanted = RunState.Running;
        long edit = 1;
        for (int i = 0; i < FAULTY; i++) {
            if (random.nextInt(20) == 0) {
                edit++;
                target = List.of("good", "good", "invalid", "failing", "ending").get(random.nextInt(5)) + "-"
                        + random.nextInt(3);
                wanted = random.nextInt(4) == 0 ? RunState.Suspended : RunState.Running;
            }
            boolean late = random.nextInt(5) == 0;
            JobState read = late ? stale : state;
            Moment moment = world.see(read, spec(wanted), target, edit, true);
            JobState next = Changes.next(read, moment).state();
            boolean conflict = !next.equals(read) && !read.equals(state);
            if (!conflict) {
                stale = state;
                state = next.equals(read) ? state : next;
                if (random.nextInt(5) > 0) {
                    Changes.actions(next, moment).forEach(world::act);
                }
            }
            world.pass(true);
        }
        edit++;
        String good = "good-9";
        state = settle(world, state, good, edit);
        assertThat(state.active()).as("seed %d: %s", seed, state).contains(good);
        assertThat(state.change()).as("seed %d", seed).isEmpty();
        assertThat(world.replicas).as("seed %d", seed).isEqualTo(Map.of(good, 1));
        assertThat(world.pods.get(good).phase).as("seed %d", seed).isEqualTo(Phase.Running);

        String ending = "ending-9";
        state = settle(world, state, ending, edit + 1);
        assertThat(state.active()).as("seed %d: %s", seed, state).contains(ending);
        assertThat(state.hasFinished()).as("seed %d", seed).isTrue();
        assertThat(world.replicas).as("seed %d", seed).isEqualTo(Map.of(ending, 0));
        assertThat(world.pods).as("seed %d", seed).isEmpty();
    }

    private static JobState settle(World world, JobState from, String target, long edit) {
        JobState state = from;
        for (int i = 0; i < QUIET; i++) {
            Moment moment = world.see(state, spec(RunState.Running), target, edit, false);
            state = Changes.next(state, moment).state();
            Changes.actions(state, moment).forEach(world::act);
            world.pass(false);
        }
        return state;
    }
}
