package dev.headrace.sql.catalog;

import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.type.DataType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.SqlNode;

/**
 * A declared table with all its columns, in order.
 *
 * @param definition what the connector sees
 * @param watermark the WATERMARK clause
 * @param lateRows the table that takes late rows
 * @param allowedLateness how much longer windows over this table are kept
 */
public record TableEntry(
        TableDefinition definition,
        List<Column> columns,
        Optional<Watermark> watermark,
        Optional<String> lateRows,
        Duration allowedLateness) {
    public TableEntry {
        columns = List.copyOf(columns);
    }

    /** A column of a table. */
    public sealed interface Column {
        String name();

        DataType type();
    }

    /** @param index place in the definition's physical schema */
    public record Physical(String name, DataType type, int index) implements Column {}

    public record Metadata(String name, DataType type, String key, boolean virtual) implements Column {}

    /** @param expression over the table's other columns */
    public record Computed(String name, DataType type, SqlNode expression, boolean processingTime) implements Column {}

    /**
     * @param column place among the columns
     * @param expression over the table's columns
     */
    public record Watermark(int column, SqlNode expression, Duration idleTimeout, Duration maxDrift) {}

    public int indexOf(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
