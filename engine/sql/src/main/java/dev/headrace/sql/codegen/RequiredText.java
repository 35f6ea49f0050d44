package dev.headrace.sql.codegen;

/**
 * The text that every match of a regular expression contains: the longest run of plain characters outside groups,
 * alternatives and repetitions. Empty where none is known, as with flags, quotations and characters by number.
 */
final class RequiredText {
    private static final String UNKNOWN = "";
    /** Escapes that say more with the characters behind them. */
    private static final String LONG_ESCAPES = "Q0123456789xucpPkN";

    private final String pattern;
    private final StringBuilder run = new StringBuilder();
    private String longest = "";
    private int at;

    private RequiredText(String pattern) {
        this.pattern = pattern;
    }

    static String of(String pattern) {
        return new RequiredText(pattern).find();
    }

    private String find() {
        while (at < pattern.length()) {
            int point = pattern.codePointAt(at);
            switch (point) {
                case '|' -> {
                    return UNKNOWN;
                }
                case '\\' -> {
                    if (at + 1 == pattern.length() || LONG_ESCAPES.indexOf(pattern.charAt(at + 1)) >= 0) {
                        return UNKNOWN;
                    }
                    at++;
                    int escaped = pattern.codePointAt(at);
                    at += Character.charCount(escaped);
                    if (Character.isLetter(escaped)) {
                        run.setLength(0);
                    } else {
                        plain(escaped);
                    }
                }
                case '(' -> {
                    run.setLength(0);
                    if (!skipGroup()) {
                        return UNKNOWN;
                    }
                }
                case '[' -> {
                    run.setLength(0);
                    if (!skipClass()) {
                        return UNKNOWN;
                    }
                }
                case '{' -> {
                    run.setLength(0);
                    int end = pattern.indexOf('}', at);
                    if (end < 0) {
                        return UNKNOWN;
                    }
                    at = end + 1;
                }
                case '.', '^', '$', '*', '+', '?' -> {
                    run.setLength(0);
                    at++;
                }
                default -> {
                    at += Character.charCount(point);
                    plain(point);
                }
            }
        }
        return longest;
    }

    /** A plain character; {@code at} is behind it. */
    private void plain(int point) {
        char next = at < pattern.length() ? pattern.charAt(at) : ' ';
        if (next == '?' || next == '*' || next == '{') {
            run.setLength(0);
            return;
        }
        run.appendCodePoint(point);
        if (run.length() > longest.length()) {
            longest = run.toString();
        }
    }

    /** Goes behind a group; false where it changes the meaning of what follows, or cannot be told. */
    private boolean skipGroup() {
        int depth = 0;
        while (at < pattern.length()) {
            switch (pattern.charAt(at)) {
                case '\\' -> {
                    if (pattern.startsWith("\\Q", at)) {
                        return false;
                    }
                    at += 2;
                }
                case '[' -> {
                    if (!skipClass()) {
                        return false;
                    }
                }
                case '(' -> {
                    if (pattern.startsWith("(?", at)
                            && (at + 2 >= pattern.length() || isFlag(pattern.charAt(at + 2)))) {
                        return false;
                    }
                    depth++;
                    at++;
                }
                case ')' -> {
                    at++;
                    if (--depth == 0) {
                        return true;
                    }
                }
                default -> at++;
            }
        }
        return false;
    }

    private static boolean isFlag(char c) {
        return Character.isLetter(c) || c == '-';
    }

    /** Goes behind a class of characters; false where it cannot be told. */
    private boolean skipClass() {
        int depth = 0;
        while (at < pattern.length()) {
            switch (pattern.charAt(at)) {
                case '\\' -> {
                    if (pattern.startsWith("\\Q", at)) {
                        return false;
                    }
                    at += 2;
                }
                case '[' -> {
                    depth++;
                    at++;
                    if (at < pattern.length() && pattern.charAt(at) == '^') {
                        at++;
                    }
                    // A bracket in the first place is a character of the class.
                    if (at < pattern.length() && pattern.charAt(at) == ']') {
                        at++;
                    }
                }
                case ']' -> {
                    at++;
                    if (--depth == 0) {
                        return true;
                    }
                }
                default -> at++;
            }
        }
        return false;
    }
}
