package dev.headrace.operator.pod;

import dev.headrace.operator.pod.SavepointState.Completed;
import dev.headrace.operator.pod.SavepointState.Failed;
import dev.headrace.operator.pod.SavepointState.InProgress;
import dev.headrace.operator.pod.SavepointState.Unasked;
import dev.headrace.operator.pod.SavepointState.Unknown;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The savepoints of one pod whose outcome somebody waits for, the one asked for last at the end. One that nobody has looked at for a
 * minute is forgotten, so that there are never more than are waited for.
 */
final class AwaitedSavepoints {
    static final Duration KEPT = Duration.ofMinutes(1);

    private record Entry(SavepointState state, Instant looked) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** What is known of it; from now on it is awaited. */
    synchronized SavepointState look(String name, Instant now) {
        return entries.compute(name, (key, last) -> new Entry(last == null ? new Unasked() : last.state(), now))
                .state();
    }

    /** Those that the pod is to be asked for, in turn. */
    synchronized List<String> open(Instant now) {
        entries.values().removeIf(entry -> !now.isBefore(entry.looked().plus(KEPT)));
        return entries.entrySet().stream()
                .filter(entry -> !(entry.getValue().state() instanceof Completed
                        || entry.getValue().state() instanceof Failed))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** @return whether that is news */
    synchronized boolean learn(String name, SavepointState state) {
        Entry last = entries.remove(name);
        if (last == null) {
            return false;
        }
        entries.put(name, new Entry(state, last.looked()));
        return !state.equals(last.state());
    }

    /**
     * The pod could not tell.
     *
     * @return whether that is news
     */
    synchronized boolean learnNothing(String name) {
        Entry last = entries.get(name);
        return last != null && learn(name, last.state() instanceof Unasked ? new Unknown() : last.state());
    }

    /** Whether one is about to be known. */
    synchronized boolean near() {
        return entries.values().stream()
                .anyMatch(entry -> entry.state() instanceof InProgress || entry.state() instanceof Unasked);
    }

    synchronized int size() {
        return entries.size();
    }
}
