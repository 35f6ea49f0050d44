package dev.headrace.sql.codegen;

import dev.headrace.api.batch.ByteHeap;
import java.util.Locale;

/** CAST between text and the plain kinds; {@code Builtins.NULL} where text is none of them. */
public final class Casts {
    private Casts() {}

    public static long longText(long value, ByteHeap out) {
        return out.append(Long.toString(value));
    }

    public static long doubleText(double value, ByteHeap out) {
        return out.append(Double.toString(value));
    }

    public static long floatText(double value, ByteHeap out) {
        return out.append(Float.toString((float) value));
    }

    public static long booleanText(long value, ByteHeap out) {
        return out.append(value != 0 ? "TRUE" : "FALSE");
    }

    public static long parseLong(byte[] heap, long slice, long least, long most) {
        try {
            long value =
                    new java.math.BigDecimal(TextFunctions.string(heap, slice).strip()).longValue();
            return value < least || value > most ? Builtins.NULL : value;
        } catch (NumberFormatException e) {
            return Builtins.NULL;
        }
    }

    public static long parseBoolean(byte[] heap, long slice) {
        return switch (TextFunctions.string(heap, slice).strip().toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "1" -> 1;
            case "false", "f", "no", "n", "0" -> 0;
            default -> Builtins.NULL;
        };
    }

    /** The number's bits, {@code Builtins.NULL} for none (which as bits is -0.0, given as 0.0 then). */
    public static long parseDouble(byte[] heap, long slice) {
        try {
            return Double.doubleToRawLongBits(
                    Double.parseDouble(TextFunctions.string(heap, slice).strip()) + 0.0);
        } catch (NumberFormatException e) {
            return Builtins.NULL;
        }
    }
}
