package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.core.operator.Expiry;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes the first row of each key as it arrives. Keeps the keys alone; the rows that pass are a selection of the input
 * batch, with its columns and row watermarks.
 */
final class KeepFirstOperator extends Operator {
    private final int[] keys;
    private final StateTable seen;
    private final Expiry expiry;
    private final Batch out;
    private int[] hashes = new int[Batch.CAPACITY];
    private int[] slots = new int[Batch.CAPACITY];
    private int[] first = new int[Batch.CAPACITY];

    KeepFirstOperator(Plan.Deduplicate plan, OperatorContext context) {
        keys = plan.keys().stream().mapToInt(Integer::intValue).toArray();
        List<StateColumn> columns = new ArrayList<>();
        plan.keys().forEach(k -> columns.add(context.columns(0, plan.schema()).get(k)));
        if (!plan.timeToLive().isZero()) {
            columns.add(Expiry.COLUMN);
        }
        seen = context.table(new StateSchema("keys", columns, keys.length, keys.length), Access.KEYED);
        expiry = Expiry.of(seen, keys.length, plan.timeToLive(), context, seen::remove);
        out = Batch.of(plan.schema().types(), 0);
    }

    @Override
    public void process(int input, Batch batch) {
        int count = batch.selected();
        if (hashes.length < count) {
            hashes = new int[count];
            slots = new int[count];
        }
        if (first.length < count) {
            first = new int[count];
        }
        Hashing.hash(batch, keys, hashes);
        seen.findOrAddAll(batch, keys, hashes, slots);
        int passed = 0;
        for (int i = 0; i < count; i++) {
            int slot = slots[i];
            if (slot < 0) {
                seen.markUnsaved(~slot);
                first[passed++] = batch.row(i);
                if (expiry != null) {
                    expiry.touch(~slot);
                }
            }
        }
        if (passed > 0) {
            for (int c = 0; c < out.columns(); c++) {
                out.column(c).share(batch.column(c));
            }
            out.shareFrame(batch);
            if (passed < count) {
                out.select(first, passed);
            }
            output().emit(out);
        }
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
}
