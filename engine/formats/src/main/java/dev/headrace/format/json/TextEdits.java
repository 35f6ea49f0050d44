package dev.headrace.format.json;

import dev.headrace.api.batch.Slice;
import dev.headrace.format.text.Base64Bytes;
import java.util.Arrays;

/** What has to be done in the buffer to texts of one record, once the record is known to be whole. */
final class TextEdits {
    static final int UNESCAPE = 0;
    static final int BASE64 = 1;
    static final int ESCAPED_BASE64 = 2;
    static final int COMPACT = 3;

    private int count;
    private FieldEntry[] entries = new FieldEntry[8];
    private int[] rows = new int[8];
    private int[] kinds = new int[8];
    private long[] slices = new long[8];

    boolean isEmpty() {
        return count == 0;
    }

    void clear() {
        count = 0;
    }

    void add(FieldEntry entry, int row, int kind, long slice) {
        if (count == rows.length) {
            entries = Arrays.copyOf(entries, count * 2);
            rows = Arrays.copyOf(rows, count * 2);
            kinds = Arrays.copyOf(kinds, count * 2);
            slices = Arrays.copyOf(slices, count * 2);
        }
        entries[count] = entry;
        rows[count] = row;
        kinds[count] = kind;
        slices[count] = slice;
        count++;
    }

    void apply(byte[] bytes) {
        for (int i = 0; i < count; i++) {
            long[] values = entries[i].values;
            // A later field of the same name may have replaced the value.
            if (values[rows[i]] == slices[i]) {
                int from = Slice.offset(slices[i]);
                int end = edit(kinds[i], bytes, from, from + Slice.length(slices[i]));
                values[rows[i]] = Slice.of(from, end - from);
            }
        }
        count = 0;
    }

    private static int edit(int kind, byte[] bytes, int from, int to) {
        return switch (kind) {
            case UNESCAPE -> JsonText.unescape(bytes, from, to, bytes, from);
            case COMPACT -> JsonText.compact(bytes, from, to);
            case BASE64 -> from + Base64Bytes.decode(bytes, from, to, bytes, from);
            default -> {
                int unescaped = JsonText.unescape(bytes, from, to, bytes, from);
                yield from + Base64Bytes.decode(bytes, from, unescaped, bytes, from);
            }
        };
    }
}
