package dev.headrace.core.operator.rank;

import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The calls of an OVER over the sorted rows of a partition. Frames end with the row itself or, if they are given as a range
 * of the sort column or are unbounded without saying ROWS, with the last row that ties with it.
 */
final class Frames {
    private static final Set<String> RANKING = Set.of("ROW_NUMBER", "RANK", "DENSE_RANK");

    /** Takes the result of a call for a row. */
    interface Results {
        void accept(int call, FrameFunction result, int row);
    }

    private final List<AggregateCall> calls;
    private final FrameFunction[] functions;
    private final boolean[] fromStart;
    /** For each call what LAG or LEAD needs, null for others. */
    private final List<Neighbour> neighbours = new ArrayList<>();

    private final RowOrder order;
    private final long rows;
    private final long range;
    private final int rangeColumn;
    private final boolean descending;

    private record Neighbour(int direction, int column, Layout layout, int offsetColumn, int defaultColumn) {}

    /** Takes the value of another row. */
    private static final class Taken extends FrameFunction {
        @Override
        void reset() {}

        @Override
        void add(StateTable table, int row) {}

        @Override
        void finish(StateTable table, int row) {}

        @Override
        List<DataType> accumulator() {
            return List.of();
        }

        @Override
        void save(StateTable table, int row, int column) {}

        @Override
        void load(StateTable table, int row, int column) {}
    }

    Frames(Plan.Over plan, StateLayout layout) {
        List<DataType> types = plan.input().schema().types();
        calls = plan.calls();
        order = new RowOrder(types, plan.orderings(), layout);
        rows = plan.precedingRows();
        range = plan.precedingRange();
        rangeColumn = range >= 0 ? layout.place(plan.orderings().getFirst().column()) : -1;
        descending = range >= 0 && plan.orderings().getFirst().descending();
        functions = new FrameFunction[calls.size()];
        fromStart = new boolean[calls.size()];
        boolean unbounded = range < 0 && (rows < 0 || rows == Long.MAX_VALUE);
        for (int i = 0; i < functions.length; i++) {
            AggregateCall call = calls.get(i);
            List<Integer> arguments = call.arguments();
            boolean lag = call.function().equals("LAG");
            if (lag || call.function().equals("LEAD")) {
                neighbours.add(new Neighbour(
                        lag ? -1 : 1,
                        layout.place(arguments.getFirst()),
                        call.type().layout(),
                        arguments.size() > 1 ? layout.place(arguments.get(1)) : -1,
                        arguments.size() > 2 ? layout.place(arguments.get(2)) : -1));
                functions[i] = new Taken();
                if (lag && plan.timeColumn() >= 0 && arguments.size() > 1 || !lag && plan.timeColumn() >= 0) {
                    throw UserError.request(call.function()
                            + (lag ? " by more than one row" : "")
                            + " over rows that wait for the watermark is not supported");
                }
                continue;
            }
            neighbours.add(null);
            functions[i] = FrameFunctions.of(
                    call,
                    arguments.isEmpty() ? null : types.get(arguments.getFirst()),
                    arguments.isEmpty() ? -1 : layout.place(arguments.getFirst()),
                    order);
            fromStart[i] = unbounded || RANKING.contains(call.function());
        }
    }

    FrameFunction function(int call) {
        return functions[call];
    }

    /** Whether the call's frames begin with the partition, so that its accumulator can be kept. */
    boolean isFromStart(int call) {
        return fromStart[call];
    }

    /**
     * Works out all calls for the rows {@code list[from .. to)}; rows before {@code from} have been there before. A call
     * that {@link #isFromStart} goes on from what has been loaded into it; others are begun anew.
     */
    void evaluate(StateTable table, int[] list, int from, int to, Results results) {
        for (int call = 0; call < functions.length; call++) {
            if (neighbours.get(call) != null) {
                takeNeighbours(call, table, list, from, to, results);
            } else {
                boolean byRow = RANKING.contains(calls.get(call).function()) || rows >= 0;
                aggregate(call, byRow, table, list, from, to, results);
            }
        }
    }

    private void aggregate(int call, boolean byRow, StateTable table, int[] list, int from, int to, Results results) {
        FrameFunction function = functions[call];
        int low = from;
        int high = from;
        if (!fromStart[call]) {
            function.reset();
            low = low(table, list, 0, from);
            high = low;
        }
        for (int i = from; i < to; i++) {
            if (!fromStart[call]) {
                int wanted = low(table, list, low, i);
                if (wanted > low && function.canRemove()) {
                    for (; low < wanted; low++) {
                        function.remove(table, list[low]);
                    }
                } else if (wanted > low) {
                    function.reset();
                    low = wanted;
                    high = wanted;
                }
            }
            int end = i + 1;
            while (!byRow && end < to && order.compare(table, list[i], list[end]) == 0) {
                end++;
            }
            for (; high < end; high++) {
                function.add(table, list[high]);
            }
            function.finish(table, list[i]);
            results.accept(call, function, list[i]);
        }
    }

    /** Where the frame of the {@code i}-th row begins, which is at {@code low} or behind. */
    private int low(StateTable table, int[] list, int low, int i) {
        if (rows >= 0) {
            return (int) Math.max(low, i - Math.min(rows, i));
        }
        int at = low;
        while (at < i && isBefore(table, list[at], list[i])) {
            at++;
        }
        return at;
    }

    private boolean isBefore(StateTable table, int row, int current) {
        if (table.isNull(row, rangeColumn) || table.isNull(current, rangeColumn)) {
            return table.isNull(row, rangeColumn) != table.isNull(current, rangeColumn);
        }
        long distance = table.get(current, rangeColumn) - table.get(row, rangeColumn);
        return (descending ? -distance : distance) > range;
    }

    private void takeNeighbours(int call, StateTable table, int[] list, int from, int to, Results results) {
        Neighbour neighbour = neighbours.get(call);
        FrameFunction function = functions[call];
        for (int i = from; i < to; i++) {
            int row = list[i];
            long offset = neighbour.offsetColumn() < 0 ? 1 : table.get(row, neighbour.offsetColumn());
            long at = i + neighbour.direction() * offset;
            if (at >= 0 && at < to) {
                function.setFrom(table, list[(int) at], neighbour.column(), neighbour.layout());
            } else if (neighbour.defaultColumn() >= 0) {
                function.setFrom(table, row, neighbour.defaultColumn(), neighbour.layout());
            } else {
                function.setNull();
            }
            results.accept(call, function, row);
        }
    }
}
