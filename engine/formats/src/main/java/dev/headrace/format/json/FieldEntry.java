package dev.headrace.format.json;

import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import java.nio.charset.StandardCharsets;

/**
 * A field of an object: one that is wanted, or one that was seen and is skipped. {@code next} is the field that came
 * after it when last seen, which the scanner tries first.
 */
final class FieldEntry {
    /** What is done with the field's value. */
    static final int SKIP = 0;

    static final int OBJECT = 1;
    static final int INTEGER = 2;
    static final int TEXT = 3;
    static final int TIMESTAMP = 4;
    static final int OTHER = 5;
    /** Both a ROW as a whole and fields in it. */
    static final int WHOLE_AND_PARTS = 6;

    final byte[] name;
    final String path;
    final int operation;
    final DataType type;
    final boolean required;
    final int leaf;
    /** The fields wanted of a ROW, or null. */
    final FieldNode child;
    /** What is added to the row number for values in {@code child}. */
    final int rowShift;

    final long least;
    final long most;
    final int precision;
    final boolean zoned;
    /** The decoder of an ARRAY, MAP, MULTISET or whole ROW, or null. */
    final CompositeDecoder composite;

    /** The name with its quotes and colon, compared by its first and last 8 bytes and what lies between. */
    final byte[] key;

    final int keyLength;
    final long head;
    final long headMask;
    final long tail;

    /** The field's place among those wanted of its node, set once; its bit in the scanner's first word of marks. */
    int index;

    long bit;
    FieldEntry next;

    /** Set when the field of an object was null or missing; taken back by those who ask for it. */
    boolean absent;

    /** Where the values go in the current batch. */
    Column column;

    long[] values;

    private FieldEntry(byte[] name, String path, int operation, Leaf leaf, FieldNode child, int rowShift) {
        this.name = name;
        this.path = path;
        this.operation = operation;
        this.child = child;
        this.rowShift = rowShift;
        this.type = leaf.type;
        this.required = leaf.required;
        this.leaf = leaf.number;
        this.composite = leaf.composite;
        int bits = type == null
                ? 0
                : switch (type.kind()) {
                    case TINYINT -> 8;
                    case SMALLINT -> 16;
                    case INT, INTERVAL_YEAR_MONTH -> 32;
                    default -> 64;
                };
        most = bits == 64 ? Long.MAX_VALUE : (1L << Math.max(bits, 1) - 1) - 1;
        least = -most - 1;
        precision = type == null ? 0 : Math.min(type.precision(), 6);
        zoned = type != null && type.kind() == Kind.TIMESTAMP_LTZ;
        boolean plain = JsonBytes.special(name, 0) == name.length;
        keyLength = name.length + 3;
        key = new byte[keyLength];
        key[0] = '"';
        System.arraycopy(name, 0, key, 1, name.length);
        key[keyLength - 2] = '"';
        key[keyLength - 1] = ':';
        long first = JsonBytes.load(key, 0);
        // A name that JSON writes with escapes is never found by its bytes.
        headMask = !plain ? 0 : keyLength >= 8 ? -1 : (1L << keyLength * 8) - 1;
        head = plain ? first : 1;
        tail = keyLength > 8 ? JsonBytes.load(key, keyLength - 8) : 0;
    }

    private record Leaf(DataType type, boolean required, int number, CompositeDecoder composite) {}

    /** A value that goes to the leaf column of that number. */
    static FieldEntry leaf(
            String name, String path, DataType type, boolean required, int leaf, CompositeDecoder composite) {
        int operation = switch (type.kind()) {
            case TINYINT, SMALLINT, INT, BIGINT, INTERVAL_YEAR_MONTH -> INTEGER;
            case CHAR, VARCHAR -> TEXT;
            case TIMESTAMP, TIMESTAMP_LTZ -> TIMESTAMP;
            default -> OTHER;
        };
        return new FieldEntry(utf8(name), path, operation, new Leaf(type, required, leaf, composite), null, 0);
    }

    /** A ROW of which some fields are wanted. */
    static FieldEntry object(String name, String path, DataType type, boolean required, FieldNode child, int rowShift) {
        return new FieldEntry(utf8(name), path, OBJECT, new Leaf(type, required, -1, null), child, rowShift);
    }

    /** A ROW that is wanted as a whole and of which some fields are wanted too. */
    static FieldEntry wholeAndParts(FieldEntry whole, FieldNode child) {
        Leaf leaf = new Leaf(whole.type, whole.required, whole.leaf, whole.composite);
        return new FieldEntry(whole.name, whole.path, WHOLE_AND_PARTS, leaf, child, 0);
    }

    static FieldEntry skipped(byte[] name) {
        return new FieldEntry(name, "", SKIP, new Leaf(null, false, -1, null), null, 0);
    }

    /** Whether the field's name, in quotes and with a colon at once behind, stands there. */
    boolean standsAt(byte[] bytes, int position) {
        if ((JsonBytes.load(bytes, position) & headMask) != head) {
            return false;
        }
        int length = keyLength;
        if (length <= 8) {
            return true;
        }
        return JsonBytes.load(bytes, position + length - 8) == tail
                && (length <= 16 || middleStandsAt(bytes, position));
    }

    private boolean middleStandsAt(byte[] bytes, int position) {
        for (int i = 8; i < keyLength - 8; i++) {
            if (JsonBytes.at(bytes, position + i) != key[i]) {
                return false;
            }
        }
        return true;
    }

    void setNull(int row) {
        absent = true;
        if (column != null) {
            column.markNulls()[row] = true;
            values[row] = 0;
        }
        if (child != null) {
            child.setNull(row + rowShift);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
