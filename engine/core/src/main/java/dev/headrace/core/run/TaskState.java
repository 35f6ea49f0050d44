package dev.headrace.core.run;

import dev.headrace.api.error.UserError;
import dev.headrace.core.snapshot.Holding;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.snapshot.SnapshotWriter;
import dev.headrace.core.snapshot.TableReader;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.SpillStore;
import dev.headrace.core.state.StateDelta;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;

/** The state tables of one task: makes them, filled from the snapshot that the job starts from, and freezes their changes. */
final class TaskState {
    private final Map<Key, StateTable> tables = new LinkedHashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final RestorePoint restorePoint;
    private final int firstGroup;
    private final int endGroup;

    /** Tells a table from all others of the job. */
    record Key(String operator, String table, long namespace) {}

    /**
     * The snapshot that a job starts from, and where its segments are.
     *
     * @param origin the snapshot that it was taken over from
     */
    record RestorePoint(SnapshotStore store, Manifest manifest, Optional<Manifest> origin, Optional<Standby> standby) {
        Map<Key, Manifest.TableState> tables() {
            Map<Key, Manifest.TableState> found = new LinkedHashMap<>();
            manifest.tables().forEach(t -> found.put(new Key(t.operator(), t.table(), t.namespace()), t));
            return found;
        }

        /** A table that was held ready for a worker, of which it takes part. */
        Optional<StandbyTable> standby(
                int worker, Key key, StateSchema schema, Access access, Manifest.TableState state) {
            return standby.flatMap(
                    held -> held.share(worker).take(key, schema, access, Holding.of(origin.orElseThrow(), state)));
        }
    }

    private final Map<Key, Manifest.TableState> saved;
    /** Opened before {@link #restore}, which fills them. */
    private final Set<Key> waiting = new LinkedHashSet<>();
    /** Those that were held ready. */
    private final Map<Key, StandbyTable> held = new HashMap<>();

    private final int worker;

    private Optional<ExecutorService> ahead = Optional.empty();
    private boolean restoring;
    private final SpillStore spillStore;
    private final BooleanSupplier isFull;

    /**
     * @param restorePoint null for a fresh start
     * @param spillStore for rows that do not fit into memory
     * @param isFull whether a table that is being restored is to give up as many rows as it gets
     */
    TaskState(RestorePoint restorePoint, int worker, int workers, SpillStore spillStore, BooleanSupplier isFull) {
        this.worker = worker;
        this.spillStore = spillStore;
        this.isFull = isFull;
        this.restorePoint = restorePoint;
        saved = restorePoint == null ? Map.of() : restorePoint.tables();
        firstGroup = KeyGroups.first(worker, workers);
        endGroup = KeyGroups.first(worker + 1, workers);
        if (restorePoint != null) {
            sequences.putAll(restorePoint.manifest().sequences());
        }
    }

    StateTable open(String operator, StateSchema schema, Access access, long namespace) {
        Key key = new Key(operator, schema.name(), namespace);
        StateTable table = tables.get(key);
        if (table == null) {
            Manifest.TableState state = saved.get(key);
            if (state != null) {
                restorePoint.standby(worker, key, schema, access, state).ifPresent(ready -> held.put(key, ready));
            }
            table = held.containsKey(key) ? held.get(key).table() : new StateTable(schema, access);
            table.spillInto(spillStore);
            tables.put(key, table);
            if (state == null) {
                return table;
            }
            if (restoring) {
                fill(key);
            } else {
                waiting.add(key);
            }
        }
        return table;
    }

    /**
     * Fills the tables that have been opened. Those opened from now on are filled at once.
     *
     * @param readers read parts of tables ahead, as long as this and what follows in {@code then} takes
     * @param then what tables are to be there for
     */
    void restore(Optional<ExecutorService> readers, Runnable then) {
        restoring = true;
        ahead = readers;
        waiting.forEach(this::fill);
        waiting.clear();
        then.run();
        ahead = Optional.empty();
    }

    private void fill(Key key) {
        StateTable table = tables.get(key);
        Manifest.TableState state = saved.get(key);
        List<String> columns =
                table.schema().types().stream().map(Object::toString).toList();
        if (!columns.equals(state.columns())) {
            throw UserError.job("the snapshot's state '" + state.table() + "' has columns " + state.columns()
                    + ", but this version keeps " + columns + "; start anew with --fresh, or run the version before");
        }
        try {
            if (held.containsKey(key)) {
                advance(held.remove(key), state);
            } else {
                read(table, state);
            }
        } catch (IOException e) {
            throw UserError.job(
                    "cannot read the state of snapshot "
                            + restorePoint.manifest().id() + ": " + e.getMessage(),
                    e);
        }
    }

    private void read(StateTable table, Manifest.TableState state) throws IOException {
        TableReader.read(restorePoint.store(), state, table.schema(), firstGroup, endGroup, ahead, part -> {
            int rows = table.size();
            table.restore(part.bytes());
            if (isFull.getAsBoolean()) {
                table.evict(table.size() - rows);
            }
        });
    }

    private void advance(StandbyTable ready, Manifest.TableState state) throws IOException {
        int rows = ready.table().size();
        ready.advance(
                new StandbyTable.Reading(restorePoint.store(), firstGroup, endGroup, ahead),
                Holding.of(restorePoint.origin().orElseThrow(), state),
                StandbyTable.Room.ENOUGH);
        if (isFull.getAsBoolean()) {
            ready.table().evict(Math.max(0, ready.table().size() - rows));
        }
    }

    void drop(String operator, StateTable table, long namespace) {
        table.drop();
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
            List<StateDelta> deltas = table.hasUnsaved() ? table.takeUnsaved() : List.of();
            for (StateDelta delta : deltas.isEmpty() ? List.of(StateDelta.EMPTY) : deltas) {
                changes.add(new SnapshotWriter.TableChange(key.operator(), table.schema(), key.namespace(), delta));
            }
        });
        return changes;
    }

    /** Gives back garbage; between epochs. */
    void compact() {
        tables.values().forEach(StateTable::compact);
    }

    Collection<StateTable> tables() {
        return tables.values();
    }

    long memory() {
        return tables.values().stream().mapToLong(StateTable::memory).sum();
    }

    long spilled() {
        return tables.values().stream().mapToLong(StateTable::spilled).sum();
    }

    long rows() {
        return tables.values().stream().mapToLong(t -> t.size() + t.spilled()).sum();
    }
}
