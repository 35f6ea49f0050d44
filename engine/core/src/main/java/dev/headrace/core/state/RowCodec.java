package dev.headrace.core.state;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.Layout;

/**
 * The bytes of state rows in snapshots: per column a null byte (0 or 1) and, unless null, 8 bytes big-endian, or for
 * BYTES a 4-byte length and the bytes. A key is the row's first columns in the same form.
 */
final class RowCodec {
    private RowCodec() {}

    static void writeKey(StateTable table, int row, ByteHeap out) {
        write(table, row, 0, table.schema().keyColumns(), out);
    }

    /** Writes the columns from {@code first} to before {@code end}. */
    static void write(StateTable table, int row, int first, int end, ByteHeap out) {
        byte[] bytes = out.reserve(Math.toIntExact(length(table, row, first, end)));
        out.setLength(write(table, row, first, end, bytes, out.length()));
    }

    /** Bytes of the columns from {@code first} to before {@code end}. */
    static long length(StateTable table, int row, int first, int end) {
        long length = end - first;
        for (int column = first; column < end; column++) {
            if (!table.isNull(row, column)) {
                length += table.layout(column) == Layout.BYTES ? 4 + Slice.length(table.get(row, column)) : 8;
            }
        }
        return length;
    }

    /** Writes the columns from {@code first} to before {@code end} into an array, and returns where they end. */
    static int write(StateTable table, int row, int first, int end, byte[] out, int from) {
        int at = from;
        for (int column = first; column < end; column++) {
            if (table.isNull(row, column)) {
                out[at++] = 1;
                continue;
            }
            out[at++] = 0;
            long value = table.get(row, column);
            if (table.layout(column) == Layout.BYTES) {
                int length = Slice.length(value);
                putInt(out, at, length);
                System.arraycopy(table.text().page(value), Slice.offset(TextPages.slice(value)), out, at + 4, length);
                at += 4 + length;
            } else {
                putInt(out, at, (int) (value >>> 32));
                putInt(out, at + 4, (int) value);
                at += 8;
            }
        }
        return at;
    }

    private static void putInt(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    /** Writes columns of a batch's row in the form that a state row with these columns would have. */
    static void writeBatch(Batch batch, int[] columns, int batchRow, ByteHeap out) {
        for (int column : columns) {
            write(batch.column(column), batchRow, out);
        }
    }

    static void write(Column column, int batchRow, ByteHeap out) {
        if (column.isNull(batchRow)) {
            out.append((byte) 1);
            return;
        }
        long value = column.values()[batchRow];
        if (column.type().layout() == Layout.BYTES) {
            out.append((byte) 0);
            writeInt(out, Slice.length(value));
            out.append(column.heap(), Slice.offset(value), Slice.length(value));
        } else {
            writeLong(out, value);
        }
    }

    /** Writes a value of layout LONG that is not null. */
    static void writeLong(ByteHeap out, long value) {
        out.append((byte) 0);
        writeInt(out, (int) (value >>> 32));
        writeInt(out, (int) value);
    }

    static void writeInt(ByteHeap out, int value) {
        byte[] bytes = out.reserve(4);
        putInt(bytes, out.length(), value);
        out.setLength(out.length() + 4);
    }

    /** Fills the first {@code columns} cells of a new row and returns the offset behind what was read. */
    static int read(StateTable table, int row, byte[] bytes, int from, int columns) {
        return read(table, row, bytes, from, 0, columns);
    }

    /** Fills the cells from {@code first} to before {@code end}. */
    static int read(StateTable table, int row, byte[] bytes, int from, int first, int end) {
        int at = from;
        for (int column = first; column < end; column++) {
            if (bytes[at++] == 1) {
                table.setNull(row, column, true);
            } else if (table.layout(column) == Layout.BYTES) {
                int length = readInt(bytes, at);
                table.setBytes(row, column, bytes, Slice.of(at + 4, length));
                at += 4 + length;
            } else {
                table.set(row, column, readLong(bytes, at));
                at += 8;
            }
        }
        return at;
    }

    static int readInt(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | bytes[at + 3] & 0xFF;
    }

    static long readLong(byte[] bytes, int at) {
        return (long) readInt(bytes, at) << 32 | readInt(bytes, at + 4) & 0xFFFFFFFFL;
    }
}
