package dev.headrace.sql.codegen;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.error.UserError;
import dev.headrace.core.expression.Expression;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * DATE_FORMAT with a constant pattern. The text is remembered for the stretch of time in which it stays the same: a day, an
 * hour, a minute or a second, as the finest letter of the pattern says.
 */
public final class DateFormatter {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final DateTimeFormatter formatter;
    private final long stretch;
    private long from = Long.MAX_VALUE;
    private byte[] text = {};
    private ByteHeap lastHeap;
    private int lastClears;
    private long lastSlice;

    private DateFormatter(DateTimeFormatter formatter, long stretch) {
        this.formatter = formatter;
        this.stretch = stretch;
    }

    static Object of(List<Expression> literals) {
        String pattern = Builtins.text(literals.getFirst(), "DATE_FORMAT");
        try {
            return new DateFormatter(DateTimeFormatter.ofPattern(pattern), stretch(pattern));
        } catch (IllegalArgumentException e) {
            throw UserError.request("DATE_FORMAT: '" + pattern + "' is no pattern of a date: " + e.getMessage());
        }
    }

    private static long stretch(String pattern) {
        String letters = pattern.replaceAll("'[^']*'", "");
        if (letters.matches(".*[SAnN].*")) {
            return 1;
        }
        if (letters.contains("s")) {
            return MICROS_PER_SECOND;
        }
        if (letters.contains("m")) {
            return 60 * MICROS_PER_SECOND;
        }
        return letters.matches(".*[HhKkaB].*") ? 3600 * MICROS_PER_SECOND : 86_400 * MICROS_PER_SECOND;
    }

    public long format(long micros, ByteHeap out) {
        long behind = micros - from;
        if (behind < 0 || behind >= stretch) {
            from = Math.floorDiv(micros, stretch) * stretch;
            long second = Math.floorDiv(micros, MICROS_PER_SECOND);
            int nanos = (int) Math.floorMod(micros, MICROS_PER_SECOND) * 1000;
            text = LocalDateTime.ofEpochSecond(second, nanos, ZoneOffset.UTC)
                    .format(formatter)
                    .getBytes(StandardCharsets.UTF_8);
            lastHeap = null;
        }
        // Rows of a batch that have the same text share its bytes.
        if (lastHeap == out && lastClears == out.clears()) {
            return lastSlice;
        }
        lastSlice = out.append(text, 0, text.length);
        lastHeap = out;
        lastClears = out.clears();
        return lastSlice;
    }
}
