package dev.headrace.format.text;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * Reads the text of values of all types but text, bytes and composites. What was read last is in {@link #cell()}, as a
 * column holds it; of a wide decimal, the upper half is in {@link #high()}.
 */
public final class CellReader {
    private static final double[] DOUBLE_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final int MAX_DIGITS = 38;

    private final TimestampStandard standard;
    private long cell;
    private long high;

    public CellReader(TimestampStandard standard) {
        this.standard = standard;
    }

    public long cell() {
        return cell;
    }

    public long high() {
        return high;
    }

    /**
     * Reads {@code text[from .. to)}.
     *
     * @param number true for a bare number of JSON, of which an integer type takes the whole part, as Flink does
     * @return false when the text is no value of that type
     */
    public boolean read(DataType type, byte[] text, int from, int to, boolean number) {
        return switch (type.kind()) {
            case BOOLEAN -> bool(text, from, to);
            case TINYINT -> integer(text, from, to, number) && cell == (byte) cell;
            case SMALLINT -> integer(text, from, to, number) && cell == (short) cell;
            case INT, INTERVAL_YEAR_MONTH -> integer(text, from, to, number) && cell == (int) cell;
            case BIGINT -> integer(text, from, to, number);
            case INTERVAL_DAY_TIME -> integer(text, from, to, number) && millis();
            case FLOAT, DOUBLE -> floating(type.kind(), text, from, to);
            case DECIMAL -> decimal(type, text, from, to);
            case DATE -> taken(Times.date(text, from, to), 6);
            case TIME -> taken(Times.time(text, from, to, false), type.precision());
            case TIMESTAMP -> taken(Times.timestamp(text, from, to, standard, false), type.precision());
            case TIMESTAMP_LTZ -> taken(Times.timestamp(text, from, to, standard, true), type.precision());
            default -> throw new IllegalArgumentException("no cell of type " + type + " is read here");
        };
    }

    /** What the text of such a value looks like, for errors. */
    public String expected(DataType type) {
        String form = switch (type.kind()) {
            case BOOLEAN -> "true or false";
            case DATE -> "yyyy-MM-dd";
            case TIME -> "HH:mm:ss[.fraction]";
            case TIMESTAMP -> "yyyy-MM-dd" + standard.separator() + "HH:mm:ss[.fraction]";
            case TIMESTAMP_LTZ -> "yyyy-MM-dd" + standard.separator() + "HH:mm:ss[.fraction]Z";
            case BINARY, VARBINARY -> "base64 text";
            default -> "";
        };
        return type.withNullable(true) + (form.isEmpty() ? "" : " (" + form + ")");
    }

    private boolean taken(long value, int precision) {
        cell = value == Times.NONE ? 0 : Times.cut(value, precision);
        return value != Times.NONE;
    }

    private boolean millis() {
        boolean fits = Math.abs(cell) < Long.MAX_VALUE / 1000;
        cell *= 1000;
        return fits;
    }

    private boolean bool(byte[] text, int from, int to) {
        if (is(text, from, to, "true")) {
            cell = 1;
            return true;
        }
        cell = 0;
        return is(text, from, to, "false");
    }

    private static boolean is(byte[] text, int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((text[from + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean integer(byte[] text, int from, int to, boolean number) {
        int at = from;
        boolean negative = at < to && text[at] == '-';
        if (negative || at < to && text[at] == '+') {
            at++;
        }
        int first = at;
        long value = 0; // kept negative, as there is one more negative long
        for (; at < to; at++) {
            int digit = text[at] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            if (value < -922_337_203_685_477_580L) {
                return false;
            }
            value = value * 10 - digit;
            if (value > 0) {
                return false;
            }
        }
        if (at == to) {
            cell = negative ? value : -value;
            return at > first && (negative || value != Long.MIN_VALUE);
        }
        return number && wholePart(text, from, to);
    }

    private boolean wholePart(byte[] text, int from, int to) {
        BigDecimal value = exact(text, from, to);
        if (value == null || value.precision() - (long) value.scale() > 19) {
            return false;
        }
        BigInteger whole = value.precision() - (long) value.scale() <= 0 ? BigInteger.ZERO : value.toBigInteger();
        cell = whole.longValue();
        return whole.bitLength() < 64;
    }

    private boolean floating(Kind kind, byte[] text, int from, int to) {
        int at = from;
        boolean negative = at < to && text[at] == '-';
        if (negative) {
            at++;
        }
        long digits = 0;
        int count = 0;
        int scale = 0;
        boolean point = false;
        boolean simple = at < to;
        for (; at < to; at++) {
            int digit = text[at] - '0';
            if (digit >= 0 && digit <= 9) {
                digits = digits * 10 + digit;
                count++;
                scale += point ? 1 : 0;
            } else if (digit == '.' - '0' && !point) {
                point = true;
            } else {
                simple = false;
                break;
            }
        }
        if (simple && count > 0 && count <= 15) {
            // Both operands are exact, so the quotient is rounded once.
            if (kind == Kind.DOUBLE) {
                double value = digits / DOUBLE_TEN[scale];
                cell = Double.doubleToRawLongBits(negative ? -value : value);
                return true;
            }
            if (digits < 1 << 24 && scale <= 10) {
                float value = digits / (float) DOUBLE_TEN[scale];
                cell = Double.doubleToRawLongBits(negative ? -value : value);
                return true;
            }
        }
        return floatingSlowly(kind, text, from, to);
    }

    private boolean floatingSlowly(Kind kind, byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            int c = text[i];
            boolean numeric = c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+' || (c | 0x20) == 'e';
            if (!numeric) {
                return word(text, from, to);
            }
        }
        try {
            String digits = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
            double value = kind == Kind.FLOAT ? Float.parseFloat(digits) : Double.parseDouble(digits);
            cell = Double.doubleToRawLongBits(value);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private boolean word(byte[] text, int from, int to) {
        double value = switch (new String(text, from, to - from, StandardCharsets.ISO_8859_1)) {
            case "NaN" -> Double.NaN;
            case "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> 0;
        };
        cell = Double.doubleToRawLongBits(value);
        return value != 0;
    }

    private boolean decimal(DataType type, byte[] text, int from, int to) {
        int at = from;
        boolean negative = at < to && text[at] == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        int digits = 0;
        int scale = 0;
        boolean point = false;
        boolean simple = at < to && to - at <= 19;
        for (; simple && at < to; at++) {
            int digit = text[at] - '0';
            if (digit >= 0 && digit <= 9) {
                value = value * 10 + digit;
                digits++;
                scale += point ? 1 : 0;
            } else if (digit == '.' - '0' && !point) {
                point = true;
            } else {
                simple = false;
            }
        }
        int more = type.scale() - scale;
        if (!simple || digits == 0 || digits > 18 || more > 0 && digits + more > 18) {
            return decimalSlowly(type, text, from, to);
        }
        if (more >= 0) {
            value *= Times.ten(more);
        } else {
            long unit = Times.ten(-more);
            value = value / unit + (value % unit >= unit - unit / 2 ? 1 : 0);
        }
        cell = negative ? -value : value;
        high = cell >> 63;
        return type.isWideDecimal() || value < Times.ten(type.precision());
    }

    private boolean decimalSlowly(DataType type, byte[] text, int from, int to) {
        BigDecimal exact = exact(text, from, to);
        if (exact == null) {
            return false;
        }
        long whole = exact.precision() - (long) exact.scale();
        if (exact.signum() == 0 || whole < -type.scale() - 1L) {
            cell = 0;
            high = 0;
            return true;
        }
        if (whole > MAX_DIGITS) {
            return false;
        }
        BigDecimal rounded = exact.setScale(type.scale(), RoundingMode.HALF_UP);
        BigInteger unscaled = rounded.unscaledValue();
        cell = unscaled.longValue();
        high = unscaled.shiftRight(64).longValue();
        return rounded.precision() <= type.precision();
    }

    private static BigDecimal exact(byte[] text, int from, int to) {
        try {
            return new BigDecimal(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
