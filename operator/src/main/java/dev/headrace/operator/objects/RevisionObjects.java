package dev.headrace.operator.objects;

import dev.headrace.crds.PodTemplate;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import dev.headrace.operator.job.JobYaml;
import dev.headrace.operator.job.Origin;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The objects of one revision. */
public final class RevisionObjects {
    private static final int GRACE_SECONDS = 60;

    /** What the process leaves of its grace for the end of the container. */
    private static final int KILL_SECONDS = 5;

    private RevisionObjects() {}

    /**
     * What makes one revision.
     *
     * @param file the job's file, {@link JobYaml}
     * @param spec what the file says
     */
    public record Parts(String revision, String file, StreamJobSpec spec) {}

    /** @param again another time makes the StatefulSet's controller try again at once to make a pod */
    public static List<HasMetadata> all(
            StreamJob job, Parts parts, int replicas, Origin origin, Optional<Instant> again, String tokenDigest) {
        StatefulSet set = statefulSet(job, parts, replicas, origin, tokenDigest);
        again.ifPresent(time -> set.getMetadata().getAnnotations().put(Names.AGAIN, time.toString()));
        return List.of(configMap(job, parts), set);
    }

    static ConfigMap configMap(StreamJob job, Parts parts) {
        return new ConfigMapBuilder()
                .withMetadata(Names.meta(job, parts.revision()))
                .withImmutable(true)
                .withData(Map.of(Names.FILE_KEY, parts.file()))
                .build();
    }

    /**
     * Pods take up a changed template only when they are made anew anyway: a newer operator, which may write another one, restarts
     * none.
     */
    static StatefulSet statefulSet(StreamJob job, Parts parts, int replicas, Origin origin, String tokenDigest) {
        String name = job.getMetadata().getName();
        StreamJobSpec spec = parts.spec();
        PodTemplate template = PodSpecs.template(spec);
        ObjectMeta meta = Names.meta(job, parts.revision());
        meta.setAnnotations(new TreeMap<>(Map.of(Names.FILE, JobYaml.compress(parts.file()))));
        return new StatefulSetBuilder()
                .withMetadata(meta)
                .withNewSpec()
                .withReplicas(replicas)
                .withServiceName(name)
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewSelector()
                .withMatchLabels(Names.selector(name, parts.revision()))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(PodSpecs.merge(template.labels(), Names.labels(name, parts.revision())))
                .withAnnotations(template.annotations())
                .endMetadata()
                .withSpec(PodSpecs.pod(name, spec)
                        .withTerminationGracePeriodSeconds((long) grace(spec))
                        .withContainers(container(parts, origin, tokenDigest))
                        .addNewVolume()
                        .withName("job")
                        .withNewConfigMap()
                        .withName(Names.ofRevision(name, parts.revision()))
                        .endConfigMap()
                        .endVolume()
                        .addNewVolume()
                        .withName("state")
                        .withNewEmptyDir()
                        .withSizeLimit(PodSpecs.Size.ofJob(spec).disk().orElse(null))
                        .endEmptyDir()
                        .endVolume()
                        .build())
                .endTemplate()
                .endSpec()
                .build();
    }

    private static int grace(StreamJobSpec spec) {
        return Optional.ofNullable(PodSpecs.template(spec).terminationGracePeriodSeconds())
                .orElse(GRACE_SECONDS);
    }

    private static List<String> arguments(Parts parts, Origin origin) {
        List<String> arguments = new ArrayList<>(List.of(
                "pod",
                "--job",
                JobYaml.PATH,
                "--revision",
                parts.revision(),
                "--await-start",
                "--grace-seconds",
                "" + Math.max(1, grace(parts.spec()) - KILL_SECONDS)));
        origin.from().ifPresent(from -> arguments.addAll(List.of("--restore-from", from)));
        if (origin.fresh()) {
            arguments.add("--fresh");
        }
        return arguments;
    }

    private static Container container(Parts parts, Origin origin, String tokenDigest) {
        return PodSpecs.container(parts.spec(), PodSpecs.Size.ofJob(parts.spec()))
                .withArgs(arguments(parts, origin))
                .addToEnv(PodSpecs.field("HEADRACE_POD", "metadata.name"))
                .addToEnv(PodSpecs.field("HEADRACE_NAMESPACE", "metadata.namespace"))
                .addNewEnv()
                .withName("HEADRACE_CONTROL_TOKEN_SHA256")
                .withValue(tokenDigest)
                .endEnv()
                .addNewPort()
                .withName("control")
                .withContainerPort(Names.CONTROL)
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("metrics")
                .withContainerPort(Names.METRICS)
                .withProtocol("TCP")
                .endPort()
                .withStartupProbe(probe("/livez", 1, 120))
                .withLivenessProbe(probe("/livez", 10, 3))
                .withReadinessProbe(probe("/readyz", 2, 1))
                .withVolumeMounts(
                        new VolumeMountBuilder()
                                .withName("job")
                                .withMountPath(JobYaml.PATH.substring(0, JobYaml.PATH.lastIndexOf('/')))
                                .withReadOnly(true)
                                .build(),
                        new VolumeMountBuilder()
                                .withName("state")
                                .withMountPath(PodSpecs.STATE)
                                .build())
                .build();
    }

    private static Probe probe(String path, int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString("control"))
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }
}
