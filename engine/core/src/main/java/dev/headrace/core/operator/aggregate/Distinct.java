package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.state.Cells;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The distinct values of one argument for all calls that want them distinct, one probe a row. A value of a group is a row
 * of state (group id, value) that holds for each call how often the value has passed the call's filter; a call's
 * accumulator hears of a value when that becomes 1, and that it is gone when it becomes 0. Over insert-only input one bit
 * a call stands for the number.
 */
final class Distinct {
    private final int argument;
    private final List<StateColumn> input;
    private Optional<StateSchema> schema = Optional.empty();
    private final boolean retracts;
    private final GroupValues values;
    /** One row, for a value on its way from one group to another. */
    private Batch moved;

    private final List<FilteredCall> calls = new ArrayList<>();
    private int[] found = new int[Batch.CAPACITY];
    private int[] entered = new int[Batch.CAPACITY];
    private int[] enteredState = new int[Batch.CAPACITY];
    private byte[] enteredSigns = new byte[Batch.CAPACITY];

    /** @param filter the input column, -1 for none */
    private record FilteredCall(Accumulator accumulator, int filter, String name) {}

    Distinct(int argument, List<StateColumn> input, boolean retracts) {
        this.argument = argument;
        this.input = input;
        this.retracts = retracts;
        values = new GroupValues(input.get(argument));
    }

    int argument() {
        return argument;
    }

    /** @param name the call's meaning */
    void add(Accumulator accumulator, int filter, String name) {
        calls.add(new FilteredCall(accumulator, filter, name));
    }

    /** The table of values; all calls have been added. */
    StateSchema schema() {
        if (schema.isEmpty()) {
            schema = Optional.of(values.schema("distinct " + input.get(argument).name(), numbers()));
        }
        return schema.get();
    }

    private List<StateColumn> numbers() {
        if (retracts) {
            return calls.stream()
                    .map(c -> StateColumn.of("times for " + c.name(), DataType.BIGINT))
                    .toList();
        }
        String all = calls.stream().map(FilteredCall::name).collect(Collectors.joining(", "));
        return Collections.nCopies((calls.size() + 63) / 64, StateColumn.of("seen by " + all, DataType.BIGINT));
    }

    /**
     * Opens the table of values.
     *
     * @param grouped whether groups are forgotten
     * @param namespace tells windows apart
     */
    StateTable open(OperatorContext context, boolean grouped, long namespace) {
        return values.open(context, schema(), grouped, namespace);
    }

    /** Says that there will be tables of these values. */
    void declare(OperatorContext context, boolean grouped) {
        context.declare(schema(), GroupValues.access(grouped));
    }

    /** Goes on with a table that {@link #open} gave. */
    void use(StateTable table) {
        values.use(table);
    }

    /** Lets go of the values of a group. */
    void forget(long groupId) {
        values.forget(groupId);
    }

    /**
     * Takes in rows.
     *
     * @param groupIds for each the id of its group
     */
    void update(
            StateTable groups,
            Batch batch,
            int[] batchRows,
            int[] stateRows,
            long[] groupIds,
            byte[] signs,
            int count) {
        if (entered.length < count) {
            entered = new int[count];
            enteredState = new int[count];
            enteredSigns = new byte[count];
        }
        if (found.length < count) {
            found = new int[count];
        }
        Column source = batch.column(argument);
        for (int i = 0; i < count; i++) {
            found[i] = source.isNull(batchRows[i])
                    ? -1
                    : values.find(groupIds[i], source, batchRows[i], signs == null || signs[i] > 0);
        }
        for (int call = 0; call < calls.size(); call++) {
            FilteredCall one = calls.get(call);
            int news = retracts
                    ? counted(call, one, batch, batchRows, stateRows, signs, count)
                    : marked(call, one, batch, batchRows, stateRows, count);
            if (news > 0) {
                one.accumulator().update(groups, batch, entered, enteredState, retracts ? enteredSigns : null, news);
            }
        }
        if (retracts) {
            StateTable table = values.table();
            for (int i = 0; i < count; i++) {
                if (found[i] >= 0 && table.isLive(found[i]) && isGone(found[i])) {
                    values.remove(found[i]);
                }
            }
        }
    }

