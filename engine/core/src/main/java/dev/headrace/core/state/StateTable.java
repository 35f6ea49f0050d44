package dev.headrace.core.state;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Rows of state in memory, found by key: an open-addressing index over flat rows. A row is a number; its cells are {@code
 * stride} longs from {@code row * stride} on in {@link #cells()}: one header (hash), null bits, then one long a column in
 * the column's {@link Layout}, text as a slice of {@link #heap()}.
 *
 * <p>Row numbers stay while the row lives, also over growth, and are given anew after {@link #remove}. {@link #cells()} and
 * {@link #heap()} may be other arrays after any call that adds rows or bytes; slices stay true for both the old and the
 * new heap. {@link #compact} moves bytes, and is called only between epochs.
 *
 * <p>A changed row must be marked ({@link #markChanged}): the table remembers, apart from each other, the rows changed
 * since the last emission ({@link #changed()}) and those changed or removed since the last snapshot.
 *
 * <p>Not thread-safe: a worker's own.
 */
public final class StateTable {
    private static final int MINIMUM_ROWS = 16;
    /** The row is in use. */
    private static final byte LIVE = 1;
    /** The row is in the list of changed rows. */
    private static final byte CHANGED = 2;
    /** The row is in the list of rows to be written by the next snapshot. */
    private static final byte UNSAVED = 4;
    /** A snapshot holds an older form of the row, so removing it leaves a tombstone. */
    private static final byte SAVED = 8;
    /** The row has been found since the last look, while rows are spilled. */
    private static final byte TOUCHED = 16;
    /** A copy of the row lies below, perhaps out of date. */
    private static final byte BELOW = 32;
    /** The copy below is what the row is, if the row is not unsaved either. */
    private static final byte CLEAN = 64;

    private final StateSchema schema;
    private final boolean indexed;
    private final boolean spills;
    /** Null if there are no chains. */
    private final ChainIndex chains;

    private final Layout[] layouts;
    private final int keyColumns;
    private final int nullWords;
    private final int firstCell;
    private final int stride;

    private long[] cells;
    private byte[] flags;
    /** Hash in the upper, row + 1 in the lower 32 bits; 0 is empty. */
    private long[] index;

    private int mask;
    private int used;
    private int live;
    private int[] free = new int[16];
    private int freeCount;

    private final ByteHeap heap = new ByteHeap(1024);
    private long garbage;

    private int[] changed = new int[16];
    private int changedCount;
    private int[] unsaved = new int[16];
    private int unsavedCount;
    private final ByteHeap tombstones = new ByteHeap(16);
    private int[] tombstoneGroups = new int[16];
    private int[] tombstoneEnds = new int[16];
    private int tombstoneCount;

    private SpillStore spillStore;
    /** Null while all rows are in memory. */
    private Spill spill;
    /** {@link #spill} if its units are rows, else null. */
    private SpilledRows spilledRows;

    private boolean tracking;
    private IntPredicate wanted = _ -> true;
    private IntConsumer leaving = _ -> {};

    /** A table whose rows stay in memory, for as long as the caller wants. */
    public StateTable(StateSchema schema, boolean byKey) {
        this(schema, byKey ? Access.KEYED_IN_MEMORY : Access.IN_MEMORY);
    }

    public StateTable(StateSchema schema, Access access) {
        this.schema = schema;
        indexed = access.byKey();
        spills = access.spills();
        chains = access.prefix() == Access.NO_CHAINS ? null : new ChainIndex(this, access.prefix());
        List<DataType> columns = schema.types();
        layouts = columns.stream().map(DataType::layout).toArray(Layout[]::new);
        keyColumns = schema.keyColumns();
        nullWords = (columns.size() + 63) / 64;
        firstCell = 1 + nullWords;
        stride = firstCell + columns.size();
        cells = new long[MINIMUM_ROWS * stride];
        flags = new byte[MINIMUM_ROWS];
        index = new long[indexed ? MINIMUM_ROWS * 2 : 2];
        mask = index.length - 1;
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
        return (flags[row] & LIVE) != 0;
    }

    /** Bytes of memory held. */
    public long memory() {
        return 8L * cells.length
                + flags.length
                + 8L * index.length
                + heap.bytes().length
                + 4L * (changed.length + unsaved.length + free.length)
                + tombstones.bytes().length
                + 8L * (tombstoneGroups.length)
                + (chains == null ? 0 : chains.memory())
                + (spill == null ? 0 : spill.memory());
    }

    // --- cells -------------------------------------------------------------------------------------------------------

    public long[] cells() {
        return cells;
    }

    public int stride() {
        return stride;
    }

    /** The place of a column's cell within a row. */
    public int cell(int column) {
        return firstCell + column;
    }

    public byte[] heap() {
        return heap.bytes();
    }

    public int hashOf(int row) {
        return (int) cells[row * stride];
    }

    public long get(int row, int column) {
        return cells[row * stride + firstCell + column];
    }

    public void set(int row, int column, long value) {
        cells[row * stride + firstCell + column] = value;
    }

    public boolean isNull(int row, int column) {
        return (cells[row * stride + 1 + (column >> 6)] >>> column & 1) != 0;
    }

    public void setNull(int row, int column, boolean isNull) {
        int word = row * stride + 1 + (column >> 6);
        if (isNull) {
            if (layouts[column] == Layout.BYTES) {
                garbage += Slice.length(cells[row * stride + firstCell + column]);
            }
            cells[word] |= 1L << column;
            cells[row * stride + firstCell + column] = 0;
        } else {
            cells[word] &= ~(1L << column);
        }
    }

    /** Sets a cell of layout BYTES to a copy of the bytes; the old bytes become garbage until {@link #compact}. */
    public void setBytes(int row, int column, byte[] source, long slice) {
        int at = row * stride + firstCell + column;
        garbage += Slice.length(cells[at]);
        cells[at] = heap.append(source, slice);
    }

    /** Copies a value of a batch into a cell, null or not. */
    public void setFrom(int row, int column, Column source, int sourceRow) {
        if (source.isNull(sourceRow)) {
            setNull(row, column, true);
            return;
        }
        setNull(row, column, false);
        if (layouts[column] == Layout.BYTES) {
            setBytes(row, column, source.heap(), source.values()[sourceRow]);
        } else {
            cells[row * stride + firstCell + column] = source.values()[sourceRow];
        }
    }

    /** {@link #setFrom} for a column of several rows: row {@code sourceRows[i]} of the batch into {@code rows[i]}. */
    public void setAllFrom(int column, Column source, int[] rows, int[] sourceRows, int count) {
        if (source.hasNulls()) {
            for (int i = 0; i < count; i++) {
                setFrom(rows[i], column, source, sourceRows[i]);
            }
            return;
        }
        long[] values = source.values();
        int cell = firstCell + column;
        int nullWord = 1 + (column >> 6);
        long notNull = ~(1L << column);
        if (layouts[column] == Layout.BYTES) {
            byte[] from = source.heap();
            for (int i = 0; i < count; i++) {
                int base = rows[i] * stride;
                garbage += Slice.length(cells[base + cell]);
                cells[base + cell] = heap.append(from, values[sourceRows[i]]);
                cells[base + nullWord] &= notNull;
            }
        } else {
            for (int i = 0; i < count; i++) {
                int base = rows[i] * stride;
                cells[base + cell] = values[sourceRows[i]];
                cells[base + nullWord] &= notNull;
            }
        }
    }

    /** Copies a cell into a batch without copying bytes, if the target column shares this table's {@link #heap()}. */
    public void copyTo(int row, int column, Column target, int targetRow) {
        if (isNull(row, column)) {
            target.setNull(targetRow);
        } else {
            target.setLong(targetRow, cells[row * stride + firstCell + column]);
        }
    }

    // --- finding -----------------------------------------------------------------------------------------------------

    /** The row with that key, or -1. {@code hash} is {@link Hashing} over the key columns. */
    public int find(int hash, Batch batch, int[] keys, int batchRow) {
        int at = hash & mask;
        for (long entry = index[at]; entry != 0; entry = index[at]) {
            if ((int) (entry >>> 32) == hash) {
                int row = (int) entry - 1;
                if (equalsKey(row, batch, keys, batchRow)) {
                    return tracking ? touched(row) : row;
                }
            }
            at = at + 1 & mask;
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
        int at = hash & mask;
        for (long entry = index[at]; entry != 0; entry = index[at]) {
            if ((int) (entry >>> 32) == hash) {
                int base = ((int) entry - 1) * stride;
                if (cells[base + firstCell] == key && (cells[base + 1] & 1) == 0) {
                    return tracking ? touched((int) entry - 1) : (int) entry - 1;
                }
            }
            at = at + 1 & mask;
        }
        return spilledRows == null ? -1 : spilledRows.loadLong(hash, key);
    }

    /** {@link #find} for a key of two columns that are not null: a long and a batch column's value. */
    public int findPair(int hash, long first, Column second, int batchRow) {
        int at = hash & mask;
        long other = second.values()[batchRow];
        boolean bytes = layouts[1] == Layout.BYTES;
        for (long entry = index[at]; entry != 0; entry = index[at]) {
            if ((int) (entry >>> 32) == hash) {
                int base = ((int) entry - 1) * stride;
                long mine = cells[base + firstCell + 1];
                if (cells[base + firstCell] == first && (bytes ? equalBytes(mine, second, other) : mine == other)) {
                    return tracking ? touched((int) entry - 1) : (int) entry - 1;
                }
            }
            at = at + 1 & mask;
        }
        return spilledRows == null ? -1 : spilledRows.loadPair(hash, first, second, batchRow);
    }

    private boolean equalBytes(long mine, Column column, long other) {
        int from = Slice.offset(mine);
        int otherFrom = Slice.offset(other);
        int length = Slice.length(mine);
        return length == Slice.length(other)
                && Arrays.equals(heap.bytes(), from, from + length, column.heap(), otherFrom, otherFrom + length);
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

    private boolean equalsKey(int row, Batch batch, int[] keys, int batchRow) {
        int base = row * stride;
        for (int k = 0; k < keys.length; k++) {
            Column column = batch.column(keys[k]);
            boolean isNull = (cells[base + 1 + (k >> 6)] >>> k & 1) != 0;
            if (column.isNull(batchRow) != isNull) {
                return false;
            }
            if (isNull) {
                continue;
            }
            long mine = cells[base + firstCell + k];
            long other = column.values()[batchRow];
            if (layouts[k] == Layout.BYTES) {
                int length = Slice.length(mine);
                int from = Slice.offset(mine);
                int otherFrom = Slice.offset(other);
                if (length != Slice.length(other)
                        || !Arrays.equals(
                                heap.bytes(), from, from + length, column.heap(), otherFrom, otherFrom + length)) {
                    return false;
                }
            } else if (mine != other) {
                return false;
            }
        }
        return true;
    }

    /** Whether the row's first columns equal these batch columns, nulls equal to nulls. */
    boolean equalsPrefix(int row, Batch batch, int[] keys, int batchRow) {
        return equalsKey(row, batch, keys, batchRow);
    }

    /** Whether two rows agree in their first {@code columns} columns. */
    boolean equalsPrefix(int left, int right, int columns) {
        for (int column = 0; column < columns; column++) {
            if (isNull(left, column) != isNull(right, column)) {
                return false;
            }
            long a = get(left, column);
            long b = get(right, column);
            if (layouts[column] == Layout.BYTES) {
                int from = Slice.offset(a);
                int otherFrom = Slice.offset(b);
                if (Slice.length(a) != Slice.length(b)
                        || !Arrays.equals(
                                heap.bytes(),
                                from,
                                from + Slice.length(a),
                                heap.bytes(),
                                otherFrom,
                                otherFrom + Slice.length(b))) {
                    return false;
                }
            } else if (a != b) {
                return false;
            }
        }
        return true;
    }

    /** {@link #findOrAdd} for the key of a row of another table of the same schema. */
    public int findOrAddKeyOf(StateTable other, int otherRow) {
        int hash = other.hashOf(otherRow);
        int at = hash & mask;
        for (long entry = index[at]; entry != 0; entry = index[at]) {
            if ((int) (entry >>> 32) == hash && equalsKeyOf((int) entry - 1, other, otherRow)) {
                return (int) entry - 1;
            }
            at = at + 1 & mask;
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
                setBytes(row, column, other.heap(), other.get(otherRow, column));
            } else {
                set(row, column, other.get(otherRow, column));
            }
        }
        return ~row;
    }

    private boolean equalsKeyOf(int row, StateTable other, int otherRow) {
        for (int column = 0; column < keyColumns; column++) {
            if (isNull(row, column) != other.isNull(otherRow, column)) {
                return false;
            }
            long mine = get(row, column);
            long theirs = other.get(otherRow, column);
            if (layouts[column] != Layout.BYTES ? mine != theirs : !equalSlices(mine, other.heap(), theirs)) {
                return false;
            }
        }
        return true;
    }

    private boolean equalSlices(long mine, byte[] otherHeap, long theirs) {
        int from = Slice.offset(mine);
        int otherFrom = Slice.offset(theirs);
        int length = Slice.length(mine);
        return length == Slice.length(theirs)
                && Arrays.equals(heap.bytes(), from, from + length, otherHeap, otherFrom, otherFrom + length);
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

    private int addRow(int hash, boolean enter) {
        int row;
        if (freeCount > 0) {
            row = free[--freeCount];
            Arrays.fill(cells, row * stride, (row + 1) * stride, 0);
        } else {
            if (used == flags.length) {
                grow();
            }
            row = used++;
        }
        cells[row * stride] = hash & 0xFFFFFFFFL;
        // CHANGED and UNSAVED survive a row's removal while the lists still name it.
        flags[row] = (byte) (flags[row] & (CHANGED | UNSAVED) | LIVE);
        live++;
        if (enter) {
            enter(hash, row);
        }
        return row;
    }

    void enter(int hash, int row) {
        int at = hash & mask;
        while (index[at] != 0) {
            at = at + 1 & mask;
        }
        index[at] = (long) hash << 32 | row + 1;
    }

    private void grow() {
        long capacity = flags.length * 2L;
        if (capacity * stride > Integer.MAX_VALUE - 8) {
            capacity = (Integer.MAX_VALUE - 8) / stride;
            if (capacity <= used) {
                throw new OutOfMemoryError("state table " + schema.name() + " holds " + used + " rows in one worker");
            }
        }
        cells = Arrays.copyOf(cells, (int) capacity * stride);
        flags = Arrays.copyOf(flags, (int) capacity);
        if (indexed) {
            ensureIndex(capacity);
        }
    }

    private void ensureIndex(long capacity) {
        if (capacity * 2 > index.length) {
            index = new long[Integer.highestOneBit((int) Math.min(1 << 29, capacity * 2 - 1)) << 1];
            mask = index.length - 1;
            for (int row = 0; row < used; row++) {
                if (isLive(row)) {
                    enter(hashOf(row), row);
                }
            }
        }
    }

    /** Removes a row; if a snapshot holds it, the next snapshot says that it is gone. */
    public void remove(int row) {
        if (indexed) {
            removeFromIndex(row);
        }
        if ((flags[row] & SAVED) != 0) {
            bury(row);
        }
        if ((flags[row] & BELOW) != 0 && spilledRows != null) {
            spilledRows.forget(row);
        }
        release(row);
    }

    /** Sets all cells behind the key to what {@link #add} leaves in them: 0 and not null. */
    public void clear(int row) {
        int base = row * stride + firstCell;
        for (int column = keyColumns; column < layouts.length; column++) {
            if (layouts[column] == Layout.BYTES) {
                garbage += Slice.length(cells[base + column]);
            }
            cells[base + column] = 0;
            setNull(row, column, false);
        }
    }

    private void release(int row) {
        int base = row * stride + firstCell;
        for (int column = 0; column < layouts.length; column++) {
            if (layouts[column] == Layout.BYTES) {
                garbage += Slice.length(cells[base + column]);
            }
        }
        flags[row] &= CHANGED | UNSAVED;
        live--;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = row;
    }

    private void bury(int row) {
        if (tombstoneCount == tombstoneEnds.length) {
            tombstoneGroups = Arrays.copyOf(tombstoneGroups, tombstoneCount * 2);
            tombstoneEnds = Arrays.copyOf(tombstoneEnds, tombstoneCount * 2);
        }
        RowCodec.writeKey(this, row, tombstones);
        tombstoneGroups[tombstoneCount] = keyGroup(row);
        tombstoneEnds[tombstoneCount++] = tombstones.length();
    }

    private void removeFromIndex(int row) {
        int at = hashOf(row) & mask;
        while ((int) index[at] != row + 1) {
            at = at + 1 & mask;
        }
        // Backward shift: entries behind that do not sit where they want move up, so that no probe meets a hole.
        int hole = at;
        for (int next = at + 1 & mask; index[next] != 0; next = next + 1 & mask) {
            int wanted = (int) (index[next] >>> 32) & mask;
            if ((next - wanted & mask) >= (next - hole & mask)) {
                index[hole] = index[next];
                hole = next;
            }
        }
        index[hole] = 0;
    }

    // --- what has changed --------------------------------------------------------------------------------------------

    /** Says that a row was added or changed: for the next emission and the next snapshot. */
    public void markChanged(int row) {
        byte flag = flags[row];
        if ((flag & (CHANGED | UNSAVED)) == (CHANGED | UNSAVED)) {
            return;
        }
        if ((flag & CHANGED) == 0) {
            if (changedCount == changed.length) {
                changed = Arrays.copyOf(changed, changedCount * 2);
            }
            changed[changedCount++] = row;
        }
        markUnsaved(row);
        flags[row] |= CHANGED;
    }

    /** Says that a row was added or changed, for the next snapshot only. */
    public void markUnsaved(int row) {
        if ((flags[row] & UNSAVED) == 0) {
            if (unsavedCount == unsaved.length) {
                unsaved = Arrays.copyOf(unsaved, unsavedCount * 2);
            }
            unsaved[unsavedCount++] = row;
            flags[row] |= UNSAVED;
        }
    }

    /** The rows marked since {@link #clearChanged}, in order of first marking; some may have been removed since. */
    public int[] changed() {
        return changed;
    }

    public int changedCount() {
        return changedCount;
    }

    public void clearChanged() {
        for (int i = 0; i < changedCount; i++) {
            flags[changed[i]] &= ~CHANGED;
        }
        changedCount = 0;
    }

    // --- snapshots ---------------------------------------------------------------------------------------------------

    /** Writes what has changed since the last call, tombstones first; it is then considered saved. */
    public void drainUnsaved(StateDelta.Writer writer) {
        for (int i = 0; i < tombstoneCount; i++) {
            int from = i == 0 ? 0 : tombstoneEnds[i - 1];
            writer.tombstone(tombstoneGroups[i], tombstones.bytes(), from, tombstoneEnds[i] - from);
        }
        tombstones.clear();
        tombstoneCount = 0;
        for (int i = 0; i < unsavedCount; i++) {
            int row = unsaved[i];
            flags[row] &= ~(UNSAVED | CLEAN);
            if ((flags[row] & LIVE) != 0) {
                writer.row(this, row);
                flags[row] |= SAVED;
            }
        }
        unsavedCount = 0;
    }

    /** Whether {@link #drainUnsaved} would write anything. */
    public boolean hasUnsaved() {
        return unsavedCount > 0 || tombstoneCount > 0;
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
            flags[row] |= SAVED;
            int hash = hashCells(row, keyColumns);
            cells[row * stride] = hash & 0xFFFFFFFFL;
            if (indexed) {
                enter(hash, row);
            }
            if (chains != null) {
                chains.append(hashCells(row, chains.prefix()), row);
            }
        }
    }

    private int findRow(int hash, int like) {
        int at = hash & mask;
        for (long entry = index[at]; entry != 0; entry = index[at]) {
            if ((int) (entry >>> 32) == hash && equalsPrefix((int) entry - 1, like, keyColumns)) {
                return (int) entry - 1;
            }
            at = at + 1 & mask;
        }
        return -1;
    }

    /**
     * Gives back the bytes of overwritten and removed values once they are more than two thirds. Slices given out before
     * die. Room is left for as many bytes again as have been overwritten, since they are likely to be.
     */
    public void compact() {
        boolean much = tracking ? garbage * 4 >= heap.length() : garbage * 3 >= heap.length() * 2L;
        if (garbage < 4096 || !much) {
            return;
        }
        long live = heap.length() - garbage;
        ByteHeap fresh = new ByteHeap((int) Math.max(16, Math.min(heap.bytes().length, live * 3)));
        byte[] old = heap.bytes();
        for (int row = 0; row < used; row++) {
            if (isLive(row)) {
                for (int column = 0; column < layouts.length; column++) {
                    if (layouts[column] == Layout.BYTES) {
                        int at = row * stride + firstCell + column;
                        cells[at] = fresh.append(old, cells[at]);
                    }
                }
            }
        }
        heap.replaceWith(fresh);
        garbage = 0;
    }

    /** The hash of a row's first {@code columns} columns, from its cells. */
    public int hashCells(int row, int columns) {
        if (columns == 0) {
            return Hashing.EMPTY;
        }
        int hash = 0;
        int base = row * stride + firstCell;
        for (int column = 0; column < columns; column++) {
            long value = cells[base + column];
            long h;
            if (isNull(row, column)) {
                h = Hashing.nullValue();
            } else if (layouts[column] == Layout.BYTES) {
                h = Hashing.bytes(heap.bytes(), Slice.offset(value), Slice.length(value));
            } else {
                h = Hashing.value(value);
            }
            hash = column == 0 ? Hashing.finish(h) : Hashing.combine(hash, h);
        }
        return hash;
    }

    public int keyGroup(int row) {
        int partition = schema.partitionColumns();
        return KeyGroups.of(partition == keyColumns && indexed ? hashOf(row) : hashCells(row, partition));
    }

    /** Removes every row, as {@link #remove} does. */
    public void removeAll() {
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
        long text = live == 0 ? 0 : (heap.length() - garbage) / live;
        return unsavedCount * (8L * stride + text) + tombstones.length();
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
            } else {
                spill = chains.spill();
            }
            tracking = true;
        }
        int moved = spill.evict(rows);
        if (live == 0 && unsavedCount == 0 && changedCount == 0) {
            reset();
        }
        compact();
        return moved;
    }

    private void reset() {
        used = 0;
        freeCount = 0;
        garbage = 0;
        cells = new long[MINIMUM_ROWS * stride];
        flags = new byte[MINIMUM_ROWS];
        index = new long[indexed ? MINIMUM_ROWS * 2 : 2];
        mask = index.length - 1;
        heap.replaceWith(new ByteHeap(1024));
    }

    /** Bytes that the table takes when it grows next, if that is near, else 0. */
    public long growth() {
        long rows = flags.length - live < flags.length / 4 ? 8L * cells.length + 9L * index.length : 0;
        int bytes = heap.bytes().length;
        return rows + (bytes - heap.length() + garbage < bytes / 4 ? bytes : 0);
    }

    /** Brings rows into memory whose hash, as an unsigned number, is from {@code first} to before {@code end}. */
    public void loadRange(long first, long end) {
        if (spilledRows != null) {
            spilledRows.loadRange(first, end);
        }
    }

    /** The table is not used any more: lets go of what is not in memory. */
    public void drop() {
        if (spill != null) {
            spill.drop();
        }
    }

    private int touched(int row) {
        flags[row] |= TOUCHED;
        return row;
    }

    void touch(int row) {
        if (tracking) {
            flags[row] |= TOUCHED;
        }
    }

    /** Whether the row was touched since the last call. */
    boolean takeTouch(int row) {
        boolean touched = (flags[row] & TOUCHED) != 0;
        flags[row] &= ~TOUCHED;
        return touched;
    }

    boolean isEvictable(int row) {
        return (flags[row] & (LIVE | CHANGED | UNSAVED)) == LIVE;
    }

    boolean isClean(int row) {
        return (flags[row] & (CLEAN | UNSAVED)) == CLEAN;
    }

    boolean hasCopyBelow(int row) {
        return (flags[row] & BELOW) != 0;
    }

    /** Says that the unit of the row has a copy below that is out of date. */
    void markOutOfDate(int row) {
        flags[row] = (byte) (flags[row] & ~CLEAN | BELOW);
    }

    /** The row has been written below: takes it out of memory. */
    void evicted(int row) {
        if (indexed) {
            removeFromIndex(row);
        }
        flags[row] &= ~(SAVED | TOUCHED | BELOW | CLEAN);
        release(row);
    }

    /** Adds a row that comes from below, not yet in the index. */
    int addLoaded(int hash) {
        int row = addRow(hash, false);
        flags[row] |= SAVED | TOUCHED | BELOW | CLEAN;
        return row;
    }

    /** Enters a row of {@link #addLoaded} whose chain is not in memory, and so neither is its key. */
    void enterChained(int row) {
        if (indexed) {
            int hash = hashCells(row, keyColumns);
            cells[row * stride] = hash & 0xFFFFFFFFL;
            enter(hash, row);
        }
    }

    /** Takes out a row of {@link #addLoaded} that has not been entered. */
    void takeOut(int row) {
        flags[row] &= ~(SAVED | TOUCHED | BELOW | CLEAN);
        release(row);
    }

    /** Enters a row of {@link #addLoaded}, unless its key is in memory already: then takes it out again. */
    boolean enterLoaded(int row) {
        if (findRow(hashOf(row), row) >= 0) {
            takeOut(row);
            return false;
        }
        enter(hashOf(row), row);
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

    boolean isIndexed() {
        return indexed;
    }

    Layout layout(int column) {
        return layouts[column];
    }

    ByteHeap ownHeap() {
        return heap;
    }
}
