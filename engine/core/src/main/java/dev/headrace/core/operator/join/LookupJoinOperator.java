package dev.headrace.core.operator.join;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.Program;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.Rows;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Joins each row with the rows of a {@link LookupTable}. Pairs are gathered into a batch, the further condition runs over
 * it, and rows of the left side without a pair left get nulls where the join is LEFT. Change kinds and row watermarks of
 * the left side stay.
 */
public final class LookupJoinOperator extends Operator {
    private final LookupTable table;
    private final int[] keys;
    private final boolean outer;
    private final int leftColumns;
    private final Program condition;
    private final List<DataType> types;
    private final Batch pairs;
    private final Batch filtered;
    private int[] hashes = new int[Batch.CAPACITY];
    private boolean[] matched = new boolean[Batch.CAPACITY];
    private int[] leftRows = new int[Batch.CAPACITY];
    private int[] tableRows = new int[Batch.CAPACITY];
    private int count;

    public LookupJoinOperator(Plan.LookupJoin plan, LookupTable table, OperatorContext context) {
        this.table = table;
        keys = plan.leftKeys().stream().mapToInt(Integer::intValue).toArray();
        outer = plan.kind() == JoinKind.LEFT;
        leftColumns = plan.left().schema().size();
        types = plan.schema().types();
        pairs = Batch.of(types, Batch.CAPACITY);
        filtered = Batch.of(types, Batch.CAPACITY);
        List<Expression> all = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            all.add(new Expression.Input(i, types.get(i)));
        }
        condition = plan.condition()
                .map(c -> context.compiler().compile(types, plan.condition(), all))
                .orElse(null);
    }

    @Override
    public void process(int input, Batch batch) {
        int selected = batch.selected();
        if (hashes.length < selected) {
            hashes = new int[selected];
        }
        if (matched.length < batch.rows()) {
            matched = new boolean[batch.rows()];
        }
        Arrays.fill(matched, 0, batch.rows(), false);
        Hashing.hash(batch, keys, hashes);
        for (int i = 0; i < selected; i++) {
            int row = batch.row(i);
            if (LookupTable.hasNull(batch, keys, row)) {
                continue;
            }
            for (int found = table.first(hashes[i], batch, keys, row); found >= 0; found = table.next(found)) {
                add(batch, row, found);
            }
        }
        emitPairs(batch);
        if (outer) {
            for (int i = 0; i < selected; i++) {
                int row = batch.row(i);
                if (!matched[row]) {
                    add(batch, row, -1);
                }
            }
            emitUnmatched(batch);
        }
    }

    private void add(Batch batch, int leftRow, int tableRow) {
        leftRows[count] = leftRow;
        tableRows[count++] = tableRow;
        if (count == Batch.CAPACITY) {
            if (tableRow >= 0) {
                emitPairs(batch);
            } else {
                emitUnmatched(batch);
            }
        }
    }

    private void emitPairs(Batch batch) {
        if (count == 0) {
            return;
        }
        fill(batch);
        Batch out = pairs;
        if (condition != null) {
            condition.run(pairs, filtered);
            out = filtered;
        }
        for (int i = 0; i < out.selected(); i++) {
            matched[leftRows[out.row(i)]] = true;
        }
        count = 0;
        if (out.selected() > 0) {
            output().emit(out);
        }
    }

    private void emitUnmatched(Batch batch) {
        if (count > 0) {
            fill(batch);
            count = 0;
            output().emit(pairs);
        }
    }

    private void fill(Batch batch) {
        pairs.clear();
        for (int c = 0; c < leftColumns; c++) {
            Column source = batch.column(c);
            Column target = pairs.column(c);
            if (target.type().layout() == Layout.BYTES) {
                target.shareHeap(source.heap());
                for (int i = 0; i < count; i++) {
                    if (source.isNull(leftRows[i])) {
                        target.setNull(i);
                    } else {
                        target.setLong(i, source.values()[leftRows[i]]);
                    }
                }
            } else {
                Rows.append(target, 0, source, leftRows, 0, count);
            }
        }
        for (int c = 0; c < table.columns(); c++) {
            Column target = pairs.column(leftColumns + c);
            int stored = table.stored(c);
            for (int i = 0; i < count; i++) {
                if (tableRows[i] < 0) {
                    target.setNull(i);
                } else {
                    table.rows().copyTo(tableRows[i], stored, target, i);
                }
            }
        }
        if (!batch.isInsertOnly()) {
            byte[] kinds = pairs.ownKinds(count);
            for (int i = 0; i < count; i++) {
                kinds[i] = batch.kind(leftRows[i]);
            }
        }
        if (batch.hasWatermarks()) {
            long[] watermarks = pairs.ownWatermarks(count);
            for (int i = 0; i < count; i++) {
                watermarks[i] = batch.watermarks()[leftRows[i]];
            }
        }
        pairs.setRows(count);
    }

    @Override
    public void close() {
        if (condition != null) {
            condition.close();
        }
    }
}
