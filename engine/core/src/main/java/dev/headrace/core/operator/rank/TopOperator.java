package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.EpochOperator;
import dev.headrace.core.operator.Expiry;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import java.util.List;

/**
 * Top-N of an insert-only input. The list of a partition is remembered as it first changes in an epoch; at the end of the
 * epoch the difference between the two lists is emitted.
 */
final class TopOperator extends EpochOperator {
    private final OperatorContext context;
    private final TopRows top;
    private final ChangeWriter writer;
    private final TopChanges changes;
    private final Expiry expiry;

    /** By partition: where in {@link #before} its list lies, plus 1; 0 if it has not changed. */
    private int[] starts = new int[16];
    /** Lists as they were, each behind its length. */
    private int[] before = new int[64];

    private int beforeLength;
    private int[] dirty = new int[16];
    private int dirtyCount;
    /** By row, only where rows expire. */
    private int[] partitionOf = new int[16];

    TopOperator(Plan.Rank plan, OperatorContext context) {
        this.context = context;
        List<DataType> types = plan.input().schema().types();
        boolean expires = !plan.timeToLive().isZero();
        var form = new TopRows.Form(
                "rows",
                plan.input().schema(),
                plan.partition(),
                plan.orderings(),
                plan.to(),
                expires ? List.of(Expiry.COLUMN) : List.of(),
                context);
        top = new TopRows(form, context.table(form.schema, Access.IN_MEMORY));
        expiry = Expiry.of(
                top.table(), form.layout.ownLast(), plan.timeToLive(), context, r -> top.remove(r, partitionOf[r]));
        writer = new ChangeWriter(types, form.layout.places(), plan.emitRank(), false);
        changes = new TopChanges(plan.from(), plan.to(), plan.emitRank(), plan.mode(), writer);
    }

    @Override
    public void restored() {
        top.restored();
        top.keepLeaving(context);
        if (expiry != null) {
            partitionOf = StateLayout.grown(partitionOf, top.table().rowLimit());
            for (int partition = 0; partition < top.partitions(); partition++) {
                for (int i = 0; i < top.count(partition); i++) {
                    partitionOf[top.list(partition)[i]] = partition;
                }
            }
        }
    }

    @Override
    public void process(int input, Batch batch) {
        top.offer(batch, context, this::remember);
    }

    private void remember(int partition) {
        starts = StateLayout.grown(starts, partition + 1);
        if (starts[partition] != 0) {
            return;
        }
        int count = top.count(partition);
        before = StateLayout.grown(before, beforeLength + count + 1);
        starts[partition] = beforeLength + 1;
        before[beforeLength] = count;
        System.arraycopy(top.list(partition), 0, before, beforeLength + 1, count);
        beforeLength += count + 1;
        dirty = StateLayout.grown(dirty, dirtyCount + 1);
        dirty[dirtyCount++] = partition;
    }

    @Override
    protected void emitChanges() {
        writer.begin(top.table(), output());
        for (int i = 0; i < dirtyCount; i++) {
            int partition = dirty[i];
            int start = starts[partition];
            int[] list = top.list(partition);
            int count = top.count(partition);
            changes.write(
                    before, start, before[start - 1], list, count, top.table().rowLimit());
            starts[partition] = 0;
            if (expiry != null) {
                touch(partition, list, count);
            }
        }
        writer.flush();
        if (dirtyCount > 0) {
            top.forget();
            top.keepLeaving(context);
        }
        dirtyCount = 0;
        beforeLength = 0;
        if (expiry != null) {
            expiry.sweep();
        }
    }

    private void touch(int partition, int[] list, int count) {
        partitionOf = StateLayout.grown(partitionOf, top.table().rowLimit());
        for (int i = 0; i < count; i++) {
            partitionOf[list[i]] = partition;
            expiry.touch(list[i]);
            top.table().markUnsaved(list[i]);
        }
    }

    @Override
    public void processingTime(long millis) {
        if (expiry != null) {
            expiry.processingTime(millis);
        }
    }
}
