package dev.headrace.operator.objects;

import dev.headrace.crds.StreamJob;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The objects of a job that all its revisions share. */
public final class JobObjects {
    private JobObjects() {}

    public static List<HasMetadata> all(StreamJob job, JobRuntime runtime) {
        Stream<HasMetadata> account =
                job.getSpec().serviceAccountName() == null ? Stream.of(serviceAccount(job)) : Stream.empty();
        return Stream.concat(account, Stream.of(service(job), networkPolicy(job, runtime), disruptionBudget(job)))
                .toList();
    }

    static ServiceAccount serviceAccount(StreamJob job) {
        return new ServiceAccountBuilder()
                .withMetadata(Names.meta(job))
                .withAutomountServiceAccountToken(false)
                .build();
    }

    /** Pods are reached before they are ready too: that is when there is most to ask them. */
    static Service service(StreamJob job) {
        return new ServiceBuilder()
                .withMetadata(Names.meta(job))
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(Names.selector(job.getMetadata().getName()))
                .addNewPort()
                .withName("control")
                .withPort(Names.CONTROL)
                .withTargetPort(new IntOrString("control"))
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("metrics")
                .withPort(Names.METRICS)
                .withTargetPort(new IntOrString("metrics"))
                .withProtocol("TCP")
                .endPort()
                .endSpec()
                .build();
    }

    static NetworkPolicy networkPolicy(StreamJob job, JobRuntime runtime) {
        return new NetworkPolicyBuilder()
                .withMetadata(Names.meta(job))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(Names.selector(job.getMetadata().getName()))
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .addNewFrom()
                .withNewNamespaceSelector()
                .withMatchLabels(Map.of("kubernetes.io/metadata.name", runtime.operatorNamespace()))
                .endNamespaceSelector()
                .withNewPodSelector()
                .withMatchLabels(runtime.operatorLabels())
                .endPodSelector()
                .endFrom()
                .addNewPort()
                .withPort(new IntOrString(Names.CONTROL))
                .withProtocol("TCP")
                .endPort()
                .endIngress()
                .addNewIngress()
                .addNewPort()
                .withPort(new IntOrString(Names.METRICS))
                .withProtocol("TCP")
                .endPort()
                .endIngress()
                .endSpec()
                .build();
    }

    static PodDisruptionBudget disruptionBudget(StreamJob job) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(Names.meta(job))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                // A pod that is not ready has nothing to lose: else a job that fails would hold up each drain of its
                // node.
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .withNewSelector()
                .withMatchLabels(Names.selector(job.getMetadata().getName()))
                .endSelector()
                .endSpec()
                .build();
    }
}
