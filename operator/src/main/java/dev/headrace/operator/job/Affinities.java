package dev.headrace.operator.job;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Affinity;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The affinity of a pod, of which the definition of StreamJobs says nothing but that it is an object. */
public final class Affinities {
    private static final JsonMapper STRICT = JsonMapper.builder()
            .annotationIntrospector(new OfKnownFields())
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES)
            .build();

    /** The API server refuses a field that it does not know, which the client's classes would take and pass on. */
    private static final class OfKnownFields extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return Boolean.FALSE;
        }
    }

    private Affinities() {}

    /** @throws IllegalArgumentException where it is none; the message begins with the field that is not as Kubernetes has it */
    public static Affinity read(Map<String, Object> fields) {
        try {
            return STRICT.convertValue(fields, Affinity.class);
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
