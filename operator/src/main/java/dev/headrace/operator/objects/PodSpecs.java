package dev.headrace.operator.objects;

import dev.headrace.crds.EnvSource;
import dev.headrace.crds.EnvVariable;
import dev.headrace.crds.PodTemplate;
import dev.headrace.crds.StreamJobSpec;
import dev.headrace.operator.job.Affinities;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What pods of a job have in common, whether they run it or work in its storage. All fit the profile {@code restricted}. */
final class PodSpecs {
    /** The user of the runtime's image. */
    static final long USER = 10001;

    static final String STATE = "/var/lib/headrace";

    private static final String CPU = "1";
    private static final String MEMORY = "1Gi";
    private static final String DISK = "ephemeral-storage";
    private static final Quantity STORAGE_CPU = Quantity.parse("500m");
    private static final Quantity STORAGE_MEMORY = Quantity.parse("512Mi");
    private static final PodTemplate NOTHING = new PodTemplate(null, null, null, null, null, null, null, null, null);

    private PodSpecs() {}

    static PodTemplate template(StreamJobSpec spec) {
        return Optional.ofNullable(spec.podTemplate()).orElse(NOTHING);
    }

    /** Account, security and scheduling; the caller adds what runs. */
    static PodSpecBuilder pod(String job, StreamJobSpec spec) {
        PodTemplate template = template(spec);
        PodSpecBuilder pod = new PodSpecBuilder()
                .withServiceAccountName(
                        Optional.ofNullable(spec.serviceAccountName()).orElse(job))
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext();
        Optional.ofNullable(template.nodeSelector()).ifPresent(pod::withNodeSelector);
        Optional.ofNullable(template.priorityClassName()).ifPresent(pod::withPriorityClassName);
        Optional.ofNullable(template.runtimeClassName()).ifPresent(pod::withRuntimeClassName);
        for (PodTemplate.Toleration toleration :
                Optional.ofNullable(template.tolerations()).orElse(List.of())) {
            pod.addToTolerations(new TolerationBuilder()
                    .withKey(toleration.key())
                    .withOperator(toleration.operator())
                    .withValue(toleration.value())
                    .withEffect(toleration.effect())
                    .withTolerationSeconds(toleration.tolerationSeconds())
                    .build());
        }
        for (EnvSource.Reference secret :
                Optional.ofNullable(template.imagePullSecrets()).orElse(List.of())) {
            pod.addToImagePullSecrets(new LocalObjectReference(secret.name()));
        }
        if (template.affinity() != null) {
            pod.withAffinity(Affinities.read(template.affinity()));
        }
        return pod;
    }

    /**
     * What a pod asks for. Memory is had or not; a processor that nobody else wants may be used, so that starts and restores are
     * short. Of a disk that is asked for a node has as much left, and no more is taken; otherwise who fills the disk has others evicted too.
     */
    record Size(Quantity cpu, Quantity memory, Optional<Quantity> cpuLimit, Optional<Quantity> disk) {
        /** What the job is to have. */
        static Size ofJob(StreamJobSpec spec) {
            Optional<StreamJobSpec.Resources> given = Optional.ofNullable(spec.resources());
            return new Size(
                    Quantity.parse(given.map(StreamJobSpec.Resources::cpu).orElse(CPU)),
                    Quantity.parse(given.map(StreamJobSpec.Resources::memory).orElse(MEMORY)),
                    given.map(StreamJobSpec.Resources::cpuLimit).map(Quantity::parse),
                    given.map(StreamJobSpec.Resources::disk).map(Quantity::parse));
        }

        /** No more than it takes to list and remove objects: beside a large job there may be no room for another of its size. */
        static Size ofStorageWork(StreamJobSpec spec) {
            Size job = ofJob(spec);
            return new Size(
                    less(job.cpu, STORAGE_CPU), less(job.memory, STORAGE_MEMORY), job.cpuLimit, Optional.empty());
        }

        private static Quantity less(Quantity one, Quantity other) {
            return Quantity.getAmountInBytes(one).compareTo(Quantity.getAmountInBytes(other)) <= 0 ? one : other;
        }

        private ResourceRequirements requirements() {
            ResourceRequirementsBuilder resources = new ResourceRequirementsBuilder()
                    .addToRequests("cpu", cpu)
                    .addToRequests("memory", memory)
                    .addToLimits("memory", memory);
            cpuLimit.ifPresent(limit -> resources.addToLimits("cpu", limit));
            disk.ifPresent(size -> resources.addToRequests(DISK, size).addToLimits(DISK, size));
            return resources.build();
        }

        /** The cores that the pod is sure to have, rounded up: for so many the process is made. */
        private int cores() {
            return Math.max(
                    1,
                    Quantity.getAmountInBytes(cpu)
                            .setScale(0, RoundingMode.CEILING)
                            .intValueExact());
        }
    }

    /** The runtime with the job's environment; the caller adds arguments. */
    static ContainerBuilder container(StreamJobSpec spec, Size size) {
        return new ContainerBuilder()
                .withName(Names.CONTAINER)
                .withImage(spec.image())
                .withImagePullPolicy("IfNotPresent")
                .withEnvFrom(sources(spec))
                .withEnv(variables(spec))
                .addToEnv(new EnvVarBuilder()
                        .withName("HEADRACE_CORES")
                        .withValue(Integer.toString(size.cores()))
                        .build())
                .withResources(size.requirements())
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext();
    }

    static EnvVar field(String name, String path) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    /** User's labels and annotations with ours, which win. */
    static Map<String, String> merge(Map<String, String> theirs, Map<String, String> ours) {
        Map<String, String> merged = new LinkedHashMap<>();
        Optional.ofNullable(theirs).ifPresent(merged::putAll);
        merged.putAll(ours);
        return merged;
    }

    private static List<EnvFromSource> sources(StreamJobSpec spec) {
        return Optional.ofNullable(spec.envFrom()).orElse(List.of()).stream()
                .map(source -> {
                    EnvFromSourceBuilder builder = new EnvFromSourceBuilder().withPrefix(source.prefix());
                    return (source.secretRef() != null
                                    ? builder.withNewSecretRef()
                                            .withName(source.secretRef().name())
                                            .endSecretRef()
                                    : builder.withNewConfigMapRef()
                                            .withName(source.configMapRef().name())
                                            .endConfigMapRef())
                            .build();
                })
                .toList();
    }

    private static List<EnvVar> variables(StreamJobSpec spec) {
        return Optional.ofNullable(spec.env()).orElse(List.of()).stream()
                .map(PodSpecs::variable)
                .toList();
    }

    private static EnvVar variable(EnvVariable variable) {
        EnvVarBuilder builder = new EnvVarBuilder().withName(variable.name());
        if (variable.valueFrom() == null) {
            return builder.withValue(variable.value()).build();
        }
        EnvVariable.KeyReference secret = variable.valueFrom().secretKeyRef();
        EnvVariable.KeyReference map = variable.valueFrom().configMapKeyRef();
        return (secret != null
                        ? builder.withNewValueFrom()
                                .withNewSecretKeyRef(secret.key(), secret.name(), null)
                                .endValueFrom()
                        : builder.withNewValueFrom()
                                .withNewConfigMapKeyRef(map.key(), map.name(), null)
                                .endValueFrom())
                .build();
    }
}
