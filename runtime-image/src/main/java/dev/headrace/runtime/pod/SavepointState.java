package dev.headrace.runtime.pod;

import dev.headrace.core.snapshot.Manifest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A savepoint that was asked for.
 *
 * @param path its manifest's, with the storage
 * @param durationMillis from the request; not known of one that another process made
 * @param offsets by split, how far it was read
 */
public record SavepointState(
        Phase phase,
        Optional<String> path,
        OptionalLong bytes,
        OptionalLong durationMillis,
        Map<String, String> offsets,
        Optional<String> error) {
    /** More than these are not listed: a job over files may have read very many. */
    private static final int MOST_OFFSETS = 200;

    /** How far it is. The words are part of the control API. */
    public enum Phase {
        IN_PROGRESS("InProgress"),
        COMPLETED("Completed"),
        FAILED("Failed");

        private final String word;

        Phase(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    static SavepointState inProgress() {
        return new SavepointState(
                Phase.IN_PROGRESS,
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Map.of(),
                Optional.empty());
    }

    static SavepointState completed(String path, Manifest manifest, OptionalLong durationMillis) {
        Map<String, String> offsets = new LinkedHashMap<>();
        manifest.splits().stream().limit(MOST_OFFSETS).forEach(s -> offsets.put(s.split(), s.position()));
        return new SavepointState(
                Phase.COMPLETED,
                Optional.of(path),
                OptionalLong.of(manifest.stateBytes()),
                durationMillis,
                offsets,
                Optional.empty());
    }

    static SavepointState failed(String why) {
        return new SavepointState(
                Phase.FAILED, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Map.of(), Optional.of(why));
    }
}
