package dev.headrace.core.run;

import dev.headrace.api.error.UserError;
import dev.headrace.core.snapshot.Holding;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.snapshot.SnapshotWriter;
import dev.headrace.core.snapshot.TableReader;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.Remainder;
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

/** The state tables of one task: makes them, filled from the snapshot that the job starts from, and freezes their changes. */
final class TaskState {
    /** Tables grow in steps of half a megabyte, so one window would not tell how much they will hold. */
    private static final int MEASURED_WINDOWS = 4;

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

    /** Those whose rows have not all come. */
    private final Set<StateTable> coming = new LinkedHashSet<>();

    private Optional<ExecutorService> readers = Optional.empty();
    private boolean restoring;
    private final SpillStore spillStore;
    private final Room room;

    /** The memory of a worker, of which its tasks take part while they are restored. */
    interface Room {
        /** Whether a table that is being restored is to give up as many rows as it gets. */
        boolean isFull();

        /** Sets memory aside for rows that come later, beside what tables hold by now; false if there is not as much. */
        boolean reserve(long bytes);

        /** Of windows of rows that come later; a window has one key group at least. */
        int windowBytes();
    }

    /**
     * @param restorePoint null for a fresh start
     * @param spillStore for rows that do not fit into memory
     */
    TaskState(RestorePoint restorePoint, int worker, int workers, SpillStore spillStore, Room room) {
        this.worker = worker;
        this.spillStore = spillStore;
        this.room = room;
        this.restorePoint = restorePoint;
        saved = restorePoint == null ? new LinkedHashMap<>() : restorePoint.tables();
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
     * Fills the tables that have been opened, or sees to it that their rows come later ({@link #restoreNext}, or as they are
     * asked for). Those opened from now on are treated so at once.
     *
     * @param executor reads parts of tables ahead
     */
    void restore(Optional<ExecutorService> executor) {
        restoring = true;
        readers = executor;
        waiting.forEach(this::fill);
        waiting.clear();
    }

    /** Whether all rows of the snapshot are there. */
    boolean isWhole() {
        coming.removeIf(table -> table.remainder().isEmpty());
        return coming.isEmpty();
    }

    boolean isFull() {
        return room.isFull();
    }

    /** Bytes of the snapshot that are still to come. */
    long remaining() {
        return coming.stream()
                .mapToLong(table -> table.remainder().map(Remainder::bytes).orElse(0L))
                .sum();
    }

    /**
     * Takes some rows of the snapshot, if they have been read, and says whether it did.
     *
     * @param full whether as many rows are to leave memory; then nothing may refer to rows
     */
    boolean restoreNext(boolean full) throws IOException {
        if (isWhole()) {
            return false;
        }
        // One table after the other, so that little is read ahead.
        StateTable table = coming.iterator().next();
        int rows = table.size();
        boolean taken = table.remainder().orElseThrow().next(false);
        if (full) {
            table.evict(table.size() - rows);
        }
        return taken;
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
            throw unreadable(e);
        }
    }

    RuntimeException unreadable(IOException e) {
        return UserError.job(
                "cannot read the state of snapshot " + restorePoint.manifest().id() + ": " + e.getMessage(), e);
    }

    private TableReader reader() {
        return new TableReader(restorePoint.store(), firstGroup, endGroup, readers);
    }

    private void read(StateTable table, Manifest.TableState state) throws IOException {
        if (table.canRestoreLater()) {
            readLater(table, state);
            return;
        }
        reader().read(state, table.schema(), part -> {
            int rows = table.size();
            table.restore(part.bytes());
            if (room.isFull()) {
                table.evict(table.size() - rows);
            }
        });
    }

    /** Takes some windows; where all rows will fit into memory by the measure of these, the others come later. */
    private void readLater(StateTable table, Manifest.TableState state) throws IOException {
        Remainder.Windows windows = reader().later(state, table.schema(), room.windowBytes());
        long all = windows.bytes();
        table.restoreLater(windows, this::unreadable);
        boolean fits = true;
        for (int taken = 1; table.remainder().isPresent(); taken++) {
            int rows = table.size();
            Remainder remainder = table.remainder().get();
            remainder.next(true);
            if (room.isFull()) {
                // What is left of it tells nothing of how much all of it takes.
                fits = false;
                table.evict(table.size() - rows);
            }
            if (taken == MEASURED_WINDOWS && fits) {
                double memoryOfByte = (double) table.memory() / (all - remainder.bytes());
                if (room.reserve((long) (memoryOfByte * remainder.bytes()))) {
                    break;
                }
            }
        }
        if (table.remainder().isPresent()) {
            coming.add(table);
        }
    }

    private void advance(StandbyTable ready, Manifest.TableState state) throws IOException {
        int rows = ready.table().size();
        ready.advance(reader(), Holding.of(restorePoint.origin().orElseThrow(), state), StandbyTable.Room.ENOUGH);
        if (room.isFull()) {
            ready.table().evict(Math.max(0, ready.table().size() - rows));
        }
    }

    void drop(String operator, StateTable table, long namespace) {
        table.drop();
        coming.remove(table);
        Key key = new Key(operator, table.schema().name(), namespace);
        tables.remove(key);
        // One that is opened again is another.
        saved.remove(key);
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
