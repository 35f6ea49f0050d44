package dev.headrace.format.text;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.WideDecimal;
import java.time.LocalDate;

/** Appends the text of values of all types but text, bytes and composites, as Flink writes them. */
public final class CellWriter {
    private final TimestampStandard standard;
    private final boolean plainDecimals;

    /**
     * @param plainDecimals false to write small decimals as {@code BigDecimal.toString} does: 0.00000001 as 1E-8
     */
    public CellWriter(TimestampStandard standard, boolean plainDecimals) {
        this.standard = standard;
        this.plainDecimals = plainDecimals;
    }

    /** Appends a value that is not null. Dates and times come without quotes. */
    public void append(DataType type, long cell, byte[] heap, ByteHeap out) {
        switch (type.kind()) {
            case BOOLEAN -> ascii(cell != 0 ? "true" : "false", out);
            case TINYINT, SMALLINT, INT, BIGINT, INTERVAL_YEAR_MONTH -> integer(cell, out);
            case INTERVAL_DAY_TIME -> integer(cell / 1000, out);
            case FLOAT -> ascii(Float.toString((float) Double.longBitsToDouble(cell)), out);
            case DOUBLE -> ascii(Double.toString(Double.longBitsToDouble(cell)), out);
            case DECIMAL -> decimal(type, cell, heap, out);
            case DATE -> date(cell, out);
            case TIME -> time(cell, out);
            case TIMESTAMP, TIMESTAMP_LTZ -> {
                date(Math.floorDiv(cell, Times.MICROS_PER_DAY), out);
                out.append((byte) standard.separator());
                time(Math.floorMod(cell, Times.MICROS_PER_DAY), out);
                if (type.kind() == Kind.TIMESTAMP_LTZ) {
                    out.append((byte) 'Z');
                }
            }
            default -> throw new IllegalArgumentException("no cell of type " + type + " is written here");
        }
    }

    private void decimal(DataType type, long cell, byte[] heap, ByteHeap out) {
        long unscaled = cell;
        if (type.isWideDecimal()) {
            int offset = Slice.offset(cell);
            unscaled = WideDecimal.low(heap, offset);
            if (WideDecimal.high(heap, offset) != unscaled >> 63) {
                var value = WideDecimal.get(heap, offset, type.scale());
                ascii(plainDecimals ? value.toPlainString() : value.toString(), out);
                return;
            }
        }
        decimal(unscaled, type.scale(), out);
    }

    private void decimal(long unscaled, int scale, ByteHeap out) {
        if (scale == 0) {
            integer(unscaled, out);
            return;
        }
        if (unscaled < 0) {
            out.append((byte) '-');
        }
        int digits = digits(unscaled);
        int exponent = digits - 1 - scale;
        if (exponent < -6 && !plainDecimals) {
            int start = out.length();
            unsigned(unscaled, digits, out);
            if (digits > 1) {
                byte[] bytes = out.reserve(1);
                System.arraycopy(bytes, start + 1, bytes, start + 2, digits - 1);
                bytes[start + 1] = '.';
                out.setLength(start + 1 + digits);
            }
            out.append((byte) 'E');
            integer(exponent, out);
            return;
        }
        int width = Math.max(digits, scale + 1);
        int start = out.length();
        unsigned(unscaled, width, out);
        byte[] bytes = out.reserve(1);
        System.arraycopy(bytes, start + width - scale, bytes, start + width - scale + 1, scale);
        bytes[start + width - scale] = '.';
        out.setLength(start + width + 1);
    }

    private static void date(long epochDay, ByteHeap out) {
        long shifted = epochDay + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        int dayOfEra = (int) (shifted - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        if (year < 0 || year > 9999) {
            ascii(LocalDate.ofEpochDay(epochDay).toString(), out);
            return;
        }
        byte[] bytes = out.reserve(10);
        int at = out.length();
        two(bytes, at, (int) year / 100);
        two(bytes, at + 2, (int) year % 100);
        bytes[at + 4] = '-';
        two(bytes, at + 5, month);
        bytes[at + 7] = '-';
        two(bytes, at + 8, day);
        out.setLength(at + 10);
    }

    private static void time(long micros, ByteHeap out) {
        int seconds = (int) (micros / Times.MICROS_PER_SECOND);
        int fraction = (int) (micros % Times.MICROS_PER_SECOND);
        byte[] bytes = out.reserve(15);
        int at = out.length();
        two(bytes, at, seconds / 3600);
        bytes[at + 2] = ':';
        two(bytes, at + 3, seconds / 60 % 60);
        bytes[at + 5] = ':';
        two(bytes, at + 6, seconds % 60);
        at += 8;
        if (fraction != 0) {
            bytes[at] = '.';
            two(bytes, at + 1, fraction / 10_000);
            two(bytes, at + 3, fraction / 100 % 100);
            two(bytes, at + 5, fraction % 100);
            at += 7;
            while (bytes[at - 1] == '0') {
                at--;
            }
        }
        out.setLength(at);
    }

    private static void two(byte[] bytes, int at, int value) {
        bytes[at] = (byte) ('0' + value / 10);
        bytes[at + 1] = (byte) ('0' + value % 10);
    }

    /** Appends a whole number. */
    public static void integer(long value, ByteHeap out) {
        if (value < 0) {
            out.append((byte) '-');
        }
        unsigned(value, digits(value), out);
    }

    /** Appends the digits of the absolute value, zeros in front to fill {@code width}. */
    private static void unsigned(long value, int width, ByteHeap out) {
        byte[] bytes = out.reserve(width);
        int end = out.length() + width;
        long rest = value > 0 ? -value : value;
        for (int i = end - 1; i >= end - width; i--) {
            long next = rest / 10;
            bytes[i] = (byte) ('0' + (next * 10 - rest));
            rest = next;
        }
        out.setLength(end);
    }

    private static int digits(long value) {
        long rest = value > 0 ? -value : value;
        int digits = 1;
        for (long limit = -10; digits < 19 && rest <= limit; limit *= 10) {
            digits++;
        }
        return digits;
    }

    /** Appends ASCII characters. */
    public static void ascii(String text, ByteHeap out) {
        byte[] bytes = out.reserve(text.length());
        int at = out.length();
        for (int i = 0; i < text.length(); i++) {
            bytes[at + i] = (byte) text.charAt(i);
        }
        out.setLength(at + text.length());
    }
}
