package dev.headrace.core.plan;

/** The kinds of join. SEMI and ANTI have the left columns only. */
public enum JoinKind {
    INNER,
    LEFT,
    RIGHT,
    FULL,
    SEMI,
    ANTI
}
