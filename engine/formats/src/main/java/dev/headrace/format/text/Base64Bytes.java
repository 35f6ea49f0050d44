package dev.headrace.format.text;

import dev.headrace.api.batch.ByteHeap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Base64 of RFC 4648, with padding and without line ends. */
public final class Base64Bytes {
    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUES = new byte[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < ALPHABET.length; i++) {
            VALUES[ALPHABET[i]] = (byte) i;
        }
    }

    private Base64Bytes() {}

    /** Whether {@link #decode} takes that text. */
    public static boolean isValid(byte[] text, int from, int to) {
        int length = to - from;
        if ((length & 3) != 0) {
            return false;
        }
        int end = to;
        if (length > 0 && text[to - 1] == '=') {
            end -= text[to - 2] == '=' ? 2 : 1;
        }
        for (int i = from; i < end; i++) {
            if (VALUES[text[i] & 0xff] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Decodes valid text into {@code target}, which may be the text's own array and place; returns the bytes written. */
    public static int decode(byte[] text, int from, int to, byte[] target, int at) {
        int out = at;
        for (int i = from; i < to; i += 4) {
            int c = text[i + 2] == '=' ? 0 : VALUES[text[i + 2] & 0xff];
            int d = text[i + 3] == '=' ? 0 : VALUES[text[i + 3] & 0xff];
            int bytes = (text[i + 2] == '=' ? 1 : text[i + 3] == '=' ? 2 : 3);
            int bits = VALUES[text[i] & 0xff] << 18 | VALUES[text[i + 1] & 0xff] << 12 | c << 6 | d;
            target[out++] = (byte) (bits >>> 16);
            if (bytes > 1) {
                target[out++] = (byte) (bits >>> 8);
            }
            if (bytes > 2) {
                target[out++] = (byte) bits;
            }
        }
        return out - at;
    }

    /** Appends the text of those bytes. */
    public static void encode(byte[] source, int from, int length, ByteHeap out) {
        byte[] target = out.reserve((length + 2) / 3 * 4);
        int at = out.length();
        for (int i = 0; i < length; i += 3) {
            int left = length - i;
            int bits = (source[from + i] & 0xff) << 16
                    | (left > 1 ? (source[from + i + 1] & 0xff) << 8 : 0)
                    | (left > 2 ? source[from + i + 2] & 0xff : 0);
            target[at++] = ALPHABET[bits >>> 18];
            target[at++] = ALPHABET[bits >>> 12 & 63];
            target[at++] = left > 1 ? ALPHABET[bits >>> 6 & 63] : (byte) '=';
            target[at++] = left > 2 ? ALPHABET[bits & 63] : (byte) '=';
        }
        out.setLength(at);
    }
}
