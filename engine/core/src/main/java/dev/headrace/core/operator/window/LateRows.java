package dev.headrace.core.operator.window;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.Output;
import dev.headrace.core.operator.SelectedRows;
import java.util.List;

/** The rows that an aggregation takes into none of its windows: counted, and handed to whoever wants them. */
final class LateRows {
    private final SelectedRows rows;
    private volatile long total;

    /** @param types of the aggregation's input */
    LateRows(List<DataType> types) {
        rows = new SelectedRows(types);
    }

    void begin(Batch batch) {
        rows.begin(batch);
    }

    /** Takes a row of the batch as late; in rising order. */
    void add(int row) {
        rows.add(row);
    }

    /** Hands on those of the batch. */
    void end(Output output) {
        if (rows.count() > 0) {
            long sum = total + rows.count();
            total = sum;
            if (output != Output.NOWHERE) {
                rows.emit(output);
            }
        }
    }

    /** How many there have been. */
    long total() {
        return total;
    }
}
