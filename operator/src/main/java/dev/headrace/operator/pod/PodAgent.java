package dev.headrace.operator.pod;

import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.ControlApi.Target;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Talks to one pod, in a virtual thread of its own: asks how it is, often while something is about to happen, and passes on
 * what it is to do. So a pod that is slow to answer holds up nobody else.
 */
final class PodAgent {
    private static final Logger LOG = Logger.getLogger(PodAgent.class);

    /** A request is not repeated for so long after it was taken. */
    private static final Duration REPEAT = Duration.ofSeconds(5);

    /** A pod that has answered before counts as silent only after so long. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** A pod that has just begun is asked often, for it is about to answer. */
    private static final Duration YOUNG = Duration.ofSeconds(30);

    /** What its pod runs. */
    record Runs(String namespace, String job, String revision) {}

    private final Runs runs;
    private final ControlApi api;
    private final Target target;
    private final Clock clock;
    private final BooleanSupplier there;
    private final Runnable changed;
    private final Thread thread;

    private final Map<Command, Instant> asked = new LinkedHashMap<>();
    private final AwaitedSavepoints savepoints = new AwaitedSavepoints();
    private boolean woken;
    private boolean ended;

    private volatile PodSeen seen;
    private Instant answered;
    private Instant told = Instant.EPOCH;
    private PodSeen toldOf;
    private boolean news;
    private final Instant began;

    /**
     * @param there whether the pod is still one to talk to
     * @param changed called when something is to be decided anew
     */
    PodAgent(Runs runs, ControlApi api, Target target, Clock clock, BooleanSupplier there, Runnable changed) {
        this.runs = runs;
        this.api = api;
        this.target = target;
        this.clock = clock;
        this.there = there;
        this.changed = changed;
        began = clock.instant();
        answered = began;
        seen = new PodSeen.Unasked();
        toldOf = seen;
        thread = Thread.ofVirtual().name("pod-" + runs).start(this::run);
    }

    Runs runsWhat() {
        return runs;
    }

    boolean alive() {
        return thread.isAlive();
    }

    Target target() {
        return target;
    }

    /** One that has not answered within its grace is silent, whatever it is that its answer waits for. */
    PodSeen seen() {
        PodSeen last = seen;
        return last instanceof PodSeen.Unasked && !clock.instant().isBefore(began.plus(GRACE))
                ? new PodSeen.Silent(began, "it has not answered since it was found")
                : last;
    }

    SavepointState savepoint(String name) {
        SavepointState state = savepoints.look(name, clock.instant());
        if (state instanceof SavepointState.Unasked) {
            wake();
        }
        return state;
    }

    /** Passes it on, unless that has just been done. */
    synchronized void ask(Command command) {
        Instant now = clock.instant();
        asked.values().removeIf(at -> !at.equals(Instant.MAX) && !now.isBefore(at.plus(REPEAT)));
        if (asked.putIfAbsent(command, Instant.MAX) == null) {
            wake();
        }
    }

    synchronized int askedFor() {
        return asked.size();
    }

    synchronized void end() {
        ended = true;
        thread.interrupt();
    }

    private synchronized void wake() {
        woken = true;
        notifyAll();
    }

    private void run() {
        try {
            while (round()) {
                rest(interval());
            }
        } catch (InterruptedException e) {
            // Ended.
        }
    }

    /**
     * An agent that died would leave what it has seen last, for good: what cannot be helped is told and tried again.
     *
     * @return whether the pod is still one to talk to
     */
    private boolean round() throws InterruptedException {
        try {
            if (!there.getAsBoolean()) {
                return false;
            }
            news |= send();
            news |= look();
            if (news) {
                PodSeen now = seen;
                changed.run();
                told = clock.instant();
                toldOf = now;
                news = false;
            }
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s: talking to the pod failed, and is tried again", runs);
        }
        return true;
    }

