package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import java.util.List;

/**
 * Parts batches by the end of the window that a column says, leaving out late rows. A row is late when its window's end
 * less 1 ms is not above the watermark before the row, nor above the watermark that the operator has got.
 */
public final class WindowSplitter {
    /** A window fires, and its rows are late, from so many microseconds before its end. */
    public static final long LAST_MOMENT = 1000;

    private final int windowEnd;
    private final Batch view;
    private int[] remaining = new int[Batch.CAPACITY];
    private int[] picked = new int[Batch.CAPACITY];
    private volatile long lateRows;

    /** Takes the rows of one window. */
    public interface Receiver {
        void accept(long windowEnd, Batch rows);
    }

    /** @param windowEnd the column with the end of the window */
    public WindowSplitter(List<DataType> types, int windowEnd) {
        this.windowEnd = windowEnd;
        view = Batch.of(types, 0);
    }

    public void split(Batch batch, long watermark, Receiver receiver) {
        int count = batch.selected();
        if (remaining.length < count) {
            remaining = new int[count];
            picked = new int[count];
        }
        long[] ends = batch.column(windowEnd).values();
        int left = 0;
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            long seen = batch.hasWatermarks() ? Math.max(watermark, batch.watermarks()[row]) : watermark;
            if (ends[row] - LAST_MOMENT > seen) {
                remaining[left++] = row;
            }
        }
        if (left < count) {
            long sum = lateRows + count - left;
            lateRows = sum;
        }
        for (int c = 0; c < view.columns(); c++) {
            view.column(c).share(batch.column(c));
        }
        while (left > 0) {
            long end = ends[remaining[0]];
            int taken = 0;
            int others = 0;
            for (int i = 0; i < left; i++) {
                int row = remaining[i];
                if (ends[row] == end) {
                    picked[taken++] = row;
                } else {
                    remaining[others++] = row;
                }
            }
            left = others;
            view.shareFrame(batch);
            view.select(picked, taken);
            receiver.accept(end, view);
        }
    }

    public long lateRows() {
        return lateRows;
    }
}
