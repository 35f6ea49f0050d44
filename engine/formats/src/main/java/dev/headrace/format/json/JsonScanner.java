package dev.headrace.format.json;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.format.text.Base64Bytes;
import dev.headrace.format.text.CellReader;
import dev.headrace.format.text.Times;
import java.util.Arrays;

/**
 * Reads the wanted fields of one record after another into columns. While it reads, it changes no byte of the buffer: a
 * record may turn out to be cut off and be read again from another place. What has to be done to the text of a record
 * is noted in {@link TextEdits}, and done by {@link #finish} once the record is known to be whole.
 *
 * <p>The methods on the path of every value return the position behind what they took, or {@link JsonBytes#BROKEN}.
 */
final class JsonScanner {
    private static final long COLONS_AND_ZEROS = 0x30303A30303A3030L;

    private final FieldNode root;
    private final boolean ignoreParseErrors;
    private final boolean failOnMissingField;
    private final char separator;
    private final CellReader reader;
    private final Failure failure;

    private int stop = JsonBytes.NO_STOP;
    private int afterName;
    private boolean nullValue;
    private byte[] scratch = new byte[64];

    private long memoHead;
    private long memoTail;
    private long memoMicros;

    private final TextEdits edits = new TextEdits();

    JsonScanner(FieldNode root, JsonOptions options, Failure failure) {
        this.root = root;
        this.failure = failure;
        ignoreParseErrors = options.ignoreParseErrors();
        failOnMissingField = options.failOnMissingField();
        separator = options.timestamps().separator();
        reader = new CellReader(options.timestamps());
    }

    /** Whether records are lines, so that a newline ends even a broken one. */
    void readLines(boolean lines) {
        stop = lines ? '\n' : JsonBytes.NO_STOP;
    }

    int stop() {
        return stop;
    }

    /** Reads the object that begins at {@code from} into the columns' row of that number. */
    int read(byte[] bytes, int from, int row) {
        if (JsonBytes.at(bytes, from) != '{') {
            return failure.syntax("'{'", from);
        }
        return object(root, bytes, from + 1, row);
    }

    /** Does what was noted of the record just read. */
    void finish(byte[] bytes) {
        if (!edits.isEmpty()) {
            edits.apply(bytes);
        }
    }

    /** Undoes what reading a record that does not count has left. */
    void discard(int row) {
        edits.clear();
        root.clearNulls(row);
    }

    int syntax(String expected, int at) {
        return failure.syntax(expected, at);
    }

    DecodeException exception(byte[] bytes, int start, int end) {
        return failure.exception(bytes, start, end);
    }