    /** Gives all values of a group to another one, of insert-only input. */
    void merge(StateTable groups, int intoRow, long into, long from) {
        for (int row = values.first(from); row >= 0; ) {
            int next = values.next(row);
            move(groups, intoRow, into, row);
            row = next;
        }
    }

    private static final int[] ONLY = {0};

    private void move(StateTable groups, int intoRow, long into, int row) {
        StateTable table = values.table();
        moved = moved == null ? Batch.of(StateColumn.types(input), 1) : moved;
        moved.clear();
        Column column = moved.column(argument);
        table.copyTo(row, 1, column, 0);
        moved.setRows(1);
        int target = values.find(into, column, 0, true);
        enteredState[0] = intoRow;
        for (int call = 0; call < calls.size(); call++) {
            int mark = GroupValues.FIRST_NUMBER + (call >> 6);
            long bit = 1L << call;
            if ((table.get(row, mark) & bit) != 0 && (table.get(target, mark) & bit) == 0) {
                table.set(target, mark, table.get(target, mark) | bit);
                table.markUnsaved(target);
                calls.get(call).accumulator().update(groups, moved, ONLY, enteredState, null, 1);
            }
        }
        values.remove(row);
    }

    private int marked(int call, FilteredCall one, Batch batch, int[] batchRows, int[] stateRows, int count) {
        StateTable table = values.table();
        Cells cells = table.cells();
        int cell = table.cell(GroupValues.FIRST_NUMBER + (call >> 6));
        long bit = 1L << call;
        Column filter = one.filter() < 0 ? null : batch.column(one.filter());
        int news = 0;
        for (int i = 0; i < count; i++) {
            int row = found[i];
            if (row < 0 || filter != null && !passes(filter, batchRows[i])) {
                continue;
            }
            long[] page = cells.page(row);
            int at = cells.base(row) + cell;
            if ((page[at] & bit) == 0) {
                page[at] |= bit;
                table.markUnsaved(row);
                entered[news] = batchRows[i];
                enteredState[news++] = stateRows[i];
            }
        }
        return news;
    }

    private int counted(
            int call, FilteredCall one, Batch batch, int[] batchRows, int[] stateRows, byte[] signs, int count) {
        StateTable table = values.table();
        Column filter = one.filter() < 0 ? null : batch.column(one.filter());
        int news = 0;
        for (int i = 0; i < count; i++) {
            int row = found[i];
            if (row < 0 || filter != null && !passes(filter, batchRows[i])) {
                continue;
            }
            int sign = signs == null ? 1 : signs[i];
            long before = table.get(row, GroupValues.FIRST_NUMBER + call);
            table.set(row, GroupValues.FIRST_NUMBER + call, before + sign);
            table.markUnsaved(row);
            if (before == 0 && sign > 0 || before == 1 && sign < 0) {
                entered[news] = batchRows[i];
                enteredState[news] = stateRows[i];
                enteredSigns[news++] = (byte) sign;
            }
        }
        return news;
    }

    private boolean isGone(int row) {
        for (int call = 0; call < calls.size(); call++) {
            if (values.table().get(row, GroupValues.FIRST_NUMBER + call) != 0) {
                return false;
            }
        }
        return true;
    }

    static boolean passes(Column filter, int row) {
        return !filter.isNull(row) && filter.values()[row] != 0;
    }

    /** Filters that calls have, to be told which columns are read. */
    int[] filters() {
        return calls.stream().mapToInt(FilteredCall::filter).filter(f -> f >= 0).toArray();
    }

    @Override
    public String toString() {
        return "distinct values of column " + argument + " for " + calls.size() + " calls, filters "
                + Arrays.toString(filters());
    }
}
