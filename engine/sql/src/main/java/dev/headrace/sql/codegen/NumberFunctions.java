package dev.headrace.sql.codegen;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Functions over numbers. */
public final class NumberFunctions {
    /** More digits before the point than any value has. */
    private static final int MOST_DIGITS_OF_DOUBLE = 310;

    private static final int MOST_DIGITS_OF_LONG = 20;
    private static final RoundingMode[] MODES = RoundingMode.values();

    private NumberFunctions() {}

    public static long abs(long value) {
        return Math.abs(value);
    }

    public static double abs(double value) {
        return Math.abs(value);
    }

    public static long sign(long value) {
        return Long.signum(value);
    }

    public static double sign(double value) {
        return Math.signum(value);
    }

    public static double power(double base, double exponent) {
        return Math.pow(base, exponent);
    }

    public static double sqrt(double value) {
        return Math.sqrt(value);
    }

    public static double exp(double value) {
        return Math.exp(value);
    }

    public static double ln(double value) {
        return Math.log(value);
    }

    public static double log10(double value) {
        return Math.log10(value);
    }

    /** Of the decimal digits that the double is written with. */
    public static double round(double value, long digits) {
        return rounded(value, digits, RoundingMode.HALF_UP);
    }

    public static double truncate(double value, long digits) {
        return rounded(value, digits, RoundingMode.DOWN);
    }

    private static double rounded(double value, long digits, RoundingMode mode) {
        if (!Double.isFinite(value)) {
            return value;
        }
        BigDecimal decimal = BigDecimal.valueOf(value);
        if (digits >= decimal.scale()) {
            return value;
        }
        return decimal.setScale((int) Math.max(digits, -MOST_DIGITS_OF_DOUBLE), mode)
                .doubleValue();
    }

    /** A whole number to {@code digits}, which counts only if negative; {@code mode} is that of {@link RoundingMode}. */
    public static long round(long value, long digits, int mode) {
        return digits >= 0
                ? value
                : BigDecimal.valueOf(value)
                        .setScale((int) Math.max(digits, -MOST_DIGITS_OF_LONG), MODES[mode])
                        .longValue();
    }
}
