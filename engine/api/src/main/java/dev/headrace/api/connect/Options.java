package dev.headrace.api.connect;

import dev.headrace.api.error.Names;
import dev.headrace.api.error.UserError;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options of a table, read by name and type. Every name that is asked for is remembered, so that {@link
 * #refuseUnknown} can name the rest. Errors name the table, the option and what it takes.
 */
public class Options {
    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*([a-zA-Zµ]*)");
    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*([a-zA-Z]*)");

    private final String table;
    private final Map<String, String> values;
    private final Set<String> asked = new HashSet<>();

    public Options(String table, Map<String, String> values) {
        this.table = table;
        this.values = new TreeMap<>(values);
    }

    public String table() {
        return table;
    }

    public Map<String, String> asMap() {
        return Map.copyOf(values);
    }

    public Optional<String> text(String name) {
        asked.add(name);
        return Optional.ofNullable(values.get(name));
    }

    public String text(String name, String defaultValue) {
        return text(name).orElse(defaultValue);
    }

    public String required(String name) {
        return text(name)
                .orElseThrow(() -> UserError.request("table '" + table + "': option '" + name + "' is missing; add '"
                        + name + "' = '...' to its WITH clause"));
    }

    public boolean flag(String name, boolean defaultValue) {
        String value = text(name, Boolean.toString(defaultValue)).toLowerCase(java.util.Locale.ROOT);
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(name, value, "true or false");
        };
    }

    public long number(String name, long defaultValue) {
        Optional<String> value = text(name);
        try {
            return value.map(v -> Long.parseLong(v.strip())).orElse(defaultValue);
        } catch (NumberFormatException e) {
            throw wrong(name, value.orElse(""), "a whole number");
        }
    }

    /** A duration in Flink's form: {@code 10 s}, {@code 500ms}, {@code 1 min}; without a unit, milliseconds. */
    public Duration duration(String name, Duration defaultValue) {
        return text(name).map(v -> duration(name, v)).orElse(defaultValue);
    }

    private Duration duration(String name, String value) {
        Matcher matcher = DURATION.matcher(value.strip());
        if (!matcher.matches()) {
            throw wrong(name, value, "a duration such as '10 s'");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ns", "nano", "nanosecond", "nanoseconds" -> Duration.ofNanos(count);
            case "us", "µs", "micro", "microsecond", "microseconds" -> Duration.ofNanos(count * 1000);
            case "", "ms", "milli", "millis", "millisecond", "milliseconds" -> Duration.ofMillis(count);
            case "s", "sec", "second", "seconds" -> Duration.ofSeconds(count);
            case "m", "min", "minute", "minutes" -> Duration.ofMinutes(count);
            case "h", "hour", "hours" -> Duration.ofHours(count);
            case "d", "day", "days" -> Duration.ofDays(count);
            default -> throw wrong(name, value, "a duration such as '10 s'");
        };
    }

    /** A size in bytes: {@code 128 mb}, {@code 1g}; without a unit, bytes. Units are powers of 1024. */
    public long size(String name, long defaultValue) {
        return text(name)
                .map(value -> {
                    Matcher matcher = SIZE.matcher(value.strip());
                    if (!matcher.matches()) {
                        throw wrong(name, value, "a size such as '128 mb'");
                    }
                    long count = Long.parseLong(matcher.group(1));
                    return switch (matcher.group(2).toLowerCase(java.util.Locale.ROOT)) {
                        case "", "b", "bytes" -> count;
                        case "k", "kb", "kib", "kibibytes" -> count << 10;
                        case "m", "mb", "mib", "mebibytes" -> count << 20;
                        case "g", "gb", "gib", "gibibytes" -> count << 30;
                        default -> throw wrong(name, value, "a size such as '128 mb'");
                    };
                })
                .orElse(defaultValue);
    }

    /** One of an enum's constants, written in lower case with dashes: {@code EARLIEST_OFFSET} as {@code earliest-offset}. */
    public <E extends Enum<E>> E choice(String name, Class<E> type, E defaultValue) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return defaultValue;
        }
        StringBuilder known = new StringBuilder();
        for (E constant : type.getEnumConstants()) {
            String spelled = constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            if (spelled.equalsIgnoreCase(value.get())) {
                return constant;
            }
            known.append(known.isEmpty() ? "" : ", ").append(spelled);
        }
        throw wrong(name, value.get(), "one of: " + known);
    }

    /** The options whose name begins with {@code prefix}, without it. */
    public Map<String, String> withPrefix(String prefix) {
        Map<String, String> found = new TreeMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                asked.add(name);
                found.put(name.substring(prefix.length()), value);
            }
        });
        return found;
    }

    /** A view under which {@code ignore-parse-errors} means {@code PREFIX.ignore-parse-errors}; for formats. */
    public Options scoped(String prefix) {
        Options parent = this;
        Map<String, String> found = new TreeMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(prefix + ".")) {
                found.put(name.substring(prefix.length() + 1), value);
            }
        });
        return new Options(table, found) {
            @Override
            public Optional<String> text(String name) {
                parent.asked.add(prefix + "." + name);
                return super.text(name);
            }
        };
    }

    /** Fails with the first option that nobody asked for, naming the one that may have been meant, or all. Call once all are read. */
    public void refuseUnknown() {
        for (String name : values.keySet()) {
            if (!asked.contains(name)) {
                throw UserError.request("table '" + table + "': unknown option '" + name + "'"
                        + (Names.closest(name, asked).isPresent()
                                ? Names.suggestion(name, asked)
                                : "; known options: " + String.join(", ", new java.util.TreeSet<>(asked))));
            }
        }
    }

    public UserError wrong(String name, String value, String expected) {
        return UserError.request(
                "table '" + table + "': option '" + name + "' is '" + value + "', but takes " + expected);
    }
}
