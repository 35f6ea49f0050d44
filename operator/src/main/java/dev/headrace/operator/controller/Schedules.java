package dev.headrace.operator.controller;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.SnapshotSpec;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.SnapshotPhase;
import dev.headrace.operator.controller.Observer.Observed;
import dev.headrace.operator.job.Cron;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.status.Times;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the Snapshots of a schedule. A time that was missed while no operator ran is made up for once; while a job is suspended, or
 * when it has finished, none is due; nor while the one before is still waited for, which a job that does not run leaves Pending. The name of a Snapshot is made of the time that it was due, so that making it twice makes one.
 */
final class Schedules {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuuuMMdd-HHmm");

    private static final Set<String> WAITED_FOR = Set.of(SnapshotPhase.Pending.name(), SnapshotPhase.InProgress.name());

    /** What is due now, and when the next is. */
    record Due(Optional<Instant> now, Optional<Instant> next) {
        static Due of(Cron cron, Optional<Instant> next, Instant now) {
            boolean due = next.filter(at -> !now.isBefore(at)).isPresent();
            return new Due(due ? next : Optional.empty(), due || next.isEmpty() ? cron.after(now) : next);
        }
    }

    /** The schedule as it is to stand in the status; what is due is made before. */
    Optional<StreamJobStatus.Schedule> next(StreamJob job, Observed seen, Context<StreamJob> context) {
        Optional<StreamJobStatus.Schedule> before =
                Optional.ofNullable(seen.before().schedule());
        if (seen.spec().schedule().isEmpty()) {
            return Optional.empty();
        }
        if (seen.spec().state() == RunState.Suspended || seen.state().hasFinished()) {
            return before.map(StreamJobStatus.Schedule::last).map(last -> new StreamJobStatus.Schedule(last, null));
        }
        Cron cron = seen.spec().schedule().get();
        Instant now = seen.moment().now();
        // A schedule that was changed since is reckoned anew.
        Optional<Instant> next = before.map(StreamJobStatus.Schedule::next)
                .flatMap(Times::parse)
                .filter(at -> cron.after(at.minusSeconds(60)).equals(Optional.of(at)));
        Due due = Due.of(cron, next, now);
        boolean waited =
                context.getSecondaryResourcesAsStream(Snapshot.class).anyMatch(other -> isWaitedFor(other, job));
        due.now()
                .filter(at -> !waited)
                .ifPresent(at -> context.resourceOperations().serverSideApply(snapshot(job, at)));
        return Optional.of(new StreamJobStatus.Schedule(
                due.now()
                        .map(Times::text)
                        .or(() -> before.map(StreamJobStatus.Schedule::last))
                        .orElse(null),
                due.next().map(Times::text).orElse(null)));
    }

    /** Whether a schedule's Snapshot has neither been taken nor failed. */
    static boolean isWaitedFor(Snapshot snapshot, StreamJob job) {
        return Observer.ofJob(snapshot, job)
                && Observer.scheduled(snapshot)
                && !snapshot.isMarkedForDeletion()
                && (snapshot.getStatus() == null
                        || snapshot.getStatus().phase() == null
                        || WAITED_FOR.contains(snapshot.getStatus().phase()));
    }

    static Snapshot snapshot(StreamJob job, Instant at) {
        Snapshot snapshot = new Snapshot();
        snapshot.setMetadata(new ObjectMetaBuilder()
                .withName(job.getMetadata().getName() + "-" + STAMP.format(at.atOffset(ZoneOffset.UTC)))
                .withNamespace(job.getMetadata().getNamespace())
                .withLabels(Map.of(Names.JOB, job.getMetadata().getName(), Names.ORIGIN, Names.SCHEDULE))
                .build());
        snapshot.setSpec(new SnapshotSpec(job.getMetadata().getName(), null));
        return snapshot;
    }
}
