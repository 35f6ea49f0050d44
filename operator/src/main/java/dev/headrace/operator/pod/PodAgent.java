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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Talks to one pod, in a virtual thread of its own: asks how it is, often while something is about to happen, and passes on
 * what it is to do. So a pod that is slow to answer holds up nobody else.
 */
final class PodAgent {
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
    private final Map<String, SavepointState> savepoints = new ConcurrentHashMap<>();
    private boolean woken;
    private boolean ended;

    private volatile PodSeen seen;
    private Instant answered;
    private Instant told = Instant.EPOCH;
    private PodSeen toldOf;
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

    PodSeen seen() {
        return seen;
    }

    SavepointState savepoint(String name) {
        synchronized (this) {
            if (savepoints.putIfAbsent(name, new SavepointState.Unknown()) == null) {
                wake();
            }
        }
        return savepoints.get(name);
    }

    /** Passes it on, unless that has just been done. */
    synchronized void ask(Command command) {
        Instant last = asked.get(command);
        if (last == null || !clock.instant().minus(REPEAT).isBefore(last)) {
            asked.put(command, Instant.MAX);
            wake();
        }
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
            while (there.getAsBoolean()) {
                boolean news = send();
                news |= look();
                if (news) {
                    told = clock.instant();
                    toldOf = seen;
                    changed.run();
                }
                rest(interval());
            }
        } catch (InterruptedException e) {
            // Ended.
        }
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
        asked.put(command, clock.instant());
        switch (command) {
            case Command.Savepoint savepoint -> savepoints.putIfAbsent(savepoint.name(), new SavepointState.Unknown());
            case Command.Stop stop ->
                stop.savepoint().ifPresent(name -> savepoints.putIfAbsent(name, new SavepointState.Unknown()));
            case Command.Start start -> {}
        }
    }

    /** Whether anything is to be decided anew. */
    private boolean look() throws InterruptedException {
        boolean news = false;
        PodSeen before = seen;
        try {
            PodState state = api.state(target);
            answered = clock.instant();
            for (Map.Entry<String, SavepointState> savepoint : savepoints.entrySet()) {
                if (!(savepoint.getValue() instanceof SavepointState.Completed
                        || savepoint.getValue() instanceof SavepointState.Failed)) {
                    SavepointState now = api.savepoint(target, savepoint.getKey());
                    news |= !now.equals(savepoint.setValue(now));
                }
            }
            seen = new PodSeen.Answers(state);
            news |= before.told().map(last -> differs(last, state)).orElse(true)
                    || toldOf.told().filter(last -> figures(last, state)).isPresent();
        } catch (IOException e) {
            String error =
                    Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
            if (before instanceof PodSeen.Answers && clock.instant().isBefore(answered.plus(GRACE))) {
                return news;
            }
            seen = new PodSeen.Silent(answered, error);
            news |= !(before instanceof PodSeen.Silent(Instant since, String last) && last.equals(error));
        }
        return news;
    }

    private static boolean differs(PodState last, PodState now) {
        return last.phase() != now.phase()
                || !last.message().equals(now.message())
                || last.hasSnapshot() != now.hasSnapshot()
                || !last.snapshotTrouble().equals(now.snapshotTrouble())
                || !last.startedFrom().equals(now.startedFrom());
    }

    private boolean figures(PodState last, PodState now) {
        boolean moved =
                last.rowsIn() != now.rowsIn() || !last.lag().equals(now.lag()) || last.lateRows() != now.lateRows();
        return moved && !clock.instant().isBefore(told.plusSeconds(30));
    }

    private Duration interval() {
        boolean awaited = savepoints.values().stream().anyMatch(SavepointState.InProgress.class::isInstance);
        if (awaited) {
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
