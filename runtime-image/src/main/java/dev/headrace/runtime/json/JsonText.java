package dev.headrace.runtime.json;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A JSON object being written, field after field, on one line. What is not known is left out. */
public final class JsonText {
    private final StringBuilder out = new StringBuilder("{");

    public JsonText put(String name, String value) {
        field(name);
        quote(value, out);
        return this;
    }

    public JsonText put(String name, long value) {
        field(name).append(value);
        return this;
    }

    public JsonText put(String name, Optional<String> value) {
        value.ifPresent(v -> put(name, v));
        return this;
    }

    public JsonText put(String name, OptionalLong value) {
        value.ifPresent(v -> put(name, v));
        return this;
    }

    public JsonText put(String name, JsonText object) {
        field(name).append(object);
        return this;
    }

    public JsonText put(String name, Map<String, String> fields) {
        JsonText object = new JsonText();
        fields.forEach(object::put);
        return put(name, object);
    }

    private StringBuilder field(String name) {
        if (out.length() > 1) {
            out.append(',');
        }
        quote(name, out);
        return out.append(':');
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) && !isPaired(text, i)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isPaired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }

    @Override
    public String toString() {
        return out + "}";
    }
}
