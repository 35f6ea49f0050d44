package dev.headrace.connect.files;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Folder names {@code column=value}, as Hive and Flink write them: characters that mean something in a path become {@code
 * %} and two hexadecimal digits.
 */
final class PartitionPath {
    private static final String ESCAPED = "\"#%'*/:=?\\{}[]^";

    private PartitionPath() {}

    /** Appends {@code column=value/}. */
    static void append(StringBuilder path, String column, String value) {
        escape(path, column);
        path.append('=');
        escape(path, value);
        path.append('/');
    }

    private static void escape(StringBuilder path, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7F || ESCAPED.indexOf(c) >= 0) {
                path.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                path.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            } else {
                path.append(c);
            }
        }
    }

    /** The columns and values that the folders of a file's path give. */
    static Map<String, String> parse(String path) {
        Map<String, String> values = new LinkedHashMap<>();
        String[] names = path.split("/");
        for (int i = 0; i < names.length - 1; i++) {
            int equals = names[i].indexOf('=');
            if (equals > 0) {
                values.put(unescape(names[i].substring(0, equals)), unescape(names[i].substring(equals + 1)));
            }
        }
        return values;
    }

    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' && i + 2 < text.length()) {
                int high = Character.digit(text.charAt(i + 1), 16);
                int low = Character.digit(text.charAt(i + 2), 16);
                if (high >= 0 && low >= 0) {
                    plain.append((char) (high << 4 | low));
                    i += 2;
                    continue;
                }
            }
            plain.append(c);
        }
        return plain.toString();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
