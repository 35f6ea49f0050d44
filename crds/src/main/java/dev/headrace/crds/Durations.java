package dev.headrace.crds;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as a StreamJob spells them: a whole number and a unit, as in {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h}; ages also in days, {@code 7d}. */
public final class Durations {
    public static final String DURATION = "^[1-9][0-9]{0,6}(ms|s|m|h)$";
    public static final String AGE = "^[1-9][0-9]{0,6}(s|m|h|d)$";
    public static final int LENGTH = 9;

    private static final Pattern SPELLING = Pattern.compile("([1-9][0-9]{0,6})(ms|s|m|h|d)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private Durations() {}

    /** Empty where the text is no duration. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = SPELLING.matcher(text);
        return matcher.matches()
                ? Optional.of(UNITS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1))))
                : Optional.empty();
    }

    /** In the largest unit that leaves no rest. */
    public static String text(Duration duration) {
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            Duration one = UNITS.get(unit);
            if (!duration.isZero() && duration.toMillis() % one.toMillis() == 0) {
                return duration.dividedBy(one) + unit;
            }
        }
        return duration.toMillis() + "ms";
    }
}
