package dev.headrace.core.plan;

/**
 * How rows are put into windows. All lengths and bounds are microseconds; a window is [start, end). Where the time
 * column is TIMESTAMP_LTZ, windows of days follow the session's time zone, which the planner turns into {@code offset}.
 */
public sealed interface Window {
    /** Windows of {@code size}, side by side; starts are congruent to {@code offset} modulo {@code size}. */
    record Tumble(long size, long offset) implements Window {}

    /** Windows of {@code size} that start every {@code slide}. */
    record Hop(long size, long slide, long offset) implements Window {}

    /** Windows with a common start that end after {@code step}, 2 {@code step}, .., {@code size}. */
    record Cumulate(long size, long step, long offset) implements Window {}

    /** Per key: rows closer than {@code gap} to each other belong together; end is the last row's time plus gap. */
    record Session(long gap) implements Window {}

    /** The input rows already carry their window in two columns. */
    record Attached(int startColumn, int endColumn) implements Window {}
}
