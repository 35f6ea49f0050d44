package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateTable;
import java.util.List;

/**
 * MIN and MAX over an input that takes rows back: all values of a group with how often they are there, and the extreme. When
 * the extreme itself is taken away, the next one is the first of the {@link FirstValues}, or is looked for among all values of
 * the group, once for the batch.
 */
final class ExtremeAccumulator extends Accumulator {
    private final int argument;
    private final DataType type;
    private final boolean greatest;
    private final int groupIdColumn;
    private final GroupValues values;
    private final FirstValues first;
    private int[] stale = new int[16];
    private int staleCount;

    /**
     * @param value the argument as it is kept in state
     * @param call the call's meaning
     */
    ExtremeAccumulator(
            int argument,
            StateColumn value,
            boolean greatest,
            int groupIdColumn,
            String call,
            OperatorContext context) {
        this.argument = argument;
        type = value.type();
        this.greatest = greatest;
        this.groupIdColumn = groupIdColumn;
        first = new FirstValues(type, greatest);
        values = new GroupValues(value);
        StateColumn times = StateColumn.of("times", DataType.BIGINT);
        values.open(context, values.schema("values of " + call, List.of(times)), true, 0);
    }

    @Override
    List<DataType> columns() {
        return List.of(type.withNullable(true));
    }

    @Override
    boolean startsNull() {
        return true;
    }

    @Override
    void update(StateTable table, Batch batch, int[] batchRows, int[] stateRows, byte[] signs, int count) {
        Column source = batch.column(argument);
        staleCount = 0;
        for (int i = 0; i < count; i++) {
            if (!source.isNull(batchRows[i])) {
                one(table, stateRows[i], source, batchRows[i], signs == null ? 1 : signs[i]);
            }
        }
        for (int i = 0; i < staleCount; i++) {
            findAnew(table, stale[i]);
        }
    }

    private void one(StateTable table, int group, Column source, int batchRow, int sign) {
        long groupId = table.get(group, groupIdColumn);
        int row = values.find(groupId, source, batchRow, sign > 0);
        if (row < 0) {
            return;
        }
        long value = source.values()[batchRow];
        StateTable all = values.table();
        long times = all.get(row, GroupValues.FIRST_NUMBER) + sign;
        all.set(row, GroupValues.FIRST_NUMBER, times);
        all.markUnsaved(row);
        if (times <= 0) {
            boolean wasExtreme = !table.isNull(group, column())
                    && ValueAccumulator.compare(
                                    type,
                                    value,
                                    source.heap(),
                                    table.slice(group, column()),
                                    table.bytes(group, column()))
                            == 0;
            values.remove(row);
            first.removed(groupId, value, source.heap());
            if (wasExtreme) {
                if (staleCount == stale.length) {
                    stale = java.util.Arrays.copyOf(stale, staleCount * 2);
                }
                stale[staleCount++] = group;
            }
        } else if (sign > 0) {
            if (times == 1) {
                first.added(groupId, value, source.heap());
            }
            offer(table, group, value, source.heap());
        }
    }

    private void offer(StateTable table, int group, long value, byte[] heap) {
        if (!table.isNull(group, column())) {
            int compared = ValueAccumulator.compare(
                    type, value, heap, table.slice(group, column()), table.bytes(group, column()));
            if (greatest ? compared <= 0 : compared >= 0) {
                return;
            }
        }
        table.setNull(group, column(), false);
        if (type.layout() == Layout.BYTES) {
            table.setBytes(group, column(), heap, value);
        } else {
            table.set(group, column(), value);
        }
    }

    private void findAnew(StateTable table, int group) {
        table.setNull(group, column(), true);
        long groupId = table.get(group, groupIdColumn);
        if (first.knows(groupId)) {
            if (!first.isEmpty(groupId)) {
                offer(table, group, first.first(groupId), first.bytes());
            }
            return;
        }
        StateTable all = values.table();
        int count = 0;
        for (int row = values.first(groupId); row >= 0; row = values.next(row)) {
            offer(table, group, all.slice(row, 1), all.bytes(row, 1));
            count++;
        }
        if (count > FirstValues.FEW) {
            first.begin(groupId, count);
            for (int row = values.first(groupId); row >= 0; row = values.next(row)) {
                first.added(groupId, all.slice(row, 1), all.bytes(row, 1));
            }
        }
    }

    @Override
    void forget(long groupId) {
        values.forget(groupId);
    }

    @Override
    void merge(StateTable into, int intoRow, StateTable from, int fromRow) {
        throw new IllegalStateException("values that can be taken back are not merged");
    }

    @Override
    void result(StateTable table, long[] cells, int base, Column target, int targetRow) {
        if (isNull(cells, base, column())) {
            target.setNull(targetRow);
        } else {
            setResult(table, cells[base + table.cell(column())], target, targetRow);
        }
    }
}
