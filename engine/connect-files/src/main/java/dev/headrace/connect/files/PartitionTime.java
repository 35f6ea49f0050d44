package dev.headrace.connect.files;

import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * The time that the values of a partition stand for: the pattern, with {@code $column} replaced by that column's value, or
 * without a pattern the first column's value.
 */
final class PartitionTime {
    private final TableDefinition table;
    private final String pattern;
    private final DateTimeFormatter formatter;

    PartitionTime(TableDefinition table, FileOptions options) {
        this.table = table;
        this.pattern = options.timePattern();
        try {
            formatter = DateTimeFormatter.ofPattern(options.timeFormat());
        } catch (IllegalArgumentException e) {
            throw table.options()
                    .wrong(
                            "partition.time-extractor.timestamp-formatter",
                            options.timeFormat(),
                            "a pattern such as" + " 'yyyy-MM-dd HH:mm:ss'");
        }
    }

    /** In microseconds. */
    long of(String folder) {
        Map<String, String> values = PartitionPath.parse(folder + "file");
        String text = pattern == null ? values.get(table.partitionedBy().getFirst()) : pattern;
        if (pattern != null) {
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace("$" + value.getKey(), value.getValue());
            }
        }
        try {
            return PartitionValue.micros(LocalDateTime.parse(text, formatter));
        } catch (DateTimeException e) {
            try {
                return PartitionValue.micros(LocalDate.parse(text).atStartOfDay());
            } catch (DateTimeException e2) {
                throw UserError.job(
                        "table '" + table.name() + "': the partition '" + folder + "' gives the time '" + text
                                + "', which is none; set 'partition.time-extractor.timestamp-pattern' so that it reads like"
                                + " 2026-01-31 12:00:00");
            }
        }
    }
}
