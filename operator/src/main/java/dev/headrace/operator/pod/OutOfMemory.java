package dev.headrace.operator.pod;

import java.time.Instant;

/** The last end of a pod's process for lack of memory. */
public record OutOfMemory(Instant at, String message) {}
