package dev.headrace.operator.job;

import java.util.Optional;

/**
 * What a revision starts from.
 *
 * @param from a snapshot's name or path; empty: the latest in storage
 * @param fresh with empty state
 */
public record Origin(Optional<String> from, boolean fresh) {
    public static final Origin LATEST = new Origin(Optional.empty(), false);
}
