package dev.headrace.sql.codegen;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Functions over UTF-8 text. Positions count characters (code points) from 1; pure ASCII takes the short way. */
public final class TextFunctions {
    private TextFunctions() {}

    public static boolean equal(byte[] a, long aSlice, byte[] b, long bSlice) {
        int length = Slice.length(aSlice);
        int from = Slice.offset(aSlice);
        int other = Slice.offset(bSlice);
        return length == Slice.length(bSlice) && Arrays.equals(a, from, from + length, b, other, other + length);
    }

    /** Byte order, which for UTF-8 is the order of code points. */
    public static int compare(byte[] a, long aSlice, byte[] b, long bSlice) {
        int from = Slice.offset(aSlice);
        int other = Slice.offset(bSlice);
        return Arrays.compareUnsigned(a, from, from + Slice.length(aSlice), b, other, other + Slice.length(bSlice));
    }

    public static String string(byte[] heap, long slice) {
        return new String(heap, Slice.offset(slice), Slice.length(slice), StandardCharsets.UTF_8);
    }

    private static boolean isAscii(byte[] heap, long slice) {
        return AsciiText.isAscii(heap, Slice.offset(slice), Slice.offset(slice) + Slice.length(slice));
    }

    public static long upper(byte[] heap, long slice, ByteHeap out) {
        return isAscii(heap, slice)
                ? changeCase(heap, slice, out, 'a', 'z')
                : out.append(string(heap, slice).toUpperCase(Locale.ROOT));
    }

    public static long lower(byte[] heap, long slice, ByteHeap out) {
        return isAscii(heap, slice)
                ? changeCase(heap, slice, out, 'A', 'Z')
                : out.append(string(heap, slice).toLowerCase(Locale.ROOT));
    }

    private static long changeCase(byte[] heap, long slice, ByteHeap out, char first, char last) {
        int length = Slice.length(slice);
        int from = Slice.offset(slice);
        int at = out.length();
        byte[] target = out.reserve(length);
        for (int i = 0; i < length; i++) {
            byte c = heap[from + i];
            target[at + i] = c >= first && c <= last ? (byte) (c ^ 0x20) : c;
        }
        out.setLength(at + length);
        return Slice.of(at, length);
    }

    public static long length(byte[] heap, long slice) {
        int end = Slice.offset(slice) + Slice.length(slice);
        int characters = 0;
        for (int i = Slice.offset(slice); i < end; i++) {
            // Continuation bytes are 10xxxxxx.
            characters += (heap[i] & 0xC0) != 0x80 ? 1 : 0;
        }
        return characters;
    }

    public static long octets(byte[] heap, long slice) {
        return Slice.length(slice);
    }

    public static long substring(byte[] heap, long slice, long from) {
        return substring(heap, slice, from, Integer.MAX_VALUE);
    }

    /** From character {@code from} (from 1; negative counts from the end), {@code count} characters. */
    public static long substring(byte[] heap, long slice, long from, long count) {
        if (count < 0) {
            return Builtins.NULL;
        }
        long start = from > 0 ? from - 1 : from < 0 ? length(heap, slice) + from : 0;
        long taken = start < 0 ? Math.max(0, count + start) : count;
        int begin = skip(heap, slice, 0, Math.max(0, start));
        int end = skip(heap, slice, begin, taken);
        return Slice.of(Slice.offset(slice) + begin, end - begin);
    }

    /** The byte behind {@code characters} more characters, from byte {@code at} of the slice. */
    private static int skip(byte[] heap, long slice, int at, long characters) {
        int length = Slice.length(slice);
        int offset = Slice.offset(slice);
        int i = at;
        for (long n = 0; n < characters && i < length; n++) {
            i++;
            while (i < length && (heap[offset + i] & 0xC0) == 0x80) {
                i++;
            }
        }
        return i;
    }

    public static long left(byte[] heap, long slice, long count) {
        return substring(heap, slice, 1, Math.max(0, count));
    }

    public static long right(byte[] heap, long slice, long count) {
        long characters = length(heap, slice);
        return count <= 0
                ? Slice.of(Slice.offset(slice), 0)
                : substring(heap, slice, Math.max(1, characters - count + 1), count);
    }

    public static long reverse(byte[] heap, long slice, ByteHeap out) {
        return out.append(new StringBuilder(string(heap, slice)).reverse().toString());
    }

    public static long replace(
            byte[] heap, long slice, byte[] search, long searchSlice, byte[] by, long bySlice, ByteHeap out) {
        return out.append(string(heap, slice).replace(string(search, searchSlice), string(by, bySlice)));
    }

