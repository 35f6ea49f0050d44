package dev.headrace.api.batch;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Schema;
import java.util.List;

/**
 * Rows as columns. Rows are numbered from 0 to {@link #rows()} - 1; those that count are the selected ones: all, or,
 * after {@link #select}, {@code selection[0 .. selected)} in rising order.
 *
 * <p>{@code kinds[row]} is the {@link ChangeKind} code of a row, absent in an insert-only batch. {@code watermarks[row]}
 * is the watermark of the row's split just before that row, in microseconds; absent where no operator downstream asks
 * whether a row is late, and after operators whose output is never late.
 *
 * <p>A batch belongs to its producer and is valid for a receiver only until the call that hands it over returns: who
 * keeps rows copies them.
 */
public final class Batch {
    /** Rows that a producer puts into one batch: enough to forget the cost of a call, few enough for the L2 cache. */
    public static final int CAPACITY = 2048;

    private final Column[] columns;
    private int rows;
    private boolean filtered;
    private int[] selection;
    private int selected;
    private byte[] kinds;
    private boolean changelog;
    private long[] watermarks;
    private boolean watermarked;

    public Batch(Column... columns) {
        this.columns = columns;
    }

    public static Batch of(List<DataType> types, int capacity) {
        return new Batch(types.stream().map(t -> new Column(t, capacity)).toArray(Column[]::new));
    }

    public static Batch of(Schema schema) {
        return of(schema.types(), CAPACITY);
    }

    public Column column(int index) {
        return columns[index];
    }

    public int columns() {
        return columns.length;
    }

    public int rows() {
        return rows;
    }

    public void setRows(int count) {
        rows = count;
        if (!filtered) {
            selected = count;
        }
    }

    /** Makes room for {@code capacity} rows in columns, kinds and watermarks. */
    public void ensureCapacity(int capacity) {
        for (Column column : columns) {
            column.ensureCapacity(capacity);
        }
        if (kinds != null && kinds.length < capacity) {
            kinds = java.util.Arrays.copyOf(kinds, Math.max(capacity, kinds.length * 2));
        }
        if (watermarks != null && watermarks.length < capacity) {
            watermarks = java.util.Arrays.copyOf(watermarks, Math.max(capacity, watermarks.length * 2));
        }
    }

    /** No rows, no selection, insert-only, no watermarks, columns cleared. */
    public void clear() {
        rows = 0;
        selected = 0;
        filtered = false;
        changelog = false;
        watermarked = false;
        for (Column column : columns) {
            column.clear();
        }
    }

    /** Selected rows. */
    public int selected() {
        return selected;
    }

    /** Whether only some rows are selected; without it row i of the selection is row i. */
    public boolean isFiltered() {
        return filtered;
    }

    /** The selected row numbers, rising; meaningful only when {@link #isFiltered()}. */
    public int[] selection() {
        return selection;
    }

    /** The row number of the {@code i}-th selected row. */
    public int row(int i) {
        return filtered ? selection[i] : i;
    }

    /** Selects {@code rowNumbers[0 .. count)}; the array is shared, not copied. */
    public void select(int[] rowNumbers, int count) {
        selection = rowNumbers;
        selected = count;
        filtered = true;
    }

    public void selectAll() {
        filtered = false;
        selected = rows;
    }

    public boolean isInsertOnly() {
        return !changelog;
    }

    /** Change kind codes by row; meaningful only unless {@link #isInsertOnly()}. */
    public byte[] kinds() {
        return kinds;
    }

    public byte kind(int row) {
        return changelog ? kinds[row] : ChangeKind.INSERT_CODE;
    }

    /** Turns the batch into a changelog and returns the kinds to write, of at least {@code capacity} rows. */
    public byte[] ownKinds(int capacity) {
        if (kinds == null || kinds.length < capacity) {
            kinds = kinds == null
                    ? new byte[capacity]
                    : java.util.Arrays.copyOf(kinds, Math.max(capacity, kinds.length * 2));
        }
        changelog = true;
        return kinds;
    }

    public boolean hasWatermarks() {
        return watermarked;
    }

    public long[] watermarks() {
        return watermarks;
    }

    /** Says that rows carry watermarks and returns the array to write, of at least {@code capacity} rows. */
    public long[] ownWatermarks(int capacity) {
        if (watermarks == null || watermarks.length < capacity) {
            watermarks = new long[capacity];
        }
        watermarked = true;
        return watermarks;
    }

    /** Takes rows, selection, kinds and watermarks of {@code other}, without its columns. Nothing is copied. */
    public void shareFrame(Batch other) {
        rows = other.rows;
        selection = other.selection;
        selected = other.selected;
        filtered = other.filtered;
        if (other.changelog) {
            kinds = other.kinds;
        }
        changelog = other.changelog;
        if (other.watermarked) {
            watermarks = other.watermarks;
        }
        watermarked = other.watermarked;
    }
}
