package dev.headrace.runtime.log;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The values of this process's environment that a job uses by {@code ${env:NAME}}: they are in nothing that it says. */
public final class Secrets {
    /** A shorter value would take ordinary words out of messages. */
    private static final int SHORTEST = 4;

    private static final List<String> ALWAYS = List.of("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");
    private static final Set<String> VALUES = ConcurrentHashMap.newKeySet();

    static {
        for (String name : ALWAYS) {
            String value = System.getenv(name);
            if (value != null) {
                add(value);
            }
        }
    }

    private Secrets() {}

    public static void add(String value) {
        if (value.length() >= SHORTEST) {
            VALUES.add(value);
        }
    }

    /** The text with {@code ***} in place of secrets. */
    public static String hidden(String text) {
        String safe = text;
        // The longest first: a secret may be a part of another one.
        for (String value : VALUES.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList()) {
            safe = safe.replace(value, "***");
        }
        return safe;
    }
}
