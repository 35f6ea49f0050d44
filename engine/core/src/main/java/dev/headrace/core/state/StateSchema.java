package dev.headrace.core.state;

import dev.headrace.api.type.DataType;
import java.util.List;

/**
 * The columns of a state table, in the order partition, rest of the key, values.
 *
 * @param name what the table is, unique within its operator, for example {@code groups}
 * @param columns types of all columns
 * @param partitionColumns how many columns, from the first, decide the key group
 * @param keyColumns how many columns, from the first, identify a row; at least {@code partitionColumns}
 */
public record StateSchema(String name, List<DataType> columns, int partitionColumns, int keyColumns) {
    public StateSchema {
        columns = List.copyOf(columns);
        if (partitionColumns > keyColumns || keyColumns > columns.size()) {
            throw new IllegalArgumentException("key columns of state table " + name);
        }
    }
}
