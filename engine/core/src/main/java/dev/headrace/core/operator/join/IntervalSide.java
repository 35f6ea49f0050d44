package dev.headrace.core.operator.join;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.ChainIndex;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The rows of one side of an interval join in buckets of time: bucket b holds times from b times the bucket's length on.
 * Each bucket is a table with an index by join key, and is dropped as a whole. With each row are kept the watermark that
 * stood before it and, where rows without a match come out, whether it has had one.
 */
final class IntervalSide {
    private static final int BATCH_BITS = 24;

    /** One bucket's rows. */
    record Bucket(StateTable table, ChainIndex byKey) {}

    final int[] keys;
    final int[] places;
    final boolean tracked;
    /** A batch without rows and with the columns of this side. */
    final Batch none;
    /** A table without rows, in the form of this side's. */
    final StateTable empty;

    private final OperatorContext context;
    private final int timeColumn;
    private final long bucketLength;
    private final StateLayout layout;
    private final StateSchema schema;
    private final int timePlace;
    private final TreeMap<Long, Bucket> buckets = new TreeMap<>();
    private int[] batchRows = new int[Batch.CAPACITY];
    private int[] stateRows = new int[Batch.CAPACITY];
    private int[] linkHashes = new int[Batch.CAPACITY];

    IntervalSide(
            int side,
            Plan input,
            List<Integer> joinKeys,
            int timeColumn,
            long bucketLength,
            boolean tracked,
            OperatorContext context) {
        this.context = context;
        this.timeColumn = timeColumn;
        this.bucketLength = bucketLength;
        this.tracked = tracked;
        keys = joinKeys.stream().mapToInt(Integer::intValue).toArray();
        List<DataType> types = input.schema().types();
        List<Integer> time = joinKeys.contains(timeColumn) ? List.of() : List.of(timeColumn);
        layout = new StateLayout(
                context.columns(side, input.schema()),
                joinKeys,
                time,
                List.of(JoinSide.SEQUENCE, StateColumn.of("watermark", DataType.BIGINT)),
                tracked ? List.of(StateColumn.of("matched", DataType.BOOLEAN)) : List.of());
        schema = new StateSchema(JoinSide.NAMES[side], layout.columns(), keys.length, keys.length + 1);
        context.declare(schema, Access.chained(keys.length));
        places = layout.places();
        timePlace = layout.place(timeColumn);
        none = Batch.of(types, 0);
        empty = new StateTable(schema, false);
    }

    void restored() {
        for (long number : context.namespaces(schema.name())) {
            bucket(number);
        }
    }

    private Bucket bucket(long number) {
        return buckets.computeIfAbsent(number, n -> {
            StateTable table = context.table(schema, Access.chained(keys.length), n);
            return new Bucket(table, table.chains());
        });
    }

    /** Keeps the given rows; those of one bucket side by side are stored together. */
    void add(Batch batch, int[] hashes, boolean[] kept, long[] watermarks, boolean[] matched) {
        int count = batch.selected();
        if (batchRows.length < count) {
            batchRows = new int[count];
            stateRows = new int[count];
            linkHashes = new int[count];
        }
        long[] times = batch.column(timeColumn).values();
        long sequence = context.nextSequence() << BATCH_BITS;
        long number = Long.MIN_VALUE;
        Bucket bucket = null;
        int added = 0;
        for (int i = 0; i < count; i++) {
            if (!kept[i]) {
                continue;
            }
            int row = batch.row(i);
            long wanted = Math.floorDiv(times[row], bucketLength);
            if (wanted != number) {
                store(bucket, batch, added);
                added = 0;
                number = wanted;
                bucket = bucket(number);
            }
            StateTable table = bucket.table();
            int state = table.addRow(hashes[i]);
            table.set(state, layout.own(), sequence + i);
            table.set(state, layout.own() + 1, watermarks[i]);
            if (tracked) {
                table.set(state, layout.ownLast(), matched[i] ? 1 : 0);
            }
            table.markUnsaved(state);
            batchRows[added] = row;
            linkHashes[added] = hashes[i];
            stateRows[added++] = state;
        }
        store(bucket, batch, added);
    }

    private void store(Bucket bucket, Batch batch, int count) {
        if (count > 0) {
            layout.store(bucket.table(), 0, stateRows, batch, batchRows, count);
            for (int i = 0; i < count; i++) {
                bucket.byKey().link(linkHashes[i], stateRows[i]);
            }
        }
    }

    /** The buckets that hold times from {@code first} to {@code last}, if there are any, by number. */
    NavigableMap<Long, Bucket> between(long first, long last) {
        return buckets.subMap(Math.floorDiv(first, bucketLength), true, Math.floorDiv(last, bucketLength), true);
    }

    /** The first bucket if all its times are at or below {@code time}, else null. */
    Bucket firstUpTo(long time) {
        if (buckets.isEmpty() || (buckets.firstKey() + 1) * bucketLength - 1 > time) {
            return null;
        }
        return buckets.firstEntry().getValue();
    }

    void dropFirst() {
        var first = buckets.pollFirstEntry();
        context.drop(first.getValue().table(), first.getKey());
    }

    long time(StateTable table, int row) {
        return table.get(row, timePlace);
    }

    long watermark(StateTable table, int row) {
        return table.get(row, layout.own() + 1);
    }

    boolean isMatched(StateTable table, int row) {
        return table.get(row, layout.ownLast()) != 0;
    }

    void setMatched(StateTable table, int row) {
        if (!isMatched(table, row)) {
            table.set(row, layout.ownLast(), 1);
            table.markUnsaved(row);
        }
    }
}
