package dev.headrace.operator.change;

import java.util.Optional;

/**
 * What the API server said to an object of a job.
 *
 * @param forGood it will never take the object as it is; else it may later: a quota, a policy, a right that is not there yet
 * @param revision whose object it is; empty: of the job, and of all its revisions
 */
public record Refused(String sentence, boolean forGood, Optional<String> revision) {}
