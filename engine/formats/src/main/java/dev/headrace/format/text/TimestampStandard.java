package dev.headrace.format.text;

/** How timestamps are written: the option {@code timestamp-format.standard}. TIMESTAMP_LTZ has a {@code Z} behind. */
public enum TimestampStandard {
    /** {@code 2026-01-01 00:00:00.123}. */
    SQL(' '),
    /** {@code 2026-01-01T00:00:00.123}; when read, the seconds may be missing. */
    ISO_8601('T');

    private final char separator;

    TimestampStandard(char separator) {
        this.separator = separator;
    }

    /** What stands between date and time. */
    public char separator() {
        return separator;
    }
}
