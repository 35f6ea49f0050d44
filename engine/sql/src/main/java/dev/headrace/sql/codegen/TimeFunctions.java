package dev.headrace.sql.codegen;

import dev.headrace.api.batch.ByteHeap;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;

/** Timestamps and text; microseconds without a zone. */
public final class TimeFunctions {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

    private TimeFunctions() {}

    /** {@code yyyy-MM-dd HH:mm:ss[.fraction]} or a date alone; null where it is neither. */
    public static long parseTimestamp(byte[] heap, long slice) {
        String text = TextFunctions.string(heap, slice).strip();
        try {
            LocalDateTime time = text.length() <= 10
                    ? LocalDate.parse(text).atStartOfDay()
                    : LocalDateTime.parse(text.replace(' ', 'T'));
            return time.toEpochSecond(ZoneOffset.UTC) * MICROS_PER_SECOND + time.getNano() / 1000;
        } catch (DateTimeException e) {
            return Builtins.NULL;
        }
    }

    public static long parseDate(byte[] heap, long slice) {
        try {
            String text = TextFunctions.string(heap, slice).strip();
            return LocalDate.parse(text.length() > 10 ? text.substring(0, 10) : text)
                    .toEpochDay();
        } catch (DateTimeException e) {
            return Builtins.NULL;
        }
    }

    public static long parseTime(byte[] heap, long slice) {
        try {
            return LocalTime.parse(TextFunctions.string(heap, slice).strip()).toNanoOfDay() / 1000;
        } catch (DateTimeException e) {
            return Builtins.NULL;
        }
    }

    /** With as many digits of the fraction as the type has. */
    public static long timestampText(long micros, long precision, ByteHeap out) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND),
                (int) Math.floorMod(micros, MICROS_PER_SECOND) * 1000,
                ZoneOffset.UTC);
        return out.append(time.toLocalDate() + " " + timeText(time.toLocalTime(), (int) precision));
    }

    public static long dateText(long days, ByteHeap out) {
        return out.append(LocalDate.ofEpochDay(days).toString());
    }

    public static long timeOfDayText(long micros, long precision, ByteHeap out) {
        return out.append(timeText(LocalTime.ofNanoOfDay(micros * 1000), (int) precision));
    }

    private static String timeText(LocalTime time, int precision) {
        String whole = String.format("%02d:%02d:%02d", time.getHour(), time.getMinute(), time.getSecond());
        return precision == 0
                ? whole
                : whole + "." + String.format("%09d", time.getNano()).substring(0, precision);
    }

    /** Adds months, keeping the day where the month has it. */
    public static long addMonths(long micros, long months) {
        long day = Math.floorDiv(micros, MICROS_PER_DAY);
        long moved = LocalDate.ofEpochDay(day).plusMonths(months).toEpochDay();
        return moved * MICROS_PER_DAY + Math.floorMod(micros, MICROS_PER_DAY);
    }

    public static long addMonthsToDate(long days, long months) {
        return LocalDate.ofEpochDay(days).plusMonths(months).toEpochDay();
    }

    /** The start of the unit that holds a time, of a length in microseconds. */
    public static long floor(long micros, long unit) {
        return Math.floorDiv(micros, unit) * unit;
    }

    public static long ceiling(long micros, long unit) {
        return -Math.floorDiv(-micros, unit) * unit;
    }

    public static long floorToMonths(long micros, long months) {
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(micros, MICROS_PER_DAY));
        long month = date.getYear() * 12L + date.getMonthValue() - 1;
        long start = Math.floorDiv(month, months) * months;
        return LocalDate.of((int) Math.floorDiv(start, 12L), (int) Math.floorMod(start, 12L) + 1, 1)
                        .toEpochDay()
                * MICROS_PER_DAY;
    }

    public static long ceilingToMonths(long micros, long months) {
        long start = floorToMonths(micros, months);
        return start == micros ? start : addMonths(start, months);
    }

    /** Weeks begin on Sunday; the first day of the epoch was a Thursday. */
    public static long floorToWeeks(long micros, long week) {
        return floor(micros + 4 * MICROS_PER_DAY, week) - 4 * MICROS_PER_DAY;
    }

    public static long ceilingToWeeks(long micros, long week) {
        return ceiling(micros + 4 * MICROS_PER_DAY, week) - 4 * MICROS_PER_DAY;
    }
}
