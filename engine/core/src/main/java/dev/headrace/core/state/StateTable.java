package dev.headrace.core.state;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.Layout;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Rows of state in memory, found by key through a {@link RowIndex}.
 *
 * <p>Row numbers stay while the row lives, also over growth, and are given anew after {@link #remove}. The arrays of pages may
 * be other ones after any call that adds rows or bytes; cells of text stay true. {@link #compact} moves bytes, and is called
 * only between epochs.
 *
 * <p>A changed row must be marked ({@link #markChanged}): the table remembers, apart from each other, the rows changed
 * since the last emission ({@link #changed()}) and those changed or removed since the last snapshot.
 *
 * <p>Not thread-safe: a worker's own.
 */
public final class StateTable extends StateRows {
    private final StateSchema schema;
    private final boolean indexed;
    private final boolean spills;
    /** Null if there are no chains. */
    private final ChainIndex chains;

    private final int keyColumns;

    private final RowIndex index = new RowIndex();
    private final RowMarks marks = new RowMarks();
    private int used;
    private int live;
    private final RowList free = new RowList();
    private final Tombstones tombstones = new Tombstones();

    private SpillStore spillStore;
    /** Null while all rows are in memory. */
    private Spill spill;
    /** {@link #spill} if its units are rows, else null. */
    private SpilledRows spilledRows;

    /** Null once all rows of the snapshot that the table is restored from are there. */
    private Remainder remainder;

    /** Whether a key that is not in memory may have a row all the same: there is a {@link #remainder} or {@link #spilledRows}. */
    private boolean elsewhere;

    private boolean tracking;
    private IntPredicate wanted = _ -> true;
    private IntConsumer leaving = _ -> {};

    /** A table whose rows stay in memory, for as long as the caller wants. */
    public StateTable(StateSchema schema, boolean byKey) {
        this(schema, byKey ? Access.KEYED_IN_MEMORY : Access.IN_MEMORY);
    }

    public StateTable(StateSchema schema, Access access) {
        super(schema.types());
        this.schema = schema;
        indexed = access.byKey();
        spills = access.spills();
        keyColumns = schema.keyColumns();
        chains = access.prefix() == Access.NO_CHAINS ? null : new ChainIndex(this, access.prefix());
    }

    public StateSchema schema() {
        return schema;
    }

    /** The way to rows by their first columns; only for a table with such {@link Access}. */
    public ChainIndex chains() {
        return chains;
    }

    /** Live rows. */
    public int size() {
        return live;
    }

    /** Row numbers are below this; those that are not {@link #isLive} are free. */
    public int rowLimit() {
        return used;
    }

    public boolean isLive(int row) {
        return marks.isLive(row);
    }

    /** Bytes of memory held. */
    public long memory() {
        return cells.memory()
                + marks.memory()
                + (indexed ? index.memory() : 0)
                + text.memory()
                + free.memory()
                + tombstones.memory()
                + (chains == null ? 0 : chains.memory())
                + (spill == null ? 0 : spill.memory());
    }

    // --- finding -----------------------------------------------------------------------------------------------------

    /** The row with that key, or -1. {@code hash} is {@link Hashing} over the key columns. */
    public int find(int hash, Batch batch, int[] keys, int batchRow) {
        long[] page = index.page(hash);
        int at = RowIndex.slot(page, hash);
        for (long entry = page[at]; entry != 0; entry = page[at]) {
            if ((int) (entry >>> 32) == hash) {
                int row = (int) entry - 1;
                if (rowKeys.equal(row, batch, keys, batchRow)) {
                    return tracking ? touched(row) : row;
                }
            }
            at = RowIndex.next(page, at);
        }
        return elsewhere ? findElsewhere(hash, batch, keys, batchRow) : -1;
    }

    private int findElsewhere(int hash, Batch batch, int[] keys, int batchRow) {
        if (bring(hash)) {
            return find(hash, batch, keys, batchRow);
        }
        return spilledRows == null ? -1 : spilledRows.load(hash, batch, keys, batchRow);
    }

    /** The row with that key, added if there is none: then the result is {@code ~row}, all value cells 0 and not null. */
    public int findOrAdd(int hash, Batch batch, int[] keys, int batchRow) {
        int found = find(hash, batch, keys, batchRow);
        return found >= 0 ? found : ~add(hash, batch, keys, batchRow);
    }

    /** {@link #find} for a key of one column of layout LONG that is not null. */
    public int findLong(int hash, long key) {
        long[] page = index.page(hash);
        int at = RowIndex.slot(page, hash);
        for (long entry = page[at]; entry != 0; entry = page[at]) {
            if ((int) (entry >>> 32) == hash) {
                int row = (int) entry - 1;
                long[] mine = cells.page(row);
                int base = cells.base(row);
                if (mine[base + firstCell] == key && (mine[base + 1] & 1) == 0) {
                    return tracking ? touched(row) : row;
                }
            }
            at = RowIndex.next(page, at);
        }
        return elsewhere ? findLongElsewhere(hash, key) : -1;
    }

    private int findLongElsewhere(int hash, long key) {
        if (bring(hash)) {
            return findLong(hash, key);
        }
        return spilledRows == null ? -1 : spilledRows.loadLong(hash, key);
    }

    /** {@link #find} for a key of two columns that are not null: a long and a batch column's value. */
    public int findPair(int hash, long first, Column second, int batchRow) {
        long[] page = index.page(hash);
        int at = RowIndex.slot(page, hash);
        for (long entry = page[at]; entry != 0; entry = page[at]) {
            if ((int) (entry >>> 32) == hash && rowKeys.equal((int) entry - 1, first, second, batchRow)) {
                return tracking ? touched((int) entry - 1) : (int) entry - 1;
            }
            at = RowIndex.next(page, at);
        }
        return spilledRows == null ? -1 : spilledRows.loadPair(hash, first, second, batchRow);
    }

    /**
     * {@link #findOrAdd} for all selected rows: {@code out[i]} is the row of the i-th selected row, as {@code ~row} where
     * it was added.
     */
    public void findOrAddAll(Batch batch, int[] keys, int[] hashes, int[] out) {
        int count = batch.selected();
        if (keys.length == 1
                && layouts[0] != Layout.BYTES
                && !batch.column(keys[0]).hasNulls()) {
            long[] values = batch.column(keys[0]).values();
            for (int i = 0; i < count; i++) {
                int row = batch.row(i);
                int found = findLong(hashes[i], values[row]);
                out[i] = found >= 0 ? found : ~add(hashes[i], batch, keys, row);
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            out[i] = findOrAdd(hashes[i], batch, keys, batch.row(i));
        }
    }

    /** {@link #findOrAdd} for the key of a row of another table of the same schema. */
    public int findOrAddKeyOf(StateTable other, int otherRow) {
        int hash = other.hashOf(otherRow);
        bring(hash);
        int found = findRow(hash, other, otherRow);
        if (found >= 0) {
            return found;
        }
        if (spilledRows != null) {
            int loaded = spilledRows.loadKeyOf(other, otherRow, hash);
            if (loaded >= 0) {
                return loaded;
            }
        }
        int row = addRow(hash);
        for (int column = 0; column < keyColumns; column++) {
            if (other.isNull(otherRow, column)) {
                setNull(row, column, true);
            } else if (layouts[column] == Layout.BYTES) {
                setBytes(row, column, other.bytes(otherRow, column), other.slice(otherRow, column));
            } else {
                set(row, column, other.get(otherRow, column));
            }
        }
        return ~row;
    }

    /** The row in memory that has the key of a row of this or another table of the same schema, or -1. */
    private int findRow(int hash, StateTable other, int otherRow) {
        long[] page = index.page(hash);
        int at = RowIndex.slot(page, hash);
        for (long entry = page[at]; entry != 0; entry = page[at]) {
            if ((int) (entry >>> 32) == hash && rowKeys.equal((int) entry - 1, other.rowKeys, otherRow, keyColumns)) {
                return (int) entry - 1;
            }
            at = RowIndex.next(page, at);
        }
        return -1;
    }

    // --- adding and removing -----------------------------------------------------------------------------------------

    /** Adds a row with that key, which must not be there; all value cells 0 and not null. The row is not marked. */
    public int add(int hash, Batch batch, int[] keys, int batchRow) {
        int row = addRow(hash);
        for (int k = 0; k < keys.length; k++) {
            setFrom(row, k, batch.column(keys[k]), batchRow);
        }
        return row;
    }

    /** Adds a row whose key cells the caller sets next; all cells 0 and not null. */
    public int addRow(int hash) {
        return addRow(hash, indexed);
    }

    int addRow(int hash, boolean enter) {
        int row;
        if (free.count() > 0) {
            row = free.removeLast();
            int base = cells.base(row);
            Arrays.fill(cells.page(row), base, base + cells.stride(), 0);
        } else {
            if (used == cells.capacity()) {
                cells.grow();
            }
            row = used++;
        }
        cells.page(row)[cells.base(row)] = hash & 0xFFFFFFFFL;
        marks.use(row);
        live++;
        if (enter) {
            index.enter(hash, row);
        }
        return row;
    }

    void enter(int hash, int row) {
        index.enter(hash, row);
    }

    /** Removes a row; if a snapshot holds it, the next snapshot says that it is gone. */
    public void remove(int row) {
        if (indexed) {
            index.remove(hashOf(row), row);
        }
        if (marks.isSaved(row)) {
            tombstones.add(this, row);
        }
        if (marks.hasCopyBelow(row) && spilledRows != null) {
            spilledRows.forget(row);
        }
        release(row);
    }

    /** Sets all cells behind the key to what {@link #add} leaves in them: 0 and not null. */
    public void clear(int row) {
        for (int column = keyColumns; column < layouts.length; column++) {
            if (layouts[column] == Layout.BYTES) {
                text.release(get(row, column));
            }
            set(row, column, 0);
            setNull(row, column, false);
        }
    }

    private void release(int row) {
        for (int column = 0; column < layouts.length; column++) {
            if (layouts[column] == Layout.BYTES) {
                text.release(get(row, column));
            }
        }
        marks.release(row);
        live--;
        free.add(row);
    }

    // --- what has changed --------------------------------------------------------------------------------------------

    /** Says that a row was added or changed: for the next emission and the next snapshot. */
    public void markChanged(int row) {
        marks.markChanged(row);
    }

    /** Says that a row was added or changed, for the next snapshot only. */
    public void markUnsaved(int row) {
        marks.markUnsaved(row);
    }

    /** The rows marked since {@link #clearChanged}, in order of first marking; some may have been removed since. */
    public int[] changed() {
        return marks.changed().array();
    }

    public int changedCount() {
        return marks.changed().count();
    }

    public void clearChanged() {
        marks.clearChanged();
    }

    // --- snapshots ---------------------------------------------------------------------------------------------------

    /** What has changed since the last call, in order of key group; it is then considered saved. */
    public List<StateDelta> takeUnsaved() {
        List<StateDelta> deltas = DeltaWriter.write(this, marks.takeUnsaved(), tombstones);
        tombstones.clear();
        return deltas;
    }

    /** Whether {@link #takeUnsaved} would give anything. */
    public boolean hasUnsaved() {
        return marks.unsaved() > 0 || tombstones.count() > 0;
    }

    /**
     * Adds rows that a snapshot holds, of which none is in the table, and all with the same prefix if one is. They are then
     * saved and not changed.
     *
     * @param bytes entries as in a {@link StateDelta}, without tombstones
     */
    public void restore(byte[] bytes) {
        for (int at = 0; at < bytes.length; ) {
            if (bytes[at] != StateDelta.ROW) {
                throw new IllegalArgumentException("a tombstone at " + at);
            }
            int row = addRow(0, false);
            at = RowCodec.read(this, row, bytes, at + 1, layouts.length);
            enterSaved(hashCells(row, keyColumns), row);
        }
    }

    /** Whether the rows of a snapshot can come later: then what finds a row tells its key group. */
    public boolean canRestoreLater() {
        return spills && (chains == null ? keyColumns : chains.prefix()) == schema.partitionColumns();
    }

    /** Takes the rows of a snapshot as they are asked for, and by {@link Remainder#next}; instead of {@link #restore}. */
    public void restoreLater(Remainder.Windows windows, Function<IOException, RuntimeException> failure) {
        if (!windows.isEmpty()) {
            remainder = new Remainder(this, windows, failure);
            elsewhere = true;
        }
    }

    /** The rows that are to come; empty when all are there. */
    public Optional<Remainder> remainder() {
        return Optional.ofNullable(remainder);
    }

    /** Whether no rows are to come. */
    boolean isWhole() {
        return remainder == null;
    }

    /** Brings in all rows that are to come. */
    public void awaitRemainder() {
        if (remainder != null) {
            remainder.all();
        }
    }

    void whole() {
        remainder = null;
        elsewhere = spilledRows != null;
    }

    /** Brings in the rows of a key group if they are to come: only where rows are found by the hash that tells the group. */
    private boolean bring(int hash) {
        return remainder != null && chains == null && remainder.bring(hash);
    }

    /** The same for the hash of a chain. */
    boolean bringChain(int hash) {
        return remainder != null && remainder.bring(hash);
    }

    /** Enters a row that a snapshot holds, whose cells have been set. */
    void enterSaved(int hash, int row) {
        marks.setSaved(row);
        setHash(row, hash);
        if (indexed) {
            index.enter(hash, row);
        }
        if (chains != null) {
            chains.append(hashCells(row, chains.prefix()), row);
        }
    }

    /** Takes out a row of {@link #enterSaved} without a trace. */
    void takeOutSaved(int row) {
        if (indexed) {
            index.remove(hashOf(row), row);
        }
        if (chains != null) {
            chains.unlink(hashCells(row, chains.prefix()), row);
        }
        takeOut(row);
    }

    /** The row in memory with the key of a row that has not been entered; only where rows are found by key. */
    int findLike(int hash, int row) {
        return findRow(hash, this, row);
    }

    /** Gives back the bytes of values that are not used any more, once they are many; between epochs. */
    public void compact() {
        compact(used, this::isLive, tracking);
    }

    public int keyGroup(int row) {
        int partition = schema.partitionColumns();
        return KeyGroups.of(partition == keyColumns && indexed ? hashOf(row) : hashCells(row, partition));
    }

    /** Removes every row, as {@link #remove} does. */
    public void removeAll() {
        awaitRemainder();
        for (int row = 0; row < used; row++) {
            if (isLive(row)) {
                remove(row);
            }
        }
    }

    // --- spilling ----------------------------------------------------------------------------------------------------

    /** Sets where rows may be spilled to; called once, before the table is used. */
    public void spillInto(SpillStore store) {
        spillStore = store;
    }

    /**
     * Rows that come back into memory are kept only if they pass.
     *
     * @param beforeRemoval is told a row that does not, right before it is removed
     */
    public void keepLoadedIf(IntPredicate test, IntConsumer beforeRemoval) {
        wanted = test;
        leaving = beforeRemoval;
    }

    /** Whether rows can be spilled. */
    public boolean isSpillable() {
        return spillStore != null && spills;
    }

    /** Bytes of rows that the next snapshot will write, roughly. */
    public long unsavedMemory() {
        long textOfRow = live == 0 ? 0 : text.live() / live;
        return marks.unsaved() * (8L * cells.stride() + textOfRow) + tombstones.bytes();
    }

    /** Rows that are not in memory. */
    public long spilled() {
        return spill == null ? 0 : spill.rows();
    }

    /** Looks at so many rows that are not in memory and removes those that need not be kept, as {@link Spill#sweep} does. */
    public void sweepSpilled(int rows) {
        if (spill != null && spill.rows() > 0) {
            spill.sweep(rows);
        }
    }

    /**
     * Moves rows out of memory, as {@link Spill#evict} does.
     *
     * @return how many have been moved
     */
    public int evict(int rows) {
        if (live == 0 || !isSpillable()) {
            return 0;
        }
        if (spill == null) {
            if (chains == null) {
                spilledRows = new SpilledRows(this, spillStore);
                spill = spilledRows;
                elsewhere = true;
            } else {
                spill = chains.spill();
            }
            tracking = true;
        }
        int moved = spill.evict(rows);
        if (live == 0 && marks.unsaved() == 0 && marks.changed().count() == 0) {
            reset();
        }
        compact();
        return moved;
    }

    private void reset() {
        used = 0;
        free.reset();
        cells.clear();
        marks.clear();
        index.clear();
        text.clear();
    }

    /** Bytes that the table takes when it grows next, if that is near, else 0. */
    public long growth() {
        long rows = cells.capacity() - live < Math.min(cells.capacity(), 4096) / 4 ? cells.growth() : 0;
        return rows + text.growth();
    }

    /**
     * Brings rows that have left memory into it whose hash, as an unsigned number, is from {@code first} to before {@code
     * end}; after {@link #awaitRemainder}.
     */
    public void loadRange(long first, long end) {
        if (spilledRows != null) {
            spilledRows.loadRange(first, end);
        }
    }

    /** The table is not used any more: lets go of what is not in memory. */
    public void drop() {
        if (remainder != null) {
            remainder.drop();
        }
        if (spill != null) {
            spill.drop();
        }
    }

    private int touched(int row) {
        marks.touch(row);
        return row;
    }

    RowMarks marks() {
        return marks;
    }

    boolean isIndexed() {
        return indexed;
    }

    /** The row has been written below: takes it out of memory. */
    void evicted(int row) {
        if (indexed) {
            index.remove(hashOf(row), row);
        }
        marks.setEvicted(row);
        release(row);
    }

    /** Adds a row that comes from below, not yet in the index. */
    int addLoaded(int hash) {
        int row = addRow(hash, false);
        marks.setLoaded(row);
        return row;
    }

    /** Enters a row of {@link #addLoaded} whose chain is not in memory, and so neither is its key. */
    void enterChained(int row) {
        if (indexed) {
            int hash = hashCells(row, keyColumns);
            setHash(row, hash);
            index.enter(hash, row);
        }
    }

    /** Takes out a row of {@link #addLoaded} that has not been entered. */
    void takeOut(int row) {
        marks.setEvicted(row);
        release(row);
    }

    /** Enters a row of {@link #addLoaded}, unless its key is in memory already: then takes it out again. */
    boolean enterLoaded(int row) {
        if (findRow(hashOf(row), this, row) >= 0) {
            takeOut(row);
            return false;
        }
        index.enter(hashOf(row), row);
        return true;
    }

    boolean isWanted(int row) {
        return wanted.test(row);
    }

    /** Removes a row that is not wanted. */
    void removeUnwanted(int row) {
        leaving.accept(row);
        remove(row);
    }

    SpillStore spillStore() {
        return spillStore;
    }
}
