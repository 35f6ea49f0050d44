package dev.headrace.operator.controller;

import dev.headrace.crds.StreamJob;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Something that is remembered of jobs, be it between two looks at one only. That of jobs that are not known any more, since their namespace
 * is no longer watched, which nobody tells, is forgotten when something is remembered of another.
 */
final class Remembered<V> {
    private record Entry<V>(StreamJob job, V value) {}

    private final Map<String, Entry<V>> entries = new ConcurrentHashMap<>();
    private volatile Predicate<StreamJob> known = job -> true;

    /** @param known whether this very job is still there */
    void knows(Predicate<StreamJob> known) {
        this.known = known;
    }

    Optional<V> of(StreamJob job) {
        return Optional.ofNullable(entries.get(job.getMetadata().getUid())).map(Entry::value);
    }

    void put(StreamJob job, V value) {
        entries.values().removeIf(entry -> !known.test(entry.job()));
        entries.put(job.getMetadata().getUid(), new Entry<>(job, value));
    }

    void forget(StreamJob job) {
        entries.remove(job.getMetadata().getUid());
    }

    int size() {
        return entries.size();
    }
}
