package dev.headrace.connect.files;

import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What the WITH clause of a table says, apart from the options of its format. A table may be read and written: both sides
 * accept the options of the other.
 *
 * @param regex what the whole path of a source's file must match, or null
 * @param monitorInterval how often to look for new files, or null to read those there are
 * @param rollInterval how long a file may be written to before it is finished
 * @param successFile name of the file that marks a partition as complete, or null for none
 * @param byEventTime whether a partition is complete when the watermark has passed its time, rather than when its files are
 * @param commitDelay how much later than that it counts as complete
 */
record FileOptions(
        String path,
        String format,
        Pattern regex,
        Duration monitorInterval,
        String defaultPartition,
        long rollSize,
        Duration rollInterval,
        String successFile,
        boolean byEventTime,
        Duration commitDelay,
        String timePattern,
        String timeFormat) {
    private static final List<String> WITHOUT_MEANING = List.of(
            "sink.rolling-policy.check-interval",
            "sink.rolling-policy.inactivity-interval",
            "sink.shuffle-by-partition.enable",
            "sink.partition-commit.watermark-time-zone",
            "sink.parallelism",
            "source.report-statistics");

    private enum Trigger {
        PROCESS_TIME,
        PARTITION_TIME
    }

    static FileOptions read(TableDefinition table) {
        Options options = table.options();
        options.text("connector");
        WITHOUT_MEANING.forEach(options::text);
        if (options.flag("auto-compaction", false)) {
            throw options.wrong("auto-compaction", "true", "only false: files are not compacted yet");
        }
        Duration monitor = options.duration("source.monitor-interval", null);
        if (monitor != null && monitor.toMillis() < 1) {
            throw options.wrong(
                    "source.monitor-interval", options.text("source.monitor-interval", ""), "at least 1 ms");
        }
        String extractor = options.text("partition.time-extractor.kind", "default");
        if (!extractor.equals("default")) {
            throw options.wrong("partition.time-extractor.kind", extractor, "only default");
        }
        long rollSize = options.size("sink.rolling-policy.file-size", 128L << 20);
        if (rollSize < 1) {
            throw options.wrong("sink.rolling-policy.file-size", Long.toString(rollSize), "at least 1 byte");
        }
        boolean success = marksPartitions(options);
        String successName = options.text("sink.partition-commit.success-file.name", "_SUCCESS");
        return new FileOptions(
                options.required("path"),
                options.required("format"),
                regex(options),
                monitor,
                options.text("partition.default-name", "__DEFAULT_PARTITION__"),
                rollSize,
                options.duration("sink.rolling-policy.rollover-interval", Duration.ofMinutes(30)),
                success ? successName : null,
                options.choice("sink.partition-commit.trigger", Trigger.class, Trigger.PROCESS_TIME)
                        == Trigger.PARTITION_TIME,
                options.duration("sink.partition-commit.delay", Duration.ZERO),
                options.text("partition.time-extractor.timestamp-pattern").orElse(null),
                options.text("partition.time-extractor.timestamp-formatter", "yyyy-MM-dd HH:mm:ss"));
    }

    private static Pattern regex(Options options) {
        String regex = options.text("source.path.regex-pattern").orElse(null);
        try {
            return regex == null ? null : Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw options.wrong("source.path.regex-pattern", regex, "a regular expression: " + e.getDescription());
        }
    }

    private static boolean marksPartitions(Options options) {
        String kinds = options.text("sink.partition-commit.policy.kind", "");
        boolean marks = false;
        for (String kind :
                kinds.isBlank() ? new String[0] : kinds.toLowerCase(Locale.ROOT).split(",")) {
            if (!kind.strip().equals("success-file")) {
                throw options.wrong("sink.partition-commit.policy.kind", kinds, "only success-file");
            }
            marks = true;
        }
        return marks;
    }

    /** The end of a file's name: {@code json} for the formats json and debezium-json. */
    String extension() {
        return format.substring(format.lastIndexOf('-') + 1);
    }

    /** Fails when a column of PARTITIONED BY is not one of the table's. */
    static void checkPartitions(TableDefinition table) {
        for (String column : table.partitionedBy()) {
            if (table.physical().indexOf(column) < 0) {
                throw UserError.request("table '" + table.name() + "': PARTITIONED BY names '" + column
                        + "', but the table has no such column; its columns are " + table.physical());
            }
            PartitionValue.check(
                    table.name(), column, table.physical().type(table.physical().indexOf(column)));
        }
        if (!table.partitionedBy().isEmpty()
                && table.partitionedBy().size() == table.physical().size()) {
            throw UserError.request("table '" + table.name() + "': all columns are in PARTITIONED BY, so that its files"
                    + " would be empty; leave one out");
        }
    }
}
