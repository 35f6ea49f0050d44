package dev.headrace.core.plan;

import java.time.Duration;

/** A window, the column of the time that decides it, and for how long after its end it takes rows. */
public record TimedWindow(Window window, int timeColumn, Duration allowedLateness) {}
