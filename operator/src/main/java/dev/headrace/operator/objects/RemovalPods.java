package dev.headrace.operator.objects;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;

/** Pods that remove state from storage, with a job's image, environment and account. */
public final class RemovalPods {
    private RemovalPods() {}

    /** All of a job. Its labels keep it out of the job's Service and policies. */
    public static Pod ofJob(StreamJob job, StreamJobSpec spec) {
        String name = job.getMetadata().getName();
        return pod(
                name,
                spec,
                Names.meta(job, Names.removal(name), labels(name)),
                List.of("snapshot", "rm", "--all", spec.snapshots().storage()));
    }

    /** One savepoint, that of a Snapshot. It goes with the Snapshot, also where it is made once more while that goes. */
    public static Pod ofSnapshot(StreamJobSpec spec, String storage, String savepoint, Snapshot snapshot) {
        String name = snapshot.getSpec().job();
        Map<String, String> labels = labels(name);
        labels.put(Names.SNAPSHOT, snapshot.getMetadata().getName());
        return pod(
                name,
                spec,
                Names.meta(snapshot, Names.removal(name, snapshot.getMetadata().getName()), labels),
                List.of("snapshot", "rm", storage, savepoint));
    }

    private static Map<String, String> labels(String job) {
        Map<String, String> labels = Names.labels(job);
        labels.put(Names.NAME, Names.REMOVAL);
        return labels;
    }

    private static Pod pod(String job, StreamJobSpec spec, ObjectMeta meta, List<String> arguments) {
        return new PodBuilder()
                .withMetadata(meta)
                .withSpec(PodSpecs.pod(job, spec)
                        .withRestartPolicy("OnFailure")
                        .withActiveDeadlineSeconds(300L)
                        .withContainers(PodSpecs.container(spec)
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
