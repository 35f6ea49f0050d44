package dev.headrace.core.state;

import dev.headrace.api.type.DataType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The columns of a state table, in the order partition, rest of the key, values.
 *
 * @param name what the table is, unique within its operator, for example {@code groups}
 * @param partitionColumns how many columns, from the first, decide the key group
 * @param keyColumns how many columns, from the first, identify a row; at least {@code partitionColumns}
 */
public record StateSchema(String name, List<StateColumn> columns, int partitionColumns, int keyColumns) {
    public StateSchema {
        columns = StateColumn.distinct(columns);
        if (partitionColumns > keyColumns || keyColumns > columns.size()) {
            throw new IllegalArgumentException("key columns of state table " + name);
        }
    }

    /** A schema whose columns are named by their place: for tables that are in no snapshot. */
    public static StateSchema unnamed(String name, List<DataType> types, int partitionColumns, int keyColumns) {
        List<StateColumn> columns = IntStream.range(0, types.size())
                .mapToObj(i -> StateColumn.of(Integer.toString(i), types.get(i)))
                .toList();
        return new StateSchema(name, columns, partitionColumns, keyColumns);
    }

    /** The types of the columns. */
    public List<DataType> types() {
        return StateColumn.types(columns);
    }
}
