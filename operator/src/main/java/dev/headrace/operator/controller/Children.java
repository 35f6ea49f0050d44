package dev.headrace.operator.controller;

import dev.headrace.crds.StreamJob;
import dev.headrace.operator.job.JobYaml;
import dev.headrace.operator.objects.JobRuntime;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.objects.Ownership;
import dev.headrace.operator.objects.RevisionObjects.Parts;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The objects of one job, as the caches have them. */
final class Children {
    static final List<Class<? extends HasMetadata>> KINDS = List.of(
            ServiceAccount.class,
            Service.class,
            NetworkPolicy.class,
            PodDisruptionBudget.class,
            ConfigMap.class,
            StatefulSet.class,
            Pod.class);

    private final StreamJob job;
    private final Context<StreamJob> context;

    Children(StreamJob job, Context<StreamJob> context) {
        this.job = job;
        this.context = context;
    }

    /**
     * Objects of that kind that this very job owns, or nobody: one of the same name that was deleted without them has left those. What
     * still belongs to one before it goes by itself. Pods are those that work in storage for this very job, and those of its StatefulSets,
     * also of one that has gone before its pod: anybody may give a pod our labels.
     */
    <T extends HasMetadata> Stream<T> all(Class<T> kind) {
        return context.getSecondaryResourcesAsStream(kind)
                .filter(object -> isOf(job, object)
                        || (object instanceof Pod pod ? runsRevision(pod) : Ownership.isNobodys(object)));
    }

    /** Whether it is owned by that very object. */
    static boolean isOf(HasMetadata owner, HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .anyMatch(reference -> owner.getMetadata().getUid().equals(reference.getUid()));
    }

    private boolean runsRevision(Pod pod) {
        return Names.revision(pod.getMetadata())
                .filter(revision ->
                        Ownership.isPodOf(Names.ofRevision(job.getMetadata().getName(), revision), pod))
                .isPresent();
    }

    /** Whether a pod is one to talk to: a StatefulSet that is there, and that this very job owns, controls it. */
    boolean isTrusted(Pod pod) {
        return runsRevision(pod)
                && context.getSecondaryResourcesAsStream(StatefulSet.class)
                        .filter(set -> isOf(job, set))
                        .anyMatch(set -> Ownership.controls(set, pod));
    }

    <T extends HasMetadata> Optional<T> named(Class<T> kind, String name) {
        return all(kind)
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst();
    }

    Optional<? extends HasMetadata> like(HasMetadata wanted) {
        return named(wanted.getClass(), wanted.getMetadata().getName());
    }

    /** Pods that run the job, of whatever revision. */
    Stream<Pod> pods() {
        return all(Pod.class).filter(this::runsRevision);
    }

    Optional<Pod> pod(String revision) {
        return pods().filter(pod -> Names.revision(pod.getMetadata()).equals(Optional.of(revision)))
                .findFirst();
    }

    /** Revisions that have a StatefulSet, a ConfigMap or a pod. */
    Set<String> revisions() {
        Set<String> revisions = new TreeSet<>();
        Stream.of(all(StatefulSet.class), all(ConfigMap.class), pods())
                .flatMap(objects -> objects)
                .map(object -> Names.revision(object.getMetadata()))
                .flatMap(Optional::stream)
                .forEach(revisions::add);
        return revisions;
    }

    Optional<StatefulSet> statefulSet(String revision) {
        return named(StatefulSet.class, Names.ofRevision(job.getMetadata().getName(), revision));
    }

    Optional<ConfigMap> configMap(String revision) {
        return named(ConfigMap.class, Names.ofRevision(job.getMetadata().getName(), revision));
    }

    /**
     * What makes a revision: as its ConfigMap has it, or its StatefulSet; and where neither is there, the spec, if it still asks
     * for that revision.
     */
    Optional<Parts> parts(String revision, String target, JobRuntime runtime) {
        Optional<String> kept = configMap(revision)
                .map(map -> map.getData().get(Names.FILE_KEY))
                .or(() -> statefulSet(revision)
                        .map(set -> set.getMetadata().getAnnotations())
                        .map(annotations -> annotations.get(Names.FILE))
                        .flatMap(JobYaml::decompress));
        return kept.or(() -> revision.equals(target)
                        ? Optional.of(JobYaml.write(job, runtime.imageOf(job.getSpec())))
                        : Optional.empty())
                .flatMap(file -> JobYaml.read(file).map(read -> new Parts(revision, file, read)));
    }
}
