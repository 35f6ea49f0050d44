package dev.headrace.core.operator.join;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.Expiry;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.ChainIndex;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The rows of one side of a join, found by join key. How they are kept follows from the input:
 *
 * <ul>
 *   <li>insert-only: rows with a sequence number behind the join key; they are only added;
 *   <li>with unique columns: keyed by join key and these; at most one row a join key if it holds them all;
 *   <li>else: keyed by the whole row, with the number of copies there are of it.
 * </ul>
 *
 * <p>Rows with a null in the join key are not kept. A tracked side counts, for each row, the rows of the other side that
 * match it. Finding a key is O(1), going through its rows O(rows).
 */
final class JoinSide {
    private enum Keeping {
        APPENDED,
        UNIQUE,
        COUNTED
    }

    private static final int BATCH_BITS = 24;

    /** The names of the tables of a join's inputs. */
    static final String[] NAMES = {"left", "right"};

    static final StateColumn SEQUENCE = StateColumn.of("sequence", DataType.BIGINT);
    private static final StateColumn COPIES = StateColumn.of("copies", DataType.BIGINT);
    private static final StateColumn MATCHES = StateColumn.of("matches", DataType.BIGINT);

    final int[] keys;
    final StateTable table;
    final int[] places;

    private final Keeping keeping;
    private final StateLayout layout;
    /** Null where a join key has one row at most. */
    private final ChainIndex chains;
    /** Batch columns of the key of a state row. */
    private final int[] rowKey;

    private final int sequenceColumn;
    private final int copiesColumn;
    private final int matchesColumn;
    private final Expiry expiry;
    private final OperatorContext context;

    private int[] hashes = new int[Batch.CAPACITY];
    private int[] rowHashes = new int[Batch.CAPACITY];
    private int[] batchRows = new int[Batch.CAPACITY];
    private int[] stateRows = new int[Batch.CAPACITY];
    private int[] linkHashes = new int[Batch.CAPACITY];

    JoinSide(
            int side,
            Plan input,
            List<Integer> joinKeys,
            List<Integer> unique,
            boolean tracked,
            Duration timeToLive,
            OperatorContext context) {
        this.context = context;
        keys = joinKeys.stream().mapToInt(Integer::intValue).toArray();
        List<DataType> types = input.schema().types();
        boolean single = !unique.isEmpty() && joinKeys.containsAll(unique);
        boolean insertOnly = input.mode() == ChangelogMode.INSERT_ONLY;
        keeping = single || !insertOnly && !unique.isEmpty()
                ? Keeping.UNIQUE
                : insertOnly ? Keeping.APPENDED : Keeping.COUNTED;
        Set<Integer> further = new LinkedHashSet<>();
        if (keeping == Keeping.UNIQUE) {
            further.addAll(unique);
        } else if (keeping == Keeping.COUNTED) {
            IntStream.range(0, types.size()).forEach(further::add);
        }
        joinKeys.forEach(further::remove);
        List<Integer> front = new ArrayList<>(joinKeys);
        front.addAll(further);
        rowKey = front.stream().mapToInt(Integer::intValue).toArray();

        List<StateColumn> own = keeping == Keeping.APPENDED ? List.of(SEQUENCE) : List.of();
        List<StateColumn> last = new ArrayList<>();
        int copies = keeping == Keeping.COUNTED ? addTo(last, COPIES) : -1;
        int matches = tracked ? addTo(last, MATCHES) : -1;
        int touched = timeToLive.isZero() ? -1 : addTo(last, Expiry.COLUMN);
        layout = new StateLayout(context.columns(side, input.schema()), front, own, last);
        places = layout.places();
        sequenceColumn = layout.own();
        copiesColumn = copies < 0 ? -1 : layout.ownLast() + copies;
        matchesColumn = matches < 0 ? -1 : layout.ownLast() + matches;
        int keyColumns = front.size() + own.size();
        table = context.table(
                new StateSchema(NAMES[side], layout.columns(), keys.length, keyColumns),
                single
                        ? Access.KEYED
                        : keeping == Keeping.APPENDED
                                ? Access.chained(keys.length)
                                : Access.chainedAndKeyed(keys.length));
        chains = single ? null : table.chains();
        expiry = Expiry.of(table, layout.ownLast() + touched, timeToLive, context, this::remove);
    }

    private static int addTo(List<StateColumn> columns, StateColumn column) {
        columns.add(column);
        return columns.size() - 1;
    }

    /** The first row whose join key equals these columns of a batch, or -1. */
    int first(int hash, Batch batch, int[] columns, int batchRow) {
        return chains == null
                ? table.find(hash, batch, columns, batchRow)
                : chains.first(hash, batch, columns, batchRow);
    }

