package dev.headrace.format.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * JSON text as bytes, read 8 at a time. Behind the end of an array lie zeros, which no JSON holds, so that every scan
 * ends. {@code stop} is a byte that does not belong to a record, the newline where records are lines, or {@link
 * #NO_STOP}.
 */
final class JsonBytes {
    /** Returned for the end of something that is not JSON. */
    static final int BROKEN = -1;

    static final int NO_STOP = 256;

    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final long ONES = 0x0101010101010101L;
    static final long HIGH = 0x8080808080808080L;
    private static final int TRUE = word("true");
    private static final int NULL = word("null");
    private static final int FALSE = word("alse");

    private JsonBytes() {}

    static int at(byte[] bytes, int position) {
        return position < bytes.length ? bytes[position] : 0;
    }

    static long load(byte[] bytes, int position) {
        return position <= bytes.length - 8 ? (long) LONGS.get(bytes, position) : loadEnd(bytes, position);
    }

    private static long loadEnd(byte[] bytes, int position) {
        long value = 0;
        for (int i = bytes.length - 1; i >= position; i--) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /**
     * A number whose lowest set bit lies in the first byte of {@code word} that is a quote, a backslash or below 0x20;
     * 0 when there is none.
     */
    static long special(long word) {
        // Flipping bit 1 makes the quote (0x22) the one byte from 0x20 on that is below 0x21.
        long quoteOrControl = (word ^ 0x02 * ONES) - 0x21 * ONES;
        long backslash = (word ^ 0x5c * ONES) - ONES;
        return (quoteOrControl | backslash) & ~word & HIGH;
    }

    /** The first place from {@code from} on of a quote, a backslash or a byte below 0x20; the array's end if none. */
    static int special(byte[] bytes, int from) {
        int position = from;
        int last = bytes.length - 8;
        while (position <= last) {
            long found = special((long) LONGS.get(bytes, position));
            if (found != 0) {
                return position + (Long.numberOfTrailingZeros(found) >>> 3);
            }
            position += 8;
        }
        while (position < bytes.length) {
            int c = bytes[position];
            if (c == '"' || c == '\\' || c >= 0 && c < 0x20) {
                return position;
            }
            position++;
        }
        return position;
    }

    /** How many of the first bytes of a word are digits, 0 to 8. */
    static int digits(long word) {
        long none = (word + 0x46 * ONES | word - 0x30 * ONES) & HIGH;
        return Long.numberOfTrailingZeros(none) >>> 3;
    }

    /** The number that the first {@code count} bytes of a word are, which must be digits; {@code count} is 1 to 8. */
    static long number(long word, int count) {
        long tens = word - 0x30 * ONES << (8 - count << 3);
        long pairs = tens * 10 + (tens >>> 8);
        long low = (pairs & 0x000000FF000000FFL) * (100 + (1000000L << 32));
        long high = (pairs >>> 16 & 0x000000FF000000FFL) * (1 + (10000L << 32));
        return low + high >>> 32;
    }

    /** The first place from {@code from} on that is not white space. */
    static int space(byte[] bytes, int from, int stop) {
        int position = from;
        while (true) {
            int c = at(bytes, position);
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n' || c == stop) {
                return position;
            }
            position++;
        }
    }

    /** Skips the rest of a string that {@code from} lies in. */
    static int skipString(byte[] bytes, int from, int stop) {
        int position = from;
        while (true) {
            position = special(bytes, position);
            int c = at(bytes, position);
            if (c == '"') {
                return position + 1;
            }
            if (position >= bytes.length || c == stop) {
                return BROKEN;
            }
            position++;
            if (c == '\\' && at(bytes, position) != stop) {
                position++;
            }
        }
    }

    /** Skips a value that begins at {@code from}. Of an object or array only strings and brackets are looked at. */
    static int skipValue(byte[] bytes, int from, int stop) {
        int c = at(bytes, from);
        return switch (c) {
            case '"' -> skipString(bytes, from + 1, stop);
            case '{', '[' -> skipNested(bytes, from + 1, stop);
            case 't' -> (int) load(bytes, from) == TRUE ? from + 4 : BROKEN;
            case 'n' -> (int) load(bytes, from) == NULL ? from + 4 : BROKEN;
            case 'f' -> (int) load(bytes, from + 1) == FALSE ? from + 5 : BROKEN;
            default -> c == '-' || c >= '0' && c <= '9' ? numberEnd(bytes, from + 1) : BROKEN;
        };
    }

    static boolean isNull(byte[] bytes, int from) {
        return (int) load(bytes, from) == NULL;
    }

    /** The first place from {@code from} on of a byte that is in no number. */
    static int numberEnd(byte[] bytes, int from) {
        int position = from;
        while (true) {
            int c = at(bytes, position);
            boolean numeric = c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+' || (c | 0x20) == 'e';
            if (!numeric) {
                return position;
            }
            position++;
        }
    }

    private static int skipNested(byte[] bytes, int from, int stop) {
        int position = from;
        int depth = 1;
        while (depth > 0) {
            int c = at(bytes, position);
            if (c == '"') {
                position = skipString(bytes, position + 1, stop);
                if (position < 0) {
                    return BROKEN;
                }
                continue;
            }
            if (c == stop || c == 0) {
                return BROKEN;
            }
            // Square brackets differ from curly ones in the bit 0x20.
            int bracket = c | 0x20;
            if (bracket == '{') {
                depth++;
            } else if (bracket == '}') {
                depth--;
            }
            position++;
        }
        return position;
    }

    /** Whether those bytes are a number as JSON has it. */
    static boolean isNumber(byte[] bytes, int from, int to) {
        int position = from;
        if (position < to && bytes[position] == '-') {
            position++;
        }
        int whole = position;
        position = digitsEnd(bytes, position, to);
        if (position == whole || bytes[whole] == '0' && position > whole + 1) {
            return false;
        }
        if (position < to && bytes[position] == '.') {
            int start = position + 1;
            position = digitsEnd(bytes, start, to);
            if (position == start) {
                return false;
            }
        }
        if (position < to && (bytes[position] | 0x20) == 'e') {
            int start = position + 1;
            if (start < to && (bytes[start] == '+' || bytes[start] == '-')) {
                start++;
            }
            position = digitsEnd(bytes, start, to);
            if (position == start) {
                return false;
            }
        }
        return position == to;
    }

    private static int digitsEnd(byte[] bytes, int from, int to) {
        int position = from;
        while (position < to && bytes[position] >= '0' && bytes[position] <= '9') {
            position++;
        }
        return position;
    }

    private static int word(String four) {
        return four.charAt(0) | four.charAt(1) << 8 | four.charAt(2) << 16 | four.charAt(3) << 24;
    }
}
