package dev.headrace.core.operator;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.state.StateTable;
import java.util.Arrays;
import java.util.List;

/**
 * What the rows of a table were at the start of an epoch: for a row that changes, a copy of its cells. Text is not copied,
 * since a table keeps its bytes until the end of the epoch. O(1) a row, and only rows that change cost anything.
 */
public final class RowImages {
    private static final int UNTOUCHED = 0;
    private static final int FRESH = -1;
    private static final int NO_IMAGE = -2;

    private final StateTable table;
    private final boolean[] bytes;
    /** By row: {@link #UNTOUCHED}, {@link #FRESH}, {@link #NO_IMAGE}, or 1 + the number of its image. */
    private int[] states = new int[16];

    private long[] images = new long[16];
    private int count;

    public RowImages(StateTable table) {
        this.table = table;
        List<DataType> columns = table.schema().types();
        bytes = new boolean[columns.size()];
        for (int c = 0; c < bytes.length; c++) {
            bytes[c] = columns.get(c).layout() == Layout.BYTES;
        }
    }

    /** Makes room for all rows that there are. */
    public void ensureCapacity() {
        states = StateLayout.grown(states, table.rowLimit());
    }

    public boolean isUntouched(int row) {
        return states[row] == UNTOUCHED;
    }

    /** Says that the row was not there at the start of the epoch. */
    public void markFresh(int row) {
        states[row] = FRESH;
    }

    public boolean isFresh(int row) {
        return states[row] == FRESH;
    }

    /** Says that the row changes, without taking an image. */
    public void mark(int row) {
        states[row] = NO_IMAGE;
    }

    /** Takes the image of a row that is about to change for the first time in the epoch. */
    public void take(int row) {
        int stride = table.stride();
        if ((count + 1) * stride > images.length) {
            images = Arrays.copyOf(images, Math.max((count + 1) * stride, images.length * 2));
        }
        System.arraycopy(table.cells().page(row), table.cells().base(row), images, count * stride, stride);
        states[row] = ++count;
    }

    /** The number of the row's image. */
    public int image(int row) {
        return states[row] - 1;
    }

    public long[] images() {
        return images;
    }

    /** Whether the row is what its image is, up to column {@code columns}. */
    public boolean isUnchanged(int row, int columns) {
        long[] cells = table.cells().page(row);
        int now = table.cells().base(row);
        int then = image(row) * table.stride();
        for (int c = 0; c < columns; c++) {
            int word = 1 + (c >> 6);
            if (((cells[now + word] ^ images[then + word]) >>> c & 1) != 0) {
                return false;
            }
            long a = cells[now + table.cell(c)];
            long b = images[then + table.cell(c)];
            if (a != b && !(bytes[c] && table.text().equal(a, b))) {
                return false;
            }
        }
        return true;
    }

    /** The row is dealt with for this epoch. */
    public void clear(int row) {
        states[row] = UNTOUCHED;
    }

    /** Ends the epoch, after {@link #clear} of each row. */
    public void clear() {
        count = 0;
    }
}
