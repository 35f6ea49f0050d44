package dev.headrace.runtime.pod;

import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.runtime.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Removes savepoints whose time has come. The keeper's own. */
final class ExpiredSavepoints {
    /** How often they are looked for. */
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private long dueAt;

    boolean isDue() {
        return System.currentTimeMillis() >= dueAt;
    }

    /** Has them removed, in a thread of its own. Whoever runs and has a snapshot of its own needs none of them. */
    void remove(SnapshotStore store) {
        dueAt = System.currentTimeMillis() + INTERVAL.toMillis();
        Thread.ofVirtual().start(() -> {
            try {
                long now = System.currentTimeMillis();
                List<String> removed = store.removeExpired(now, now - SnapshotStore.IN_FLIGHT.toMillis());
                if (!removed.isEmpty()) {
                    Log.info("removed savepoints whose time has come: " + String.join(", ", removed));
                }
            } catch (IOException | RuntimeException e) {
                Log.warn("savepoints whose time has come cannot be removed yet: " + e.getMessage());
            }
        });
    }
}
