package dev.headrace.core.snapshot;

import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.core.state.RowReader;
import dev.headrace.core.state.StateDelta;
import dev.headrace.core.state.StateSchema;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the snapshots of one process, each on top of the one before: the changes of all tables go into segments, with
 * merged runs of chunks where a table has many, and then the manifest is created. Owned by the coordinator's thread.
 */
public final class SnapshotWriter {
    private final SnapshotStore store;
    private final long generation;
    private final int keep;
    private final Deque<Manifest> kept = new ArrayDeque<>();
    private final Set<String> pinnedSegments = new HashSet<>();
    private Manifest latest;
    private long lastWritten;

    /** A table's identity, schema and changes, of one task. */
    public record TableChange(String operator, StateSchema schema, long namespace, StateDelta delta) {}

    /** What one task hands over. */
    public record Part(
            List<TableChange> tables,
            List<Manifest.SplitState> splits,
            List<Manifest.EventTime> eventTimes,
            Map<String, Long> sequences) {}

    /**
     * @param latest the manifest to go on from: this process's claim of the job
     * @param others older manifests there are, oldest first, to be removed in their turn
     */
    public SnapshotWriter(SnapshotStore store, Manifest latest, List<Manifest> others, int keep) {
        this.store = store;
        this.latest = latest;
        this.keep = keep;
        generation = latest.generation();
        kept.addAll(others);
        kept.add(latest);
    }

    /**
     * Writes a snapshot.
     *
     * @throws IOException when the storage fails; the same call may be made again
     */
    public Manifest write(
            long id, List<Part> parts, Map<String, List<byte[]>> committables, boolean finished, long nowMillis)
            throws IOException {
        Map<TableKey, Manifest.TableState> before = new LinkedHashMap<>();
        latest.tables().forEach(t -> before.put(new TableKey(t.operator(), t.table(), t.namespace()), t));
        Map<TableKey, StateSchema> schemas = new LinkedHashMap<>();
        Map<TableKey, List<StateDelta>> deltas = new LinkedHashMap<>();
        for (Part part : parts) {
            for (TableChange change : part.tables()) {
                TableKey key = new TableKey(change.operator(), change.schema().name(), change.namespace());
                schemas.put(key, change.schema());
                if (change.delta().bytes().length > 0) {
                    deltas.computeIfAbsent(key, k -> new ArrayList<>()).add(change.delta());
                }
            }
        }
        SegmentWriter segments = new SegmentWriter(store, id);
        List<PendingTable> pending = new ArrayList<>();
        for (Map.Entry<TableKey, StateSchema> table : schemas.entrySet()) {
            pending.add(collect(
                    table.getKey(),
                    table.getValue(),
                    before.get(table.getKey()),
                    deltas.getOrDefault(table.getKey(), List.of()),
                    segments));
        }
        segments.finish();
        Map<String, Long> sequences = new LinkedHashMap<>();
        List<Manifest.SplitState> splits = new ArrayList<>();
        for (Part part : parts) {
            part.sequences().forEach((operator, number) -> sequences.merge(operator, number, Math::max));
            splits.addAll(part.splits());
        }
        List<Manifest.SinkState> sinks = latest.sinks().stream()
                .map(s -> new Manifest.SinkState(s.sink(), committables.getOrDefault(s.sink(), List.of())))
                .toList();
        Manifest manifest = new Manifest(
                Manifest.VERSION,
                id,
                generation,
                Manifest.Kind.PERIODIC,
                latest.job(),
                nowMillis,
                finished,
                splits,
                parts.stream().flatMap(p -> p.eventTimes().stream()).distinct().toList(),
                sinks,
                latest.steps(),
                pending.stream().map(PendingTable::state).toList(),
                sequences,
                latest.plan(),
                latest.revision());
        create(manifest);
        latest = manifest;
        kept.add(manifest);
        lastWritten = segments.written();
        return manifest;
    }

    /**
     * Creates a manifest. That its id is free does not yet say that nobody has taken the job over: a process that slept for
     * long finds ids free whose manifests have been removed. So it must be the newest, too.
     */
    private void create(Manifest manifest) throws IOException {
        if (!store.create(manifest)) {
            // A first try may have been carried out although its answer was lost: then the object is ours.
            Manifest there = store.read(SnapshotStore.manifestName(manifest.id()));
            if (there.generation() != generation) {
                throw takenOver(manifest, there);
            }
        }
        String name = SnapshotStore.manifestName(manifest.id());
        String newest = store.newestName().orElse(name);
        if (!newest.equals(name)) {
            throw takenOver(manifest, store.read(newest));
        }
    }

