package dev.headrace.connect.generate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Layout;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Events as JSON lines: {@code event_type}, and of {@code person}, {@code auction} and {@code bid} one object and two
 * nulls. Their texts need no escapes. The batch has the columns of {@link NexmarkFields#everything()}.
 */
final class NexmarkJson {
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final String[] ROWS = {"person", "auction", "bid"};
    private static final List<List<String>> FIELDS =
            List.of(NexmarkFields.PERSON, NexmarkFields.AUCTION, NexmarkFields.BID);

    private final byte[][][] labels = new byte[3][][];
    private final byte[][] heads = new byte[3][];
    private final byte[][] tails = new byte[3][];
    private final int[] firstColumn = new int[3];
    private final byte[] digits = new byte[20];
    private long lastSecond = Long.MIN_VALUE;
    private byte[] lastSecondText;

    NexmarkJson() {
        int column = 1;
        for (int type = 0; type < 3; type++) {
            firstColumn[type] = column;
            List<String> fields = FIELDS.get(type);
            column += fields.size();
            labels[type] = new byte[fields.size()][];
            for (int i = 0; i < fields.size(); i++) {
                labels[type][i] = ascii((i == 0 ? "\"" : ",\"") + fields.get(i) + "\":");
            }
            StringBuilder head = new StringBuilder("{\"event_type\":" + type);
            for (int before = 0; before < type; before++) {
                head.append(",\"").append(ROWS[before]).append("\":null");
            }
            heads[type] = ascii(head + ",\"" + ROWS[type] + "\":{");
            StringBuilder tail = new StringBuilder("}");
            for (int after = type + 1; after < 3; after++) {
                tail.append(",\"").append(ROWS[after]).append("\":null");
            }
            tails[type] = ascii(tail + "}\n");
        }
    }

    /** Appends the line of a row. */
    void append(Batch batch, int row, ByteHeap out) {
        int type = (int) batch.column(0).values()[row];
        append(out, heads[type]);
        for (int i = 0; i < labels[type].length; i++) {
            append(out, labels[type][i]);
            Column column = batch.column(firstColumn[type] + i);
            long value = column.values()[row];
            if (column.type().layout() == Layout.BYTES) {
                out.append((byte) '"');
                out.append(column.heap(), value);
                out.append((byte) '"');
            } else if (column.type().kind() == Kind.TIMESTAMP) {
                appendTime(out, value);
            } else {
                appendNumber(out, value);
            }
        }
        append(out, tails[type]);
    }

    private void appendNumber(ByteHeap out, long value) {
        int from = digits.length;
        for (long rest = value; rest > 0 || from == digits.length; rest /= 10) {
            digits[--from] = (byte) ('0' + rest % 10);
        }
        out.append(digits, from, digits.length - from);
    }

    private void appendTime(ByteHeap out, long micros) {
        long second = Math.floorDiv(micros, 1_000_000L);
        if (second != lastSecond) {
            lastSecond = second;
            lastSecondText =
                    ascii(LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC).format(SECOND));
        }
        int millis = (int) (Math.floorMod(micros, 1_000_000L) / 1000);
        out.append((byte) '"');
        append(out, lastSecondText);
        out.append((byte) '.');
        out.append((byte) ('0' + millis / 100));
        out.append((byte) ('0' + millis / 10 % 10));
        out.append((byte) ('0' + millis % 10));
        out.append((byte) '"');
    }

    private static void append(ByteHeap out, byte[] bytes) {
        out.append(bytes, 0, bytes.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
