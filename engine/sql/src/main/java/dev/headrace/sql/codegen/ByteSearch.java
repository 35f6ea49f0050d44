package dev.headrace.sql.codegen;

import java.util.Arrays;

/** Finds a text in bytes (Horspool): goes on by as much as the byte under the text's end allows. */
final class ByteSearch {
    private final byte[] text;
    private final int[] skips = new int[256];

    /** @param text at least one byte */
    ByteSearch(byte[] text) {
        this.text = text.clone();
        Arrays.fill(skips, text.length);
        for (int i = 0; i + 1 < text.length; i++) {
            skips[text[i] & 0xFF] = text.length - 1 - i;
        }
    }

    /** The first place from {@code from} on at which the text lies whole before {@code end}, or -1. */
    int find(byte[] bytes, int from, int end) {
        int last = text.length - 1;
        byte wanted = text[last];
        int at = from + last;
        while (at < end) {
            byte found = bytes[at];
            if (found == wanted && Arrays.equals(bytes, at - last, at, text, 0, last)) {
                return at - last;
            }
            at += skips[found & 0xFF];
        }
        return -1;
    }
}
