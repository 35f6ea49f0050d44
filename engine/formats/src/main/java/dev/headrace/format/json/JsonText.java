package dev.headrace.format.json;

/** Escapes in JSON strings. Text without its escapes is shorter, so that it can be written over itself. */
final class JsonText {
    private JsonText() {}

    static boolean hasEscape(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\\') {
                return true;
            }
        }
        return false;
    }

    /** The first escape that is none, or -1. */
    static int wrongEscape(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\\') {
                int start = i++;
                if (i >= to) {
                    return start;
                }
                switch (bytes[i]) {
                    case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {}
                    case 'u' -> {
                        if (i + 4 >= to || unit(bytes, i + 1) < 0) {
                            return start;
                        }
                        i += 4;
                    }
                    default -> {
                        return start;
                    }
                }
            }
        }
        return -1;
    }

    /**
     * Writes text whose escapes are right to {@code target}, which may be {@code bytes} with {@code at} not behind
     * {@code from}. Half a surrogate pair becomes a question mark.
     *
     * @return where what was written ends
     */
    static int unescape(byte[] bytes, int from, int to, byte[] target, int at) {
        int out = at;
        int i = from;
        while (i < to) {
            byte c = bytes[i++];
            if (c != '\\') {
                target[out++] = c;
                continue;
            }
            byte escape = bytes[i++];
            switch (escape) {
                case 'b' -> target[out++] = '\b';
                case 'f' -> target[out++] = '\f';
                case 'n' -> target[out++] = '\n';
                case 'r' -> target[out++] = '\r';
                case 't' -> target[out++] = '\t';
                case 'u' -> {
                    int code = unit(bytes, i);
                    i += 4;
                    if (code >= 0xD800 && code < 0xE000) {
                        int second = code < 0xDC00 && i + 6 <= to && bytes[i] == '\\' && bytes[i + 1] == 'u'
                                ? unit(bytes, i + 2)
                                : 0;
                        if (second >= 0xDC00 && second < 0xE000) {
                            code = 0x10000 + (code - 0xD800 << 10) + (second - 0xDC00);
                            i += 6;
                        } else {
                            code = '?';
                        }
                    }
                    out = utf8(code, target, out);
                }
                default -> target[out++] = escape;
            }
        }
        return out;
    }

    /** Takes white space outside strings out of an object or array, in place; returns where it ends. */
    static int compact(byte[] bytes, int from, int to) {
        int out = from;
        boolean quoted = false;
        for (int i = from; i < to; i++) {
            byte c = bytes[i];
            if (quoted && c == '\\') {
                bytes[out++] = c;
                c = bytes[++i];
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
                continue;
            }
            bytes[out++] = c;
        }
        return out;
    }

    private static int utf8(int code, byte[] target, int at) {
        if (code < 0x80) {
            target[at] = (byte) code;
            return at + 1;
        }
        if (code < 0x800) {
            target[at] = (byte) (0xC0 | code >> 6);
            target[at + 1] = (byte) (0x80 | code & 0x3F);
            return at + 2;
        }
        if (code < 0x10000) {
            target[at] = (byte) (0xE0 | code >> 12);
            target[at + 1] = (byte) (0x80 | code >> 6 & 0x3F);
            target[at + 2] = (byte) (0x80 | code & 0x3F);
            return at + 3;
        }
        target[at] = (byte) (0xF0 | code >> 18);
        target[at + 1] = (byte) (0x80 | code >> 12 & 0x3F);
        target[at + 2] = (byte) (0x80 | code >> 6 & 0x3F);
        target[at + 3] = (byte) (0x80 | code & 0x3F);
        return at + 4;
    }

    /** The UTF-16 unit that four hexadecimal digits name, or -1. */
    private static int unit(byte[] bytes, int at) {
        int code = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            code = code << 4 | digit;
        }
        return code;
    }
}
