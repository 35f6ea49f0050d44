package dev.headrace.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** What a user may say about pods beyond the job itself. Container, volumes and security are the operator's. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.labels) || self.labels.all(key, !key.startsWith('headrace.dev/') &&"
                + " !key.startsWith('app.kubernetes.io/name') && !key.startsWith('app.kubernetes.io/managed-by'))",
        message =
                "labels headrace.dev/..., app.kubernetes.io/name and app.kubernetes.io/managed-by are set by the operator")
@ValidationRule(
        value = "!has(self.annotations) || self.annotations.all(key, !key.startsWith('headrace.dev/'))",
        message = "annotations headrace.dev/... are set by the operator")
public record PodTemplate(
        @Size(max = 50) Map<String, String> labels,
        @Size(max = 50) Map<String, String> annotations,

        @Size(max = 50) Map<String, String> nodeSelector,

        @Size(max = 50) List<Toleration> tolerations,

        @JsonPropertyDescription("As in a pod.") @PreserveUnknownFields
        Map<String, Object> affinity,

        @Size(min = 1, max = 253) String priorityClassName,

        @Size(min = 1, max = 253) String runtimeClassName,

        @Size(max = 10) List<EnvSource.Reference> imagePullSecrets,

        @JsonPropertyDescription("Time for the last snapshot when a pod is asked to end. Default: 60.")
        @Min(5)
        @Max(3600)
        Integer terminationGracePeriodSeconds) {

    /** A taint that the pods bear. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Toleration(
            @Size(max = 253) String key,
            @Size(max = 20) String operator,
            @Size(max = 253) String value,
            @Size(max = 20) String effect,
            Long tolerationSeconds) {}
}
