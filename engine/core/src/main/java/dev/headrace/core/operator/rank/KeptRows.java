package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.Expiry;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.ChainIndex;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * All rows of a changelog, sorted within each partition. A row is found again by its identity: the columns that are unique
 * in the input, or all. Of rows alike the one that came last goes first. Rows that tie are in order of arrival; one that is
 * replaced arrives anew.
 *
 * <p>Rows of state are partition, identity, sequence, the rest. A row that goes stays readable until {@link #forget}, the
 * end of the epoch.
 */
final class KeptRows {
    private static final int BATCH_BITS = 24;

    final StateTable table;
    final StateLayout layout;

    private final OperatorContext context;
    private final boolean replacing;
    private final int[] identity;
    private final ChainIndex byIdentity;
    private final RowOrder order;
    private final Directory directory;
    private final int sequence;
    private final Expiry expiry;
    private final SortedRows.Comparison comparison = this::compare;

    private SortedRows[] partitions = new SortedRows[16];
    private int[] partitionOf = new int[16];
    private int[] hashes = new int[Batch.CAPACITY];
    private final int[] batchRow = new int[1];
    private final int[] stateRow = new int[1];
    private int[] gone = new int[16];
    private int goneCount;
    private long lastSequence;
    private long epochStart;

    /**
     * @param unique input columns that identify a row, empty if unknown; a row that comes then replaces the one before
     * @param ownLast further columns at the end of a state row
     */
    KeptRows(
            Schema input,
            List<Integer> partition,
            List<Ordering> orderings,
            List<Integer> unique,
            List<StateColumn> ownLast,
            Duration timeToLive,
            OperatorContext context) {
        this.context = context;
        List<DataType> types = input.types();
        replacing = !unique.isEmpty();
        Set<Integer> further = new LinkedHashSet<>(unique);
        if (!replacing) {
            IntStream.range(0, types.size()).forEach(further::add);
        }
        partition.forEach(further::remove);
        List<Integer> front = new ArrayList<>(partition);
        front.addAll(further);
        identity = front.stream().mapToInt(Integer::intValue).toArray();
        List<StateColumn> last = new ArrayList<>(ownLast);
        if (!timeToLive.isZero()) {
            last.add(Expiry.COLUMN);
        }
        layout = new StateLayout(context.columns(0, input), front, List.of(TopRows.SEQUENCE), last);
        sequence = layout.own();
        order = new RowOrder(types, orderings, layout);
        table = context.table(
                new StateSchema("rows", layout.columns(), partition.size(), identity.length + 1), Access.IN_MEMORY);
        byIdentity = new ChainIndex(table, identity.length);
        directory = new Directory(
                table.schema().types().subList(0, partition.size()),
                partition.stream().mapToInt(Integer::intValue).toArray());
        expiry = Expiry.of(table, layout.ownLast() + ownLast.size(), timeToLive, context, this::expire);
    }

    private int compare(int left, int right) {
        int compared = order.compare(table, left, right);
        return compared != 0 ? compared : Long.compare(table.get(left, sequence), table.get(right, sequence));
    }

    void restored() {
        List<Integer> rows = new ArrayList<>();
        directory.restore(table, (row, partition) -> {
            place(row, partition);
            rows.add(row);
        });
        lastSequence = context.nextSequence() << BATCH_BITS;
        epochStart = lastSequence;
        // Chains are in order of arrival.
        rows.sort((a, b) -> Long.compare(table.get(a, sequence), table.get(b, sequence)));
        for (int row : rows) {
            byIdentity.link(table.hashCells(row, identity.length), row);
        }
    }

    private void place(int row, int partition) {
        partitionOf = StateLayout.grown(partitionOf, table.rowLimit());
        partitionOf[row] = partition;
        if (partition >= partitions.length) {
            partitions = Arrays.copyOf(partitions, Math.max(partition + 1, partitions.length * 2));
        }
        if (partitions[partition] == null) {
            partitions[partition] = new SortedRows();
        }
        partitions[partition].add(row, order.prefix(table, row), comparison);
    }

    /** Takes all changes of a batch. {@code changing} is told a partition right before it changes. */
    void apply(Batch batch, IntConsumer changing) {
        int count = batch.selected();
        if (hashes.length < count) {
            hashes = new int[count];
        }
        directory.find(batch);
        Hashing.hash(batch, identity, hashes);
        long base = context.nextSequence() << BATCH_BITS;
        lastSequence = base + count;
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            boolean adds = ChangeKind.adds(batch.kind(row));
            if (!adds || replacing) {
                int found = byIdentity.last(hashes[i], batch, identity, row);
                if (found >= 0) {
                    changing.accept(partitionOf[found]);
                    remove(found);
                }
            }
            if (adds) {
                changing.accept(directory.partition(i));
                add(batch, row, hashes[i], base + i, directory.partition(i));
            }
        }
    }

    private void add(Batch batch, int row, int hash, long number, int partition) {
        int added = table.addRow(hash);
        batchRow[0] = row;
        stateRow[0] = added;
        layout.store(table, 0, stateRow, batch, batchRow, 1);
        table.set(added, sequence, number);
        table.markUnsaved(added);
        if (expiry != null) {
            expiry.touch(added);
        }
        byIdentity.link(hash, added);
        place(added, partition);
    }

    private void remove(int row) {
        partitions[partitionOf[row]].remove(row, order.prefix(table, row), comparison);
        byIdentity.unlink(table.hashCells(row, identity.length), row);
        gone = StateLayout.grown(gone, goneCount + 1);
        gone[goneCount++] = row;
    }

    private void expire(int row) {
        int partition = partitionOf[row];
        remove(row);
        forget();
        close(partition);
    }

    /** Whether the row has come in this epoch. */
    boolean isNew(int row) {
        return table.get(row, sequence) > epochStart;
    }

    /** Tells the rows that have gone in this epoch and were there before. */
    void forEachGone(IntConsumer receiver) {
        for (int i = 0; i < goneCount; i++) {
            if (!isNew(gone[i])) {
                receiver.accept(gone[i]);
            }
        }
    }

    /** Ends the epoch: removes the rows that have gone. */
    void forget() {
        for (int i = 0; i < goneCount; i++) {
            table.remove(gone[i]);
        }
        goneCount = 0;
        epochStart = lastSequence;
    }

    void sweep() {
        if (expiry != null) {
            expiry.sweep();
        }
    }

    void processingTime(long millis) {
        if (expiry != null) {
            expiry.processingTime(millis);
        }
    }

    /** The rows of a partition in order, or null if it never had any. */
    SortedRows rows(int partition) {
        return partition < partitions.length ? partitions[partition] : null;
    }

    /** Lets go of a partition without rows; its number may be given to another one. */
    void close(int partition) {
        if (partitions[partition] != null && partitions[partition].size() == 0) {
            partitions[partition] = null;
            directory.remove(partition);
        }
    }
}
