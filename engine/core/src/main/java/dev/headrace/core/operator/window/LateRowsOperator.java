package dev.headrace.core.operator.window;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import java.util.List;

/** Passes the rows that at least one of several aggregations takes into none of its windows. Keeps no state. */
public final class LateRowsOperator extends Operator {
    private final List<Plan.TimedWindow> windows;
    private final WindowTimes[] times;
    private final Batch view;
    private int[] selection = new int[Batch.CAPACITY];

    public LateRowsOperator(Plan.LateRows plan) {
        windows = plan.windows().stream()
                .filter(w -> !(w.window() instanceof Window.Session))
                .toList();
        times = windows.stream().map(w -> WindowTimes.of(w.window())).toArray(WindowTimes[]::new);
        view = Batch.of(plan.schema().types(), 0);
    }

    @Override
    public void process(int input, Batch batch) {
        if (!batch.hasWatermarks()) {
            return;
        }
        if (selection.length < batch.selected()) {
            selection = new int[batch.selected()];
        }
        int late = 0;
        for (int i = 0; i < batch.selected(); i++) {
            int row = batch.row(i);
            if (isLate(batch, row)) {
                selection[late++] = row;
            }
        }
        if (late > 0) {
            for (int c = 0; c < view.columns(); c++) {
                view.column(c).share(batch.column(c));
            }
            view.shareFrame(batch);
            view.select(selection, late);
            output().emit(view);
        }
    }

    private boolean isLate(Batch batch, int row) {
        for (int w = 0; w < times.length; w++) {
            Column time = batch.column(windows.get(w).timeColumn());
            if (!time.isNull(row)) {
                long last = times[w].lastWindow(times[w].sliceEnd(time.values()[row]));
                long lateness = windows.get(w).allowedLateness().toMillis() * 1000;
                if (last - WindowTimes.LAST_MOMENT + lateness <= batch.watermarks()[row]) {
                    return true;
                }
            }
        }
        return false;
    }
}
