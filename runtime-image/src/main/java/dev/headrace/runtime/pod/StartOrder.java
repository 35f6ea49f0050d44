package dev.headrace.runtime.pod;

import dev.headrace.api.error.UserError;
import dev.headrace.core.run.OwnSnapshot;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a job is to start from.
 *
 * @param from a savepoint's name, a snapshot's name as {@code headrace snapshot ls} gives it, or its whole path; empty for the
 *     latest snapshot
 * @param fresh with empty state
 * @param own what a last snapshot of this very revision counts for against these
 */
public record StartOrder(Optional<String> from, boolean fresh, OwnSnapshot own) {
    private static final Pattern ELSEWHERE = Pattern.compile("(.+)/((?:savepoints|manifests)/[^/]+\\.json)");

    public static final StartOrder LATEST = new StartOrder(Optional.empty(), false, OwnSnapshot.IGNORED);

    /** An order to whoever has taken no snapshot yet. */
    public static StartOrder once(Optional<String> from, boolean fresh) {
        return new StartOrder(from, fresh, OwnSnapshot.PREFERRED);
    }

    /** This order, or the other one where this one leaves it open. */
    StartOrder orElse(StartOrder other) {
        return from.isEmpty() && !fresh && own != OwnSnapshot.REQUIRED ? other : this;
    }

    /**
     * A snapshot that was named.
     *
     * @param storage the URI of its storage
     * @param name in that storage
     */
    public record Snapshot(String storage, String name) {}

    /** The snapshot to start from, with its storage where that is another. */
    Optional<String> words(String jobStorage) {
        return snapshot(jobStorage).map(s -> s.storage().equals(jobStorage) ? s.name() : s.storage() + "/" + s.name());
    }

    /**
     * The snapshot to start from.
     *
     * @param jobStorage the URI of the job's storage
     */
    public Optional<Snapshot> snapshot(String jobStorage) {
        return from.map(text -> {
            if (text.startsWith(jobStorage + "/")) {
                return new Snapshot(jobStorage, text.substring(jobStorage.length() + 1));
            }
            if (!text.contains("://") && !text.startsWith("/")) {
                return new Snapshot(jobStorage, text.contains("/") ? text : "savepoints/" + text + ".json");
            }
            Matcher elsewhere = ELSEWHERE.matcher(text);
            if (!elsewhere.matches()) {
                throw UserError.request("'" + text + "' is no path of a snapshot; it ends with /savepoints/NAME.json or"
                        + " /manifests/ID.json");
            }
            return new Snapshot(elsewhere.group(1), elsewhere.group(2));
        });
    }
}
