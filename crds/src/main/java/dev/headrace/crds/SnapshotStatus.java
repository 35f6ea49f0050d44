package dev.headrace.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.headrace.crds.word.SnapshotPhase;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import java.util.Map;

/** What has come of it. Times are RFC 3339 in UTC. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SnapshotStatus(
        Long observedGeneration,
        @SchemaFrom(type = SnapshotPhase.class) String phase,

        @JsonPropertyDescription("The phase as a sentence.") String message,

        @JsonPropertyDescription("The job's revision that took it.")
        String revision,

        @JsonPropertyDescription("The job's snapshot storage.")
        String storage,

        @JsonPropertyDescription("The savepoint's name there.")
        String savepoint,

        @JsonPropertyDescription(
                "With what it is removed when its StreamJob is gone: the job's image, environment, account and"
                        + " pod template when it was taken, compressed.")
        String access,

        String path,
        Long bytes,
        Long durationMillis,
        @PreserveUnknownFields Map<String, Object> offsets,

        String startedAt,
        String completedAt,

        @JsonPropertyDescription("When its removal began.") String removedAt,

        @JsonPropertyDescription("Why there is none.") String error) {

    public static final SnapshotStatus NONE = new SnapshotStatus(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
}
