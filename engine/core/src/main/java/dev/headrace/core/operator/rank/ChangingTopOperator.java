package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.EpochOperator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.Plan;
import java.util.List;

/**
 * Top-N of a changelog: keeps all rows, since a row that goes lets others move up. The first rows of a partition are
 * remembered as it first changes in an epoch, and compared with those at its end.
 */
final class ChangingTopOperator extends EpochOperator {
    private final KeptRows rows;
    private final int limit;
    private final ChangeWriter writer;
    private final TopChanges changes;

    /** By partition: where in {@link #before} its rows lie, plus 1; 0 if it has not changed. */
    private int[] starts = new int[16];
    /** First rows of partitions as they were, each behind their number. */
    private int[] before = new int[64];

    private int beforeLength;
    private int[] dirty = new int[16];
    private int dirtyCount;
    private int[] now = new int[16];

    ChangingTopOperator(Plan.Rank plan, OperatorContext context) {
        List<DataType> types = plan.input().schema().types();
        rows = new KeptRows(
                plan.input().schema(),
                plan.partition(),
                plan.orderings(),
                plan.inputUnique(),
                List.of(),
                plan.timeToLive(),
                context);
        limit = (int) Math.min(plan.to(), Integer.MAX_VALUE / 2);
        writer = new ChangeWriter(types, rows.layout.places(), plan.emitRank(), false);
        changes = new TopChanges(plan.from(), plan.to(), plan.emitRank(), plan.mode(), writer);
    }

    @Override
    public void restored() {
        rows.restored();
    }

    @Override
    public void process(int input, Batch batch) {
        rows.apply(batch, this::remember);
    }

    private void remember(int partition) {
        starts = StateLayout.grown(starts, partition + 1);
        if (starts[partition] != 0) {
            return;
        }
        SortedRows sorted = rows.rows(partition);
        int count = sorted == null ? 0 : Math.min(limit, sorted.size());
        before = StateLayout.grown(before, beforeLength + count + 1);
        starts[partition] = beforeLength + 1;
        before[beforeLength++] = count;
        if (count > 0) {
            beforeLength += sorted.first(count, before, beforeLength);
        }
        dirty = StateLayout.grown(dirty, dirtyCount + 1);
        dirty[dirtyCount++] = partition;
    }

    @Override
    protected void emitChanges() {
        writer.begin(rows.table, output());
        for (int i = 0; i < dirtyCount; i++) {
            int partition = dirty[i];
            int start = starts[partition];
            SortedRows sorted = rows.rows(partition);
            int count = sorted == null ? 0 : Math.min(limit, sorted.size());
            now = StateLayout.grown(now, count);
            if (count > 0) {
                sorted.first(count, now, 0);
            }
            changes.write(before, start, before[start - 1], now, count, rows.table.rowLimit());
            starts[partition] = 0;
        }
        writer.flush();
        rows.forget();
        for (int i = 0; i < dirtyCount; i++) {
            rows.close(dirty[i]);
        }
        rows.sweep();
        dirtyCount = 0;
        beforeLength = 0;
    }

    @Override
    public void processingTime(long millis) {
        rows.processingTime(millis);
    }
}
