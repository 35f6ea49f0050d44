package dev.headrace.operator.snapshot;

import dev.headrace.crds.Durations;
import dev.headrace.crds.Snapshot;
import dev.headrace.crds.SnapshotStatus;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.SnapshotPhase;
import dev.headrace.operator.job.JobSpec;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.status.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which Snapshots are past their retention. A person's has its own age, or none, also when it has failed; a schedule's are limited in number and age by
 * the job, and the latest that is complete always stays. One that a job of the namespace, not only its own, is to start from stays
 * whatever its age.
 */
public final class Retained {
    private Retained() {}

    /**
     * @param all Snapshots of its job, itself among them
     * @param jobs those of the namespace
     */
    public static boolean expired(
            Snapshot snapshot, List<Snapshot> all, Optional<StreamJob> job, List<StreamJob> jobs, Instant now) {
        if (jobs.stream().anyMatch(it -> needs(it, snapshot))) {
            return false;
        }
        if (ended(snapshot).filter(at -> olderThan(retain(snapshot), at, now)).isPresent()) {
            return true;
        }
        Optional<Instant> completed = completed(snapshot);
        if (!scheduled(snapshot) || job.isEmpty()) {
            return false;
        }
        JobSpec spec = JobSpec.of(job.get());
        List<Snapshot> later = all.stream()
                .filter(Retained::scheduled)
                .filter(other -> completed(other).isPresent())
                .filter(other -> made(other).isAfter(made(snapshot)))
                .sorted(Comparator.comparing(Retained::made))
                .toList();
        if (completed.isEmpty()) {
            return is(snapshot, SnapshotPhase.Failed) && !later.isEmpty();
        }
        return later.size() >= spec.retainCount()
                || !later.isEmpty() && olderThan(spec.retainAge(), completed.get(), now);
    }

    /** When the next of its limits of age is reached; a limit of number is reached when another Snapshot is complete. */
    public static Optional<Instant> expires(Snapshot snapshot, Optional<StreamJob> job) {
        return retain(snapshot)
                .map(age -> ended(snapshot).map(at -> at.plus(age)))
                .orElseGet(() -> completed(snapshot)
                        .filter(at -> scheduled(snapshot))
                        .flatMap(at ->
                                job.flatMap(it -> JobSpec.of(it).retainAge()).map(at::plus)));
    }

    private static boolean needs(StreamJob job, Snapshot snapshot) {
        Optional<String> path = Optional.ofNullable(snapshot.getStatus()).map(SnapshotStatus::path);
        Optional<StreamJobSpec.RestoreFrom> asked =
                Optional.ofNullable(job.getSpec()).map(StreamJobSpec::restoreFrom);
        Optional<String> starts = Optional.ofNullable(job.getStatus())
                .map(StreamJobStatus::transition)
                .map(StreamJobStatus.Transition::startFrom);
        return asked.map(StreamJobSpec.RestoreFrom::snapshot)
                        .filter(snapshot.getMetadata().getName()::equals)
                        .isPresent()
                || path.isPresent() && (path.equals(asked.map(StreamJobSpec.RestoreFrom::path)) || path.equals(starts));
    }

    private static boolean olderThan(Optional<Duration> age, Instant at, Instant now) {
        return age.filter(most -> !now.isBefore(at.plus(most))).isPresent();
    }

    private static Optional<Duration> retain(Snapshot snapshot) {
        return Optional.ofNullable(snapshot.getSpec().retain()).flatMap(Durations::parse);
    }

    /** Whether a schedule made it. */
    public static boolean scheduled(Snapshot snapshot) {
        return Optional.ofNullable(snapshot.getMetadata().getLabels())
                .filter(labels -> Names.SCHEDULE.equals(labels.get(Names.ORIGIN)))
                .isPresent();
    }

    private static boolean is(Snapshot snapshot, SnapshotPhase phase) {
        return snapshot.getStatus() != null
                && phase.name().equals(snapshot.getStatus().phase());
    }

    private static Optional<Instant> completed(Snapshot snapshot) {
        return is(snapshot, SnapshotPhase.Completed) || is(snapshot, SnapshotPhase.Removing)
                ? Times.parse(snapshot.getStatus().completedAt())
                : Optional.empty();
    }

    /** From when on it is kept for as long as it says: one that has failed, from when it was begun or else made. */
    private static Optional<Instant> ended(Snapshot snapshot) {
        return is(snapshot, SnapshotPhase.Failed)
                ? Times.parse(snapshot.getStatus().startedAt()).or(() -> Optional.of(made(snapshot)))
                : completed(snapshot);
    }

    private static Instant made(Snapshot snapshot) {
        return Times.parse(snapshot.getMetadata().getCreationTimestamp()).orElse(Instant.EPOCH);
    }
}
