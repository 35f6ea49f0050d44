package dev.headrace.connect.kafka;

import dev.headrace.api.connect.Options;
import dev.headrace.api.error.UserError;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where reading begins or ends, as the options {@code scan.startup.*} or {@code scan.bounded.*} say.
 *
 * @param option what these options' names begin with
 * @param timestamp milliseconds since the epoch; meaningful for {@link Mode#TIMESTAMP}
 * @param offsets by partition; meaningful for {@link Mode#SPECIFIC_OFFSETS}
 */
record Offsets(String option, Mode mode, long timestamp, Map<Integer, Long> offsets) {
    private static final Pattern ONE = Pattern.compile("\\s*partition:(\\d+)\\s*,\\s*offset:(\\d+)\\s*");

    enum Mode {
        EARLIEST_OFFSET,
        LATEST_OFFSET,
        /** What the group has committed. */
        GROUP_OFFSETS,
        /** The first record of that time or later. */
        TIMESTAMP,
        SPECIFIC_OFFSETS,
        /** Nowhere. */
        UNBOUNDED
    }

    private enum Startup {
        EARLIEST_OFFSET,
        LATEST_OFFSET,
        GROUP_OFFSETS,
        TIMESTAMP,
        SPECIFIC_OFFSETS
    }

    private enum Bounded {
        UNBOUNDED,
        LATEST_OFFSET,
        GROUP_OFFSETS,
        TIMESTAMP,
        SPECIFIC_OFFSETS
    }

    static Offsets startup(Options options) {
        Startup mode = options.choice("scan.startup.mode", Startup.class, Startup.GROUP_OFFSETS);
        return read(options, "scan.startup", Mode.valueOf(mode.name()));
    }

    static Offsets bounded(Options options) {
        Bounded mode = options.choice("scan.bounded.mode", Bounded.class, Bounded.UNBOUNDED);
        return read(options, "scan.bounded", Mode.valueOf(mode.name()));
    }

    private static Offsets read(Options options, String option, Mode mode) {
        String timestampOption = option + ".timestamp-millis";
        String offsetsOption = option + ".specific-offsets";
        if (mode == Mode.TIMESTAMP) {
            options.required(timestampOption);
        }
        if (mode == Mode.SPECIFIC_OFFSETS) {
            options.required(offsetsOption);
        }
        long timestamp = options.number(timestampOption, 0);
        Map<Integer, Long> offsets = new TreeMap<>();
        String text = options.text(offsetsOption, "");
        for (String part : text.isBlank() ? new String[0] : text.split(";")) {
            Matcher matcher = ONE.matcher(part);
            if (!matcher.matches()) {
                throw options.wrong(offsetsOption, text, "for example 'partition:0,offset:42;partition:1,offset:300'");
            }
            offsets.put(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
        }
        return new Offsets(option, mode, timestamp, offsets);
    }

    /** Refuses what a source could not resolve. */
    void check(KafkaOptions options) {
        if (mode == Mode.GROUP_OFFSETS && options.property(KafkaOptions.GROUP) == null) {
            throw UserError.request("table '" + options.table() + "': option '" + option
                    + ".mode' is 'group-offsets'" + (option.equals("scan.startup") ? ", also where it is missing" : "")
                    + ", but no group is named; add 'properties.group.id', or set '" + option + ".mode' = '"
                    + (option.equals("scan.startup") ? "earliest-offset" : "latest-offset") + "'");
        }
        if (mode == Mode.SPECIFIC_OFFSETS && options.topics().size() != 1) {
            throw UserError.request("table '" + options.table() + "': option '" + option
                    + ".specific-offsets' is for one topic, but the table has several");
        }
    }
}
