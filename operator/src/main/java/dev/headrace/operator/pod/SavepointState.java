package dev.headrace.operator.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** What has become of a savepoint that a pod was asked for. */
public sealed interface SavepointState {
    /** The pod is about to be asked what has become of it; that lasts a few seconds at most. */
    record Unasked() implements SavepointState {}

    /** The pod knows nothing of it: it was not asked to take it, or has been restarted since. Or it could not tell. */
    record Unknown() implements SavepointState {}

    /** It is being taken. */
    record InProgress() implements SavepointState {}

    /** It is in storage. */
    record Completed(String path, long bytes, long durationMillis, Map<String, Object> offsets)
            implements SavepointState {}

    /**
     * The storage that a savepoint or another snapshot is in, by its path. A spec may name another by now, which the revision that took the savepoint
     * does not have.
     */
    static String storage(String path) {
        return path.replaceFirst("/(savepoints|manifests)/[^/]+$", "");
    }

    /** It could not be taken. */
    record Failed(String error) implements SavepointState {}

    /** In brackets, why it could not be taken; empty where it was, or nobody knows. */
    static String why(SavepointState state) {
        return state instanceof Failed(String error) ? " (" + error + ")" : "";
    }

    @SuppressWarnings("unchecked")
    static SavepointState of(JsonNode json) {
        return switch (json.path("phase").asText()) {
            case "InProgress" -> new InProgress();
            case "Completed" ->
                new Completed(
                        json.path("path").asText(""),
                        json.path("bytes").asLong(),
                        json.path("durationMillis").asLong(),
                        json.path("offsets").isObject()
                                ? new ObjectMapper().convertValue(json.get("offsets"), Map.class)
                                : Map.of());
            case "Failed" -> new Failed(json.path("error").asText("the pod did not say why"));
            default -> new Unknown();
        };
    }
}
