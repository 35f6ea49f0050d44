package dev.headrace.operator.change;

import dev.headrace.operator.FakeStorage;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import dev.headrace.operator.pod.PodState.Phase;
import dev.headrace.operator.pod.SavepointState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;

/**
 * What is around an operator: Kubernetes, nodes, processes, storage. Revisions are named after what they are: good, invalid,
 * failing, which never complete a snapshot, or ending, whose input ends. Processes keep to docs/pod.md; one whose pod was removed may live on for a while.
 */
final class RandomWorld {
    /** One process; it dies and comes again with the same revision. */
    private static final class Process {
        private final String revision;
        private Phase phase = Phase.Starting;
        private String reason = "";
        private Optional<String> snapshotRevision = Optional.empty();
        private Optional<Command.Start> told = Optional.empty();
        private Command.Start last = Command.Start.latest();
        private Optional<FakeStorage.Hold> hold = Optional.empty();

        Process(String revision) {
            this.revision = revision;
        }

        private void enter(Phase next, String why) {
            phase = next;
            reason = why;
        }
    }

    final FakeStorage storage = new FakeStorage();
    final Map<String, Integer> replicas = new TreeMap<>();

    private final Random random;
    private final Map<String, Process> pods = new TreeMap<>();
    private final Map<String, Instant> leaving = new TreeMap<>();
    private final List<Process> zombies = new ArrayList<>();
    private final Map<String, SavepointState> savepoints = new HashMap<>();
    private Instant now = Moments.START;
    private boolean storageFails;
    private boolean faulty;

    RandomWorld(Random random) {
        this.random = random;
    }

    /** Another job has left its state in storage, with a savepoint behind which it went on. */
    String hadAnotherJob(String savepoint) {
        try {
            FakeStorage.Hold hold = storage.claim("before", Command.Start.latest());
            hold.position = 40;
            storage.snapshot(hold);
            storage.pin(savepoint, "before");
            hold.position = 70;
            storage.snapshot(hold);
            storage.markStopped("before");
            return savepoint;
        } catch (FakeStorage.Superseded | FakeStorage.Missing e) {
            throw new IllegalStateException(e);
        }
    }

    boolean hasPods() {
        return !pods.isEmpty();
    }

    Optional<Phase> phase(String revision) {
        return Optional.ofNullable(pods.get(revision)).map(pod -> pod.phase);
    }

    Instant now() {
        return now;
    }

    private void step(Process pod) {
        switch (pod.phase) {
            case Starting -> {
                if (storage.isFinished(pod.revision)) {
                    pod.snapshotRevision = storage.snapshotRevision();
                    pod.enter(Phase.Finished, "InputEnded");
                } else if (pod.revision.startsWith("invalid")) {
                    pod.enter(Phase.Invalid, "JobInvalid");
                } else if (!storageFails) {
                    attempt(pod);
                }
            }
            case Running -> {
                FakeStorage.Hold hold = pod.hold.orElseThrow();
                hold.position += random.nextInt(3);
                boolean ends = pod.revision.startsWith("ending") && random.nextInt(3) == 0;
                boolean writes = !storageFails && !pod.revision.startsWith("failing") && random.nextInt(3) > 0;
                if (writes && storage.snapshot(hold, ends)) {
                    pod.snapshotRevision = storage.snapshotRevision();
                    if (ends) {
                        pod.enter(Phase.Finished, "InputEnded");
                    }
                } else if (faulty && random.nextInt(30) == 0) {
                    pod.enter(Phase.BackingOff, "JobFailed");
                } else if (storage.isLost(hold)) {
                    pod.enter(Phase.Stopped, "TakenOver");
                }
            }
            case BackingOff -> {
                if (!storageFails) {
                    attempt(pod);
                }
            }
            default -> {}
        }
    }

    /** What a process does when it begins, is told to, or tries again. */
    private void attempt(Process pod) {
        pod.snapshotRevision = storage.snapshotRevision();
        if (pod.told.isEmpty() && pod.hold.filter(storage::isLost).isPresent()) {
            pod.enter(Phase.Stopped, "TakenOver");
            return;
        }
        if (pod.told.isEmpty() && pod.hold.isEmpty() && !storage.isOwn(pod.revision)) {
            pod.enter(Phase.Waiting, "AwaitsStart");
            return;
        }
        try {
            Command.Start order = pod.told.orElse(storage.isOwn(pod.revision) ? Command.Start.latest() : pod.last);
            pod.hold = Optional.of(storage.claim(pod.revision, order));
            pod.last = order;
            pod.enter(Phase.Running, "Runs");
        } catch (FakeStorage.Missing e) {
            pod.enter(Phase.Invalid, "JobInvalid");
        } catch (FakeStorage.Superseded e) {
            pod.enter(Phase.Waiting, "Superseded");
        }
        pod.told = Optional.empty();
    }