    private int object(FieldNode node, byte[] bytes, int from, int row) {
        int position = from;
        FieldEntry entry = node.start;
        long seen = 0;
        long present = 0;
        if (node.moreSeen != null) {
            clearMore(node);
        }
        int c = JsonBytes.at(bytes, position);
        if (c != '"') {
            position = JsonBytes.space(bytes, position, stop);
            c = JsonBytes.at(bytes, position);
            if (c == '}') {
                return close(node, seen, present, position + 1, row);
            }
            if (c != '"') {
                return failure.syntax("a field's name or '}'", position);
            }
        }
        while (true) {
            FieldEntry next = entry.next;
            if (next.standsAt(bytes, position)) {
                position += next.keyLength;
                entry = next;
            } else {
                entry = unexpected(node, entry, bytes, position);
                if (entry == null) {
                    return JsonBytes.BROKEN;
                }
                position = afterName;
            }
            c = JsonBytes.at(bytes, position);
            if (c <= ' ') {
                position = JsonBytes.space(bytes, position, stop);
                c = JsonBytes.at(bytes, position);
            }
            long bit = entry.bit;
            int operation = entry.operation;
            if (operation == FieldEntry.SKIP) {
                int end = JsonBytes.skipValue(bytes, position, stop);
                if (end < 0) {
                    return failure.syntax("a value", position);
                }
                position = end;
            } else if (c == 'n' && JsonBytes.isNull(bytes, position)) {
                position += 4;
                seen &= ~bit;
                present |= bit;
                if (bit == 0) {
                    markMore(node, entry, false);
                }
            } else {
                boolean taken = false;
                if (operation == FieldEntry.INTEGER) {
                    int first = c == '-' ? position + 1 : position;
                    long word = JsonBytes.load(bytes, first);
                    int count = JsonBytes.digits(word);
                    if (count > 0) {
                        long value = JsonBytes.number(word, count);
                        int end = first + count;
                        int last = JsonBytes.at(bytes, end);
                        if (count == 8) {
                            while (last >= '0' && last <= '9' && end - first < 18) {
                                value = value * 10 + last - '0';
                                last = JsonBytes.at(bytes, ++end);
                            }
                        }
                        value = c == '-' ? -value : value;
                        // Otherwise it is no plain number, or does not fit; the slow path tells.
                        if ((last == ',' || last == '}')
                                && ((word & 0xff) != '0' || count == 1)
                                && value >= entry.least
                                && value <= entry.most) {
                            entry.values[row] = value;
                            position = end;
                            taken = true;
                        }
                    }
                } else if (operation == FieldEntry.TEXT) {
                    if (c == '"') {
                        int end = JsonBytes.special(bytes, position + 1);
                        if (JsonBytes.at(bytes, end) == '"') {
                            entry.values[row] = Slice.of(position + 1, end - position - 1);
                            position = end + 1;
                            taken = true;
                        }
                    }
                } else if (operation == FieldEntry.TIMESTAMP) {
                    if (c == '"') {
                        int end = timestamp(entry, bytes, position + 1, row);
                        if (end >= 0) {
                            position = end;
                            taken = true;
                        }
                    }
                } else if (operation == FieldEntry.OBJECT && c == '{') {
                    if ((seen & bit) != 0 || bit == 0) {
                        entry.child.clearNulls(row + entry.rowShift);
                    }
                    position = object(entry.child, bytes, position + 1, row + entry.rowShift);
                    if (position < 0) {
                        return position;
                    }
                    taken = true;
                }
                if (!taken) {
                    position = other(entry, bytes, position, row);
                    if (position < 0) {
                        return position;
                    }
                    taken = !nullValue;
                }
                present |= bit;
                seen = taken ? seen | bit : seen & ~bit;
                if (bit == 0) {
                    markMore(node, entry, taken);
                }
            }
            c = JsonBytes.at(bytes, position);
            if (c <= ' ') {
                position = JsonBytes.space(bytes, position, stop);
                c = JsonBytes.at(bytes, position);
            }
            if (c != ',') {
                if (c == '}') {
                    return close(node, seen, present, position + 1, row);
                }
                return failure.syntax("',' or '}'", position);
            }
            position++;
            if (JsonBytes.at(bytes, position) != '"') {
                position = JsonBytes.space(bytes, position, stop);
                if (JsonBytes.at(bytes, position) != '"') {
                    return failure.syntax("a field's name", position);
                }
            }
        }
    }

    /** Nulls for the wanted fields that an object did not have. */
    private int close(FieldNode node, long seen, long present, int end, int row) {
        long missing = node.all & ~seen;
        while (missing != 0) {
            int index = Long.numberOfTrailingZeros(missing);
            missing &= missing - 1;
            FieldEntry entry = node.wanted[index];
            if (entry.required || failOnMissingField) {
                if (failOnMissingField && (present & 1L << index) == 0) {
                    return failure.missing(entry.path);
                }
                if (entry.required) {
                    return failure.isNull(entry.path, entry.type);
                }
            }
            entry.setNull(row);
        }
        return node.moreSeen == null ? end : closeMore(node, end, row);
    }

    private int closeMore(FieldNode node, int end, int row) {
        for (int i = FieldNode.FIRST_WORD; i < node.wanted.length; i++) {
            FieldEntry entry = node.wanted[i];
            int word = (i >>> 6) - 1;
            if ((node.moreSeen[word] & 1L << i) == 0) {
                if (failOnMissingField && (node.morePresent[word] & 1L << i) == 0) {
                    return failure.missing(entry.path);
                }
                if (entry.required) {
                    return failure.isNull(entry.path, entry.type);
                }
                entry.setNull(row);
            }
        }
        return end;
    }

    private static void clearMore(FieldNode node) {
        Arrays.fill(node.moreSeen, 0);
        Arrays.fill(node.morePresent, 0);
    }

