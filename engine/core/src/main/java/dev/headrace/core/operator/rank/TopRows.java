package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * The first {@code limit} rows of each partition of insert-only rows: a state table of rows and, over it, a sorted list of
 * row numbers for each partition. Rows that tie are in order of arrival.
 *
 * <p>Each partition has a bound, the prefix of its last row once the list is full: a row above it is dropped after one
 * comparison. Rows of state are partition, sequence, other sort columns, the rest; the sort columns are written as a row
 * enters, the rest only if it is still there at the end of the batch.
 */
final class TopRows {
    /** Rises with each row that comes. */
    static final StateColumn SEQUENCE = StateColumn.of("sequence", DataType.BIGINT);
    /** Bits of a sequence that number the rows of a batch. */
    private static final int BATCH_BITS = 24;

    /** Where rows of a plan lie in state; shared by the tables of a family. */
    static final class Form {
        final List<DataType> types;
        final int[] partition;
        final int limit;
        final StateLayout layout;
        final RowOrder order;
        final StateSchema schema;
        /** Sort columns that are not partition columns end here. */
        final int sorted;

        /** @param ownLast further columns at the end of a state row */
        Form(
                String name,
                Schema input,
                List<Integer> partition,
                List<Ordering> orderings,
                long limit,
                List<StateColumn> ownLast,
                OperatorContext context) {
            types = input.types();
            this.partition = partition.stream().mapToInt(Integer::intValue).toArray();
            this.limit = (int) Math.min(limit, Integer.MAX_VALUE / 2);
            Set<Integer> sort = new LinkedHashSet<>();
            orderings.forEach(o -> sort.add(o.column()));
            partition.forEach(sort::remove);
            // The input is seen as partition, sort columns, others; the sequence comes after the partition.
            layout = new StateLayout(
                    context.columns(0, input), partition, new ArrayList<>(sort), List.of(SEQUENCE), ownLast);
            sorted = partition.size() + 1 + sort.size();
            order = new RowOrder(types, orderings, layout);
            schema = new StateSchema(name, layout.columns(), partition.size(), partition.size() + 1);
        }
    }

    private final Form form;
    private final StateTable table;
    private final Directory directory;
    private final int sequence;

    private int[][] lists = new int[16][];
    private long[][] prefixLists = new long[16][];
    private int[] counts = new int[16];
    private long[] bounds = new long[16];
    private int known;

    private long[] prefixes = new long[Batch.CAPACITY];
    private int[] entered = new int[Batch.CAPACITY];
    private int[] enteredBatchRows = new int[Batch.CAPACITY];
    /** By state row: the batch row that it was made of last. */
    private int[] origin = new int[16];

    /** Rows up to this sequence are kept until {@link #forget}, though they have left their list. */
    private long keptUpTo = Long.MIN_VALUE;

    private int[] left = new int[16];
    private int leftCount;

    TopRows(Form form, StateTable table) {
        this.form = form;
        this.table = table;
        directory = new Directory(form.schema.types().subList(0, form.partition.length), form.partition);
        sequence = form.partition.length;
    }

    StateTable table() {
        return table;
    }

    /** Makes the lists anew from the rows. */
    void restored() {
        directory.restore(table, (row, partition) -> {
            ensurePartitions();
            long prefix = form.order.prefix(table, row);
            int at = counts[partition];
            while (at > 0 && comesBefore(row, prefix, partition, at - 1)) {
                at--;
            }
            insert(partition, at, row, prefix);
        });
    }

    private boolean comesBefore(int row, long prefix, int partition, int at) {
        if (prefix != prefixLists[partition][at]) {
            return prefix < prefixLists[partition][at];
        }
        int other = lists[partition][at];
        int compared = form.order.compare(table, row, other);
        return compared < 0 || compared == 0 && table.get(row, sequence) < table.get(other, sequence);
    }

    /**
     * Offers all selected rows.
     *
     * @param changing told a partition right before its list changes
     */
    void offer(Batch batch, OperatorContext context, IntConsumer changing) {
        int count = batch.selected();
        if (prefixes.length < count) {
            prefixes = new long[count];
            entered = new int[count];
            enteredBatchRows = new int[count];
        }
        directory.find(batch);
        ensurePartitions();
        form.order.prefixes(batch, prefixes);
        int entries = 0;
        long base = 0;
        for (int i = 0; i < count; i++) {
            int partition = directory.partition(i);
            long prefix = prefixes[i];
            if (prefix >= bounds[partition] && counts[partition] == form.limit && !beatsLast(batch, i, partition)) {
                continue;
            }
            if (entries == 0) {
                base = context.nextSequence() << BATCH_BITS;
            }
            changing.accept(partition);
            int batchRow = batch.row(i);
            int at = place(batch, batchRow, prefix, partition);
            if (counts[partition] == form.limit) {
                drop(lists[partition][--counts[partition]]);
            }
            int row = enter(batch, batchRow, directory.hash(i), base + i);
            insert(partition, at, row, prefix);
            entered[entries] = row;
            enteredBatchRows[entries++] = batchRow;
        }
        finish(batch, entries);
    }

