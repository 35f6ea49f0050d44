package dev.headrace.format.json;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.type.Layout;

/** Decodes records that are JSON objects. */
final class JsonDecoder implements Decoder {
    private final JsonScanner scanner;
    private final FieldEntry[] leaves;
    private final int[][] copies;
    private final boolean ignoreParseErrors;
    private final Rows rows;
    private Batch batch;
    private int[] targets;
    private int capacity;
    private long skipped;

    /** What becomes of the values read from a record; null where they are one row. */
    interface Rows {
        /** The most rows that a record can become. */
        int most();

        /** Called with the batch at {@link Decoder#begin}, and again when its columns have grown to that capacity. */
        void begin(Batch batch, int[] targets, int capacity);

        /** Called before a record is read. */
        void start();

        /**
         * Settles the rows of the record whose values were read into the rows from {@code row} on.
         *
         * @return how many there are, or {@link JsonBytes#BROKEN} with the failure set
         */
        int settle(byte[] bytes, int row);
    }

    JsonDecoder(FieldNode root, FieldTree tree, JsonOptions options, Failure failure, Rows rows) {
        this.rows = rows;
        scanner = new JsonScanner(root, options, failure);
        leaves = tree.leaves().toArray(FieldEntry[]::new);
        copies = tree.copies().toArray(int[][]::new);
        ignoreParseErrors = options.ignoreParseErrors();
    }

    @Override
    public void begin(Batch newBatch, int[] newTargets, byte[] buffer) {
        batch = newBatch;
        targets = newTargets;
        bind(0);
        for (FieldEntry leaf : leaves) {
            if (leaf.leaf >= 0 && isShared(leaf.column)) {
                leaf.column.shareHeap(buffer);
            }
        }
        for (int[] copy : copies) {
            Column column = batch.column(targets[copy[1]]);
            if (isShared(column)) {
                column.shareHeap(buffer);
            }
        }
    }

    private static boolean isShared(Column column) {
        return column.type().layout() == Layout.BYTES
                && !column.type().isWideDecimal()
                && !CompositeDecoder.isComposite(column.type());
    }

    private void bind(int needed) {
        capacity = Integer.MAX_VALUE;
        for (FieldEntry leaf : leaves) {
            if (leaf.leaf >= 0) {
                leaf.column = batch.column(targets[leaf.leaf]);
                leaf.values = leaf.column.values();
                capacity = Math.min(capacity, leaf.values.length);
            }
        }
        if (rows != null) {
            capacity = capacity == Integer.MAX_VALUE ? Math.max(Batch.CAPACITY, needed) : capacity;
            rows.begin(batch, targets, capacity);
        }
    }

    private void prepare(int row) {
        int needed = row + (rows == null ? 1 : rows.most());
        if (needed > capacity) {
            batch.ensureCapacity(needed);
            bind(needed);
        }
        if (rows != null) {
            rows.start();
        }
    }

    @Override
    public void decode(byte[] buffer, int from, int to) {
        scanner.readLines(false);
        int start = start(buffer, from, to);
        if (start == to) {
            return;
        }
        int row = batch.rows();
        prepare(row);
        int end = scanner.read(buffer, start, row);
        if (end >= 0) {
            int rest = Math.min(JsonBytes.space(buffer, end, JsonBytes.NO_STOP), Math.max(end, to));
            if (end > to || rest < to) {
                end = scanner.syntax("the end of the record", Math.min(rest, to));
            }
        }
        int count = end < 0 ? end : settle(buffer, row);
        if (count >= 0) {
            batch.setRows(row + count);
            return;
        }
        scanner.discard(row);
        if (!ignoreParseErrors) {
            throw scanner.exception(buffer, from, to);
        }
        skipped++;
    }

    @Override
    public int decodeLines(byte[] buffer, int from, int limit, boolean last, int maxRows) {
        scanner.readLines(true);
        // A line that is cut off is not tried: it breaks anywhere, at branches that whole lines never take, and for
        // each of these the JIT would compile the scanner anew.
        int to = last ? limit : lastLineEnd(buffer, from, limit);
        int row = batch.rows();
        int position = from;
        while (row < maxRows && position < to) {
            int start = buffer[position] == '{' ? position : start(buffer, position, to);
            if (start == to || buffer[start] == '\n') {
                position = Math.min(start + 1, to);
                continue;
            }
            if (row >= capacity || rows != null) {
                prepare(row);
            }
            int end = scanner.read(buffer, start, row);
            if (end >= 0) {
                end = end < to && buffer[end] == '\n' ? end + 1 : lineEnd(buffer, end, to, last);
            }
            int count = end < 0 ? end : settle(buffer, row);
            if (count >= 0) {
                row += count;
                position = end;
                continue;
            }
            scanner.discard(row);
            int newline = newline(buffer, start, to);
            if (!ignoreParseErrors) {
                batch.setRows(row);
                throw scanner.exception(buffer, position, newline);
            }
            skipped++;
            position = Math.min(newline + 1, to);
        }
        batch.setRows(row);
        return position;
    }

    private int settle(byte[] buffer, int row) {
        scanner.finish(buffer);
        int count = rows == null ? 1 : rows.settle(buffer, row);
        if (copies.length > 0) {
            for (int i = 0; i < count; i++) {
                copy(row + i);
            }
        }
        return count;
    }

    private void copy(int row) {
        for (int[] copy : copies) {
            Column source = batch.column(targets[copy[0]]);
            Column target = batch.column(targets[copy[1]]);
            target.values()[row] = source.values()[row];
            if (source.isNull(row)) {
                target.setNull(row);
            } else if (target.hasNulls()) {
                target.nulls()[row] = false;
            }
            target.shareHeap(source.heap());
        }
    }

    /** What follows the record up to and with the newline; {@link JsonBytes#BROKEN} where that is not the line's end. */
    private int lineEnd(byte[] buffer, int from, int to, boolean last) {
        int position = JsonBytes.space(buffer, from, '\n');
        if (position >= to) {
            return from <= to && last ? to : scanner.syntax("the end of the record", to);
        }
        return buffer[position] == '\n' ? position + 1 : scanner.syntax("the end of the line", position);
    }

    /** Where the record begins, behind white space and a byte order mark; {@code to} or a newline when there is none. */
    private int start(byte[] buffer, int from, int to) {
        int position = from;
        if (to - from >= 3
                && (buffer[from] & 0xff) == 0xEF
                && (buffer[from + 1] & 0xff) == 0xBB
                && (buffer[from + 2] & 0xff) == 0xBF) {
            position += 3;
        }
        return Math.min(JsonBytes.space(buffer, position, scanner.stop()), to);
    }

    /** The place behind the last newline, {@code from} if there is none. */
    private static int lastLineEnd(byte[] buffer, int from, int limit) {
        int end = limit;
        while (end > from && buffer[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private static int newline(byte[] buffer, int from, int to) {
        int position = from;
        while (position < to && buffer[position] != '\n') {
            position++;
        }
        return position;
    }

    @Override
    public long skipped() {
        return skipped;
    }
}
