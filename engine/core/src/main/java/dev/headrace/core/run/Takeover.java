package dev.headrace.core.run;

import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.snapshot.SnapshotWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Taking a job over in its snapshot storage: finds the snapshot to start from and claims it, so that a process before this
 * one can write no further.
 *
 * @param manifest the claim, under which this process goes on
 * @param fresh whether there was no snapshot to start from
 */
record Takeover(SnapshotWriter writer, Manifest manifest, boolean fresh) {

    static Takeover of(SnapshotStore store, JobOptions options, JobGraph graph) {
        try {
            return claim(store, options, graph);
        } catch (IOException e) {
            throw unusable(store, e);
        }
    }

    static UserError unusable(SnapshotStore store, IOException e) {
        return UserError.job(
                "cannot use the snapshot storage " + store.uri() + ": " + Reason.of(e)
                        + (store.uri().contains("://") ? "" : "; make room or give the right to write there")
                        + ", or name another storage in spec.snapshots.storage",
                e);
    }

    private static Takeover claim(SnapshotStore store, JobOptions options, JobGraph graph) throws IOException {
        while (true) {
            List<SnapshotStore.Named> there = store.list();
            List<Manifest> manifests = there.stream()
                    .filter(n -> n.name().startsWith("manifests/"))
                    .map(SnapshotStore.Named::manifest)
                    .toList();
            Optional<Manifest> latest = manifests.isEmpty() ? Optional.empty() : Optional.of(manifests.getLast());
            Optional<Manifest> from = from(store, options, graph, latest);
            long id = latest.map(Manifest::id).orElse(0L) + 1;
            long generation =
                    manifests.stream().mapToLong(Manifest::generation).max().orElse(0) + 1;
            long now = options.clock().millis();
            Manifest claim = from.map(m -> m.claim(id, generation, options.revision(), now))
                    .orElseGet(() -> empty(id, generation, options, now, graph));
            if (store.create(claim)) {
                SnapshotWriter writer = new SnapshotWriter(
                        store, options.name(), graph.text(), claim, new ArrayList<>(manifests), options.keep());
                there.stream()
                        .filter(n -> n.name().startsWith("savepoints/"))
                        .forEach(n -> writer.protect(n.manifest()));
                return new Takeover(writer, claim, from.isEmpty());
            }
            // Somebody else has just written: look again.
        }
    }

    /** See {@link Job#check}. */
    static void check(SnapshotStore store, JobOptions options, JobGraph graph) {
        try {
            from(store, options, graph, store.latest());
        } catch (IOException e) {
            throw unusable(store, e);
        }
    }

    /** The snapshot to start from, of which it is sure that the job can. */
    private static Optional<Manifest> from(
            SnapshotStore store, JobOptions options, JobGraph graph, Optional<Manifest> latest) throws IOException {
        latest.ifPresent(m -> checkName(m, store, options));
        Optional<Manifest> from = options.restoreFrom().isPresent()
                ? Optional.of(named(store, options.restoreFrom().get()))
                : options.fresh() ? Optional.empty() : latest;
        from.ifPresent(m -> checkSame(m, graph));
        return from;
    }

    private static Manifest named(SnapshotStore store, String name) throws IOException {
        return store.find(name)
                .orElseThrow(() -> UserError.request("there is no snapshot " + name + " in " + store.uri()
                        + "; headrace snapshot ls shows those there are"));
    }

    private static void checkName(Manifest latest, SnapshotStore store, JobOptions options) {
        if (!latest.job().equals(options.name())) {
            throw UserError.request(
                    "the snapshots in " + store.uri() + " are of the job '" + latest.job() + "', not of '"
                            + options.name() + "'; name another storage in spec.snapshots.storage, or remove them");
        }
    }

    private static Manifest empty(long id, long generation, JobOptions options, long now, JobGraph graph) {
        return new Manifest(
                Manifest.VERSION,
                id,
                generation,
                Manifest.Kind.CLAIM,
                options.name(),
                now,
                false,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                graph.text(),
                options.revision());
    }

    static void checkSame(Manifest manifest, JobGraph graph) {
        if (manifest.plan().equals(graph.text())) {
            return;
        }
        Set<String> now = new TreeSet<>();
        graph.nodes().forEach(n -> now.add(n.identity()));
        long lost = manifest.tables().stream()
                .map(Manifest.TableState::operator)
                .distinct()
                .filter(operator -> !now.contains(operator))
                .count();
        throw UserError.request("the job '" + manifest.job() + "' has changed since its snapshot " + manifest.id()
                + (lost == 0 ? "" : "; " + lost + " of its steps that keep state are no longer there")
                + ". Run it with --fresh to start anew, or change it back to go on from the snapshot");
    }
}
