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
    private static final BigInteger[] LIMITS = new BigInteger[39];

    static {
        for (int digits = 0; digits < LIMITS.length; digits++) {
            LIMITS[digits] = BigInteger.TEN.pow(digits);
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
