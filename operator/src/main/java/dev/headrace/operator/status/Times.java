package dev.headrace.operator.status;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Times in a status: RFC 3339 in UTC. */
public final class Times {
    private Times() {}

    /** To the second, as Kubernetes writes its own. */
    public static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** To the millisecond, where an order matters. */
    public static String exact(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** Empty where there is none, or someone wrote something else. */
    public static Optional<Instant> parse(String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
