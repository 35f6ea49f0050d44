package dev.headrace.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Kubernetes 1.34 says of a pod that it does not make, and what we make of it. */
class PodRefusalsTest {
    private static final String FORBIDDEN =
            "create Pod orders-a-0 in StatefulSet orders-a failed error: pods \"orders-a-0\" is forbidden: ";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            # said | sentence
            exceeded quota: small, requested: requests.cpu=500m, used: requests.cpu=0, limited: requests.cpu=300m | the ResourceQuota small of the namespace has no room for it: it asks for requests.cpu=500m, where requests.cpu=0 is used of requests.cpu=300m; raise the quota, or ask for less in spec.resources
            exceeded quota: small, requested: limits.memory=1Gi,pods=1, used: limits.memory=1Gi,pods=4, limited: limits.memory=1Gi,pods=4 | the ResourceQuota small of the namespace has no room for it: it asks for limits.memory=1Gi,pods=1, where limits.memory=1Gi,pods=4 is used of limits.memory=1Gi,pods=4; raise the quota, or ask for less in spec.resources
            failed quota: small: must specify limits.cpu for: headrace | the ResourceQuota small of the namespace takes only pods that say limits.cpu; set spec.resources.cpuLimit
            failed quota: small: must specify requests.ephemeral-storage for: headrace | the ResourceQuota small of the namespace takes only pods that say requests.ephemeral-storage; set spec.resources.disk
            failed quota: small: must specify requests.example.com/gpu for: headrace | the ResourceQuota small of the namespace takes only pods that say requests.example.com/gpu; change the quota, or have a LimitRange set it
            [maximum cpu usage per Container is 200m, but limit is 1, maximum memory usage per Container is 100Mi, but limit is 200Mi] | a LimitRange of the namespace does not take it: maximum cpu usage per Container is 200m, but limit is 1, maximum memory usage per Container is 100Mi, but limit is 200Mi; change spec.resources, or the LimitRange
            [maximum memory usage per Container is 100Mi, but limit is 200Mi, maximum cpu usage per Container is 200m, but limit is 1] | a LimitRange of the namespace does not take it: maximum cpu usage per Container is 200m, but limit is 1, maximum memory usage per Container is 100Mi, but limit is 200Mi; change spec.resources, or the LimitRange
            minimum cpu usage per Container is 2, but request is 500m | a LimitRange of the namespace does not take it: minimum cpu usage per Container is 2, but request is 500m; change spec.resources, or the LimitRange
            violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "sidecar" must set securityContext.allowPrivilegeEscalation=false) | the pod security of the namespace (restricted:latest) does not take it: allowPrivilegeEscalation != false (container "sidecar" must set securityContext.allowPrivilegeEscalation=false); a job's pod fits restricted as it is made: look for what changes pods here, or change the namespace's label pod-security.kubernetes.io/enforce
            error looking up service account shop/nobody: serviceaccount "nobody" not found | the namespace shop has no ServiceAccount nobody; make it, or correct spec.serviceAccountName
            no PriorityClass with name nobody was found | there is no PriorityClass nobody; make it, or correct spec.podTemplate.priorityClassName
            pod rejected: RuntimeClass "nobody" not found | there is no RuntimeClass nobody; make it, or correct spec.podTemplate.runtimeClassName
            something new | Kubernetes does not make it: something new; correct what it names
            """)
    void why_there_is_no_pod(String said, String sentence) {
        assertThat(PodRefusals.sentence(FORBIDDEN + said)).isEqualTo("there is no pod: " + sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            create Pod a-0 in StatefulSet a failed error: admission webhook "policy.example.org" denied the request: no label team | the admission webhook policy.example.org does not take it: no label team; do as it says, or ask who runs it
            create Pod a-0 in StatefulSet a failed error: admission webhook "policy.example.org" denied the request without explanation | the admission webhook policy.example.org does not take it; do as it says, or ask who runs it
            create Pod a-0 in StatefulSet a failed error: pods "a-0" is forbidden: ValidatingAdmissionPolicy 'teams' with binding 'all' denied request: no label team | the ValidatingAdmissionPolicy teams does not take it: no label team; do as it says, or ask who made it
            create Pod a-0 in StatefulSet a failed error: Internal error occurred: failed calling webhook "policy.example.org": connection refused | the admission webhook policy.example.org does not answer: connection refused; it has to run, or to be taken out of the way of this namespace
            (combined from similar events): create Pod a-0 in StatefulSet a failed error: pods "a-0" is forbidden: something new | Kubernetes does not make it: something new; correct what it names
            create Pod a-0 in StatefulSet a failed error: Pod "a-0" is invalid: spec.containers[0].image: Required value | Kubernetes does not make it: spec.containers[0].image: Required value; correct what it names
            """)
    void whoever_refuses_it_is_named(String note, String sentence) {
        assertThat(PodRefusals.sentence(note)).isEqualTo("there is no pod: " + sentence);
    }
}