    /** The next row with the same join key, or -1. */
    int next(int row) {
        return chains == null ? -1 : chains.next(row);
    }

    long copies(int row) {
        return copiesColumn < 0 ? 1 : table.get(row, copiesColumn);
    }

    boolean isTracked() {
        return matchesColumn >= 0;
    }

    long matches(int row) {
        return table.get(row, matchesColumn);
    }

    void setMatches(int row, long matches) {
        table.set(row, matchesColumn, matches);
        table.markUnsaved(row);
    }

    /** The hash of the join key of each selected row. */
    int[] hash(Batch batch) {
        if (hashes.length < batch.selected()) {
            hashes = new int[batch.selected()];
            rowHashes = new int[batch.selected()];
            batchRows = new int[batch.selected()];
            stateRows = new int[batch.selected()];
            linkHashes = new int[batch.selected()];
        }
        Hashing.hash(batch, keys, hashes);
        return hashes;
    }

    /**
     * Adds and takes the selected rows, after {@link #hash} of the same batch.
     *
     * @param matches for a tracked side the matches of the i-th selected row
     */
    void apply(Batch batch, long[] matches) {
        if (keeping == Keeping.APPENDED) {
            append(batch, matches);
            return;
        }
        if (rowKey.length > keys.length) {
            Hashing.hash(batch, rowKey, rowHashes);
        } else {
            System.arraycopy(hashes, 0, rowHashes, 0, batch.selected());
        }
        for (int i = 0; i < batch.selected(); i++) {
            int batchRow = batch.row(i);
            if (LookupTable.hasNull(batch, keys, batchRow)) {
                continue;
            }
            if (ChangeKind.adds(batch.kind(batchRow))) {
                put(batch, i, batchRow, matches);
            } else {
                take(batch, i, batchRow);
            }
        }
    }

    private void append(Batch batch, long[] matches) {
        int count = 0;
        long sequence = context.nextSequence() << BATCH_BITS;
        for (int i = 0; i < batch.selected(); i++) {
            int batchRow = batch.row(i);
            if (LookupTable.hasNull(batch, keys, batchRow)) {
                continue;
            }
            int row = table.addRow(hashes[i]);
            table.set(row, sequenceColumn, sequence + i);
            table.markUnsaved(row);
            if (matchesColumn >= 0) {
                table.set(row, matchesColumn, matches[i]);
            }
            if (expiry != null) {
                expiry.touch(row);
            }
            batchRows[count] = batchRow;
            linkHashes[count] = hashes[i];
            stateRows[count++] = row;
        }
        layout.store(table, 0, stateRows, batch, batchRows, count);
        for (int i = 0; i < count; i++) {
            chains.link(linkHashes[i], stateRows[i]);
        }
    }

    private void put(Batch batch, int i, int batchRow, long[] matches) {
        if (chains != null) {
            chains.load(hashes[i], batch, keys, batchRow);
        }
        int row = table.findOrAdd(rowHashes[i], batch, rowKey, batchRow);
        boolean added = row < 0;
        row = added ? ~row : row;
        if (keeping == Keeping.COUNTED) {
            table.set(row, copiesColumn, table.get(row, copiesColumn) + 1);
        } else {
            batchRows[0] = batchRow;
            stateRows[0] = row;
            layout.store(table, rowKey.length, stateRows, batch, batchRows, 1);
        }
        if (matchesColumn >= 0) {
            table.set(row, matchesColumn, matches[i]);
        }
        if (expiry != null) {
            expiry.touch(row);
        }
        table.markUnsaved(row);
        if (added && chains != null) {
            chains.link(hashes[i], row);
        }
    }

    private void take(Batch batch, int i, int batchRow) {
        if (chains != null) {
            chains.load(hashes[i], batch, keys, batchRow);
        }
        int row = table.find(rowHashes[i], batch, rowKey, batchRow);
        if (row < 0) {
            return;
        }
        if (copiesColumn >= 0 && table.get(row, copiesColumn) > 1) {
            table.set(row, copiesColumn, table.get(row, copiesColumn) - 1);
            table.markUnsaved(row);
        } else {
            remove(row);
        }
    }

    private void remove(int row) {
        if (chains != null) {
            chains.unlink(table.hashCells(row, keys.length), row);
        }
        table.remove(row);
    }

    void processingTime(long millis) {
        if (expiry != null) {
            expiry.processingTime(millis);
        }
    }

    void endEpoch() {
        if (expiry != null) {
            expiry.sweep();
        }
    }
}
