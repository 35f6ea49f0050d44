package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.core.state.Cells;
import dev.headrace.core.state.StateTable;
import java.util.List;

/** COUNT: of rows, or of values that are not null. */
final class CountAccumulator extends Accumulator {
    private final int argument;

    /** @param argument the input column, -1 for COUNT(*) */
    CountAccumulator(int argument) {
        this.argument = argument;
    }

    @Override
    List<DataType> columns() {
        return List.of(DataType.BIGINT);
    }

    @Override
    void update(StateTable table, Batch batch, int[] batchRows, int[] stateRows, byte[] signs, int count) {
        Cells cells = table.cells();
        int cell = table.cell(column());
        boolean[] nulls = argument >= 0 && batch.column(argument).hasNulls()
                ? batch.column(argument).nulls()
                : null;
        if (nulls == null && signs == null) {
            for (int i = 0; i < count; i++) {
                cells.page(stateRows[i])[cells.base(stateRows[i]) + cell]++;
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            if (nulls == null || !nulls[batchRows[i]]) {
                cells.page(stateRows[i])[cells.base(stateRows[i]) + cell] += signs == null ? 1 : signs[i];
            }
        }
    }

    @Override
    void merge(StateTable into, int intoRow, StateTable from, int fromRow) {
        into.set(intoRow, column(), into.get(intoRow, column()) + from.get(fromRow, column()));
    }

    @Override
    void result(StateTable table, long[] cells, int base, Column target, int targetRow) {
        target.setLong(targetRow, cells[base + table.cell(column())]);
    }
}
