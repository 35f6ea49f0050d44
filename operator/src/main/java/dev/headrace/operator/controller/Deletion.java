package dev.headrace.operator.controller;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.EventReason;
import dev.headrace.operator.change.Farewell;
import dev.headrace.operator.controller.Observer.Observed;
import dev.headrace.operator.job.JobSpec;
import dev.headrace.operator.job.JobYaml;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.objects.RevisionObjects.Parts;
import dev.headrace.operator.objects.StoragePods;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import dev.headrace.operator.pod.PodWatch;
import dev.headrace.operator.pod.Pods;
import dev.headrace.operator.pod.SavepointState;
import dev.headrace.operator.pod.StatefulSets;
import dev.headrace.operator.pod.Work;
import dev.headrace.operator.status.Statuses;
import dev.headrace.operator.status.Times;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.Instant;
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
                        seen.before().snapshot() != null,
                        runs.flatMap(children::statefulSet)
                                .filter(set -> set.getMetadata().getDeletionTimestamp() == null
                                        && StatefulSets.replicas(set) > 0)
                                .isPresent(),
                        children.pods().findAny().isPresent(),
                        Work.of(storagePod(job, children))),
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
            case PIN -> {
                tell(job, seen.before(), removal.orElseThrow(), storageTrouble(job, children), now, context);
                if (!working(job, seen.target(), runs, Optional.of(savepoint), children, context)) {
                    next = Farewell.NOT_SAVED;
                }
            }
            case SAVED -> {
                Optional<LeftSnapshot> left = left(job, seen, savepoint, children);
                if (left.isEmpty()) {
                    next = Farewell.NOT_SAVED;
                } else {
                    record(job, left.get(), runs, context);
                }
            }
            case STOP -> children.all(StatefulSet.class).forEach(set -> Writer.remove(set, context.getClient()));
            case REMOVE -> {
                tell(job, seen.before(), removal.orElseThrow(), storageTrouble(job, children), now, context);
                if (!working(job, seen.target(), runs, Optional.empty(), children, context)) {
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
            case NOT_SAVED, NOT_REMOVED, GO -> {}
        }
        return switch (next) {
            case BEGIN -> UpdateControl.<StreamJob>noUpdate().rescheduleAfter(1L);
            case SAVE, STOP, PIN, REMOVE -> UpdateControl.<StreamJob>noUpdate().rescheduleAfter(LOOK);
            case SAVED, NOT_SAVED, REMOVED, NOT_REMOVED, GO -> {
                tellOfFailure(job, next, children);
                context.resourceOperations().removeFinalizer(Finalizer.NAME);
                yield UpdateControl.noUpdate();
            }
        };
    }

    private void tellOfFailure(StreamJob job, Farewell last, Children children) {
        String why =
                storageTrouble(job, children).map(text -> " (" + text + ")").orElse("");
        if (last == Farewell.NOT_SAVED) {
            events.tell(
                    job,
                    EventReason.StoppedWithoutSavepoint,
                    "no savepoint could be taken before the job went; its last snapshot stays in storage" + why);
        }
        if (last == Farewell.NOT_REMOVED) {
            events.tell(
                    job,
                    EventReason.RemovalGivenUp,
                    "the state in " + removedStorage(job, children) + " could not be removed; remove it by hand" + why);
        }
    }

    /** Empty where a job had no snapshot. It may have ended by itself meanwhile. */
    private Optional<LeftSnapshot> left(StreamJob job, Observed seen, String savepoint, Children children) {
        String at = Times.text(seen.moment().now());
        if (seen.state().hasFinished()) {
            return Optional.ofNullable(seen.before().snapshot()).map(LeftSnapshot::of);
        }
        return storagePod(job, children)
                .flatMap(Pods::said)
                .filter(said -> said.endsWith("/" + savepoint + ".json"))
                .map(path -> LeftSnapshot.pinned(savepoint, path, at))
                .or(() -> seen.state()
                        .runs()
                        .flatMap(children::pod)
                        .map(pod -> pods.savepoint(pod, savepoint))
                        .filter(SavepointState.Completed.class::isInstance)
                        .map(completed -> LeftSnapshot.of(savepoint, (SavepointState.Completed) completed, at)))
                .or(() -> seen.moment()
                        .pod(seen.state().runs())
                        .told()
                        .filter(told -> told.phase() == PodState.Phase.Finished)
                        .flatMap(PodState::snapshot)
                        .map(LeftSnapshot::of));
    }

    private void record(StreamJob job, LeftSnapshot left, Optional<String> revision, Context<StreamJob> context) {
        try {
            left.record(job, revision, JobYaml.access(job, observer.runtime().imageOf(job.getSpec())), context);
        } catch (KubernetesClientException e) {
            // With its namespace goes each Snapshot in it too.
            if (!String.valueOf(e.getMessage()).contains("being terminated")) {
                throw e;
            }
        }
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

    /** The pod that carries out the policy in storage. One of an earlier job of that name goes with that. */
    private static Optional<Pod> storagePod(StreamJob job, Children children) {
        String name = job.getMetadata().getName();
        boolean pins = JobSpec.of(job).deletionPolicy() == StreamJobSpec.DeletionPolicy.Snapshot;
        return children.named(Pod.class, pins ? Names.pinning(name) : Names.removal(name))
                .filter(pod -> Children.isOf(job, pod));
    }

    private static Optional<String> storageTrouble(StreamJob job, Children children) {
        return storagePod(job, children).flatMap(Pods::trouble);
    }

    private static String removedStorage(StreamJob job, Children children) {
        return storagePod(job, children)
                .flatMap(StoragePods::removed)
                .orElse(job.getSpec().snapshots().storage());
    }

    /**
     * Has a pod at work in storage. One that is at it is left alone: another release would have made it otherwise.
     *
     * @param savepoint that it makes; empty: it removes all
     * @return false where the pod will not be taken; where only a quota has no room for it, that is tried again
     */
    private boolean working(
            StreamJob job,
            String target,
            Optional<String> runs,
            Optional<String> savepoint,
            Children children,
            Context<StreamJob> context) {
        if (storagePod(job, children).isPresent()) {
            return true;
        }
        String revision = runs.orElse(target);
        Optional<Parts> parts = children.parts(revision, target, observer.runtime())
                .or(() -> children.parts(target, target, observer.runtime()));
        if (parts.isEmpty()) {
            return false;
        }
        String own = job.getMetadata().getName();
        boolean hasAccount = children.named(ServiceAccount.class, own)
                .filter(account -> account.getMetadata().getDeletionTimestamp() == null)
                .isPresent();
        StreamJobSpec given = parts.get().spec();
        StreamJobSpec spec =
                given.serviceAccountName() == null && hasAccount ? JobYaml.withServiceAccount(given, own) : given;
        Pod pod = savepoint
                .map(name -> StoragePods.pinning(job, spec, revision, name))
                .orElseGet(() -> StoragePods.removingAll(job, spec));
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
}
