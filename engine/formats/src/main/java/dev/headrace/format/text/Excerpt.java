package dev.headrace.format.text;

import java.nio.charset.StandardCharsets;

/** A piece of input as an error shows it: at most 100 characters, on one line. */
public final class Excerpt {
    private static final int MOST = 100;
    private static final String CUT = "...";

    private Excerpt() {}

    public static String of(byte[] bytes, int from, int to) {
        // Four bytes a character at most, so this is enough to know whether there are more than MOST.
        int end = Math.min(to, from + (MOST + 1) * 4);
        String text = new String(bytes, from, Math.max(0, end - from), StandardCharsets.UTF_8);
        StringBuilder shown = new StringBuilder();
        int points = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            if (points++ == MOST) {
                shown.setLength(shown.offsetByCodePoints(shown.length(), -CUT.length()));
                return shown.append(CUT).toString();
            }
            shown.appendCodePoint(Character.isISOControl(point) ? ' ' : point);
        }
        return shown.toString();
    }
}
