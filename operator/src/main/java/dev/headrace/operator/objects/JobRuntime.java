package dev.headrace.operator.objects;

import dev.headrace.crds.StreamJobSpec;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator gives to all jobs.
 *
 * @param image the runtime, for jobs that name none
 * @param operatorNamespace from where pods may be controlled, by pods that carry {@code operatorLabels}
 */
public record JobRuntime(String image, String operatorNamespace, Map<String, String> operatorLabels) {
    /** The image that a job runs in. */
    public String imageOf(StreamJobSpec spec) {
        return Optional.ofNullable(spec.image()).orElse(image);
    }
}
