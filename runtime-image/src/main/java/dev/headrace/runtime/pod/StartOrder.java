package dev.headrace.runtime.pod;

import dev.headrace.api.error.UserError;
import java.util.Optional;

/**
 * What a job is to start from.
 *
 * @param from a savepoint's name, a snapshot's name as {@code headrace snapshot ls} gives it, or its whole path; empty for the
 *     latest snapshot
 * @param fresh with empty state
 */
public record StartOrder(Optional<String> from, boolean fresh) {
    public static final StartOrder LATEST = new StartOrder(Optional.empty(), false);

    /** This order, or the other one where this one leaves it open. */
    StartOrder orElse(StartOrder other) {
        return equals(LATEST) ? other : this;
    }

    /**
     * The name of the snapshot in its storage.
     *
     * @param storage the URI of the job's storage
     */
    public Optional<String> snapshot(String storage) {
        return from.map(text -> {
            if (text.startsWith(storage + "/")) {
                return text.substring(storage.length() + 1);
            }
            if (text.contains("://") || text.startsWith("/")) {
                throw UserError.request("the snapshot " + text + " is not in the job's storage " + storage
                        + "; a job starts from snapshots of its own storage: name that one in spec.snapshots.storage");
            }
            return text.contains("/") ? text : "savepoints/" + text + ".json";
        });
    }
}
