package dev.headrace.operator.controller;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.SnapshotSpec;
import dev.headrace.crds.SnapshotStatus;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.SnapshotPhase;
import dev.headrace.operator.change.Farewell;
import dev.headrace.operator.controller.Observer.Observed;
import dev.headrace.operator.job.JobYaml;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.objects.RemovalPods;
import dev.headrace.operator.objects.RevisionObjects.Parts;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodWatch;
import dev.headrace.operator.pod.Pods;
import dev.headrace.operator.pod.SavepointState;
import dev.headrace.operator.status.Statuses;
import dev.headrace.operator.status.Times;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Carries out a deletion policy, and lets the StreamJob go. */
final class Deletion {
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Observer observer;
    private final PodWatch pods;
    private final Events events;

    Deletion(Observer observer, PodWatch pods, Events events) {
        this.observer = observer;
        this.pods = pods;
        this.events = events;
    }

    UpdateControl<StreamJob> reconcile(StreamJob job, Children children, Context<StreamJob> context, Instant now) {
        if (!job.hasFinalizer(Finalizer.NAME)) {
            return UpdateControl.noUpdate();
        }
        Observed seen = observer.observe(
                job, children, context.getSecondaryResourcesAsStream(Snapshot.class), Optional.empty(), now);
        Optional<String> runs = seen.state().runs();
        String savepoint = "delete-" + job.getMetadata().getUid().substring(0, 8);
        Optional<StreamJobStatus.Removal> removal =
                Optional.ofNullable(seen.before().removal());
        Farewell next = Farewell.next(
                new Farewell.Seen(
                        seen.spec().deletionPolicy(),
                        runs,
                        savepoint,
                        removal.map(StreamJobStatus.Removal::since).flatMap(Times::parse),
                        removal.map(StreamJobStatus.Removal::deadline).flatMap(Times::parse),
                        seen.state().hasFinished() && seen.before().snapshot() != null,
                        runs.flatMap(children::statefulSet)
                                .filter(set -> set.getMetadata().getDeletionTimestamp() == null)
                                .isPresent(),
                        children.pods().findAny().isPresent(),
                        Removals.of(removalPod(job, children))),
                seen.moment()
                        .with(runs.flatMap(children::pod)
                                .map(pod -> pods.savepoint(pod, savepoint))
                                .orElse(new SavepointState.Unknown())));
        switch (next) {
            case BEGIN ->
                tell(
                        job,
                        seen.before(),
                        new StreamJobStatus.Removal(savepoint, Times.exact(now), Times.exact(now.plus(Farewell.LIMIT))),
                        Optional.empty(),
                        now,
                        context);
            case SAVE -> {
                tell(
                        job,
                        seen.before(),
                        removal.orElseThrow(),
                        runs.map(seen.moment()::pod).flatMap(PodSeen::troubleStopping),
                        now,
                        context);
                runs.flatMap(children::pod).ifPresent(pod -> pods.ask(pod, Command.Stop.with(Optional.of(savepoint))));
            }
            case SAVED -> {
                try {
                    record(
                            job,
                            savepoint,
                            runs,
                            saved(seen, savepoint, runs.flatMap(children::pod)),
                            JobYaml.access(
                                    job,
                                    Optional.ofNullable(job.getSpec().image())
                                            .orElse(observer.runtime().image())),
                            context);
                } catch (KubernetesClientException e) {
                    // With its namespace goes each Snapshot in it too.
                    if (!String.valueOf(e.getMessage()).contains("being terminated")) {
                        throw e;
                    }
                }
            }
            case NOT_SAVED ->
                events.tell(
                        job,
                        EventReason.StoppedWithoutSavepoint,
                        "no savepoint could be taken before the job went; its last snapshot stays in storage");
            case STOP -> children.all(StatefulSet.class).forEach(set -> Writer.remove(set, context.getClient()));
            case REMOVE -> {
                tell(job, seen.before(), removal.orElseThrow(), removalTrouble(job, children), now, context);
                // One that is at it is left alone: another release would have made it otherwise.
                if (removalPod(job, children).isEmpty() && !remove(job, seen.target(), runs, children, context)) {
                    next = Farewell.NOT_REMOVED;
                }
            }
            case REMOVED -> {
                String storage = removedStorage(job, children);
                context.getSecondaryResourcesAsStream(Snapshot.class)
                        .filter(snapshot -> Observer.ofJob(snapshot, job))
                        .filter(snapshot -> isGone(snapshot, storage))
                        .forEach(snapshot -> Writer.remove(snapshot, context.getClient()));
                events.tell(job, EventReason.StateRemoved, "the state in " + storage + " was removed");
            }
            case NOT_REMOVED, GO -> {}
        }
        return switch (next) {
            case BEGIN -> UpdateControl.<StreamJob>noUpdate().rescheduleAfter(1L);
            case SAVE, STOP, REMOVE -> UpdateControl.<StreamJob>noUpdate().rescheduleAfter(LOOK);
            case SAVED, NOT_SAVED, REMOVED, NOT_REMOVED, GO -> {
                if (next == Farewell.NOT_REMOVED) {
                    events.tell(
                            job,
                            EventReason.RemovalGivenUp,
                            "the state in " + removedStorage(job, children) + " could not be removed; remove it by hand"
                                    + removalTrouble(job, children)
                                            .map(text -> " (" + text + ")")
                                            .orElse(""));
                }
                context.resourceOperations().removeFinalizer(Finalizer.NAME);
                yield UpdateControl.noUpdate();
            }
        };
    }

