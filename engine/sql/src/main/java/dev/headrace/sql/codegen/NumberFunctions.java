package dev.headrace.sql.codegen;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Functions over numbers. */
public final class NumberFunctions {
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

    public static double round(double value) {
        return round(value, 0);
    }

    public static double round(double value, long digits) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value)
                        .setScale((int) digits, RoundingMode.HALF_UP)
                        .doubleValue()
                : value;
    }

    public static long round(long value) {
        return value;
    }

    public static long round(long value, long digits) {
        return digits >= 0
                ? value
                : BigDecimal.valueOf(value)
                        .setScale((int) digits, RoundingMode.HALF_UP)
                        .longValueExact();
    }

    public static double truncate(double value, long digits) {
        return BigDecimal.valueOf(value)
                .setScale((int) digits, RoundingMode.DOWN)
                .doubleValue();
    }
}
