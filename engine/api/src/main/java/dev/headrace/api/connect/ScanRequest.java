package dev.headrace.api.connect;

import dev.headrace.api.type.DataType;
import java.util.List;

/** The columns that a plan needs of a table, which are the columns of the batches its reader fills. */
public record ScanRequest(List<ScanColumn> columns) {
    public ScanRequest {
        columns = List.copyOf(columns);
    }

    /** A column to be read. */
    public sealed interface ScanColumn {
        DataType type();
    }

    /**
     * A value in the record: {@code path[0]} is a place in the physical schema, each further one a place among the
     * fields of the ROW before it. Null where a ROW on the way is null.
     */
    public record Physical(List<Integer> path, DataType type) implements ScanColumn {
        public Physical {
            path = List.copyOf(path);
        }
    }

    /** A value about the record, by the connector's key for it. */
    public record Metadata(String key, DataType type) implements ScanColumn {}
}
