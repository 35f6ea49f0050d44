package dev.headrace.core.operator.window;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.SelectedRows;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.TimedWindow;
import java.util.List;

/** Passes the rows that aggregations over several windows all take into one of theirs at least. Keeps no state. */
public final class OnTimeRowsOperator extends Operator {
    private final List<TimedWindow> windows;
    private final WindowTimes[] times;
    private final SelectedRows onTime;
    private long watermark = NO_WATERMARK;

    public OnTimeRowsOperator(Plan.OnTimeRows plan) {
        windows = plan.windows();
        times = windows.stream().map(w -> WindowTimes.of(w.window())).toArray(WindowTimes[]::new);
        onTime = new SelectedRows(plan.schema().types());
    }

    @Override
    public void process(int input, Batch batch) {
        onTime.begin(batch);
        for (int i = 0; i < batch.selected(); i++) {
            int row = batch.row(i);
            if (!isLate(batch, row)) {
                onTime.add(row);
            }
        }
        onTime.emit(output());
    }

    private boolean isLate(Batch batch, int row) {
        long seen = batch.hasWatermarks() ? Math.max(watermark, batch.watermarks()[row]) : watermark;
        for (int w = 0; w < times.length; w++) {
            Column time = batch.column(windows.get(w).timeColumn());
            if (time.isNull(row)) {
                return true;
            }
            long last = times[w].lastWindow(times[w].sliceEnd(time.values()[row]));
            long lateness = windows.get(w).allowedLateness().toMillis() * 1000;
            if (last - WindowTimes.LAST_MOMENT + lateness <= seen) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void watermark(long newWatermark) {
        watermark = newWatermark;
        output().watermark(newWatermark);
    }
}
