package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.ChainIndex;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Values of groups, none of them null, as rows of state: group id, value, then numbers of the owner's. A value is found by
 * both; a table opened by group also leads from a group to all its values.
 */
final class GroupValues {
    /** The first column of the owner's. */
    static final int FIRST_NUMBER = 2;

    private static final int[] KEY = {0};

    private final StateColumn value;
    private final DataType type;
    private final Batch key = Batch.of(List.of(DataType.BIGINT), 1);
    private StateTable table;
    /** Null if the table is not by group. */
    private ChainIndex byGroup;

    /** @param value as it is kept in state */
    GroupValues(StateColumn value) {
        this.value = StateColumn.of(value.name(), value.type().notNull());
        type = value.type();
    }

    /** @param numbers what stands behind a value */
    StateSchema schema(String name, List<StateColumn> numbers) {
        List<StateColumn> columns = new ArrayList<>(List.of(GroupIds.COLUMN, value));
        columns.addAll(numbers);
        return new StateSchema(name, columns, 1, 2);
    }

    /**
     * Goes on with a table of these values.
     *
     * @param grouped whether the values of a group can be gone through
     */
    StateTable open(OperatorContext context, StateSchema schema, boolean grouped, long namespace) {
        use(context.table(schema, access(grouped), namespace));
        return table;
    }

    static Access access(boolean grouped) {
        return grouped ? Access.chainedAndKeyed(1) : Access.KEYED;
    }

    /** Goes on with a table that {@link #open} gave. */
    void use(StateTable values) {
        table = values;
        byGroup = values.chains();
    }

    StateTable table() {
        return table;
    }

    /** The row of a value of a group; if there is none, one that is added, or -1 if not to be. */
    int find(long group, Column source, int batchRow, boolean add) {
        long value = source.values()[batchRow];
        int groupHash = hash(group);
        int hash = Hashing.combine(
                groupHash,
                type.layout() == Layout.BYTES
                        ? Hashing.bytes(source.heap(), Slice.offset(value), Slice.length(value))
                        : Hashing.value(value));
        if (byGroup != null) {
            byGroup.load(groupHash, key(group), KEY, 0);
        }
        int row = table.findPair(hash, group, source, batchRow);
        if (row >= 0 || !add) {
            return row;
        }
        row = table.addRow(hash);
        table.set(row, 0, group);
        table.setFrom(row, 1, source, batchRow);
        table.markUnsaved(row);
        if (byGroup != null) {
            byGroup.link(groupHash, row);
        }
        return row;
    }

    /** The first value of a group, or -1. */
    int first(long group) {
        return byGroup.first(hash(group), key(group), KEY, 0);
    }

    /** The next value of the same group, or -1. */
    int next(int row) {
        return byGroup.next(row);
    }

    void remove(int row) {
        if (byGroup != null) {
            byGroup.unlink(hash(table.get(row, 0)), row);
        }
        table.remove(row);
    }

    /** Removes all values of a group. */
    void forget(long group) {
        for (int row = first(group); row >= 0; ) {
            int next = next(row);
            remove(row);
            row = next;
        }
    }

    private static int hash(long group) {
        return Hashing.finish(Hashing.value(group));
    }

    private Batch key(long group) {
        key.column(0).setLong(0, group);
        key.setRows(1);
        return key;
    }
}
