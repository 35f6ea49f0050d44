package dev.headrace.format.csv;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.connect.Decoder;
import dev.headrace.format.text.Excerpt;

/** Decodes lines of CSV. */
final class CsvDecoder implements Decoder {
    private final int arity;
    private final CsvColumn[] columns;
    private final CsvOptions options;
    private final CsvScanner scanner;
    private Batch batch;
    private int[] targets;
    private byte[] buffer;
    private int capacity;
    private boolean headerAwaited;
    private long skipped;
    private String problem;

    CsvDecoder(int arity, CsvColumn[] columns, CsvOptions options) {
        this.arity = arity;
        this.columns = columns;
        this.options = options;
        scanner = new CsvScanner(options);
        headerAwaited = options.header();
    }

    @Override
    public void begin(Batch newBatch, int[] newTargets, byte[] newBuffer) {
        batch = newBatch;
        targets = newTargets;
        buffer = newBuffer;
        bind();
    }

    private void bind() {
        capacity = Integer.MAX_VALUE;
        for (int i = 0; i < columns.length; i++) {
            columns[i].bind(batch.column(targets[i]), buffer);
            capacity = Math.min(capacity, columns[i].capacity());
        }
    }

    private void makeRoom(int row) {
        if (row >= capacity) {
            batch.ensureCapacity(row + 1);
            bind();
        }
    }

    @Override
    public void decode(byte[] bytes, int from, int to) {
        int start = start(bytes, from, to);
        int trimmed = to;
        while (trimmed > start && (bytes[trimmed - 1] == '\n' || bytes[trimmed - 1] == '\r')) {
            trimmed--;
        }
        if (start == trimmed || isComment(bytes, start)) {
            return;
        }
        int row = batch.rows();
        makeRoom(row);
        int end = scanner.scan(bytes, start, trimmed);
        if (end >= 0 && end < trimmed) {
            problem = "a newline outside quotes in the middle of the record: " + Excerpt.of(bytes, end + 1, trimmed);
        } else if (end < 0) {
            problem = broken(bytes, end, start, trimmed);
        } else if (read(bytes, start, end, row)) {
            batch.setRows(row + 1);
            return;
        }
        if (!options.ignoreParseErrors()) {
            throw new DecodeException(problem, from);
        }
        skipped++;
    }

    @Override
    public int decodeLines(byte[] bytes, int from, int to, boolean last, int maxRows) {
        int row = batch.rows();
        int position = from;
        while (row < maxRows && position < to) {
            int start = start(bytes, position, to);
            boolean comment = start < to && isComment(bytes, start);
            int end = comment ? newline(bytes, start, to) : scanner.scan(bytes, start, to);
            if (!last && (end == CsvScanner.UNCLOSED || end == to)) {
                break;
            }
            if (headerAwaited && !comment && end >= 0) {
                headerAwaited = false;
                position = Math.min(end + 1, to);
                continue;
            }
            if (comment || end >= 0 && isBlank(bytes, start, end)) {
                position = Math.min(end + 1, to);
                continue;
            }
            makeRoom(row);
            if (end >= 0 && read(bytes, start, end, row)) {
                row++;
                position = Math.min(end + 1, to);
                continue;
            }
            int lineEnd = end;
            if (end < 0) {
                lineEnd = newline(bytes, end == CsvScanner.MISPLACED ? scanner.wrongAt() : start, to);
                if (lineEnd == to && !last) {
                    break;
                }
                problem = broken(bytes, end, start, lineEnd);
            }
            if (!options.ignoreParseErrors()) {
                batch.setRows(row);
                throw new DecodeException(problem, position);
            }
            skipped++;
            position = Math.min(lineEnd + 1, to);
        }
        batch.setRows(row);
        return position;
    }

    private boolean read(byte[] bytes, int from, int end, int row) {
        int count = scanner.count();
        if (count != arity && (count > arity || !options.ignoreParseErrors())) {
            problem = "the record has " + count + " fields, but the table has " + arity + " columns: "
                    + Excerpt.of(bytes, from, end);
            return false;
        }
        scanner.finish(bytes);
        for (int i = 0; i < columns.length; i++) {
            if (!read(columns[i], bytes, row)) {
                for (CsvColumn column : columns) {
                    column.clearNull(row);
                }
                return false;
            }
        }
        return true;
    }

    private boolean read(CsvColumn column, byte[] bytes, int row) {
        int field = column.field;
        boolean there = field < scanner.count();
        int start = there ? scanner.start(field) : 0;
        int end = there ? scanner.end(field) : 0;
        boolean isNull = !there || !scanner.isQuoted(field) && column.isNullLiteral(bytes, start, end);
        if (!isNull && column.read(bytes, start, end, row)) {
            return true;
        }
        if (!isNull && !options.ignoreParseErrors()) {
            problem = "field '" + column.path + "': expected " + column.expected() + ", found "
                    + (start == end ? "nothing" : Excerpt.of(bytes, start, end));
            return false;
        }
        if (column.setNull(row)) {
            return true;
        }
        problem = "field '" + column.path + "' is null or missing, but its type is " + column.type();
        return false;
    }

    private String broken(byte[] bytes, int reason, int from, int to) {
        return reason == CsvScanner.UNCLOSED
                ? "a quote is opened and not closed in the record: " + Excerpt.of(bytes, from, to)
                : "expected '" + (char) options.delimiter() + "' or the end of the line behind a closing quote, found "
                        + Excerpt.of(bytes, scanner.wrongAt(), to);
    }

    private boolean isComment(byte[] bytes, int start) {
        return options.allowComments() && bytes[start] == '#';
    }

    private static boolean isBlank(byte[] bytes, int start, int end) {
        return start == end || start + 1 == end && bytes[start] == '\r';
    }

    /** Where a record begins, behind a byte order mark. */
    private static int start(byte[] bytes, int from, int to) {
        boolean marked = to - from >= 3
                && (bytes[from] & 0xff) == 0xEF
                && (bytes[from + 1] & 0xff) == 0xBB
                && (bytes[from + 2] & 0xff) == 0xBF;
        return marked ? from + 3 : from;
    }

    private static int newline(byte[] bytes, int from, int to) {
        int position = from;
        while (position < to && bytes[position] != '\n') {
            position++;
        }
        return position;
    }

    @Override
    public long skipped() {
        return skipped;
    }

    @Override
    public void reset() {
        headerAwaited = options.header();
    }

    @Override
    public void resume() {
        headerAwaited = false;
    }
}
