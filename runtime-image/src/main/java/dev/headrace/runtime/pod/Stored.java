package dev.headrace.runtime.pod;

/**
 * What the latest snapshot in a job's storage says.
 *
 * @param id the manifest's
 * @param revision which wrote it, also if it has only claimed the job
 * @param stopped whether somebody stopped the job at it
 */
record Stored(long id, String revision, long generation, boolean finished, boolean stopped) {}
