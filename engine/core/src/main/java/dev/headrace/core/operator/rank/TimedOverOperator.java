package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.Expiry;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.operator.TimeHeap;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * OVER in the order of event time: a row waits until the watermark reaches its time, then comes out once with its results.
 * Late rows (time not above the watermark before the row, nor above the one got) are dropped.
 *
 * <p>A partition's list holds the rows that have come out and that frames to come still reach into, then those that wait.
 * Aggregates from the start of the partition go on from accumulators that the last row out carries. With a time to live, a
 * partition of which no row waits and to which none has come for so long is let go of, unless frames end with event time.
 */
final class TimedOverOperator extends Operator {
    private static final int BATCH_BITS = 24;
    private static final long NEVER = Long.MAX_VALUE;

    /** The rows of a partition, by time and then by arrival. */
    private static final class Partition {
        int[] rows = new int[4];
        int count;
        /** How many of them have come out. */
        int done;
        /** When something is to be done; an entry of the heap with another time is void. */
        long due = NEVER;
    }

    private final OperatorContext context;
    private final int timeColumn;
    private final StateLayout layout;
    private final StateTable table;
    private final Directory directory;
    private final Frames frames;
    private final int calls;
    private final Layout[] resultLayouts;
    private final int timePlace;
    private final int donePlace;
    private final int firstResult;
    private final int[] accumulators;
    private final long range;
    private final int leastKept;
    private final ChangeWriter writer;
    /** Null if rows do not expire. */
    private final Expiry expiry;

    private final TimeHeap heap = new TimeHeap();
    private Partition[] partitions = new Partition[16];
    /** By row, only where rows expire. */
    private int[] partitionOf = new int[16];

    private int[] batchRows = new int[Batch.CAPACITY];
    private int[] stateRows = new int[Batch.CAPACITY];
    private int[] gone = new int[16];
    private int goneCount;
    private long watermark = NO_WATERMARK;
    private volatile long lateRows;

    TimedOverOperator(Plan.Over plan, OperatorContext context) {
        this.context = context;
        timeColumn = plan.timeColumn();
        range = plan.precedingRange();
        calls = plan.calls().size();
        List<DataType> results = plan.calls().stream().map(AggregateCall::type).toList();
        resultLayouts = results.stream().map(DataType::layout).toArray(Layout[]::new);
        List<Integer> time = plan.partition().contains(timeColumn) ? List.of() : List.of(timeColumn);
        List<StateColumn> input = context.columns(0, plan.input().schema());
        List<StateColumn> own = List.of(TopRows.SEQUENCE);

        // Functions say what they keep, yet are made for a layout; its front does not depend on what comes last.
        Frames probe = new Frames(plan, new StateLayout(input, plan.partition(), time, own, List.of()));
        List<StateColumn> last = new ArrayList<>();
        last.add(StateColumn.of("done", DataType.BOOLEAN));
        plan.calls().forEach(c -> last.add(StateColumn.of(context.meaning(c), c.type())));
        accumulators = new int[calls];
        boolean carries = plan.calls().stream().anyMatch(c -> c.function().equals("LAG"));
        for (int call = 0; call < calls; call++) {
            if (probe.isFromStart(call)) {
                accumulators[call] = last.size();
                String name = "running " + context.meaning(plan.calls().get(call));
                probe.function(call).accumulator().forEach(t -> last.add(StateColumn.of(name, t)));
                carries = true;
            }
        }
        int touched = last.size();
        // Frames of a bounded range end with event time.
        boolean expires = !plan.timeToLive().isZero() && range < 0;
        if (expires) {
            last.add(Expiry.COLUMN);
        }
        layout = new StateLayout(input, plan.partition(), time, own, last);
        frames = probe;
        timePlace = layout.place(timeColumn);
        donePlace = layout.ownLast();
        firstResult = donePlace + 1;
        for (int call = 0; call < calls; call++) {
            accumulators[call] += donePlace;
        }
        boolean bounded = plan.precedingRows() >= 0 && plan.precedingRows() != Long.MAX_VALUE;
        leastKept = (int) Math.max(carries ? 1 : 0, bounded ? Math.min(plan.precedingRows(), Integer.MAX_VALUE) : 0);
        int keys = plan.partition().size();
        table = context.table(new StateSchema("rows", layout.columns(), keys, keys + 1), Access.IN_MEMORY);
        directory = new Directory(
                table.schema().types().subList(0, keys),
                plan.partition().stream().mapToInt(Integer::intValue).toArray());
        int[] columns = IntStream.concat(
                        Arrays.stream(layout.places()), IntStream.range(firstResult, firstResult + calls))
                .toArray();
        writer = new ChangeWriter(plan.schema().types(), columns, false, true);
        expiry = expires ? Expiry.of(table, donePlace + touched, plan.timeToLive(), context, this::expire) : null;
    }

    @Override
    public void restored() {
        directory.restore(table, (row, number) -> {
            Partition partition = insert(row, number);
            partition.done += table.get(row, donePlace) != 0 ? 1 : 0;
        });
        for (int number = 0; number < directory.limit(); number++) {
            schedule(number);
        }
    }

