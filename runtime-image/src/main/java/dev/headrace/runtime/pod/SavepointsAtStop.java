package dev.headrace.runtime.pod;

import dev.headrace.api.error.Reason;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.runtime.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The savepoints that a job is to leave when it stops, and for how long. The keeper's own, but for {@link #made}. */
final class SavepointsAtStop {
    private final Savepoints savepoints;
    private final Set<String> toMake = ConcurrentHashMap.newKeySet();
    private final Map<String, Duration> keeps = new HashMap<>();

    SavepointsAtStop(Savepoints savepoints) {
        this.savepoints = savepoints;
    }

    void ask(StopOrder order) {
        order.savepoint().ifPresent(name -> {
            toMake.add(name);
            order.keep().ifPresent(keep -> keeps.put(name, keep));
        });
    }

    /** The job has made it with its last snapshot. */
    void made(String name) {
        toMake.remove(name);
    }

    /** Makes those that are not made yet of the job's last snapshot. */
    void pinLatest(SnapshotStore store, String revision) {
        toMake.forEach(name -> savepoints.pinLatest(name, store, revision));
        toMake.clear();
    }

    /** The job is not planned, so nobody knows what to make them of. */
    void fail() {
        toMake.forEach(name -> savepoints.failed(
                name,
                "the job could not be planned, which tells where its snapshots are; ask again when it waits or runs"));
        toMake.clear();
    }

    /** Has the time run from now for those that are to be kept for a while. */
    void expire(SnapshotStore store) {
        keeps.forEach((name, keep) -> {
            try {
                store.expire(name, System.currentTimeMillis() + keep.toMillis());
            } catch (IOException e) {
                Log.warn("savepoint " + name + " stays until it is removed by hand: " + Reason.of(e));
            }
        });
    }

    /** Asks for no more. */
    void forget() {
        keeps.clear();
    }
}
