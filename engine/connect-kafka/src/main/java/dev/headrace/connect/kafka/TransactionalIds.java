package dev.headrace.connect.kafka;

import java.util.HashSet;
import java.util.Set;

/**
 * The transactional ids of one writer: three of them, {@code <prefix><worker>-<n>}, used in turn.
 *
 * <p>A restart finds a transaction by its id and must find it as it was. So an id is not used as long as a manifest that
 * may still be the latest one names a transaction of it: at the time a transaction begins, that is the one prepared last
 * (whose manifest is perhaps not written yet) and the one prepared before (whose manifest is the latest until then). With
 * the transaction that begins that makes three.
 */
final class TransactionalIds {
    private static final int COUNT = 3;

    private final String prefix;
    private Set<String> before = Set.of();
    private Set<String> last = new HashSet<>();

    /** {@code held} are the ids that the manifest names from which the job goes on. */
    TransactionalIds(String prefix, int worker, Set<String> held) {
        this.prefix = prefix + worker + "-";
        last.addAll(held);
    }

    /** The id for a transaction that begins. */
    String next() {
        for (int i = 0; i < COUNT; i++) {
            String id = prefix + i;
            if (!last.contains(id) && !before.contains(id)) {
                return id;
            }
        }
        throw new IllegalStateException("no transactional id is free of " + last + " and " + before);
    }

    /** A snapshot is being taken, with these ids or none; that before it is complete. */
    void prepared(Set<String> ids) {
        before = last;
        last = ids;
    }
}