    private synchronized void rest(Duration time) throws InterruptedException {
        if (!woken && !ended) {
            wait(time.toMillis());
        }
        woken = false;
        if (ended) {
            throw new InterruptedException();
        }
    }

    /** What could not be passed on is forgotten: who wants it still will ask again. */
    private boolean send() throws InterruptedException {
        List<Command> due;
        synchronized (this) {
            due = asked.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(Instant.MAX))
                    .map(Map.Entry::getKey)
                    .toList();
        }
        boolean failed = false;
        for (Command command : due) {
            try {
                api.send(target, command);
                taken(command);
            } catch (IOException e) {
                failed = true;
                synchronized (this) {
                    asked.remove(command);
                }
            }
        }
        return failed;
    }

    private synchronized void taken(Command command) {
        Instant now = clock.instant();
        asked.put(command, now);
        switch (command) {
            case Command.Savepoint savepoint -> savepoints.look(savepoint.name(), now);
            case Command.Stop stop -> stop.savepoint().ifPresent(name -> savepoints.look(name, now));
            case Command.Start start -> {}
        }
    }

    /** Whether anything is to be decided anew. */
    private boolean look() throws InterruptedException {
        PodSeen before = seen;
        try {
            PodState state = api.state(target);
            answered = clock.instant();
            seen = new PodSeen.Answers(state);
            boolean changes = before.told().map(last -> differs(last, state)).orElse(true)
                    || toldOf.told().filter(last -> figures(last, state)).isPresent();
            return lookAtSavepoints() | changes;
        } catch (IOException | RuntimeException e) {
            String error = error(e);
            if (before instanceof PodSeen.Answers && clock.instant().isBefore(answered.plus(GRACE))) {
                return false;
            }
            seen = new PodSeen.Silent(answered, error);
            return !(before instanceof PodSeen.Silent(Instant since, String last) && last.equals(error));
        }
    }

    /** One that the pod cannot tell of, since its storage is away, holds up the others until next time, and nothing else. */
    private boolean lookAtSavepoints() throws InterruptedException {
        boolean changes = false;
        for (String name : savepoints.open(clock.instant())) {
            try {
                changes |= savepoints.learn(name, api.savepoint(target, name));
            } catch (IOException | RuntimeException e) {
                LOG.debugf("%s: savepoint %s: %s", runs, name, error(e));
                return changes | savepoints.learnNothing(name);
            }
        }
        return changes;
    }

    private static String error(Exception e) {
        return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    }

    private static boolean differs(PodState last, PodState now) {
        return last.phase() != now.phase()
                || !last.message().equals(now.message())
                || !last.reason().equals(now.reason())
                || last.hasSnapshot() != now.hasSnapshot()
                || !last.snapshotRevision().equals(now.snapshotRevision())
                || !last.snapshotTrouble().equals(now.snapshotTrouble())
                || !last.restoreTrouble().equals(now.restoreTrouble())
                || !last.startedFrom().equals(now.startedFrom());
    }

    private boolean figures(PodState last, PodState now) {
        boolean moved =
                last.rowsIn() != now.rowsIn() || !last.lag().equals(now.lag()) || last.lateRows() != now.lateRows();
        return moved && !clock.instant().isBefore(told.plusSeconds(30));
    }

    private Duration interval() {
        if (seen instanceof PodSeen.Answers && savepoints.near()) {
            return Duration.ofMillis(250);
        }
        return switch (seen) {
            case PodSeen.Answers(PodState state) ->
                switch (state.phase()) {
                    case Starting, Waiting, Stopping -> Duration.ofMillis(200);
                    case Running -> state.hasSnapshot() ? Duration.ofSeconds(5) : Duration.ofMillis(500);
                    case BackingOff, Stopped -> Duration.ofSeconds(1);
                    case Finished, Invalid, Unknown -> Duration.ofSeconds(5);
                };
            default -> clock.instant().isBefore(began.plus(YOUNG)) ? Duration.ofMillis(100) : Duration.ofSeconds(5);
        };
    }
}
