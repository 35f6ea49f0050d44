package dev.headrace.core.operator.window;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.Layout;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.Rows;
import dev.headrace.core.plan.Plan;

/** Each row with each of its windows: the input's columns, then start, end and time of the window. */
public final class WindowTableOperator extends Operator {
    private final OperatorContext context;
    private final WindowTimes times;
    private final int timeColumn;
    private final int inputColumns;
    private final Batch out;
    private final int[] from = new int[Batch.CAPACITY];
    private final long[] ends = new long[Batch.CAPACITY];
    private int count;

    public WindowTableOperator(Plan.WindowTable plan, OperatorContext context) {
        this.context = context;
        times = WindowTimes.of(plan.window());
        timeColumn = plan.timeColumn();
        inputColumns = plan.input().schema().size();
        out = Batch.of(plan.schema());
    }

    @Override
    public void process(int input, Batch batch) {
        long now = timeColumn < 0 ? context.clock().millis() * 1000 : 0;
        for (int i = 0; i < batch.selected(); i++) {
            int row = batch.row(i);
            if (timeColumn >= 0 && batch.column(timeColumn).isNull(row)) {
                continue;
            }
            long slice = times.sliceEnd(
                    timeColumn < 0 ? now : batch.column(timeColumn).values()[row]);
            for (long end = times.firstWindow(slice); end <= times.lastWindow(slice); end += times.slice()) {
                from[count] = row;
                ends[count++] = end;
                if (count == Batch.CAPACITY) {
                    flush(batch);
                }
            }
        }
        flush(batch);
    }

    private void flush(Batch batch) {
        if (count == 0) {
            return;
        }
        out.clear();
        for (int c = 0; c < inputColumns; c++) {
            Column source = batch.column(c);
            Column target = out.column(c);
            if (target.type().layout() == Layout.BYTES) {
                target.shareHeap(source.heap());
                for (int i = 0; i < count; i++) {
                    if (source.isNull(from[i])) {
                        target.setNull(i);
                    } else {
                        target.setLong(i, source.values()[from[i]]);
                    }
                }
            } else {
                Rows.append(target, 0, source, from, 0, count);
            }
        }
        for (int i = 0; i < count; i++) {
            out.column(inputColumns).setLong(i, times.start(ends[i]));
            out.column(inputColumns + 1).setLong(i, ends[i]);
            out.column(inputColumns + 2).setLong(i, ends[i] - WindowTimes.LAST_MOMENT);
        }
        if (!batch.isInsertOnly()) {
            byte[] kinds = out.ownKinds(count);
            for (int i = 0; i < count; i++) {
                kinds[i] = batch.kind(from[i]);
            }
        }
        if (batch.hasWatermarks()) {
            long[] watermarks = out.ownWatermarks(count);
            for (int i = 0; i < count; i++) {
                watermarks[i] = batch.watermarks()[from[i]];
            }
        }
        out.setRows(count);
        count = 0;
        output().emit(out);
    }
}