    private static void markMore(FieldNode node, FieldEntry entry, boolean seen) {
        int word = (entry.index >>> 6) - 1;
        long bit = 1L << entry.index;
        node.morePresent[word] |= bit;
        if (seen) {
            node.moreSeen[word] |= bit;
        } else {
            node.moreSeen[word] &= ~bit;
        }
    }

    /** Finds the field whose name stands at {@code position}, and learns the order; sets {@link #afterName}. */
    private FieldEntry unexpected(FieldNode node, FieldEntry previous, byte[] bytes, int position) {
        int start = position + 1;
        int end = JsonBytes.skipString(bytes, start, stop);
        if (end < 0) {
            failure.syntax("a field's name", position);
            return null;
        }
        int colon = JsonBytes.space(bytes, end, stop);
        if (JsonBytes.at(bytes, colon) != ':') {
            failure.syntax("':'", colon);
            return null;
        }
        afterName = colon + 1;
        if (!JsonText.hasEscape(bytes, start, end - 1)) {
            FieldEntry entry = node.find(bytes, start, end - 1);
            node.follow(previous, entry);
            return entry;
        }
        if (JsonText.wrongEscape(bytes, start, end - 1) >= 0) {
            failure.syntax("an escape", JsonText.wrongEscape(bytes, start, end - 1));
            return null;
        }
        return node.find(scratch(end - start), 0, JsonText.unescape(bytes, start, end - 1, scratch, 0));
    }

    /** A timestamp in its usual form, the fraction no longer than the type's; {@link JsonBytes#BROKEN} for others. */
    private int timestamp(FieldEntry entry, byte[] bytes, int from, int row) {
        if (from + 28 > bytes.length || bytes[from + 10] != separator) {
            return JsonBytes.BROKEN;
        }
        long head = (long) JsonBytes.LONGS.get(bytes, from);
        long tail = (long) JsonBytes.LONGS.get(bytes, from + 2);
        if (head != memoHead || tail != memoTail) {
            long date = Times.date(bytes, from, from + 10);
            if (date == Times.NONE) {
                return JsonBytes.BROKEN;
            }
            memoHead = head;
            memoTail = tail;
            memoMicros = date * Times.MICROS_PER_DAY;
        }
        long digits = (long) JsonBytes.LONGS.get(bytes, from + 11) ^ COLONS_AND_ZEROS;
        // Hours, minutes and seconds as tens and ones, each byte 0 to 9; the colons have become 0.
        if (((digits + 0x76 * JsonBytes.ONES | digits) & JsonBytes.HIGH) != 0) {
            return JsonBytes.BROKEN;
        }
        long pairs = digits * 10 + (digits >>> 8);
        long hour = pairs & 0xff;
        long minute = pairs >>> 24 & 0xff;
        long second = pairs >>> 48 & 0xff;
        // Bytes 2 and 5 held colons exactly when they are 0 now.
        if (hour > 23 || minute > 59 || second > 59 || (digits & 0x0000FF0000FF0000L) != 0) {
            return JsonBytes.BROKEN;
        }
        long micros = memoMicros + ((hour * 60 + minute) * 60 + second) * 1_000_000;
        int position = from + 19;
        if (bytes[position] == '.') {
            long word = (long) JsonBytes.LONGS.get(bytes, position + 1);
            int count = JsonBytes.digits(word);
            if (count == 0 || count > entry.precision) {
                return JsonBytes.BROKEN;
            }
            micros += JsonBytes.number(word, count) * Times.ten(6 - count);
            position += 1 + count;
        }
        if (entry.zoned && bytes[position++] != 'Z' || bytes[position] != '"') {
            return JsonBytes.BROKEN;
        }
        entry.values[row] = micros;
        return position + 1;
    }

