package dev.headrace.format.json;

import java.util.Arrays;
import java.util.List;

/**
 * The fields wanted of an object. It learns the names of others as they come, up to a limit, so that those too are
 * recognised by comparing 8 bytes at a time.
 */
final class FieldNode {
    private static final int MOST_LEARNED = 256;

    /** Fields beyond these are marked in {@link #moreSeen}. */
    static final int FIRST_WORD = 64;

    final FieldEntry[] wanted;
    /** The bits of the first 64 wanted fields. */
    final long all;
    /** Marks of the wanted fields from the 64th on, by word; null when there are none. */
    final long[] moreSeen;

    final long[] morePresent;
    /** Its {@code next} is the first field of an object. */
    final FieldEntry start = FieldEntry.skipped(new byte[0]);

    private final FieldEntry unlearned = FieldEntry.skipped(new byte[] {'"'});
    private FieldEntry[] table = new FieldEntry[16];
    private int known;
    private int learned;

    FieldNode(List<FieldEntry> fields) {
        wanted = fields.toArray(FieldEntry[]::new);
        all = wanted.length >= FIRST_WORD ? -1 : (1L << wanted.length) - 1;
        int more = Math.max(0, wanted.length - FIRST_WORD) + 63 >>> 6;
        moreSeen = more == 0 ? null : new long[more];
        morePresent = more == 0 ? null : new long[more];
        unlearned.next = unlearned;
        start.next = wanted.length == 0 ? unlearned : wanted[0];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i].index = i;
            wanted[i].bit = i < FIRST_WORD ? 1L << i : 0;
            wanted[i].next = wanted[(i + 1) % wanted.length];
            add(wanted[i]);
        }
    }

    /** The field of that name, learned now if it is new. */
    FieldEntry find(byte[] bytes, int from, int to) {
        int mask = table.length - 1;
        int slot = hash(bytes, from, to) & mask;
        while (table[slot] != null) {
            byte[] name = table[slot].name;
            if (Arrays.equals(name, 0, name.length, bytes, from, to)) {
                return table[slot];
            }
            slot = slot + 1 & mask;
        }
        if (learned == MOST_LEARNED) {
            return unlearned;
        }
        learned++;
        FieldEntry entry = FieldEntry.skipped(Arrays.copyOfRange(bytes, from, to));
        entry.next = unlearned;
        add(entry);
        return entry;
    }

    /** Remembers that {@code entry} came after {@code previous}. */
    void follow(FieldEntry previous, FieldEntry entry) {
        if (previous != unlearned && entry != unlearned) {
            previous.next = entry;
        }
    }

    /** Makes all columns under this node null in a row. */
    void setNull(int row) {
        for (FieldEntry entry : wanted) {
            entry.setNull(row);
        }
    }

    /** Takes back what {@link #setNull} and values may have left of a row. */
    void clearNulls(int row) {
        for (FieldEntry entry : wanted) {
            if (entry.column != null && entry.column.hasNulls()) {
                entry.column.nulls()[row] = false;
            }
            if (entry.child != null) {
                entry.child.clearNulls(row + entry.rowShift);
            }
        }
    }

    private void add(FieldEntry entry) {
        if (++known * 2 > table.length) {
            FieldEntry[] old = table;
            table = new FieldEntry[old.length * 2];
            for (FieldEntry each : old) {
                if (each != null) {
                    place(each);
                }
            }
        }
        place(entry);
    }

    private void place(FieldEntry entry) {
        int slot = hash(entry.name, 0, entry.name.length) & table.length - 1;
        while (table[slot] != null) {
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = entry;
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + bytes[i];
        }
        return hash ^ hash >>> 16;
    }
}
