package dev.headrace.runtime.pod;

/**
 * What a pod is told on its command line.
 *
 * @param job the name of the job
 * @param revision which revision of the job this pod runs
 * @param awaitStart whether a revision that does not have the job yet waits to be told to start
 * @param order from what a revision that does not have the job yet starts
 * @param workers threads that process rows
 * @param pod the pod's name
 */
public record PodOptions(String job, String revision, boolean awaitStart, StartOrder order, int workers, String pod) {}
