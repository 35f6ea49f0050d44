package dev.headrace.sql.codegen;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.WideDecimal;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Decimals in 128 bits. Where both halves of a result are needed the lower one is returned by a second method of the same
 * arguments or through a {@code long[2]} of the caller's: upper half, lower half.
 */
public final class Decimals {
    private static final int MOST_DIGITS = 38;
    private static final int MOST_NARROW_DIGITS = 18;
    private static final BigInteger[] LIMITS = new BigInteger[MOST_DIGITS + 1];
    private static final long[] POWERS = new long[MOST_NARROW_DIGITS + 1];
    private static final RoundingMode[] MODES = RoundingMode.values();

    static {
        for (int digits = 0; digits < LIMITS.length; digits++) {
            LIMITS[digits] = BigInteger.TEN.pow(digits);
        }
        for (int digits = 0; digits < POWERS.length; digits++) {
            POWERS[digits] = LIMITS[digits].longValueExact();
        }
    }

    private Decimals() {}

    static BigInteger integer(long high, long low) {
        return BigInteger.valueOf(high).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(low)));
    }

    private static boolean put(BigInteger value, int precision, long[] out) {
        if (value.abs().compareTo(LIMITS[precision]) >= 0) {
            return false;
        }
        out[0] = value.shiftRight(64).longValue();
        out[1] = value.longValue();
        return true;
    }

    public static int compare(long aHigh, long aLow, long bHigh, long bLow) {
        int high = Long.compare(aHigh, bHigh);
        return high != 0 ? high : Long.compareUnsigned(aLow, bLow);
    }

    /** {@code a * b}, of scale {@code scale}, to {@code resultScale} and at most {@code precision} digits; false beyond. */
    public static boolean multiply(
            long aHigh, long aLow, long bHigh, long bLow, long scale, long resultScale, long precision, long[] out) {
        boolean narrow = aHigh == aLow >> 63 && bHigh == bLow >> 63;
        if (narrow && scale == resultScale) {
            // 18 digits times 18 digits are at most 37 digits, so only a tight precision can be passed.
            out[0] = Math.multiplyHigh(aLow, bLow);
            out[1] = aLow * bLow;
            return precision >= 37
                    || out[0] == out[1] >> 63 && precision >= 19
                    || fits(out[0], out[1], (int) precision);
        }
        BigInteger product = integer(aHigh, aLow).multiply(integer(bHigh, bLow));
        return put(rescaled(product, (int) scale, (int) resultScale), (int) precision, out);
    }

    private static boolean fits(long high, long low, int precision) {
        return integer(high, low).abs().compareTo(LIMITS[precision]) < 0;
    }

    private static BigInteger rescaled(BigInteger value, int from, int to) {
        return from == to
                ? value
                : new BigDecimal(value, from).setScale(to, RoundingMode.HALF_UP).unscaledValue();
    }

    /** {@code a + b} or {@code a - b}, of different scales. */
    public static boolean add(
            long aHigh,
            long aLow,
            long aScale,
            long bHigh,
            long bLow,
            long bScale,
            boolean minus,
            long resultScale,
            long precision,
            long[] out) {
        BigDecimal a = new BigDecimal(integer(aHigh, aLow), (int) aScale);
        BigDecimal b = new BigDecimal(integer(bHigh, bLow), (int) bScale);
        BigDecimal sum = minus ? a.subtract(b) : a.add(b);
        return put(sum.setScale((int) resultScale, RoundingMode.HALF_UP).unscaledValue(), (int) precision, out);
    }

    /** {@code a / b}; false for a zero divisor too. */
    public static boolean divide(
            long aHigh,
            long aLow,
            long aScale,
            long bHigh,
            long bLow,
            long bScale,
            long resultScale,
            long precision,
            long[] out) {
        BigDecimal b = new BigDecimal(integer(bHigh, bLow), (int) bScale);
        if (b.signum() == 0) {
            return false;
        }
        BigDecimal a = new BigDecimal(integer(aHigh, aLow), (int) aScale);
        return put(a.divide(b, (int) resultScale, RoundingMode.HALF_UP).unscaledValue(), (int) precision, out);
    }

    public static boolean remainder(
            long aHigh,
            long aLow,
            long aScale,
            long bHigh,
            long bLow,
            long bScale,
            long resultScale,
            long precision,
            long[] out) {
        BigDecimal b = new BigDecimal(integer(bHigh, bLow), (int) bScale);
        if (b.signum() == 0) {
            return false;
        }
        BigDecimal a = new BigDecimal(integer(aHigh, aLow), (int) aScale);
        return put(
                a.remainder(b).setScale((int) resultScale, RoundingMode.HALF_UP).unscaledValue(), (int) precision, out);
    }

    /** To another scale and precision, rounding half up; false where it does not fit. */
    public static boolean rescale(long high, long low, long scale, long resultScale, long precision, long[] out) {
        return put(rescaled(integer(high, low), (int) scale, (int) resultScale), (int) precision, out);
    }

    /**
     * To the nearest multiple of 10 to the power of {@code -digits} as {@code mode} says, an ordinal of {@link
     * RoundingMode}; false where the precision has no room for it.
     */
    public static boolean round(
            long high, long low, long digits, int scale, int resultScale, int precision, int mode, long[] out) {
        int kept = Math.clamp(digits, -MOST_DIGITS, scale);
        BigDecimal rounded = new BigDecimal(integer(high, low), scale).setScale(kept, MODES[mode]);
        return put(rounded.setScale(resultScale, RoundingMode.HALF_UP).unscaledValue(), precision, out);
    }

    /** The same of at most 18 digits; {@link Builtins#NULL} where the precision has no room for it. */
    public static long round(long value, long digits, int scale, int resultScale, int precision, int mode) {
        int kept = Math.clamp(digits, -MOST_DIGITS, scale);
        if (kept == scale && scale == resultScale) {
            return value;
        }
        int dropped = scale - kept;
        if (dropped > MOST_NARROW_DIGITS || resultScale < kept || resultScale - kept > MOST_NARROW_DIGITS) {
            long[] pair = new long[2];
            return round(value >> 63, value, digits, scale, resultScale, precision, mode, pair)
                    ? pair[1]
                    : Builtins.NULL;
        }
        long unit = POWERS[dropped];
        long quotient = value / unit;
        long rest = Math.abs(value % unit);
        long units = quotient
                + switch (MODES[mode]) {
                    case HALF_UP -> rest >= unit - rest && rest > 0 ? Long.signum(value) : 0;
                    case FLOOR -> rest > 0 && value < 0 ? -1 : 0;
                    case CEILING -> rest > 0 && value > 0 ? 1 : 0;
                    default -> 0;
                };
        long most = POWERS[precision] / POWERS[resultScale - kept];
        return Math.abs(units) > most || Math.abs(units) * POWERS[resultScale - kept] >= POWERS[precision]
                ? Builtins.NULL
                : units * POWERS[resultScale - kept];
    }

    public static boolean abs(long high, long low, int scale, int precision, long[] out) {
        return put(integer(high, low).abs(), precision, out);
    }

    /** -1, 0 or 1 with that scale; false where the precision has no room for it. */
    public static boolean sign(long high, long low, int scale, int precision, long[] out) {
        return put(LIMITS[scale].multiply(BigInteger.valueOf(integer(high, low).signum())), precision, out);
    }

    public static double toDouble(long high, long low, long scale) {
        return high == low >> 63 && scale <= 18
                ? low / Math.pow(10, scale)
                : new BigDecimal(integer(high, low), (int) scale).doubleValue();
    }

    public static boolean fromDouble(double value, long resultScale, long precision, long[] out) {
        return Double.isFinite(value)
                && put(
                        BigDecimal.valueOf(value)
                                .setScale((int) resultScale, RoundingMode.HALF_UP)
                                .unscaledValue(),
                        (int) precision,
                        out);
    }

    /** Toward zero. */
    public static long toLong(long high, long low, long scale) {
        return new BigDecimal(integer(high, low), (int) scale).longValue();
    }

    public static boolean parse(byte[] heap, long slice, long resultScale, long precision, long[] out) {
        try {
            return put(
                    new BigDecimal(TextFunctions.string(heap, slice).strip())
                            .setScale((int) resultScale, RoundingMode.HALF_UP)
                            .unscaledValue(),
                    (int) precision,
                    out);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    public static long text(long high, long low, long scale, ByteHeap out) {
        return out.append(new BigDecimal(integer(high, low), (int) scale).toPlainString());
    }

    public static long high(byte[] heap, long slice) {
        return WideDecimal.high(heap, Slice.offset(slice));
    }

    public static long low(byte[] heap, long slice) {
        return WideDecimal.low(heap, Slice.offset(slice));
    }

    public static long place(ByteHeap out, long high, long low) {
        int at = out.length();
        WideDecimal.put(out.reserve(WideDecimal.BYTES), at, high, low);
        out.setLength(at + WideDecimal.BYTES);
        return Slice.of(at, WideDecimal.BYTES);
    }
}