    /** Any value that is not null, in any form. Sets {@link #nullValue} where an error is ignored. */
    private int other(FieldEntry entry, byte[] bytes, int from, int row) {
        int end = JsonBytes.skipValue(bytes, from, stop);
        if (end < 0) {
            return failure.syntax("a value", from);
        }
        int c = bytes[from];
        if ((c == '-' || c >= '0' && c <= '9') && !JsonBytes.isNumber(bytes, from, end)) {
            return failure.syntax("a number", from);
        }
        boolean escaped = c == '"' && JsonText.hasEscape(bytes, from + 1, end - 1);
        if (escaped) {
            int wrong = JsonText.wrongEscape(bytes, from + 1, end - 1);
            if (wrong >= 0) {
                return failure.syntax("an escape", wrong);
            }
        }
        if (entry.composite != null) {
            return composite(entry, bytes, from, end, row);
        }
        boolean read;
        if (entry.operation == FieldEntry.OBJECT) {
            read = false;
        } else if (entry.type.isText()) {
            read = true;
            text(entry, bytes, from, end, row, escaped);
        } else if (entry.type.layout() == Layout.BYTES && !entry.type.isWideDecimal()) {
            read = c == '"' && base64(entry, bytes, from + 1, end - 1, row, escaped);
        } else {
            read = c != '{' && c != '[' && cell(entry, bytes, from, end, row, escaped);
        }
        nullValue = !read;
        if (!read && !ignoreParseErrors) {
            String expected = entry.operation == FieldEntry.OBJECT ? "an object" : reader.expected(entry.type);
            return failure.value(entry.path, expected, from, end);
        }
        return end;
    }

    private int composite(FieldEntry entry, byte[] bytes, int from, int end, int row) {
        ByteHeap heap = entry.column.ownHeap();
        int start = heap.length();
        int read = entry.composite.read(bytes, from, stop, heap);
        if (read == JsonBytes.BROKEN) {
            heap.setLength(start);
            return JsonBytes.BROKEN;
        }
        entry.values[row] = Slice.of(start, heap.length() - start);
        entry.column.shareHeap(heap.bytes());
        if (entry.child != null && bytes[from] == '{') {
            entry.child.clearNulls(row);
            if (object(entry.child, bytes, from + 1, row) < 0) {
                return JsonBytes.BROKEN;
            }
        }
        nullValue = read == CompositeDecoder.NULL;
        return end;
    }

    private void text(FieldEntry entry, byte[] bytes, int from, int end, int row, boolean escaped) {
        int c = bytes[from];
        if (c == '"') {
            long slice = Slice.of(from + 1, end - from - 2);
            entry.values[row] = slice;
            if (escaped) {
                edits.add(entry, row, TextEdits.UNESCAPE, slice);
            }
        } else {
            long slice = Slice.of(from, end - from);
            entry.values[row] = slice;
            if (c == '{' || c == '[') {
                edits.add(entry, row, TextEdits.COMPACT, slice);
            }
        }
    }

    private boolean base64(FieldEntry entry, byte[] bytes, int from, int to, int row, boolean escaped) {
        byte[] text = bytes;
        int start = from;
        int end = to;
        if (escaped) {
            text = scratch(to - from);
            start = 0;
            end = JsonText.unescape(bytes, from, to, text, 0);
        }
        long slice = Slice.of(from, to - from);
        entry.values[row] = slice;
        edits.add(entry, row, escaped ? TextEdits.ESCAPED_BASE64 : TextEdits.BASE64, slice);
        return Base64Bytes.isValid(text, start, end);
    }

    private boolean cell(FieldEntry entry, byte[] bytes, int from, int end, int row, boolean escaped) {
        boolean quoted = bytes[from] == '"';
        byte[] text = bytes;
        int start = quoted ? from + 1 : from;
        int stopAt = quoted ? end - 1 : end;
        if (escaped) {
            text = scratch(stopAt - start);
            stopAt = JsonText.unescape(bytes, start, stopAt, text, 0);
            start = 0;
        }
        while (start < stopAt && text[start] <= ' ' && text[start] >= 0) {
            start++;
        }
        while (start < stopAt && text[stopAt - 1] <= ' ' && text[stopAt - 1] >= 0) {
            stopAt--;
        }
        DataType type = entry.type;
        if (!reader.read(type, text, start, stopAt, !quoted)) {
            return false;
        }
        if (type.isWideDecimal()) {
            ByteHeap heap = entry.column.ownHeap();
            int at = heap.length();
            WideDecimal.put(heap.reserve(WideDecimal.BYTES), at, reader.high(), reader.cell());
            heap.setLength(at + WideDecimal.BYTES);
            entry.column.shareHeap(heap.bytes());
            entry.values[row] = Slice.of(at, WideDecimal.BYTES);
        } else {
            entry.values[row] = reader.cell();
        }
        return true;
    }

    private byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[length * 2];
        }
        return scratch;
    }
}