    private UserError takenOver(Manifest own, Manifest other) {
        return UserError.job("another process has taken over the job '" + own.job() + "' (its snapshot " + other.id()
                + " in " + store.uri() + " is of generation " + other.generation() + ", this process is generation "
                + generation + "); this one stops, nothing is lost");
    }

    private PendingTable collect(
            TableKey key,
            StateSchema schema,
            Manifest.TableState before,
            List<StateDelta> deltas,
            SegmentWriter segments)
            throws IOException {
        List<Manifest.Chunk> chunks = before == null ? List.of() : before.chunks();
        List<List<Manifest.Chunk>> runs = Runs.of(chunks);
        List<Manifest.Chunk> fresh = new ArrayList<>();
        int merge = deltas.isEmpty() ? 0 : Runs.newestToMerge(runs);
        List<List<Manifest.Chunk>> old = runs.subList(0, runs.size() - merge);
        if (merge > 0) {
            List<ChunkSource> sources = new ArrayList<>();
            for (List<Manifest.Chunk> run : runs.subList(runs.size() - merge, runs.size())) {
                for (Manifest.Chunk chunk : run) {
                    sources.add(ChunkSource.of(store, chunk));
                }
            }
            deltas.forEach(delta -> sources.add(ChunkSource.of(delta)));
            segments.addRun(new MergedChunks(sources, RowReader.of(schema), old.isEmpty()), fresh);
        } else {
            for (StateDelta delta : deltas) {
                segments.add(delta, fresh, !fresh.isEmpty());
            }
        }
        return new PendingTable(key, schema, old.stream().flatMap(List::stream).toList(), fresh);
    }

    private record TableKey(String operator, String table, long namespace) {}

    private record PendingTable(
            TableKey key, StateSchema schema, List<Manifest.Chunk> old, List<Manifest.Chunk> fresh) {
        Manifest.TableState state() {
            List<Manifest.Chunk> chunks = new ArrayList<>(old);
            chunks.addAll(fresh);
            return new Manifest.TableState(
                    key.operator(),
                    key.table(),
                    key.namespace(),
                    schema.types().stream().map(DataType::toString).toList(),
                    schema.partitionColumns(),
                    schema.keyColumns(),
                    chunks);
        }
    }

    /**
     * Says that the sinks have committed what the latest manifest holds, with one more that holds nothing to commit: a job
     * without one of the sinks can go on from it. Only for the end of a job, since otherwise the next snapshot says the same.
     */
    public void writeCommitted() throws IOException {
        if (latest.sinks().stream().anyMatch(s -> !s.committables().isEmpty())) {
            Manifest committed = latest.committed().withId(latest.id() + 1);
            if (store.create(committed)) {
                latest = committed;
                kept.add(committed);
            }
        }
    }

    /** Keeps a manifest under a name, and its segments with it. */
    public String pin(Manifest manifest, String name) throws IOException {
        String object = store.pin(manifest, name);
        pinnedSegments.addAll(segments(manifest));
        return object;
    }

    /** Bytes of the segment that the last {@link #write} added. */
    public long lastWritten() {
        return lastWritten;
    }

    /** Removes manifests beyond those to keep, and segments that only they referred to. A failure is left for next time. */
    public void collectGarbage() {
        while (kept.size() > keep) {
            Manifest oldest = kept.getFirst();
            Set<String> gone = segments(oldest);
            gone.removeAll(pinnedSegments);
            kept.stream().skip(1).forEach(m -> gone.removeAll(segments(m)));
            try {
                store.delete(List.of(SnapshotStore.manifestName(oldest.id())));
                store.delete(List.copyOf(gone));
            } catch (IOException e) {
                return;
            }
            kept.removeFirst();
        }
    }

    /** Says that a savepoint of an earlier process needs these segments. */
    public void protect(Manifest savepoint) {
        pinnedSegments.addAll(segments(savepoint));
    }

    private static Set<String> segments(Manifest manifest) {
        Set<String> found = new LinkedHashSet<>();
        manifest.tables().forEach(t -> t.chunks().forEach(c -> found.add(c.segment())));
        return found;
    }
}
