package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.RestoreFrom;
import dev.headrace.operator.job.JobSpec;
import dev.headrace.operator.pod.OutOfMemory;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.SavepointState;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked for and what is seen, at one time.
 *
 * @param target the revision that the spec asks for
 * @param refusals why the spec cannot be run; empty: it can
 * @param restoreFrom asked for by the spec
 * @param restorePath where that snapshot is
 * @param objectRefused what the API server said to an object that it did not take
 * @param revisions those that have objects
 * @param savepoint what has become of the savepoint that the change stops with
 */
public record Moment(
        JobSpec spec,
        long generation,
        String target,
        String refusals,
        Optional<RestoreFrom> restoreFrom,
        Optional<String> restorePath,
        Optional<Refused> objectRefused,
        Map<String, Seen> revisions,
        SavepointState savepoint,
        Instant now) {

    /** What is seen of a revision. */
    public record Seen(int replicas, PodSeen pod, Optional<OutOfMemory> outOfMemory) {}

    private static final PodSeen ABSENT = new PodSeen.Absent();

    public PodSeen pod(String revision) {
        return Optional.ofNullable(revisions.get(revision)).map(Seen::pod).orElse(ABSENT);
    }

    public PodSeen pod(Optional<String> revision) {
        return revision.map(this::pod).orElse(ABSENT);
    }

    /** The last time that the process of one of these revisions ended for lack of memory. */
    public Optional<OutOfMemory> outOfMemory(Set<String> which) {
        return which.stream()
                .map(revisions::get)
                .filter(Objects::nonNull)
                .flatMap(seen -> seen.outOfMemory().stream())
                .max(Comparator.comparing(OutOfMemory::at));
    }

    /** The same with what has become of another savepoint. */
    public Moment with(SavepointState other) {
        return new Moment(
                spec, generation, target, refusals, restoreFrom, restorePath, objectRefused, revisions, other, now);
    }

    /** Whether all pods have been asked, with whatever outcome. */
    public boolean complete() {
        return revisions.values().stream().noneMatch(seen -> seen.pod() instanceof PodSeen.Unasked);
    }

    public boolean valid() {
        return refusals.isEmpty();
    }
}