    @Override
    public void process(int input, Batch batch) {
        int count = batch.selected();
        if (batchRows.length < count) {
            batchRows = new int[count];
            stateRows = new int[count];
        }
        directory.find(batch);
        Column times = batch.column(timeColumn);
        long sequence = context.nextSequence() << BATCH_BITS;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            long seen = batch.hasWatermarks() ? Math.max(watermark, batch.watermarks()[row]) : watermark;
            if (times.isNull(row) || times.values()[row] <= seen) {
                continue;
            }
            int added = table.addRow(directory.hash(i));
            table.set(added, layout.own(), sequence + i);
            table.set(added, timePlace, times.values()[row]);
            table.markUnsaved(added);
            if (expiry != null) {
                expiry.touch(added);
            }
            batchRows[kept] = row;
            stateRows[kept++] = added;
            Partition partition = insert(added, directory.partition(i));
            if (times.values()[row] < partition.due) {
                partition.due = times.values()[row];
                heap.add(partition.due, directory.partition(i));
            }
        }
        layout.store(table, 0, stateRows, batch, batchRows, kept);
        if (kept < count) {
            long sum = lateRows + count - kept;
            lateRows = sum;
        }
    }

    private Partition insert(int row, int number) {
        if (number >= partitions.length) {
            partitions = Arrays.copyOf(partitions, Math.max(number + 1, partitions.length * 2));
        }
        Partition partition = partitions[number];
        if (partition == null) {
            partition = partitions[number] = new Partition();
        }
        partition.rows = StateLayout.grown(partition.rows, partition.count + 1);
        int at = partition.count++;
        for (; at > 0 && comesBefore(row, partition.rows[at - 1]); at--) {
            partition.rows[at] = partition.rows[at - 1];
        }
        partition.rows[at] = row;
        if (expiry != null) {
            partitionOf = StateLayout.grown(partitionOf, table.rowLimit());
            partitionOf[row] = number;
        }
        return partition;
    }

    private boolean comesBefore(int row, int other) {
        int compared = Long.compare(table.get(row, timePlace), table.get(other, timePlace));
        return compared < 0 || compared == 0 && table.get(row, layout.own()) < table.get(other, layout.own());
    }

    /** Sets when the partition is due: as its next row waits for, or as its first one is out of reach. */
    private void schedule(int number) {
        Partition partition = number < partitions.length ? partitions[number] : null;
        if (partition == null) {
            return;
        }
        long due = partition.done < partition.count ? table.get(partition.rows[partition.done], timePlace) : NEVER;
        if (range >= 0 && partition.done > leastKept) {
            due = Math.min(due, table.get(partition.rows[0], timePlace) + range);
        }
        partition.due = due;
        if (due != NEVER) {
            heap.add(due, number);
        }
    }

    @Override
    public void watermark(long newWatermark) {
        watermark = newWatermark;
        writer.begin(table, output());
        while (!heap.isEmpty() && heap.firstTime() <= watermark) {
            int number = heap.firstNumber();
            long time = heap.firstTime();
            heap.removeFirst();
            if (partitions[number] != null && partitions[number].due == time) {
                advance(partitions[number]);
                if (partitions[number].count == 0) {
                    partitions[number] = null;
                    directory.remove(number);
                } else {
                    schedule(number);
                }
            }
        }
        writer.flush();
        for (int i = 0; i < goneCount; i++) {
            table.remove(gone[i]);
        }
        goneCount = 0;
        output().watermark(newWatermark);
    }

    private void advance(Partition partition) {
        int from = partition.done;
        int to = from;
        while (to < partition.count && table.get(partition.rows[to], timePlace) <= watermark) {
            to++;
        }
        if (to > from) {
            emit(partition, from, to);
            partition.done = to;
        }
        int keptFrom = Math.max(0, to - leastKept);
        if (range >= 0) {
            int reached = 0;
            while (reached < keptFrom && table.get(partition.rows[reached], timePlace) <= watermark - range) {
                reached++;
            }
            keptFrom = reached;
        }
        gone = StateLayout.grown(gone, goneCount + keptFrom);
        System.arraycopy(partition.rows, 0, gone, goneCount, keptFrom);
        goneCount += keptFrom;
        for (int i = Math.max(from, keptFrom); i < to; i++) {
            table.set(partition.rows[i], donePlace, 1);
            table.markUnsaved(partition.rows[i]);
        }
        partition.count -= keptFrom;
        partition.done -= keptFrom;
        System.arraycopy(partition.rows, keptFrom, partition.rows, 0, partition.count);
    }

    private void emit(Partition partition, int from, int to) {
        for (int call = 0; call < calls; call++) {
            frames.function(call).reset();
            if (frames.isFromStart(call) && from > 0) {
                frames.function(call).load(table, partition.rows[from - 1], accumulators[call]);
            }
        }
        frames.evaluate(
                table,
                partition.rows,
                from,
                to,
                (call, result, row) -> result.writeTo(table, row, firstResult + call, resultLayouts[call]));
        for (int call = 0; call < calls; call++) {
            if (frames.isFromStart(call)) {
                frames.function(call).save(table, partition.rows[to - 1], accumulators[call]);
            }
        }
        for (int i = from; i < to; i++) {
            writer.add(ChangeKind.INSERT_CODE, partition.rows[i]);
        }
    }

    /** A row has expired: lets go of its partition if all its rows have, and none waits. */
    private void expire(int row) {
        int number = partitionOf[row];
        Partition partition = partitions[number];
        if (partition.done < partition.count) {
            return;
        }
        for (int i = partition.count - 1; i >= 0; i--) {
            if (!expiry.isDue(partition.rows[i])) {
                return;
            }
        }
        for (int i = 0; i < partition.count; i++) {
            table.remove(partition.rows[i]);
        }
        partitions[number] = null;
        directory.remove(number);
    }

    @Override
    public void processingTime(long millis) {
        if (expiry != null) {
            expiry.processingTime(millis);
        }
    }

    @Override
    public void endEpoch() {
        if (expiry != null) {
            expiry.sweep();
        }
    }

    @Override
    public long lateRows() {
        return lateRows;
    }
}
