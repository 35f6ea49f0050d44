package dev.headrace.operator.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.awaitility.Awaitility;

/** An admission policy of the API server that refuses objects of one kind in a test's namespace. */
final class Policy implements AutoCloseable {
    private final Cluster cluster;
    private final GenericKubernetesResource policy;
    private final GenericKubernetesResource binding;

    /**
     * @param resource {@code GROUP/VERSION/PLURAL}
     * @param when a CEL expression; where it holds the object is refused
     * @param example an object that the policy refuses, by which one sees that it is heeded
     */
    Policy(Cluster cluster, String resource, String when, HasMetadata example) {
        this.cluster = cluster;
        String[] kind = resource.split("/");
        policy = Serialization.unmarshal(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: %s-%s}
                spec:
                  failurePolicy: Fail
                  matchConstraints:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                    resourceRules:
                      - {apiGroups: ["%s"], apiVersions: ["%s"], operations: [CREATE, UPDATE], resources: ["%2$s"]}
                  validations:
                    - {expression: "!(%s)", message: the house has a rule against it}
                """.formatted(cluster.namespace, kind[2], kind[0], kind[1], when), GenericKubernetesResource.class);
        binding =
                Serialization.unmarshal("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: %s}
                spec: {policyName: %1$s, validationActions: [Deny]}
                """.formatted(policy.getMetadata().getName()), GenericKubernetesResource.class);
        cluster.client.resource(policy).create();
        cluster.client.resource(binding).create();
        Awaitility.await("the policy is heeded")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> refuses(example));
    }

    private boolean refuses(HasMetadata example) {
        try {
            cluster.client
                    .resource(example)
                    .inNamespace(cluster.namespace)
                    .dryRun()
                    .create();
            return false;
        } catch (KubernetesClientException e) {
            return String.valueOf(e.getMessage()).contains("the house has a rule against it");
        }
    }

    @Override
    public void close() {
        cluster.client.resource(binding).delete();
        cluster.client.resource(policy).delete();
    }
}
