package dev.headrace.runtime.pod;

import dev.headrace.api.error.Reason;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.runtime.log.Log;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * The savepoints that were asked for in this process, of those that have ended the latest hundred; the others are in storage. Each is
 * made once.
 */
final class Savepoints {
    private static final int MOST = 100;

    private final Map<String, SavepointState> states = Collections.synchronizedMap(new Latest());

    /** In the order in which they were asked for first. */
    private static final class Latest extends LinkedHashMap<String, SavepointState> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SavepointState> eldest) {
            Iterator<SavepointState> all = values().iterator();
            while (size() > MOST && all.hasNext()) {
                if (all.next().phase() != SavepointState.Phase.IN_PROGRESS) {
                    all.remove();
                }
            }
            return false;
        }
    }

    /** How far it is; empty if nobody has asked for it. */
    Optional<SavepointState> find(String name, SnapshotStore store) throws IOException {
        SavepointState known = states.get(name);
        if (known != null && known.phase() != SavepointState.Phase.FAILED) {
            return Optional.of(known);
        }
        Optional<SavepointState> stored = store.savepoint(name)
                .map(s -> SavepointState.completed(store.uri() + "/" + s.name(), s.manifest(), OptionalLong.empty()));
        return stored.isPresent() ? stored : Optional.ofNullable(known);
    }

    /** Notes that it is being made. False if it is being made or made already. */
    boolean begin(String name, SnapshotStore store) throws IOException {
        Optional<SavepointState> known = find(name, store);
        if (known.isPresent() && known.get().phase() != SavepointState.Phase.FAILED) {
            return false;
        }
        SavepointState before = known.orElse(null);
        return before == null
                ? states.putIfAbsent(name, SavepointState.inProgress()) == null
                : states.replace(name, before, SavepointState.inProgress());
    }

    /** Notes that it is being made, whether or not there is one of that name. */
    void beginAnew(String name) {
        states.put(name, SavepointState.inProgress());
    }

    /** Follows one that a running job makes. */
    void follow(String name, CompletableFuture<String> done, SnapshotStore store) {
        long began = System.nanoTime();
        done.whenComplete((object, error) -> {
            if (error != null) {
                failed(name, Failures.message(error));
            } else {
                long millis = (System.nanoTime() - began) / 1_000_000;
                // Not in the thread that takes the job's snapshots.
                Thread.ofVirtual().start(() -> completed(name, store, OptionalLong.of(millis)));
            }
        });
    }

    private void completed(String name, SnapshotStore store, OptionalLong millis) {
        try {
            SnapshotStore.Named made =
                    store.savepoint(name).orElseThrow(() -> new IOException("it was removed as soon as it was made"));
            states.put(name, SavepointState.completed(store.uri() + "/" + made.name(), made.manifest(), millis));
            Log.info("savepoint " + name + " is complete: " + store.uri() + "/" + made.name());
        } catch (IOException e) {
            failed(name, Reason.of(e));
        }
    }

    /** Makes one of what this revision goes on from, where no job runs. */
    void pinLatest(String name, SnapshotStore store, String revision) {
        long began = System.nanoTime();
        try {
            Optional<Manifest> latest = store.goingOn(revision);
            if (latest.isEmpty()) {
                failed(name, "the job has no snapshot yet");
                return;
            }
            store.pin(latest.get(), name);
            completed(name, store, OptionalLong.of((System.nanoTime() - began) / 1_000_000));
        } catch (IOException e) {
            failed(name, Reason.of(e));
        }
    }

    int size() {
        return states.size();
    }

    void failed(String name, String why) {
        states.put(name, SavepointState.failed(why));
        Log.warn("savepoint " + name + " has failed: " + why);
    }
}
