package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.EpochOperator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.RowImages;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.StateColumn;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * OVER on a changelog: keeps all rows, sorted, each with its results. Partitions that have changed are worked out again as
 * a whole once an epoch, and rows whose results are others are emitted. O(rows of the partition) an epoch, times the rows
 * of a frame for aggregates that cannot take rows away.
 */
final class ChangingOverOperator extends EpochOperator {
    private final KeptRows rows;
    private final Frames frames;
    private final Layout[] resultLayouts;
    private final int firstResult;
    private final RowImages images;
    private final ChangeWriter writer;
    private boolean[] isDirty = new boolean[16];
    private int[] dirty = new int[16];
    private int dirtyCount;
    private int[] list = new int[16];

    ChangingOverOperator(Plan.Over plan, OperatorContext context) {
        List<DataType> results = plan.calls().stream().map(AggregateCall::type).toList();
        List<StateColumn> kept = plan.calls().stream()
                .map(c -> StateColumn.of(context.meaning(c), c.type()))
                .toList();
        rows = new KeptRows(
                plan.input().schema(),
                plan.partition(),
                plan.orderings(),
                plan.inputUnique(),
                kept,
                plan.timeToLive(),
                context);
        frames = new Frames(plan, rows.layout);
        resultLayouts = results.stream().map(DataType::layout).toArray(Layout[]::new);
        firstResult = rows.layout.ownLast();
        images = new RowImages(rows.table);
        int[] columns = IntStream.concat(
                        Arrays.stream(rows.layout.places()), IntStream.range(firstResult, firstResult + results.size()))
                .toArray();
        writer = new ChangeWriter(plan.schema().types(), columns, false, false);
    }

    @Override
    public void restored() {
        rows.restored();
    }

    @Override
    public void process(int input, Batch batch) {
        rows.apply(batch, this::mark);
    }

    private void mark(int partition) {
        if (partition >= isDirty.length) {
            isDirty = Arrays.copyOf(isDirty, Math.max(partition + 1, isDirty.length * 2));
        }
        if (!isDirty[partition]) {
            isDirty[partition] = true;
            dirty = StateLayout.grown(dirty, dirtyCount + 1);
            dirty[dirtyCount++] = partition;
        }
    }

    @Override
    protected void emitChanges() {
        images.ensureCapacity();
        for (int i = 0; i < dirtyCount; i++) {
            SortedRows sorted = rows.rows(dirty[i]);
            int count = sorted == null ? 0 : sorted.size();
            if (count > 0) {
                list = StateLayout.grown(list, count);
                sorted.first(count, list, 0);
                for (int call = 0; call < resultLayouts.length; call++) {
                    frames.function(call).reset();
                }
                frames.evaluate(rows.table, list, 0, count, this::store);
            }
        }
        writer.begin(rows.table, images.images(), output());
        rows.forEachGone(row -> writer.add(ChangeKind.DELETE_CODE, row));
        for (int i = 0; i < dirtyCount; i++) {
            emit(rows.rows(dirty[i]));
        }
        writer.flush();
        rows.forget();
        images.clear();
        for (int i = 0; i < dirtyCount; i++) {
            isDirty[dirty[i]] = false;
            rows.close(dirty[i]);
        }
        dirtyCount = 0;
        rows.sweep();
    }

    @Override
    public void processingTime(long millis) {
        rows.processingTime(millis);
    }

    private void store(int call, FrameFunction result, int row) {
        int column = firstResult + call;
        if (rows.isNew(row)) {
            result.writeTo(rows.table, row, column, resultLayouts[call]);
        } else if (!result.isIn(rows.table, row, column, resultLayouts[call])) {
            if (images.isUntouched(row)) {
                images.take(row);
            }
            result.writeTo(rows.table, row, column, resultLayouts[call]);
            rows.table.markUnsaved(row);
        }
    }

    private void emit(SortedRows sorted) {
        int count = sorted == null ? 0 : sorted.size();
        list = StateLayout.grown(list, count);
        if (count > 0) {
            sorted.first(count, list, 0);
        }
        for (int i = 0; i < count; i++) {
            int row = list[i];
            if (rows.isNew(row)) {
                writer.add(ChangeKind.INSERT_CODE, row);
            } else if (!images.isUntouched(row)) {
                writer.add(ChangeKind.UPDATE_BEFORE_CODE, ~images.image(row));
                writer.add(ChangeKind.UPDATE_AFTER_CODE, row);
                images.clear(row);
            }
        }
    }
}
