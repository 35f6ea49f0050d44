package dev.headrace.operator.job;

import com.fasterxml.jackson.databind.JsonMappingException;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The affinity of a pod, of which the definition of StreamJobs says nothing but that it is an object. */
public final class Affinities {
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private Affinities() {}

    /** @throws IllegalArgumentException where it is none; the message begins with the field that is not as Kubernetes has it */
    public static Affinity read(Map<String, Object> fields) {
        try {
            return SERIALIZATION.convertValue(fields, Affinity.class);
        } catch (IllegalArgumentException e) {
            String path = "spec.podTemplate.affinity"
                    + Optional.ofNullable(e.getCause())
                            .filter(JsonMappingException.class::isInstance)
                            .map(cause -> ((JsonMappingException) cause)
                                    .getPath().stream().map(Affinities::step).collect(Collectors.joining()))
                            .orElse("");
            throw new IllegalArgumentException(
                    "'" + path + "' is not what Kubernetes has there; 'kubectl explain pod.spec.affinity' tells", e);
        }
    }

    private static String step(JsonMappingException.Reference step) {
        return step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName();
    }
}
