package dev.headrace.format.text;

/** Dates and times of day of the proleptic Gregorian calendar, years 0000 to 9999, as ASCII digits. */
public final class Times {
    /** What the parsers return for text that is none of theirs. */
    public static final long NONE = Long.MIN_VALUE;

    public static final long MICROS_PER_DAY = 86_400_000_000L;
    static final long MICROS_PER_SECOND = 1_000_000L;

    /** {@code TEN[n]} is 10 to the power of n, up to 18. */
    private static final long[] TEN = new long[19];

    static {
        TEN[0] = 1;
        for (int i = 1; i < TEN.length; i++) {
            TEN[i] = TEN[i - 1] * 10;
        }
    }

    private Times() {}

    /** 10 to the power of {@code exponent}, 0 to 18. */
    public static long ten(int exponent) {
        return TEN[exponent];
    }

    /** {@code yyyy-MM-dd} as days since 1970-01-01, or {@link #NONE}. */
    public static long date(byte[] text, int from, int to) {
        if (to - from != 10 || text[from + 4] != '-' || text[from + 7] != '-') {
            return NONE;
        }
        int century = two(text, from);
        int year = two(text, from + 2);
        int month = two(text, from + 5);
        int day = two(text, from + 8);
        if ((century | year | month | day) < 0) {
            return NONE;
        }
        year += century * 100;
        if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
            return NONE;
        }
        return epochDay(year, month, day);
    }

    /** {@code HH:mm[:ss[.fraction]]} as microseconds, digits behind the sixth dropped, or {@link #NONE}. */
    public static long time(byte[] text, int from, int to, boolean secondsOptional) {
        int length = to - from;
        if (length < 5 || text[from + 2] != ':') {
            return NONE;
        }
        int hour = two(text, from);
        int minute = two(text, from + 3);
        int second = 0;
        long fraction = 0;
        if (length == 5) {
            if (!secondsOptional) {
                return NONE;
            }
        } else {
            if (length < 8 || text[from + 5] != ':') {
                return NONE;
            }
            second = two(text, from + 6);
            if (length > 8) {
                if (text[from + 8] != '.' || length < 10 || length > 18) {
                    return NONE;
                }
                int digits = 0;
                for (int i = from + 9; i < to; i++) {
                    int digit = text[i] - '0';
                    if (digit < 0 || digit > 9) {
                        return NONE;
                    }
                    if (digits < 6) {
                        fraction = fraction * 10 + digit;
                        digits++;
                    }
                }
                fraction *= TEN[6 - digits];
            }
        }
        if ((hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) {
            return NONE;
        }
        return ((hour * 60L + minute) * 60 + second) * MICROS_PER_SECOND + fraction;
    }

    /** A date, the separator and a time, as microseconds since 1970-01-01, or {@link #NONE}. */
    public static long timestamp(byte[] text, int from, int to, TimestampStandard standard, boolean zoned) {
        int end = to;
        if (zoned) {
            end--;
            if (to - from < 12 || text[end] != 'Z') {
                return NONE;
            }
        }
        if (end - from < 16 || text[from + 10] != standard.separator()) {
            return NONE;
        }
        long date = date(text, from, from + 10);
        long time = time(text, from + 11, end, standard == TimestampStandard.ISO_8601);
        return date == NONE || time == NONE ? NONE : date * MICROS_PER_DAY + time;
    }

    /** Cuts a value of microseconds to {@code precision} digits of a second, downwards. */
    public static long cut(long micros, int precision) {
        return precision >= 6 ? micros : micros - Math.floorMod(micros, TEN[6 - precision]);
    }

    /** Days since 1970-01-01 of a date that exists. */
    public static long epochDay(int year, int month, int day) {
        // Years that begin in March put the leap day last; 400 of them have 146097 days.
        int y = month <= 2 ? year - 1 : year;
        int era = Math.floorDiv(y, 400);
        int yearOfEra = y - era * 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097L + dayOfEra - 719_468;
    }

    private static int daysOf(int year, int month) {
        return switch (month) {
            case 2 -> (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    private static int two(byte[] text, int at) {
        int tens = text[at] - '0';
        int ones = text[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }
}
