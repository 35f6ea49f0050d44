package dev.headrace.operator.objects;

import dev.headrace.crds.PodTemplate;
import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import dev.headrace.operator.job.JobYaml;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pods that do one thing in a job's storage when no process of the job can, with its image, environment, labels and annotations. Their
 * account is the one that the job names, or else {@code default}: the one that was made for the job may be gone by then.
 */
public final class StoragePods {
    private static final String EVERYBODYS_ACCOUNT = "default";

    private StoragePods() {}

    /** What one made by {@link #removingAll} removes. */
    public static Optional<String> removed(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .filter(container -> Names.CONTAINER.equals(container.getName()))
                .map(container -> container.getArgs().getLast())
                .findFirst();
    }

    /** Makes a job's last snapshot a savepoint; that it leaves as the container's message, see {@code headrace snapshot pin}. */
    public static Pod pinning(StreamJob job, StreamJobSpec spec, String revision, String savepoint) {
        String name = job.getMetadata().getName();
        return pod(
                name,
                spec,
                Names.meta(job, Names.pinning(name), labels(name)),
                List.of("snapshot", "pin", spec.snapshots().storage(), savepoint, "--revision", revision));
    }

    /** Removes all state of a job. */
    public static Pod removingAll(StreamJob job, StreamJobSpec spec) {
        String name = job.getMetadata().getName();
        return pod(
                name,
                spec,
                Names.meta(job, Names.removal(name), labels(name)),
                List.of("snapshot", "rm", "--all", spec.snapshots().storage()));
    }

    /** Removes one savepoint, that of a Snapshot. It goes with the Snapshot, also where it is made once more while that goes. */
    public static Pod removing(StreamJobSpec spec, String storage, String savepoint, Snapshot snapshot) {
        String name = snapshot.getSpec().job();
        Map<String, String> labels = labels(name);
        labels.put(Names.SNAPSHOT, snapshot.getMetadata().getName());
        return pod(
                name,
                spec,
                Names.meta(snapshot, Names.removal(name, snapshot.getMetadata().getName()), labels),
                List.of("snapshot", "rm", storage, savepoint));
    }

    /** They keep such a pod out of the job's Service and policies. */
    private static Map<String, String> labels(String job) {
        Map<String, String> labels = Names.labels(job);
        labels.put(Names.NAME, Names.STORAGE);
        return labels;
    }

    private static Pod pod(String job, StreamJobSpec spec, ObjectMeta meta, List<String> arguments) {
        PodTemplate template = PodSpecs.template(spec);
        return new PodBuilder()
                .withNewMetadataLike(meta)
                .withLabels(PodSpecs.merge(template.labels(), meta.getLabels()))
                .withAnnotations(PodSpecs.merge(template.annotations(), meta.getAnnotations()))
                .endMetadata()
                .withSpec(PodSpecs.pod(
                                job,
                                spec.serviceAccountName() == null
                                        ? JobYaml.withServiceAccount(spec, EVERYBODYS_ACCOUNT)
                                        : spec)
                        .withRestartPolicy("OnFailure")
                        .withActiveDeadlineSeconds(300L)
                        .withContainers(PodSpecs.container(spec, PodSpecs.Size.ofStorageWork(spec))
                                .withArgs(arguments)
                                .withVolumeMounts(new VolumeMountBuilder()
                                        .withName("state")
                                        .withMountPath(PodSpecs.STATE)
                                        .build())
                                .build())
                        .addNewVolume()
                        .withName("state")
                        .withNewEmptyDir()
                        .endEmptyDir()
                        .endVolume()
                        .build())
                .build();
    }
}
