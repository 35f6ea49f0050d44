package dev.headrace.core.run;

import java.util.List;
import java.util.Optional;

/** Giving things back at the end. */
final class Closing {
    private Closing() {}

    /** Closes all of them whatever fails, and returns the first failure. */
    static Optional<RuntimeException> all(List<Runnable> closings) {
        RuntimeException first = null;
        for (Runnable closing : closings) {
            try {
                closing.run();
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        return Optional.ofNullable(first);
    }
}
