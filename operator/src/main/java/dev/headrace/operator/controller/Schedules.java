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
import dev.headrace.operator.snapshot.Retained;
import dev.headrace.operator.status.Times;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes the Snapshots of a schedule. A time that was missed while no operator ran is made up for once; while a job is suspended, or
 * when it has finished, none is due; nor while the one before is still waited for, which a job that does not run leaves Pending. The
 * name of a Snapshot is made of the time that it was due, so that making it twice makes one.
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

        /** @param made whether what is due now was made; else it is passed over */
        StreamJobStatus.Schedule told(Optional<StreamJobStatus.Schedule> before, boolean made) {
            return new StreamJobStatus.Schedule(
                    now.filter(at -> made)
                            .map(Times::text)
                            .or(() -> before.map(StreamJobStatus.Schedule::last))
                            .orElse(null),
                    next.map(Times::text).orElse(null));
        }
    }

    /**
     * @param status the schedule as it is to stand in the status
     * @param refused what the API server said to a Snapshot that is due and that it did not take; it is due until it does
     */
    record Scheduled(Optional<StreamJobStatus.Schedule> status, Optional<String> refused) {
        static final Scheduled NOTHING = new Scheduled(Optional.empty(), Optional.empty());
    }

    /**
     * What is due is made before that is written down.
     *
     * @param there whether there is a Snapshot of that name; it is left alone, whoever has made it
     */
    Scheduled next(StreamJob job, Observed seen, Predicate<String> there, Context<StreamJob> context) {
        Optional<StreamJobStatus.Schedule> before =
                Optional.ofNullable(seen.before().schedule());
        if (seen.spec().schedule().isEmpty()) {
            return Scheduled.NOTHING;
        }
        if (seen.spec().state() == RunState.Suspended || seen.state().hasFinished()) {
            return new Scheduled(
                    before.map(StreamJobStatus.Schedule::last).map(last -> new StreamJobStatus.Schedule(last, null)),
                    Optional.empty());
        }
        Cron cron = seen.spec().schedule().get();
        Instant now = seen.moment().now();
        // A schedule that was changed since is reckoned anew.
        Optional<Instant> next = before.map(StreamJobStatus.Schedule::next)
                .flatMap(Times::parse)
                .filter(at -> cron.after(at.minusSeconds(60)).equals(Optional.of(at)));
        Due due = Due.of(cron, next, now);
        Optional<Snapshot> wanted = due.now().map(at -> snapshot(job, at));
        // It was made, and that was not written down.
        boolean made = wanted.filter(
                        snapshot -> there.test(snapshot.getMetadata().getName()))
                .isPresent();
        boolean waited =
                context.getSecondaryResourcesAsStream(Snapshot.class).anyMatch(other -> isWaitedFor(other, job));
        Optional<String> refused =
                wanted.filter(snapshot -> !made && !waited).flatMap(snapshot -> make(snapshot, context));
        return refused.isPresent()
                ? new Scheduled(before, refused)
                : new Scheduled(Optional.of(due.told(before, made || !waited)), Optional.empty());
    }

    /** @return what the API server says where it does not take it, which holds up nothing else */
    private static Optional<String> make(Snapshot snapshot, Context<StreamJob> context) {
        try {
            context.resourceOperations().serverSideApply(snapshot);
            return Optional.empty();
        } catch (KubernetesClientException e) {
            return Optional.of(
                    "Snapshot " + snapshot.getMetadata().getName() + ", which is due: " + Failures.sentence(e));
        }
    }

    /** Whether a schedule's Snapshot has neither been taken nor failed. */
    static boolean isWaitedFor(Snapshot snapshot, StreamJob job) {
        return Observer.ofJob(snapshot, job)
                && Retained.scheduled(snapshot)
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
