package dev.headrace.operator.pod;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a pod tells of itself.
 *
 * @param reason why it is in its phase
 * @param snapshotTrouble why the snapshot under way cannot be written
 * @param restoreTrouble why state that is still to come cannot be read
 * @param snapshotRevision which revision took the last snapshot in the job's storage; claims are none
 */
public record PodState(
        Phase phase,
        String message,
        Optional<String> startedFrom,
        OptionalLong lag,
        Optional<Instant> watermark,
        long rowsIn,
        long rowsOut,
        long lateRows,
        long stateBytes,
        Optional<LastSnapshot> snapshot,
        long snapshotFailures,
        Optional<String> snapshotTrouble,
        Optional<String> restoreTrouble,
        long restarts,
        Optional<Instant> nextStartAt,
        Optional<String> upgrade,
        String reason,
        Optional<String> snapshotRevision) {

    /** Where the process is. */
    public enum Phase {
        Starting,
        /** Planned, and waits for start. */
        Waiting,
        Running,
        /** Failed, and will start again. */
        BackingOff,
        Stopping,
        Stopped,
        /** Its input has ended. */
        Finished,
        /** The job itself is wrong. */
        Invalid,
        /** What a newer runtime may say. */
        Unknown;

        static Phase of(String text) {
            return Arrays.stream(values())
                    .filter(phase -> phase.name().equals(text))
                    .findFirst()
                    .orElse(Unknown);
        }
    }

    /** The last snapshot that this process has completed. */
    public record LastSnapshot(String name, String path, Instant at, long durationMillis, long bytes) {}

    /** Whether it has completed a snapshot since it started, and so can be gone on from. */
    public boolean hasSnapshot() {
        return snapshot.isPresent() && !startedFrom.equals(snapshot.map(LastSnapshot::name));
    }

    /**
     * Whether what the revision has written counts: storage holds a snapshot of it, and none that came after. A pod of an older runtime
     * tells only what it has done itself.
     */
    public boolean hasWritten(String revision) {
        return snapshotRevision.map(revision::equals).orElse(phase == Phase.Running && hasSnapshot());
    }

    /** Whether another process has the job. */
    public boolean isTakenOver() {
        return phase == Phase.Stopped && reason.equals("TakenOver");
    }

    /** Whether the job, which was asked to stop, has failed before it had. */
    public boolean failedStopping() {
        return phase == Phase.Stopping && reason.equals("JobFailed");
    }

    /** What is absent or of another kind is taken as not known. */
    public static PodState of(JsonNode json) {
        JsonNode last = json.path("snapshot");
        return new PodState(
                Phase.of(json.path("phase").asText()),
                json.path("message").asText(""),
                text(json, "startedFrom"),
                number(json, "lag"),
                time(json, "watermark"),
                json.path("rowsIn").asLong(),
                json.path("rowsOut").asLong(),
                json.path("lateRows").asLong(),
                json.path("stateBytes").asLong(),
                text(last, "name")
                        .map(name -> new LastSnapshot(
                                name,
                                last.path("path").asText(""),
                                Instant.ofEpochMilli(last.path("at").asLong()),
                                last.path("durationMillis").asLong(),
                                last.path("bytes").asLong())),
                json.path("snapshotFailures").asLong(),
                text(json, "snapshotTrouble"),
                text(json, "restoreTrouble"),
                json.path("restarts").asLong(),
                time(json, "nextStartAt"),
                text(json.path("upgrade"), "message"),
                json.path("reason").asText(""),
                text(json, "snapshotRevision"));
    }

    private static Optional<String> text(JsonNode json, String field) {
        String text = json.path(field).asText("");
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static OptionalLong number(JsonNode json, String field) {
        return json.path(field).isNumber() ? OptionalLong.of(json.get(field).asLong()) : OptionalLong.empty();
    }

    private static Optional<Instant> time(JsonNode json, String field) {
        OptionalLong millis = number(json, field);
        return millis.isPresent() ? Optional.of(Instant.ofEpochMilli(millis.getAsLong())) : Optional.empty();
    }
}
