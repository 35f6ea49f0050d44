package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.EpochOperator;
import dev.headrace.core.operator.Expiry;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.RowImages;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps the row of each key and says once an epoch how it has changed, with the old row. Keys whose row is what it was emit
 * nothing; nor do deletions of keys that are not there. A row taken stays in its place until the end of the epoch, so that
 * it can come back.
 */
final class NormalizeOperator extends EpochOperator {
    private final int[] keys;
    private final int columns;
    private final StateLayout layout;
    private final StateTable table;
    private final RowImages images;
    private final Expiry expiry;
    private final ChangeWriter writer;
    private int[] hashes = new int[Batch.CAPACITY];
    private int[] puts = new int[Batch.CAPACITY];
    private int[] slots = new int[Batch.CAPACITY];
    private int[] batchRows = new int[Batch.CAPACITY];
    /** By row: the selected row of the batch at hand that set it last. */
    private int[] last = new int[16];
    /** By row: whether its key has been deleted in this epoch. */
    private boolean[] gone = new boolean[16];

    NormalizeOperator(Plan.Normalize plan, OperatorContext context) {
        keys = plan.keys().stream().mapToInt(Integer::intValue).toArray();
        List<DataType> types = plan.schema().types();
        boolean expires = !plan.timeToLive().isZero();
        layout = new StateLayout(
                context.columns(0, plan.schema()),
                plan.keys(),
                List.of(),
                expires ? List.of(Expiry.COLUMN) : List.of());
        columns = layout.ownLast();
        table = context.table(new StateSchema("rows", layout.columns(), keys.length, keys.length), Access.KEYED);
        images = new RowImages(table);
        expiry = Expiry.of(table, columns, plan.timeToLive(), context, table::remove);
        writer = new ChangeWriter(types, layout.places(), false, false);
    }

    @Override
    public void process(int input, Batch batch) {
        int count = batch.selected();
        if (hashes.length < count) {
            hashes = new int[count];
            puts = new int[count];
            slots = new int[count];
            batchRows = new int[count];
        }
        Hashing.hash(batch, keys, hashes);
        int candidates = 0;
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            if (ChangeKind.adds(batch.kind(row))) {
                int slot = put(batch, row, hashes[i]);
                last[slot] = i;
                puts[candidates] = i;
                slots[candidates++] = slot;
            } else {
                take(batch, row, hashes[i]);
            }
        }
        // Of a key's rows in the batch only the last one is written.
        int written = 0;
        for (int k = 0; k < candidates; k++) {
            if (last[slots[k]] == puts[k]) {
                slots[written] = slots[k];
                batchRows[written++] = batch.row(puts[k]);
            }
        }
        layout.store(table, keys.length, slots, batch, batchRows, written);
    }

    private int put(Batch batch, int row, int hash) {
        int slot = table.findOrAdd(hash, batch, keys, row);
        ensureCapacity();
        if (slot < 0) {
            slot = ~slot;
            images.markFresh(slot);
            table.markChanged(slot);
        } else {
            touch(slot);
        }
        gone[slot] = false;
        if (expiry != null) {
            expiry.touch(slot);
        }
        return slot;
    }

    private void ensureCapacity() {
        images.ensureCapacity();
        last = StateLayout.grown(last, table.rowLimit());
        if (gone.length < table.rowLimit()) {
            gone = Arrays.copyOf(gone, Math.max(table.rowLimit(), gone.length * 2));
        }
    }

    private void take(Batch batch, int row, int hash) {
        int slot = table.find(hash, batch, keys, row);
        if (slot >= 0) {
            ensureCapacity();
            touch(slot);
            gone[slot] = true;
        }
    }

    private void touch(int slot) {
        if (images.isUntouched(slot)) {
            images.take(slot);
            table.markChanged(slot);
        }
    }

    @Override
    public void restored() {
        ensureCapacity();
    }

    @Override
    protected void emitChanges() {
        writer.begin(table, images.images(), output());
        int[] changed = table.changed();
        int count = table.changedCount();
        for (int i = 0; i < count; i++) {
            int row = changed[i];
            if (images.isFresh(row)) {
                if (!gone[row]) {
                    writer.add(ChangeKind.INSERT_CODE, row);
                }
            } else if (gone[row]) {
                writer.add(ChangeKind.DELETE_CODE, ~images.image(row));
            } else if (!images.isUnchanged(row, columns)) {
                writer.add(ChangeKind.UPDATE_BEFORE_CODE, ~images.image(row));
                writer.add(ChangeKind.UPDATE_AFTER_CODE, row);
            }
        }
        writer.flush();
        for (int i = 0; i < count; i++) {
            int row = changed[i];
            images.clear(row);
            if (gone[row]) {
                gone[row] = false;
                table.remove(row);
            }
        }
        images.clear();
        table.clearChanged();
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
}
