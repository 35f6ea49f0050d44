package dev.headrace.core.plan;

/** A sort key: nulls are smallest, as in Flink, unless said otherwise. */
public record Ordering(int column, boolean descending, boolean nullsLast) {}
