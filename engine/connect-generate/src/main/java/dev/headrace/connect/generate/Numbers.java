package dev.headrace.connect.generate;

import dev.headrace.api.connect.Options;

/** Whole numbers among options, with bounds. */
final class Numbers {
    private Numbers() {}

    static long atLeast(Options options, String name, long defaultValue, long least) {
        long value = options.number(name, defaultValue);
        if (value < least) {
            throw options.wrong(name, Long.toString(value), "a whole number from " + least + " on");
        }
        return value;
    }

    static long between(Options options, String name, long defaultValue, long least, long most) {
        long value = options.number(name, defaultValue);
        if (value < least || value > most) {
            throw options.wrong(name, Long.toString(value), "a whole number from " + least + " to " + most);
        }
        return value;
    }
}
