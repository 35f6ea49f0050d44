package dev.headrace.runtime.pod;

import java.util.Optional;

/**
 * What the latest manifest in a job's storage says.
 *
 * @param id the manifest's
 * @param revision which wrote it, also if it has only claimed the job
 * @param stopped whether somebody stopped the job at it
 * @param snapshotRevision which took the last snapshot; claims are none
 */
record Stored(
        long id,
        String revision,
        long generation,
        boolean finished,
        boolean stopped,
        Optional<String> snapshotRevision) {}
