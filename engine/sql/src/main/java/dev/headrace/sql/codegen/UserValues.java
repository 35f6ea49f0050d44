package dev.headrace.sql.codegen;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.error.UserError;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * Values as users' functions have them: {@code to..} makes the object of a raw value, {@code from..} the raw value of an
 * object that is not null. Times are microseconds; what is finer is cut off.
 */
public final class UserValues {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private UserValues() {}

    public static Boolean toBoolean(long value) {
        return value != 0;
    }

    public static Byte toByte(long value) {
        return (byte) value;
    }

    public static Short toShort(long value) {
        return (short) value;
    }

    public static Integer toInteger(long value) {
        return (int) value;
    }

    public static Long toLong(long value) {
        return value;
    }

    public static Float toFloat(double value) {
        return (float) value;
    }

    public static Double toDouble(double value) {
        return value;
    }

    public static BigDecimal toBigDecimal(long unscaled, int scale) {
        return BigDecimal.valueOf(unscaled, scale);
    }

    public static BigDecimal toBigDecimal(long high, long low, int scale) {
        return new BigDecimal(Decimals.integer(high, low), scale);
    }

    public static String toString(byte[] heap, long slice) {
        return TextFunctions.string(heap, slice);
    }

    public static byte[] toBytes(byte[] heap, long slice) {
        return Arrays.copyOfRange(heap, Slice.offset(slice), Slice.offset(slice) + Slice.length(slice));
    }

    public static LocalDate toLocalDate(long days) {
        return LocalDate.ofEpochDay(days);
    }

    public static LocalTime toLocalTime(long micros) {
        return LocalTime.ofNanoOfDay(micros * 1000);
    }

    public static LocalDateTime toLocalDateTime(long micros) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND),
                (int) Math.floorMod(micros, MICROS_PER_SECOND) * 1000,
                ZoneOffset.UTC);
    }

    public static Instant toInstant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1000);
    }

    public static long from(Boolean value) {
        return value ? 1 : 0;
    }

    public static long from(Byte value) {
        return value;
    }

    public static long from(Short value) {
        return value;
    }

    public static long from(Integer value) {
        return value;
    }

    public static long from(Long value) {
        return value;
    }

    public static double from(Float value) {
        return value;
    }

    public static double from(Double value) {
        return value;
    }

    public static long from(LocalDate value) {
        return value.toEpochDay();
    }

    public static long from(LocalTime value) {
        return value.toNanoOfDay() / 1000;
    }

    public static long from(LocalDateTime value) {
        return value.toEpochSecond(ZoneOffset.UTC) * MICROS_PER_SECOND + value.getNano() / 1000;
    }

    public static long from(Instant value) {
        return value.getEpochSecond() * MICROS_PER_SECOND + value.getNano() / 1000;
    }

    public static long from(String value, ByteHeap out) {
        return out.append(value);
    }

    public static long from(byte[] value, ByteHeap out) {
        return out.append(value, 0, value.length);
    }

    /** False where the type has no room for it. */
    public static boolean from(BigDecimal value, int scale, int precision, long[] out) {
        BigDecimal scaled = value.setScale(scale, RoundingMode.HALF_UP);
        if (scaled.precision() > precision) {
            return false;
        }
        out[0] = scaled.unscaledValue().shiftRight(64).longValue();
        out[1] = scaled.unscaledValue().longValue();
        return true;
    }

    /** What a failure in a user's function becomes. */
    public static RuntimeException failure(Exception e, String function) {
        return e instanceof UserError told
                ? told
                : UserError.job(
                        "function " + function + " failed with " + e.getClass().getSimpleName()
                                + (e.getMessage() == null ? "" : ": " + e.getMessage()),
                        e);
    }
}