    public static long leftPad(byte[] heap, long slice, long length, byte[] pad, long padSlice, ByteHeap out) {
        return pad(heap, slice, length, pad, padSlice, out, true);
    }

    public static long rightPad(byte[] heap, long slice, long length, byte[] pad, long padSlice, ByteHeap out) {
        return pad(heap, slice, length, pad, padSlice, out, false);
    }

    /** Null for a negative length, or nothing to fill with. */
    private static long pad(
            byte[] heap, long slice, long length, byte[] pad, long padSlice, ByteHeap out, boolean left) {
        if (length < 0 || Slice.length(padSlice) == 0) {
            return Builtins.NULL;
        }
        String text = string(heap, slice);
        String filler = string(pad, padSlice);
        int characters = text.codePointCount(0, text.length());
        if (length <= characters) {
            return out.append(text.substring(0, text.offsetByCodePoints(0, (int) length)));
        }
        StringBuilder padding = new StringBuilder();
        int[] points = filler.codePoints().toArray();
        for (int i = 0; i < length - characters; i++) {
            padding.appendCodePoint(points[i % points.length]);
        }
        return out.append(left ? padding + text : text + padding);
    }

    public static long repeat(byte[] heap, long slice, long count, ByteHeap out) {
        return out.append(string(heap, slice).repeat((int) Math.max(0, count)));
    }

    public static long initialCapitals(byte[] heap, long slice, ByteHeap out) {
        StringBuilder result = new StringBuilder();
        boolean start = true;
        for (char c : string(heap, slice).toCharArray()) {
            result.append(start ? Character.toUpperCase(c) : Character.toLowerCase(c));
            start = !Character.isLetterOrDigit(c);
        }
        return out.append(result.toString());
    }

    /** POSITION(search IN text): the first character, from 1; 0 for none. */
    public static long position(byte[] search, long searchSlice, byte[] heap, long slice) {
        int at = indexOf(heap, slice, 0, search, searchSlice);
        return at < 0 ? 0 : length(heap, Slice.of(Slice.offset(slice), at)) + 1;
    }

    /** The byte at which {@code search} begins, from byte {@code from} of the slice on, or -1. */
    static int indexOf(byte[] heap, long slice, int from, byte[] search, long searchSlice) {
        int length = Slice.length(slice);
        int wanted = Slice.length(searchSlice);
        int offset = Slice.offset(slice);
        int other = Slice.offset(searchSlice);
        for (int i = from; i + wanted <= length; i++) {
            if (Arrays.equals(heap, offset + i, offset + i + wanted, search, other, other + wanted)) {
                return i;
            }
        }
        return -1;
    }

    public static long ascii(byte[] heap, long slice) {
        return Slice.length(slice) == 0 ? 0 : heap[Slice.offset(slice)] & 0xFF;
    }

    public static long startsWith(byte[] heap, long slice, byte[] prefix, long prefixSlice) {
        int length = Slice.length(prefixSlice);
        return length <= Slice.length(slice) && equal(heap, Slice.of(Slice.offset(slice), length), prefix, prefixSlice)
                ? 1
                : 0;
    }

    public static long endsWith(byte[] heap, long slice, byte[] suffix, long suffixSlice) {
        int length = Slice.length(suffixSlice);
        int from = Slice.offset(slice) + Slice.length(slice) - length;
        return length <= Slice.length(slice) && equal(heap, Slice.of(from, length), suffix, suffixSlice) ? 1 : 0;
    }

    /** SPLIT_INDEX: the part of that number, from 0, between delimiters; null beyond the last. */
    public static long splitIndex(byte[] heap, long slice, byte[] delimiter, long delimiterSlice, long index) {
        int length = Slice.length(delimiterSlice);
        if (index < 0 || length == 0) {
            return Builtins.NULL;
        }
        int start = 0;
        for (long part = 0; ; part++) {
            int end = length == 1
                    ? indexOfByte(heap, slice, start, delimiter[Slice.offset(delimiterSlice)])
                    : indexOf(heap, slice, start, delimiter, delimiterSlice);
            if (part == index) {
                int to = end < 0 ? Slice.length(slice) : end;
                return Slice.of(Slice.offset(slice) + start, to - start);
            }
            if (end < 0) {
                return Builtins.NULL;
            }
            start = end + length;
        }
    }

    private static int indexOfByte(byte[] heap, long slice, int from, byte wanted) {
        int length = Slice.length(slice);
        int offset = Slice.offset(slice);
        for (int i = from; i < length; i++) {
            if (heap[offset + i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
