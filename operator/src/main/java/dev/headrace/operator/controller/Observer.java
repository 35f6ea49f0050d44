package dev.headrace.operator.controller;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec.RestoreFrom;
import dev.headrace.crds.StreamJobSpec.Strategy;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.SnapshotPhase;
import dev.headrace.operator.change.Change;
import dev.headrace.operator.change.JobState;
import dev.headrace.operator.change.Moment;
import dev.headrace.operator.change.Refused;
import dev.headrace.operator.job.JobSpec;
import dev.headrace.operator.job.Revision;
import dev.headrace.operator.objects.JobRuntime;
import dev.headrace.operator.pod.ControlToken;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodWatch;
import dev.headrace.operator.pod.Pods;
import dev.headrace.operator.pod.SavepointState;
import dev.headrace.operator.pod.StatefulSets;
import dev.headrace.operator.pod.Warning;
import dev.headrace.operator.pod.Warnings;
import dev.headrace.operator.status.StateInStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Brings together what is asked for, what is remembered and what is seen of a job, from caches alone. */
final class Observer {
    private final PodWatch pods;
    private final Warnings warnings;
    private final ControlToken token;
    private final JobRuntime runtime;

    Observer(PodWatch pods, Warnings warnings, ControlToken token, JobRuntime runtime) {
        this.pods = pods;
        this.warnings = warnings;
        this.token = token;
        this.runtime = runtime;
    }

    /** What is known of a job at one time. */
    record Observed(StreamJobStatus before, JobState state, JobSpec spec, String target, Moment moment) {}

    Observed observe(
            StreamJob job,
            Children children,
            Stream<Snapshot> snapshots,
            Optional<Refused> objectRefused,
            Instant now) {
        StreamJobStatus before = Optional.ofNullable(job.getStatus()).orElse(StreamJobStatus.NONE);
        JobState state = StateInStatus.read(before);
        JobSpec spec = JobSpec.of(job);
        String target = Revision.of(job);
        Optional<RestoreFrom> restoreFrom = Optional.ofNullable(job.getSpec().restoreFrom());
        Optional<String> path = restoreFrom.flatMap(from -> path(from, snapshots));
        boolean heeded = restoreFrom.equals(state.restored())
                || restoreFrom.equals(
                        state.change().flatMap(change -> change.aim().restoreFrom()));
        String refusals = String.join("; ", spec.refusals());
        if (refusals.isEmpty() && restoreFrom.isPresent() && !heeded && path.isEmpty()) {
            refusals = "'spec.restoreFrom' names the Snapshot '"
                    + restoreFrom.get().snapshot() + "', and there is no completed one of that name in the namespace "
                    + job.getMetadata().getNamespace();
        }
        if (refusals.isEmpty()) {
            refusals = moved(job, children, state, spec, target, runtime)
                    .filter(from -> restoreFrom.isEmpty() || restoreFrom.equals(state.restored()))
                    .map(from -> "'spec.snapshots.storage' is "
                            + job.getSpec().snapshots().storage()
                            + ", but the state of the job is in " + from
                            + ", and nothing says what it goes on from: name in"
                            + " 'spec.restoreFrom' a snapshot that it has not gone on from before, or set"
                            + " 'spec.upgrade.strategy' to Fresh to begin with empty state")
                    .orElse("");
        }
        Map<String, Moment.Seen> revisions = revisions(job, children);
        Moment moment = new Moment(
                spec,
                job.getMetadata().getGeneration(),
                target,
                refusals,
                restoreFrom,
                path,
                objectRefused,
                revisions,
                savepoint(children, state),
                now);
        return new Observed(before, state, spec, target, moment);
    }

    /** The storage of the revision that has the job, where the spec has another one and does not ask for empty state. */
    private static Optional<String> moved(
            StreamJob job, Children children, JobState state, JobSpec spec, String target, JobRuntime runtime) {
        boolean underWay = state.change().flatMap(Change::to).equals(Optional.of(target));
        return spec.strategy() == Strategy.Fresh || underWay
                ? Optional.empty()
                : state.active()
                        .filter(active -> !active.equals(target))
                        .flatMap(active -> children.parts(active, target, runtime))
                        .map(parts -> parts.spec().snapshots().storage())
                        .filter(storage ->
                                !storage.equals(job.getSpec().snapshots().storage()));
    }

    private static Optional<String> path(RestoreFrom from, Stream<Snapshot> snapshots) {
        return from.path() != null
                ? Optional.of(from.path())
                : snapshots
                        .filter(snapshot -> snapshot.getMetadata().getName().equals(from.snapshot()))
                        .map(Snapshot::getStatus)
                        .filter(status ->
                                status != null && SnapshotPhase.Completed.name().equals(status.phase()))
                        .map(status -> status.path())
                        .findFirst();
    }

    private Map<String, Moment.Seen> revisions(StreamJob job, Children children) {
        Set<String> names = children.revisions();
        Map<String, Warning> told = warnings.of(
                job,
                names.stream()
                        .flatMap(revision -> still(children, revision).stream())
                        .toList());
        Map<String, Moment.Seen> revisions = new LinkedHashMap<>();
        for (String revision : names) {
            Optional<StatefulSet> set = children.statefulSet(revision);
            PodSeen seen = children.pod(revision)
                    .map(pod -> pods.seen(
                            job,
                            pod,
                            Optional.of(pod)
                                    .filter(children::isTrusted)
                                    .map(it -> token.of(job.getMetadata().getUid())),
                            Optional.ofNullable(told.get(pod.getMetadata().getUid()))))
                    .or(() -> set.flatMap(it -> StatefulSets.refused(
                            it, Optional.ofNullable(told.get(it.getMetadata().getUid())))))
                    .orElse(new PodSeen.Absent());
            revisions.put(
                    revision,
                    new Moment.Seen(
                            set.map(StatefulSets::replicas).orElse(0),
                            seen,
                            children.pod(revision).flatMap(Pods::outOfMemory)));
        }
        return revisions;
    }

    /** What keeps a revision from running without saying why: its StatefulSet, which makes no pod, or its pod. */
    private static Optional<HasMetadata> still(Children children, String revision) {
        Optional<Pod> pod = children.pod(revision);
        return pod.isPresent()
                ? pod.filter(Pods::isBeingMade).map(HasMetadata.class::cast)
                : children.statefulSet(revision)
                        .filter(set -> StatefulSets.replicas(set) > 0)
                        .map(HasMetadata.class::cast);
    }

    void forget(String uid) {
        warnings.forget(uid);
    }

    private SavepointState savepoint(Children children, JobState state) {
        return state.change()
                .flatMap(change -> change.savepoint()
                        .flatMap(name -> change.from().flatMap(children::pod).map(pod -> pods.savepoint(pod, name))))
                .orElse(new SavepointState.Unknown());
    }

    /** The token's digest that the job's pods are given. */
    String tokenDigest(StreamJob job) {
        return token.digest(job.getMetadata().getUid());
    }

    JobRuntime runtime() {
        return runtime;
    }

    static boolean ofJob(Snapshot snapshot, StreamJob job) {
        return snapshot.getSpec() != null
                && job.getMetadata().getName().equals(snapshot.getSpec().job());
    }
}