    private boolean beatsLast(Batch batch, int i, int partition) {
        int last = counts[partition] - 1;
        return prefixes[i] == bounds[partition]
                && form.order.compare(batch, batch.row(i), table, lists[partition][last]) < 0;
    }

    /** The place of a row of a batch in a list: behind all rows that do not come after it. */
    private int place(Batch batch, int batchRow, long prefix, int partition) {
        long[] sorted = prefixLists[partition];
        int low = 0;
        int high = counts[partition];
        while (low < high) {
            int middle = low + high >>> 1;
            boolean before = prefix != sorted[middle]
                    ? prefix < sorted[middle]
                    : form.order.compare(batch, batchRow, table, lists[partition][middle]) < 0;
            if (before) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private int enter(Batch batch, int batchRow, int hash, long number) {
        int row = table.addRow(hash);
        for (int k = 0; k < form.partition.length; k++) {
            table.setFrom(row, k, batch.column(form.partition[k]), batchRow);
        }
        table.set(row, sequence, number);
        for (int column = sequence + 1; column < form.sorted; column++) {
            table.setFrom(row, column, batch.column(form.layout.input(column)), batchRow);
        }
        origin = StateLayout.grown(origin, table.rowLimit());
        origin[row] = batchRow;
        return row;
    }

    private void insert(int partition, int at, int row, long prefix) {
        int count = counts[partition]++;
        int[] list = lists[partition];
        if (count == list.length) {
            int capacity = Math.min(form.limit, Math.max(4, count * 2));
            list = lists[partition] = Arrays.copyOf(list, capacity);
            prefixLists[partition] = Arrays.copyOf(prefixLists[partition], capacity);
        }
        long[] sorted = prefixLists[partition];
        System.arraycopy(list, at, list, at + 1, count - at);
        System.arraycopy(sorted, at, sorted, at + 1, count - at);
        list[at] = row;
        sorted[at] = prefix;
        bounds[partition] = count + 1 == form.limit ? sorted[count] : Long.MAX_VALUE;
    }

    private void drop(int row) {
        if (table.get(row, sequence) > keptUpTo) {
            table.remove(row);
        } else {
            left = StateLayout.grown(left, leftCount + 1);
            left[leftCount++] = row;
        }
    }

    private void finish(Batch batch, int entries) {
        int kept = 0;
        for (int k = 0; k < entries; k++) {
            int row = entered[k];
            if (table.isLive(row) && origin[row] == enteredBatchRows[k]) {
                table.markUnsaved(row);
                entered[kept] = row;
                enteredBatchRows[kept++] = enteredBatchRows[k];
            }
        }
        form.layout.store(table, form.sorted, entered, batch, enteredBatchRows, kept);
    }

    /** Rows that leave a list from now on stay readable until {@link #forget} if they are here now. */
    void keepLeaving(OperatorContext context) {
        keptUpTo = context.nextSequence() << BATCH_BITS;
    }

    /** Removes the rows that have left. */
    void forget() {
        for (int i = 0; i < leftCount; i++) {
            table.remove(left[i]);
        }
        leftCount = 0;
    }

    private void ensurePartitions() {
        int limit = directory.limit();
        if (limit > lists.length) {
            int capacity = Math.max(limit, lists.length * 2);
            lists = Arrays.copyOf(lists, capacity);
            prefixLists = Arrays.copyOf(prefixLists, capacity);
            counts = Arrays.copyOf(counts, capacity);
            bounds = Arrays.copyOf(bounds, capacity);
        }
        for (; known < limit; known++) {
            lists[known] = EMPTY;
            prefixLists[known] = EMPTY_PREFIXES;
            bounds[known] = Long.MAX_VALUE;
        }
    }

    private static final int[] EMPTY = {};
    private static final long[] EMPTY_PREFIXES = {};

    /** Partition numbers are below this; those without rows have a {@link #count} of 0. */
    int partitions() {
        return known;
    }

    /** The rows of a partition, first to last; {@link #count} of them. */
    int[] list(int partition) {
        return lists[partition];
    }

    int count(int partition) {
        return counts[partition];
    }

    /** Takes a row out of the list that it is in, and removes it. */
    void remove(int row, int partition) {
        int[] list = lists[partition];
        int count = --counts[partition];
        int at = 0;
        while (list[at] != row) {
            at++;
        }
        System.arraycopy(list, at + 1, list, at, count - at);
        System.arraycopy(prefixLists[partition], at + 1, prefixLists[partition], at, count - at);
        bounds[partition] = Long.MAX_VALUE;
        table.remove(row);
    }
}
