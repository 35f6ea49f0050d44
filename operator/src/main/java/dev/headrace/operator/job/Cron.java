package dev.headrace.operator.job;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A cron line of five fields, in UTC: minute, hour, day of the month, month, day of the week (0 to 7, Sunday twice, or a name).
 * A field is {@code *}, numbers, ranges and steps, with commas between. As cron has it, where both days are restricted either
 * is enough.
 */
public final class Cron {
    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final List<String> WEEKDAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    /** Leap days come again after eight years at most. */
    private static final int YEARS = 9;

    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean eitherDay;

    private Cron(String[] fields) {
        minutes = field("minute", fields[0], 0, 59, List.of());
        hours = field("hour", fields[1], 0, 23, List.of());
        days = field("day of the month", fields[2], 1, 31, List.of());
        months = field("month", fields[3], 1, 12, MONTHS);
        weekdays = field("day of the week", fields[4], 0, 7, WEEKDAYS);
        if (weekdays.get(7)) {
            weekdays.set(0);
        }
        eitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
    }

    /** @throws IllegalArgumentException with a sentence that says what is wrong */
    public static Cron parse(String line) {
        String[] fields = line.strip().split(" +");
        if (fields.length != 5) {
            throw new IllegalArgumentException("a cron line has five fields, and '" + line + "' has " + fields.length);
        }
        Cron cron = new Cron(fields);
        if (cron.after(Instant.EPOCH).isEmpty()) {
            throw new IllegalArgumentException("'" + line + "' is never due");
        }
        return cron;
    }

    private static BitSet field(String name, String text, int least, int most, List<String> names) {
        BitSet set = new BitSet();
        for (String part : text.split(",", -1)) {
            String[] range = part.split("/", -1);
            int step = range.length == 2 ? number(name, range[1], 1, most, List.of(), least) : 1;
            String[] ends = range[0].split("-", -1);
            if (range.length > 2 || ends.length > 2) {
                throw new IllegalArgumentException(
                        "the " + name + " has '" + part + "', which is no number, range or step");
            }
            boolean all = range[0].equals("*");
            int from = all ? least : number(name, ends[0], least, most, names, least);
            int to = all || ends.length == 1 && range.length == 2
                    ? most
                    : number(name, ends[ends.length - 1], least, most, names, least);
            if (from > to) {
                throw new IllegalArgumentException("the " + name + " has '" + part + "', which goes backwards");
            }
            for (int value = from; value <= to; value += step) {
                set.set(value);
            }
        }
        return set;
    }

    private static int number(String name, String text, int least, int most, List<String> names, int first) {
        int index = names.indexOf(text.toUpperCase(Locale.ROOT));
        if (index >= 0) {
            return index + first;
        }
        if (text.matches("[0-9]{1,3}")) {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw new IllegalArgumentException("the " + name + " has '" + text + "', but takes " + least + " to " + most);
    }

    /** The first time that is due after this one; empty: none. */
    public Optional<Instant> after(Instant time) {
        LocalDateTime at = LocalDateTime.ofInstant(time, ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.MINUTES)
                .plusMinutes(1);
        LocalDateTime end = at.plusYears(YEARS);
        while (at.isBefore(end)) {
            if (!months.get(at.getMonthValue())) {
                at = at.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).plusMonths(1);
            } else if (!day(at)) {
                at = at.truncatedTo(ChronoUnit.DAYS).plusDays(1);
            } else if (!hours.get(at.getHour())) {
                at = at.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!minutes.get(at.getMinute())) {
                at = at.plusMinutes(1);
            } else {
                return Optional.of(at.toInstant(ZoneOffset.UTC));
            }
        }
        return Optional.empty();
    }

    private boolean day(LocalDateTime at) {
        boolean day = days.get(at.getDayOfMonth());
        boolean weekday = weekdays.get(at.getDayOfWeek().getValue() % 7);
        return eitherDay ? day || weekday : day && weekday;
    }
}