    void act(Action action) {
        switch (action) {
            case Action.Run run -> replicas.put(run.revision(), run.replicas());
            case Action.Remove remove -> replicas.remove(remove.revision());
            case Action.Retire retire -> replicas.replace(retire.revision(), 0);
            case Action.Force force -> leaving.remove(force.revision());
            case Action.Ask ask ->
                Optional.ofNullable(pods.get(ask.revision())).ifPresent(pod -> ask(pod, ask.command()));
        }
    }

    private void ask(Process pod, Command command) {
        switch (command) {
            case Command.Start start -> {
                if (pod.phase == Phase.Waiting || pod.phase == Phase.Stopped) {
                    pod.told = Optional.of(start);
                    if (storageFails) {
                        pod.enter(Phase.BackingOff, "JobFailed");
                    } else {
                        attempt(pod);
                    }
                }
            }
            case Command.Stop stop -> stop(pod, stop);
            case Command.Savepoint savepoint -> {}
        }
    }

    private void stop(Process pod, Command.Stop stop) {
        if (pod.phase == Phase.Invalid) {
            return;
        }
        boolean saves = !storageFails
                && !stop.abort()
                && (pod.phase != Phase.Running
                        || !pod.revision.startsWith("failing") && storage.snapshot(pod.hold.orElseThrow()));
        stop.savepoint()
                .ifPresent(name -> savepoints.putIfAbsent(
                        name,
                        saves && storage.pin(name, pod.revision)
                                ? new SavepointState.Completed(name, 1, 1, Map.of())
                                : new SavepointState.Failed("no")));
        if (!storageFails) {
            pod.snapshotRevision = storage.snapshotRevision();
            storage.markStopped(pod.revision);
        }
        pod.told = Optional.empty();
        pod.enter(Phase.Stopped, "StopAsked");
    }

    /** Kubernetes' own work, a step of each process, and time. */
    void pass(boolean faults) {
        for (String revision : List.copyOf(pods.keySet())) {
            boolean wanted = replicas.getOrDefault(revision, 0) > 0;
            if (!wanted || faults && random.nextInt(15) == 0) {
                end(revision, faults);
            }
        }
        replicas.forEach((revision, count) -> {
            if (count == 1 && !leaving.containsKey(revision) && (!faults || random.nextInt(4) > 0)) {
                pods.computeIfAbsent(revision, Process::new);
            }
        });
        faulty = faults;
        storageFails = faults && random.nextInt(10) == 0;
        pods.values().forEach(this::step);
        zombies.forEach(this::step);
        zombies.removeIf(zombie -> zombie.phase != Phase.Running || random.nextInt(faults ? 8 : 2) == 0);
        now = now.plusSeconds(faults ? random.nextInt(40) : 5);
    }

    /** A pod ends; where its node is lost it stays in the API server, and its process may live on. */
    private void end(String revision, boolean faults) {
        Process process = pods.remove(revision);
        if (faults && random.nextInt(10) == 0) {
            leaving.put(revision, now.plusSeconds(60));
            if (random.nextBoolean()) {
                zombies.add(process);
            }
        }
    }

    /** Somebody takes a savepoint. */
    void save(String name) {
        storage.snapshotRevision().ifPresent(revision -> storage.pin(name, revision));
    }

    Map<String, Moment.Seen> see(boolean faults) {
        Map<String, Moment.Seen> seen = new TreeMap<>();
        replicas.forEach((revision, count) ->
                seen.put(revision, new Moment.Seen(count, pod(revision, faults), Optional.empty())));
        pods.keySet()
                .forEach(revision ->
                        seen.putIfAbsent(revision, new Moment.Seen(0, new PodSeen.Leaving(now), Optional.empty())));
        leaving.forEach((revision, until) -> seen.put(
                revision,
                new Moment.Seen(replicas.getOrDefault(revision, 0), new PodSeen.Leaving(until), Optional.empty())));
        return seen;
    }

    SavepointState savepoint(String name) {
        return savepoints.getOrDefault(name, new SavepointState.Unknown());
    }

    private PodSeen pod(String revision, boolean faults) {
        Process pod = pods.get(revision);
        if (pod == null) {
            return faults && random.nextBoolean() ? new PodSeen.Refused("no room", now) : new PodSeen.Absent();
        }
        if (replicas.get(revision) == 0) {
            return new PodSeen.Leaving(now);
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
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                pod.reason,
                pod.snapshotRevision));
    }
}
