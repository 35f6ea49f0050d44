package dev.headrace.core.operator.join;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Program;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.Output;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.operator.TimeHeap;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Joins each left row with the {@link Versions version} of the right side that there was at the row's time. A left row waits
 * until the watermark is beyond its time: then no version can come any more that would count for it. It is late, and dropped,
 * if its time is before the watermark that stood before it. The watermark goes on a microsecond behind, since rows of just
 * that time may still wait.
 */
final class TemporalJoinOperator extends Operator {
    private static final int BATCH_BITS = 24;

    private final OperatorContext context;
    private final int[] keys;
    private final int timeColumn;
    private final boolean outer;
    private final StateLayout layout;
    private final StateTable waiting;
    private final int timePlace;
    private final TimeHeap due = new TimeHeap();
    private final Versions versions;
    private final ChangeWriter leaving;
    private final Output joiner;
    private final Pairs pairs;
    private final Batch passing;
    private final Program condition;

    private int[] hashes = new int[Batch.CAPACITY];
    private int[] batchRows = new int[Batch.CAPACITY];
    private int[] stateRows = new int[Batch.CAPACITY];
    private boolean[] matched = new boolean[Batch.CAPACITY];
    private int[] gone = new int[16];
    private long watermark = NO_WATERMARK;
    private volatile long lateRows;

    TemporalJoinOperator(Plan.TemporalJoin plan, OperatorContext context) {
        this.context = context;
        keys = plan.leftKeys().stream().mapToInt(Integer::intValue).toArray();
        timeColumn = plan.leftTime();
        outer = plan.kind() == JoinKind.LEFT;
        List<DataType> types = new ArrayList<>(plan.left().schema().types());
        layout = new StateLayout(
                context.columns(0, plan.left().schema()), plan.leftKeys(), List.of(JoinSide.SEQUENCE), List.of());
        timePlace = layout.place(timeColumn);
        waiting = context.table(
                new StateSchema("waiting", layout.columns(), keys.length, keys.length + 1), Access.IN_MEMORY);
        versions = new Versions(plan.right(), plan.rightKeys(), plan.rightTime(), plan.timeToLive(), context);
        leaving = new ChangeWriter(types, layout.places(), false, true);
        joiner = new Output() {
            @Override
            public void emit(Batch batch) {
                join(batch);
            }

            @Override
            public void watermark(long ignored) {}
        };
        int leftColumns = types.size();
        types.addAll(plan.right().schema().types());
        pairs = new Pairs(types, leftColumns);
        passing = Batch.of(types, Batch.CAPACITY);
        condition = JoinOperator.condition(plan.condition(), types, context);
    }

    @Override
    public void restored() {
        for (int row = 0; row < waiting.rowLimit(); row++) {
            if (waiting.isLive(row)) {
                due.add(waiting.get(row, timePlace), row);
            }
        }
    }

    @Override
    public void process(int input, Batch batch) {
        if (input == 1) {
            late(versions.apply(batch, watermark));
            return;
        }
        int count = batch.selected();
        if (hashes.length < count) {
            hashes = new int[count];
            batchRows = new int[count];
            stateRows = new int[count];
        }
        Hashing.hash(batch, keys, hashes);
        Column times = batch.column(timeColumn);
        long sequence = context.nextSequence() << BATCH_BITS;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            long seen = batch.hasWatermarks() ? Math.max(watermark, batch.watermarks()[row]) : watermark;
            if (times.isNull(row) || times.values()[row] < seen) {
                continue;
            }
            int added = waiting.addRow(hashes[i]);
            waiting.set(added, layout.own(), sequence + i);
            waiting.markUnsaved(added);
            due.add(times.values()[row], added);
            batchRows[kept] = row;
            stateRows[kept++] = added;
        }
        layout.store(waiting, 0, stateRows, batch, batchRows, kept);
        late(count - kept);
    }

    private void late(int rows) {
        if (rows > 0) {
            long sum = lateRows + rows;
            lateRows = sum;
        }
    }

    @Override
    public void watermark(long newWatermark) {
        int count = 0;
        leaving.begin(waiting, joiner);
        while (!due.isEmpty() && (due.firstTime() < newWatermark || newWatermark == LAST_WATERMARK)) {
            gone = StateLayout.grown(gone, count + 1);
            gone[count++] = due.firstNumber();
            leaving.add(ChangeKind.INSERT_CODE, due.firstNumber());
            due.removeFirst();
        }
        leaving.flush();
        for (int i = 0; i < count; i++) {
            waiting.remove(gone[i]);
        }
        watermark = newWatermark;
        versions.askedUpTo(newWatermark);
        active(newWatermark);
    }

    @Override
    public void active(long newWatermark) {
        boolean plain = newWatermark == LAST_WATERMARK || newWatermark == NO_WATERMARK;
        output().watermark(plain ? newWatermark : newWatermark - 1);
    }

    /** Left rows whose time has come, in a batch. */
    private void join(Batch left) {
        int count = left.selected();
        if (hashes.length < count) {
            hashes = new int[count];
        }
        if (matched.length < left.rows()) {
            matched = new boolean[left.rows()];
        }
        Arrays.fill(matched, 0, left.rows(), false);
        Hashing.hash(left, keys, hashes);
        long[] times = left.column(timeColumn).values();
        pairs.begin(left, true, versions.table, versions.places);
        for (int i = 0; i < count; i++) {
            int row = left.row(i);
            int found = LookupTable.hasNull(left, keys, row)
                    ? Versions.NONE
                    : versions.at(times[row], hashes[i], left, keys, row);
            if (found != Versions.NONE && pairs.add(row, found, ChangeKind.INSERT_CODE)) {
                emit(condition);
            }
        }
        emit(condition);
        for (int i = 0; outer && i < count; i++) {
            int row = left.row(i);
            if (!matched[row] && pairs.add(row, Pairs.NONE, ChangeKind.INSERT_CODE)) {
                emit(null);
            }
        }
        emit(null);
    }

    private void emit(Program filter) {
        if (pairs.count() == 0) {
            return;
        }
        Batch out = pairs.fill(false);
        if (filter != null) {
            filter.run(out, passing);
            out = passing;
        }
        for (int i = 0; i < out.selected(); i++) {
            matched[pairs.batchRow(out.row(i))] = true;
        }
        pairs.clear();
        if (out.selected() > 0) {
            output().emit(out);
        }
    }

    @Override
    public void processingTime(long millis) {
        versions.processingTime(millis);
    }

    @Override
    public void endEpoch() {
        versions.sweep();
    }

    @Override
    public long lateRows() {
        return lateRows;
    }

    @Override
    public void close() {
        if (condition != null) {
            condition.close();
        }
    }
}
