package dev.headrace.core.run;

import dev.headrace.api.error.UserError;
import dev.headrace.core.snapshot.ChunkCodec;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.snapshot.SnapshotWriter;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.StateDelta;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state tables of one task: makes them, filled from the snapshot that the job starts from, and freezes their changes. */
final class TaskState {
    private final Map<Key, StateTable> tables = new LinkedHashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final RestorePoint restorePoint;
    private final int firstGroup;
    private final int endGroup;

    /** Tells a table from all others of the job. */
    record Key(String operator, String table, long namespace) {}

    /** The snapshot that a job starts from, and where its segments are. */
    record RestorePoint(SnapshotStore store, Manifest manifest) {
        Map<Key, Manifest.TableState> tables() {
            Map<Key, Manifest.TableState> found = new LinkedHashMap<>();
            manifest.tables().forEach(t -> found.put(new Key(t.operator(), t.table(), t.namespace()), t));
            return found;
        }
    }

    private final Map<Key, Manifest.TableState> saved;

    /** @param restorePoint null for a fresh start */
    TaskState(RestorePoint restorePoint, int worker, int workers) {
        this.restorePoint = restorePoint;
        saved = restorePoint == null ? Map.of() : restorePoint.tables();
        firstGroup = KeyGroups.first(worker, workers);
        endGroup = KeyGroups.first(worker + 1, workers);
        if (restorePoint != null) {
            sequences.putAll(restorePoint.manifest().sequences());
        }
    }

    StateTable open(String operator, StateSchema schema, boolean indexed, long namespace) {
        Key key = new Key(operator, schema.name(), namespace);
        StateTable table = tables.get(key);
        if (table == null) {
            table = new StateTable(schema, indexed);
            Manifest.TableState state = saved.get(key);
            if (state != null) {
                fill(table, state, indexed);
            }
            tables.put(key, table);
        }
        return table;
    }

    private void fill(StateTable table, Manifest.TableState state, boolean indexed) {
        List<String> columns =
                table.schema().columns().stream().map(Object::toString).toList();
        if (!columns.equals(state.columns())) {
            throw UserError.job("the snapshot's state '" + state.table() + "' has columns " + state.columns()
                    + ", but this version keeps " + columns + "; start anew with --fresh, or run the version before");
        }
        table.beginRestore();
        for (Manifest.Chunk chunk : state.chunks()) {
            try {
                StateDelta delta = ChunkCodec.decode(restorePoint.store().readChunk(chunk));
                table.restore(delta.bytes(), delta.offsets()[firstGroup], delta.offsets()[endGroup]);
            } catch (IOException e) {
                throw UserError.job(
                        "cannot read the state of snapshot "
                                + restorePoint.manifest().id() + ": " + e.getMessage(),
                        e);
            }
        }
        table.endRestore(indexed);
    }

    void drop(String operator, StateTable table, long namespace) {
        tables.remove(new Key(operator, table.schema().name(), namespace));
    }

    List<Long> namespaces(String operator, String table) {
        return saved.keySet().stream()
                .filter(k -> k.operator().equals(operator) && k.table().equals(table))
                .map(Key::namespace)
                .sorted()
                .toList();
    }

    long nextSequence(String operator) {
        return sequences.merge(operator, 1L, Long::sum);
    }

    Map<String, Long> sequences() {
        return Map.copyOf(sequences);
    }

    /** Takes what has changed since the last call, as bytes of its own. All tables there are are in the list. */
    List<SnapshotWriter.TableChange> freeze() {
        List<SnapshotWriter.TableChange> changes = new ArrayList<>();
        tables.forEach((key, table) -> {
            StateDelta delta = StateDelta.EMPTY;
            if (table.hasUnsaved()) {
                StateDelta.Writer writer = new StateDelta.Writer();
                table.drainUnsaved(writer);
                delta = writer.finish();
            }
            changes.add(new SnapshotWriter.TableChange(key.operator(), table.schema(), key.namespace(), delta));
        });
        return changes;
    }

    /** Gives back garbage; between epochs. */
    void compact() {
        tables.values().forEach(StateTable::compact);
    }

    long memory() {
        return tables.values().stream().mapToLong(StateTable::memory).sum();
    }

    long rows() {
        return tables.values().stream().mapToLong(StateTable::size).sum();
    }
}
