package dev.headrace.operator.change;

/**
 * What the API server said to an object of a job.
 *
 * @param forGood it will never take the object as it is; else it may later: a quota, a right that is not there yet
 */
public record Refused(String sentence, boolean forGood) {}
