package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.EpochOperator;
import dev.headrace.core.operator.Expiry;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.RowImages;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps of each key of an insert-only input the one row that comes first by an order, and emits keys whose row has changed
 * once an epoch. Rows that tie with the kept one lose or win, as {@link Rule} says.
 *
 * <p>A row of state is the key, the sort columns, the others. It is overwritten in place: within a batch only the row that
 * stays is written. For RETRACT an image of the emitted row is taken at the first change in an epoch. O(1) a row.
 */
final class KeepOneOperator extends EpochOperator {
    /**
     * Which row of a key is kept.
     *
     * @param orderings none: all rows tie
     * @param laterWins of rows that tie, the one that arrives last
     */
    record Rule(List<Integer> keys, List<Ordering> orderings, boolean laterWins) {}

    private final int[] keys;
    private final StateLayout layout;
    private final RowOrder order;
    private final boolean ordered;
    private final boolean laterWins;
    private final boolean retract;
    private final int written;
    private final StateTable table;
    private final RowImages images;
    private final Expiry expiry;
    private final ChangeWriter writer;

    private int[] hashes = new int[Batch.CAPACITY];
    private int[] slots = new int[Batch.CAPACITY];
    private long[] prefixes = new long[Batch.CAPACITY];
    private int[] accepted = new int[Batch.CAPACITY];
    private int[] batchRows = new int[Batch.CAPACITY];
    private int[] stateRows = new int[Batch.CAPACITY];
    /** By state row: the selected row of the batch at hand that was accepted last. */
    private int[] winner = new int[16];

    /** @param withPlace a column that is always 1 follows the row */
    KeepOneOperator(
            Schema input,
            Rule rule,
            ChangelogMode mode,
            boolean withPlace,
            Duration timeToLive,
            OperatorContext context) {
        List<DataType> types = input.types();
        keys = rule.keys().stream().mapToInt(Integer::intValue).toArray();
        Set<Integer> front = new LinkedHashSet<>();
        rule.orderings().forEach(o -> front.add(o.column()));
        rule.keys().forEach(front::remove);
        List<Integer> leading = new ArrayList<>(rule.keys());
        leading.addAll(front);
        boolean expires = !timeToLive.isZero();
        layout = new StateLayout(
                context.columns(0, input), leading, List.of(), expires ? List.of(Expiry.COLUMN) : List.of());
        order = new RowOrder(types, rule.orderings(), layout);
        ordered = !rule.orderings().isEmpty();
        laterWins = rule.laterWins();
        retract = mode == ChangelogMode.RETRACT;
        written = leading.size();
        table = context.table(new StateSchema("rows", layout.columns(), keys.length, keys.length), Access.KEYED);
        images = new RowImages(table);
        expiry = Expiry.of(table, layout.ownLast(), timeToLive, context, table::remove);
        writer = new ChangeWriter(types, layout.places(), withPlace, mode == ChangelogMode.INSERT_ONLY);
    }

    @Override
    public void process(int input, Batch batch) {
        int count = batch.selected();
        ensureCapacity(count);
        Hashing.hash(batch, keys, hashes);
        table.findOrAddAll(batch, keys, hashes, slots);
        images.ensureCapacity();
        winner = StateLayout.grown(winner, table.rowLimit());
        order.prefixes(batch, prefixes);
        int winners = 0;
        for (int i = 0; i < count; i++) {
            int slot = slots[i];
            if (slot < 0) {
                slot = ~slot;
                slots[i] = slot;
                images.markFresh(slot);
                table.markChanged(slot);
            } else {
                if (ordered && !replaces(batch, batch.row(i), prefixes[i], slot)) {
                    continue;
                }
                if (images.isUntouched(slot)) {
                    if (retract) {
                        images.take(slot);
                    } else {
                        images.mark(slot);
                    }
                    table.markChanged(slot);
                }
            }
            // Sort columns are written at once, for the comparisons to come; the rest only for the row that stays.
            for (int column = keys.length; column < written; column++) {
                table.setFrom(slot, column, batch.column(layout.input(column)), batch.row(i));
            }
            winner[slot] = i;
            accepted[winners++] = i;
        }
        int kept = 0;
        for (int k = 0; k < winners; k++) {
            int i = accepted[k];
            if (winner[slots[i]] == i) {
                stateRows[kept] = slots[i];
                batchRows[kept++] = batch.row(i);
            }
        }
        layout.store(table, written, stateRows, batch, batchRows, kept);
        if (expiry != null) {
            for (int i = 0; i < kept; i++) {
                expiry.touch(stateRows[i]);
            }
        }
    }

    private boolean replaces(Batch batch, int batchRow, long prefix, int row) {
        long kept = order.prefix(table, row);
        if (prefix != kept) {
            return prefix < kept;
        }
        int compared = order.compare(batch, batchRow, table, row);
        return compared < 0 || compared == 0 && laterWins;
    }

    @Override
    protected void emitChanges() {
        writer.begin(table, images.images(), output());
        int[] changed = table.changed();
        for (int i = 0; i < table.changedCount(); i++) {
            int row = changed[i];
            if (images.isFresh(row)) {
                writer.add(ChangeKind.INSERT_CODE, row, 1);
            } else {
                if (retract) {
                    writer.add(ChangeKind.UPDATE_BEFORE_CODE, ~images.image(row), 1);
                }
                writer.add(ChangeKind.UPDATE_AFTER_CODE, row, 1);
            }
            images.clear(row);
        }
        writer.flush();
        table.clearChanged();
        images.clear();
        if (expiry != null) {
            expiry.sweep();
        }
    }

    @Override
    public void processingTime(long millis) {
        if (expiry != null) {
            expiry.processingTime(millis);
        }
    }

    private void ensureCapacity(int count) {
        if (hashes.length < count) {
            hashes = new int[count];
            slots = new int[count];
            prefixes = new long[count];
            accepted = new int[count];
            batchRows = new int[count];
            stateRows = new int[count];
        }
    }
}
