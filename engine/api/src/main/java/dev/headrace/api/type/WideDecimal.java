package dev.headrace.api.type;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * The bytes of a decimal of more than 18 digits: its unscaled value as a 128-bit two's complement integer, upper half
 * first, big-endian. 38 digits fit.
 */
public final class WideDecimal {
    public static final int BYTES = 16;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private WideDecimal() {}

    public static long high(byte[] heap, int offset) {
        return (long) LONGS.get(heap, offset);
    }

    public static long low(byte[] heap, int offset) {
        return (long) LONGS.get(heap, offset + 8);
    }

    public static void put(byte[] heap, int offset, long high, long low) {
        LONGS.set(heap, offset, high);
        LONGS.set(heap, offset + 8, low);
    }

    public static BigDecimal get(byte[] heap, int offset, int scale) {
        return new BigDecimal(new BigInteger(heap, offset, BYTES), scale);
    }

    /** Writes the unscaled value, which must fit 128 bits. */
    public static void put(byte[] heap, int offset, BigInteger unscaled) {
        put(heap, offset, unscaled.shiftRight(64).longValue(), unscaled.longValue());
    }
}
