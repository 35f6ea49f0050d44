package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.EpochOperator;
import dev.headrace.core.operator.Expiry;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.RowImages;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.List;

/**
 * GROUP BY over a whole changelog: emits a group once an epoch if its results have changed. For RETRACT an image of the
 * emitted row is taken at the first change in an epoch. A group whose rows have all been taken back is deleted. Taking back
 * a row of a group that is not there is ignored.
 *
 * <p>With a time to live, a group that no row has come to for so long is forgotten without a word, and the next row begins it
 * anew. What comes out is then also what has not changed, so that whoever keeps it downstream keeps it as long.
 */
public final class AggregateOperator extends EpochOperator {
    private final int[] keys;
    private final boolean retracts;
    private final boolean needsImages;
    private final boolean retract;
    /** Groups without results, over rows that only come: a group is emitted when its first row has come, and never changes. */
    private final boolean insertOnly;

    private final Aggregation aggregation;
    private final StateTable groups;
    private final RowImages images;
    private final ResultWriter writer;
    private final int columns;
    private final Expiry expiry;

    private int[] hashes = new int[Batch.CAPACITY];
    private int[] slots = new int[Batch.CAPACITY];
    private int[] batchRows = new int[Batch.CAPACITY];
    private byte[] signs = new byte[Batch.CAPACITY];
    private int[] gone = new int[16];

    public AggregateOperator(Plan.Aggregate plan, OperatorContext context) {
        keys = plan.keys().stream().mapToInt(Integer::intValue).toArray();
        retracts = plan.input().mode() != ChangelogMode.INSERT_ONLY;
        needsImages = plan.mode() == ChangelogMode.RETRACT || retracts;
        boolean expires = !plan.timeToLive().isZero();
        aggregation = new Aggregation(
                plan.input().schema(), plan.keys(), List.of(), plan.calls(), retracts, expires, context);
        List<StateColumn> state = new ArrayList<>(aggregation.schema("groups").columns());
        columns = state.size();
        if (expires) {
            state.add(Expiry.COLUMN);
        }
        groups = context.table(new StateSchema("groups", state, keys.length, keys.length), Access.KEYED);
        aggregation.openDistincts(context, 0);
        images = new RowImages(groups);
        writer = new ResultWriter(
                aggregation,
                plan.schema().types().stream().map(DataType::notNull).toList(),
                plan.mode() == ChangelogMode.INSERT_ONLY);
        retract = plan.mode() == ChangelogMode.RETRACT;
        insertOnly = plan.mode() == ChangelogMode.INSERT_ONLY;
        expiry = Expiry.of(
                groups, columns, plan.timeToLive(), context, this::remove, row -> aggregation.forget(groups, row));
    }

    @Override
    public void process(int input, Batch batch) {
        int count = batch.selected();
        if (hashes.length < count) {
            hashes = new int[count];
            slots = new int[count];
            batchRows = new int[count];
            signs = new byte[count];
        }
        Hashing.hash(batch, keys, hashes);
        int found = retracts && !batch.isInsertOnly() ? findSigned(batch, count) : findAll(batch, count);
        images.ensureCapacity();
        for (int i = 0; i < found; i++) {
            int slot = slots[i];
            if (slot < 0) {
                slot = ~slot;
                slots[i] = slot;
                aggregation.initialize(groups, slot);
                images.markFresh(slot);
                groups.markChanged(slot);
            } else if (!insertOnly && images.isUntouched(slot)) {
                if (needsImages) {
                    images.take(slot);
                } else {
                    images.mark(slot);
                }
                groups.markChanged(slot);
            }
        }
        if (expiry != null) {
            for (int i = 0; i < found; i++) {
                expiry.touch(slots[i]);
                groups.markUnsaved(slots[i]);
            }
        }
        aggregation.update(groups, batch, batchRows, slots, retracts ? signs : null, found);
    }

    private int findAll(Batch batch, int count) {
        groups.findOrAddAll(batch, keys, hashes, slots);
        for (int i = 0; i < count; i++) {
            batchRows[i] = batch.row(i);
        }
        if (expiry != null) {
            restartDue(count);
        }
        if (retracts) {
            java.util.Arrays.fill(signs, 0, count, (byte) 1);
        }
        return count;
    }

    private int findSigned(Batch batch, int count) {
        byte[] kinds = batch.kinds();
        int found = 0;
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            boolean adds = ChangeKind.adds(kinds[row]);
            int slot = groups.find(hashes[i], batch, keys, row);
            if (slot < 0) {
                if (!adds) {
                    continue;
                }
                slot = ~groups.add(hashes[i], batch, keys, row);
                if (expiry != null) {
                    expiry.touch(~slot);
                }
            } else if (expiry != null && expiry.isDue(slot)) {
                if (!adds) {
                    continue;
                }
                restart(slot);
            }
            slots[found] = slot;
            batchRows[found] = row;
            signs[found++] = (byte) (adds ? 1 : -1);
        }
        return found;
    }

    private void restartDue(int count) {
        for (int i = 0; i < count; i++) {
            if (slots[i] >= 0 && expiry.isDue(slots[i])) {
                restart(slots[i]);
            } else if (slots[i] < 0) {
                expiry.touch(~slots[i]);
            }
        }
    }

    private void restart(int group) {
        aggregation.restart(groups, group);
        expiry.touch(group);
        images.ensureCapacity();
        images.markFresh(group);
        groups.markChanged(group);
    }

    private void remove(int group) {
        aggregation.forget(groups, group);
        groups.remove(group);
    }

    @Override
    public void processingTime(long millis) {
        if (expiry != null) {
            expiry.processingTime(millis);
        }
    }

    @Override
    protected void emitChanges() {
        writer.begin(groups, images.images(), output());
        int[] changed = groups.changed();
        int goneCount = 0;
        for (int i = 0; i < groups.changedCount(); i++) {
            int row = changed[i];
            boolean fresh = images.isFresh(row);
            if (aggregation.isEmpty(groups, row)) {
                if (!fresh) {
                    writer.add(ChangeKind.DELETE_CODE, ~images.image(row));
                }
                if (goneCount == gone.length) {
                    gone = java.util.Arrays.copyOf(gone, goneCount * 2);
                }
                gone[goneCount++] = row;
            } else if (fresh) {
                writer.add(ChangeKind.INSERT_CODE, row);
            } else if (!needsImages || expiry != null || !images.isUnchanged(row, columns)) {
                if (retract) {
                    writer.add(ChangeKind.UPDATE_BEFORE_CODE, ~images.image(row));
                }
                writer.add(ChangeKind.UPDATE_AFTER_CODE, row);
            }
            images.clear(row);
        }
        writer.flush();
        groups.clearChanged();
        images.clear();
        for (int i = 0; i < goneCount; i++) {
            if (expiry == null) {
                groups.remove(gone[i]);
            } else {
                remove(gone[i]);
            }
        }
        if (expiry != null) {
            expiry.sweep();
        }
    }
}
