package dev.headrace.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;

/**
 * What the operator has seen, and what it is about: all that it has to remember is here. Times are RFC 3339 in UTC. What is
 * not known is absent.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record StreamJobStatus(
        Long observedGeneration,

        @JsonPropertyDescription("One word for where the job is.")
        @SchemaFrom(type = dev.headrace.crds.word.Phase.class)
        String phase,

        @JsonPropertyDescription("The phase as a sentence, with what to do where something is to be done.")
        String message,

        @JsonPropertyDescription("The revision that runs, or is to run.")
        String revision,

        @JsonPropertyDescription("When its input had ended, and all results were written; it has no pod any more.")
        String finished,

        @JsonPropertyDescription("Pods that run the job.") @StatusReplicas
        Integer replicas,

        @LabelSelector String selector,
        Progress progress,
        LastSnapshot snapshot,

        @JsonPropertyDescription("A change under way: written before anything is done.")
        Transition transition,

        @JsonPropertyDescription(
                "A revision that was tried, and refused or taken back; not tried again until the spec changes.")
        Refusal refused,

        @JsonPropertyDescription("The restoreFrom that was heeded last.")
        StreamJobSpec.RestoreFrom restored,

        @JsonPropertyDescription("The schedule of Snapshots.")
        Schedule schedule,

        @JsonPropertyDescription("What is done before a deleted StreamJob goes.")
        Removal removal,

        List<Condition> conditions) {

    public static final StreamJobStatus NONE = new StreamJobStatus(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    /**
     * How far the job has got, at most half a minute ago while rows move.
     *
     * @param lag rows, for files bytes, not yet read
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Progress(
            String at, Long rowsIn, Long rowsOut, Long lateRows, Long lag, String watermark, Long stateBytes) {}

    /** The last snapshot that was known to be complete. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record LastSnapshot(String name, String path, String at, Long durationMillis, Long bytes) {}

    /**
     * A change under way.
     *
     * @param from the revision that ran before; absent for a job's first
     * @param to the revision that is to run; absent while suspended
     * @param savepoint the name of the savepoint that {@code from} stops with
     * @param restoreFrom that of the spec, where {@code to} heeds it
     * @param startFrom the snapshot that {@code to} starts from; absent: the latest in storage, or nothing with {@code fresh}
     * @param generation of the spec that asked for {@code to}
     * @param resting {@code from} has no pod, since the job was suspended, or has finished
     * @param since when the change began, and {@code stepSince} its step
     * @param deadline when {@code to} is taken back
     * @param reason why it is taken back
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Transition(
            @SchemaFrom(type = dev.headrace.crds.word.Step.class)
            String step,

            String from,
            String to,

            @SchemaFrom(type = StreamJobSpec.Strategy.class) String strategy,

            String savepoint,
            StreamJobSpec.RestoreFrom restoreFrom,
            String startFrom,
            Boolean fresh,
            Long generation,
            Boolean resting,
            String since,
            String stepSince,
            String deadline,
            String reason,
            String message) {}

    /** A revision that was refused or taken back. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Refusal(String revision, Long generation, String reason, String message) {}

    /** When a Snapshot was last made by schedule, and when the next is due. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Schedule(String last, String next) {}

    /** What is done before a deleted StreamJob goes; at the deadline it goes whatever has come of it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Removal(String savepoint, String since, String deadline) {}
}
