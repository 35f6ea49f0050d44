package dev.headrace.core.state;

import java.util.Arrays;

/** What is known of the rows of a table besides their cells: whether they are in use, changed, saved, and what lies below. */
final class RowMarks {
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

    private byte[] marks = new byte[MINIMUM_ROWS];
    private final RowList changed = new RowList();
    private final RowList unsaved = new RowList();

    boolean isLive(int row) {
        return (marks[row] & LIVE) != 0;
    }

    /** The row comes into use. That it is in the lists is kept from its life before while they still name it. */
    void use(int row) {
        if (row == marks.length) {
            marks = Arrays.copyOf(marks, row * 2);
        }
        marks[row] = (byte) (marks[row] & (CHANGED | UNSAVED) | LIVE);
    }

    /** The row is not in use any more. */
    void release(int row) {
        marks[row] &= CHANGED | UNSAVED;
    }

    void clear() {
        marks = new byte[MINIMUM_ROWS];
        changed.reset();
        unsaved.reset();
    }

    void markChanged(int row) {
        byte mark = marks[row];
        if ((mark & (CHANGED | UNSAVED)) == (CHANGED | UNSAVED)) {
            return;
        }
        if ((mark & CHANGED) == 0) {
            changed.add(row);
        }
        markUnsaved(row);
        marks[row] |= CHANGED;
    }

    void markUnsaved(int row) {
        if ((marks[row] & UNSAVED) == 0) {
            unsaved.add(row);
            marks[row] |= UNSAVED;
        }
    }

    RowList changed() {
        return changed;
    }

    void clearChanged() {
        for (int i = 0; i < changed.count(); i++) {
            marks[changed.get(i)] &= ~CHANGED;
        }
        changed.clear();
    }

    int unsaved() {
        return unsaved.count();
    }

    /** The rows in use of those marked unsaved since the last call; they are saved from now on. */
    RowList takeUnsaved() {
        RowList rows = new RowList();
        for (int i = 0; i < unsaved.count(); i++) {
            int row = unsaved.get(i);
            marks[row] &= ~(UNSAVED | CLEAN);
            if (isLive(row)) {
                rows.add(row);
                marks[row] |= SAVED;
            }
        }
        unsaved.reset();
        return rows;
    }

    boolean isSaved(int row) {
        return (marks[row] & SAVED) != 0;
    }

    void setSaved(int row) {
        marks[row] |= SAVED;
    }

    // --- what lies below ---------------------------------------------------------------------------------------------

    void touch(int row) {
        marks[row] |= TOUCHED;
    }

    /** Whether the row was touched since the last call. */
    boolean takeTouch(int row) {
        boolean touched = (marks[row] & TOUCHED) != 0;
        marks[row] &= ~TOUCHED;
        return touched;
    }

    boolean isEvictable(int row) {
        return (marks[row] & (LIVE | CHANGED | UNSAVED)) == LIVE;
    }

    boolean isClean(int row) {
        return (marks[row] & (CLEAN | UNSAVED)) == CLEAN;
    }

    boolean hasCopyBelow(int row) {
        return (marks[row] & BELOW) != 0;
    }

    /** The unit of the row has a copy below that is out of date. */
    void setOutOfDate(int row) {
        marks[row] = (byte) (marks[row] & ~CLEAN | BELOW);
    }

    /** The row comes from below. */
    void setLoaded(int row) {
        marks[row] |= SAVED | TOUCHED | BELOW | CLEAN;
    }

    /** The row is below only. */
    void setEvicted(int row) {
        marks[row] &= ~(SAVED | TOUCHED | BELOW | CLEAN);
    }

    /** Bytes held. */
    long memory() {
        return marks.length + changed.memory() + unsaved.memory();
    }
}
