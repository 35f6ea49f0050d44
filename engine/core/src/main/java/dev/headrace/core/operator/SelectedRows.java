package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import java.util.List;

/** Some rows of a batch, chosen one by one in rising order, and handed on without being copied. */
public final class SelectedRows {
    private final Batch view;
    private Batch batch;
    private int[] rows = new int[Batch.CAPACITY];
    private int count;

    public SelectedRows(List<DataType> types) {
        view = Batch.of(types, 0);
    }

    /** Begins with none of that batch. */
    public void begin(Batch newBatch) {
        batch = newBatch;
        count = 0;
        if (rows.length < batch.selected()) {
            rows = new int[batch.selected()];
        }
    }

    public void add(int row) {
        rows[count++] = row;
    }

    public int count() {
        return count;
    }

    /** Hands on those chosen, if there are any. */
    public void emit(Output output) {
        if (count == 0) {
            return;
        }
        for (int c = 0; c < view.columns(); c++) {
            view.column(c).share(batch.column(c));
        }
        view.shareFrame(batch);
        view.select(rows, count);
        output.emit(view);
    }
}