    /** What the Snapshot that stays is of. */
    private record Saved(
            String name, String path, Long bytes, Long durationMillis, Map<String, Object> offsets, String at) {}

    /** Empty where a job has ended by itself meanwhile. */
    private Optional<Saved> saved(Observed seen, String savepoint, Optional<Pod> pod) {
        if (seen.state().hasFinished()) {
            return Optional.ofNullable(seen.before().snapshot())
                    .map(last ->
                            new Saved(last.name(), last.path(), last.bytes(), last.durationMillis(), null, last.at()));
        }
        return pod.map(it -> pods.savepoint(it, savepoint))
                .filter(SavepointState.Completed.class::isInstance)
                .map(SavepointState.Completed.class::cast)
                .map(completed -> new Saved(
                        savepoint,
                        completed.path(),
                        completed.bytes(),
                        completed.durationMillis(),
                        completed.offsets(),
                        Times.text(seen.moment().now())));
    }

    private static void tell(
            StreamJob job,
            StreamJobStatus before,
            StreamJobStatus.Removal removal,
            Optional<String> trouble,
            Instant now,
            Context<StreamJob> context) {
        Writer.status(
                job,
                Statuses.deleting(before, removal, trouble, job.getMetadata().getGeneration(), now),
                context);
    }

    /** Whether a Snapshot has no state any more; one of another storage still has. */
    private static boolean isGone(Snapshot snapshot, String storage) {
        return snapshot.getStatus() == null
                || snapshot.getStatus().storage() == null
                || snapshot.getStatus().storage().equals(storage);
    }

    /** One of an earlier job of that name goes with that. */
    private static Optional<Pod> removalPod(StreamJob job, Children children) {
        return children.named(Pod.class, Names.removal(job.getMetadata().getName()))
                .filter(pod -> Children.isOf(job, pod));
    }

    private static Optional<String> removalTrouble(StreamJob job, Children children) {
        return removalPod(job, children).flatMap(Pods::trouble);
    }

    private static String removedStorage(StreamJob job, Children children) {
        return removalPod(job, children)
                .flatMap(RemovalPods::storage)
                .orElse(job.getSpec().snapshots().storage());
    }

    /** @return false where the pod will not be taken; where only a quota has no room for it, that is tried again */
    private boolean remove(
            StreamJob job, String target, Optional<String> runs, Children children, Context<StreamJob> context) {
        Optional<Parts> parts = children.parts(
                        runs.orElse(target), target, observer.runtime().image())
                .or(() -> children.parts(target, target, observer.runtime().image()));
        if (parts.isEmpty()) {
            return false;
        }
        String own = job.getMetadata().getName();
        boolean hasAccount = children.named(ServiceAccount.class, own)
                .filter(account -> account.getMetadata().getDeletionTimestamp() == null)
                .isPresent();
        StreamJobSpec spec = parts.get().spec();
        Pod pod = RemovalPods.ofJob(
                job, spec.serviceAccountName() == null && hasAccount ? JobYaml.withServiceAccount(spec, own) : spec);
        try {
            Writer.apply(pod, children.like(pod), context);
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() / 100 != 4 || e.getCode() == 409) {
                throw e;
            }
            return isForLackOfRoom(e);
        }
    }

    /** The job's own pod may still count. A namespace that goes says other things, and takes the operator's rights with it. */
    private static boolean isForLackOfRoom(KubernetesClientException e) {
        return String.valueOf(e.getMessage()).contains("exceeded quota");
    }

    /** A Snapshot, not owned by the job, by which its state is found again. */
    private static void record(
            StreamJob job,
            String savepoint,
            Optional<String> revision,
            Optional<Saved> saved,
            String access,
            Context<StreamJob> context) {
        if (saved.isEmpty()) {
            return;
        }
        Snapshot snapshot = new Snapshot();
        snapshot.setMetadata(new ObjectMetaBuilder()
                .withName(job.getMetadata().getName() + "-" + savepoint)
                .withNamespace(job.getMetadata().getNamespace())
                .withLabels(Map.of(Names.JOB, job.getMetadata().getName()))
                .build());
        snapshot.setSpec(new SnapshotSpec(job.getMetadata().getName(), null));
        context.resourceOperations().serverSideApply(snapshot);
        Snapshot status = new Snapshot();
        status.setMetadata(new ObjectMetaBuilder()
                .withName(snapshot.getMetadata().getName())
                .withNamespace(snapshot.getMetadata().getNamespace())
                .build());
        status.setSpec(null);
        status.setStatus(new SnapshotStatus(
                1L,
                SnapshotPhase.Completed.name(),
                SnapshotPhase.Completed.sentence(),
                revision.orElse(null),
                job.getSpec().snapshots().storage(),
                saved.get().name(),
                access,
                saved.get().path(),
                saved.get().bytes(),
                saved.get().durationMillis(),
                saved.get().offsets(),
                saved.get().at(),
                saved.get().at(),
                null,
                null));
        context.resourceOperations().serverSideApplyStatus(status);
    }
}
