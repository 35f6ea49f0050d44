package dev.headrace.sql.codegen;

/**
 * Text that every match of a regular expression contains: its longest run of plain characters outside groups, alternatives
 * and repetitions.
 *
 * @param text empty where none is known, as with flags, quotations, and characters by number
 * @param before the most ASCII characters of a match that stand before the text's first place in it, or {@link #UNBOUNDED}
 */
record RequiredText(String text, int before) {
    static final int UNBOUNDED = 1 << 16;

    private static final RequiredText NONE = new RequiredText("", UNBOUNDED);

    static RequiredText of(String pattern) {
        return new Scanner(pattern).find();
    }

    private static final class Scanner {
        /** Escapes that say more with the characters behind them, or that cannot be told a width. */
        private static final String UNTOLD_ESCAPES = "Q0123456789xucpPkNXRG";

        private static final String BOUNDARIES = "bBAzZ";

        private final String pattern;
        private final StringBuilder run = new StringBuilder();
        private int runBefore;
        private RequiredText longest = NONE;
        private int at;
        private boolean told = true;
        /** The plain character that the last atom was, or -1. */
        private int plain;

        Scanner(String pattern) {
            this.pattern = pattern;
        }

        RequiredText find() {
            int before = 0;
            while (told && at < pattern.length()) {
                if (pattern.charAt(at) == '|' || pattern.charAt(at) == ')') {
                    return NONE;
                }
                int width = atom();
                int character = plain;
                char quantifier = at < pattern.length() ? pattern.charAt(at) : ' ';
                int most = repetitions();
                boolean certain =
                        character >= 0 && (most == 1 && quantifier != '?' && quantifier != '{' || quantifier == '+');
                if (certain) {
                    append(character, before);
                }
                if (!certain || quantifier == '+') {
                    run.setLength(0);
                }
                before = Math.min(UNBOUNDED, before + times(width, most));
            }
            return told ? longest : NONE;
        }

        private void append(int character, int before) {
            if (run.isEmpty()) {
                runBefore = before;
            }
            run.appendCodePoint(character);
            if (run.length() > longest.text.length()) {
                longest = new RequiredText(run.toString(), runBefore);
            }
        }

        private static int times(int width, int count) {
            return (int) Math.min(UNBOUNDED, (long) width * count);
        }

        private int unknown() {
            told = false;
            return UNBOUNDED;
        }

        private boolean takes(String next) {
            boolean found = pattern.startsWith(next, at);
            at += found ? next.length() : 0;
            return found;
        }

        /** Goes behind an atom; the most characters that it matches. */
        private int atom() {
            plain = -1;
            int point = pattern.codePointAt(at);
            switch (point) {
                case '(' -> {
                    int width = group();
                    plain = -1;
                    return width;
                }
                case '[' -> {
                    return skipClass() ? 1 : unknown();
                }
                case '\\' -> {
                    return escape();
                }
                case '*', '+', '?', '{' -> {
                    return unknown();
                }
                default -> {
                    at += Character.charCount(point);
                    if (point == '.') {
                        return 1;
                    }
                    if (point == '^' || point == '$') {
                        return 0;
                    }
                    plain = point;
                    return 1;
                }
            }
        }

        private int escape() {
            at++;
            if (at == pattern.length() || UNTOLD_ESCAPES.indexOf(pattern.charAt(at)) >= 0) {
                return unknown();
            }
            int escaped = pattern.codePointAt(at);
            at += Character.charCount(escaped);
            if (BOUNDARIES.indexOf(escaped) >= 0) {
                return 0;
            }
            plain = Character.isLetter(escaped) ? -1 : escaped;
            return 1;
        }

        /** Goes behind a quantifier, if there is one; the most repetitions. */
        private int repetitions() {
            int most = 1;
            if (takes("*") || takes("+")) {
                most = UNBOUNDED;
            } else if (takes("{")) {
                int end = pattern.indexOf('}', at);
                if (end < 0) {
                    return unknown();
                }
                String last = pattern.substring(Math.max(at, pattern.lastIndexOf(',', end) + 1), end);
                most = last.isBlank() || last.length() > 4 ? UNBOUNDED : Integer.parseInt(last.strip());
                at = end + 1;
            } else if (!takes("?")) {
                return 1;
            }
            // Lazy or possessive.
            if (!takes("?")) {
                takes("+");
            }
            return most;
        }

        /** Goes behind a group; the width of its widest alternative. */
        private int group() {
            at++;
            boolean looksAround = false;
            if (takes("?")) {
                if (takes("=") || takes("!") || takes("<=") || takes("<!")) {
                    looksAround = true;
                } else if (takes("<")) {
                    at = pattern.indexOf('>', at) + 1;
                    if (at == 0) {
                        return unknown();
                    }
                } else if (!takes(":") && !takes(">")) {
                    return unknown();
                }
            }
            int widest = 0;
            int width = 0;
            while (told && at < pattern.length()) {
                if (takes(")")) {
                    return looksAround ? 0 : Math.max(widest, width);
                }
                if (takes("|")) {
                    widest = Math.max(widest, width);
                    width = 0;
                } else {
                    int one = atom();
                    width = Math.min(UNBOUNDED, width + times(one, repetitions()));
                }
            }
            return unknown();
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
                        takes("^");
                        // A bracket in the first place is a character of the class.
                        takes("]");
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
}
