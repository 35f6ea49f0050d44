package dev.headrace.core.run;

import dev.headrace.core.snapshot.Holding;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.TableReader;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.RowUpdates;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.io.IOException;
import java.util.List;

/** A state table of one worker as a snapshot has it, all in memory and used by nobody. Useless once a call has failed. */
final class StandbyTable {
    private final Access access;
    private final StateTable table;
    private Holding holding;
    /** Null until the first changes. */
    private RowUpdates updates;

    /** There is no more room. */
    static final class Full extends RuntimeException {
        private static final long serialVersionUID = 1;

        Full() {
            super("no room", null, false, false);
        }
    }

    private StandbyTable(StateTable table, Access access, Holding holding) {
        this.table = table;
        this.access = access;
        this.holding = holding;
    }

    /**
     * @param room is called again and again, and ends this by {@link Full}
     * @throws Full when {@code room} does
     */
    static StandbyTable filled(
            TableReader reader, StateTables.Form form, Manifest manifest, Manifest.TableState state, Room room)
            throws IOException {
        StateTable table = new StateTable(form.schema(), form.access());
        reader.read(state, form.schema(), part -> {
            table.restore(part.bytes());
            room.check(table.memory());
        });
        return new StandbyTable(table, form.access(), Holding.of(manifest, state));
    }

    /** Sees to it that memory is enough. */
    interface Room {
        Room ENOUGH = bytes -> {};

        /** @throws Full when there is none for a table of so many bytes */
        void check(long bytes);
    }

    /** Whether an operator that asks for such a table can go on with this one, and the rest of the way is known. */
    boolean serves(StateSchema schema, Access wanted, Holding target) {
        return table.schema().equals(schema) && access.equals(wanted) && leadsTo(target);
    }

    boolean leadsTo(Holding target) {
        return holding.changesTo(target).isPresent();
    }

    /** Goes on to a snapshot that this one {@link #leadsTo}. */
    void advance(TableReader reader, Holding target, Room room) throws IOException {
        List<Manifest.Chunk> changes = holding.changesTo(target).orElseThrow();
        if (!changes.isEmpty()) {
            if (updates == null) {
                updates = new RowUpdates(table);
            }
            reader.readChanges(changes, table.schema(), part -> {
                updates.apply(part.bytes());
                room.check(memory());
            });
            table.compact();
        }
        holding = target;
    }

    StateTable table() {
        return table;
    }

    /** Bytes held. */
    long memory() {
        return table.memory() + (updates == null ? 0 : updates.memory());
    }
}
