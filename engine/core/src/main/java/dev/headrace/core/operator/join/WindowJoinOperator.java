package dev.headrace.core.operator.join;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Program;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.Output;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.operator.WindowSplitter;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.ChainIndex;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Joins rows of the same window. Each side has a table for each open window, to which rows are only added. When the
 * watermark reaches the window's last millisecond, the right table gets an index, the left rows go along it as batches,
 * and both tables are dropped.
 */
final class WindowJoinOperator extends Operator {
    private final OperatorContext context;
    private final JoinKind kind;
    private final Side[] sides;
    private final Program condition;
    private final Pairs pairs;
    private final Batch passing;
    private final Batch leftAlone;
    private final ChangeWriter leftRows;
    private long watermark = NO_WATERMARK;

    private int[] hashes = new int[Batch.CAPACITY];
    private boolean[] leftMatched = new boolean[Batch.CAPACITY];
    private boolean[] rightMatched = new boolean[16];

    /** What is the same for all windows of a side, and its tables. */
    private static final class Side {
        final OperatorContext context;
        final int[] keys;
        final boolean keepsNulls;
        final StateLayout layout;
        final StateSchema schema;
        final WindowSplitter splitter;
        final Batch none;
        final TreeMap<Long, StateTable> windows = new TreeMap<>();
        private int[] hashes = new int[Batch.CAPACITY];
        private int[] batchRows = new int[Batch.CAPACITY];
        private int[] stateRows = new int[Batch.CAPACITY];

        Side(int side, Plan input, List<Integer> joinKeys, int windowEnd, boolean keepsNulls, OperatorContext context) {
            this.context = context;
            this.keepsNulls = keepsNulls;
            keys = joinKeys.stream().mapToInt(Integer::intValue).toArray();
            List<DataType> types = input.schema().types();
            layout = new StateLayout(
                    context.columns(side, input.schema()), joinKeys, List.of(JoinSide.SEQUENCE), List.of());
            schema = new StateSchema(JoinSide.NAMES[side], layout.columns(), keys.length, keys.length + 1);
            context.declare(schema, Access.IN_MEMORY);
            splitter = new WindowSplitter(types, windowEnd);
            none = Batch.of(types, 0);
        }

        StateTable window(long end) {
            return windows.computeIfAbsent(end, e -> context.table(schema, Access.IN_MEMORY, e));
        }

        void restored() {
            context.namespaces(schema.name()).forEach(this::window);
        }

        void add(long end, Batch batch) {
            int count = batch.selected();
            if (hashes.length < count) {
                hashes = new int[count];
                batchRows = new int[count];
                stateRows = new int[count];
            }
            StateTable table = window(end);
            Hashing.hash(batch, keys, hashes);
            long sequence = context.nextSequence() << 24;
            int kept = 0;
            for (int i = 0; i < count; i++) {
                int batchRow = batch.row(i);
                if (keepsNulls || !LookupTable.hasNull(batch, keys, batchRow)) {
                    int row = table.addRow(hashes[i]);
                    table.set(row, layout.own(), sequence + i);
                    table.markUnsaved(row);
                    batchRows[kept] = batchRow;
                    stateRows[kept++] = row;
                }
            }
            layout.store(table, 0, stateRows, batch, batchRows, kept);
        }

        /** The table of a window, which may be an empty one that is no part of the state. */
        StateTable take(long end) {
            StateTable table = windows.remove(end);
            return table == null ? new StateTable(schema, false) : table;
        }
    }

    WindowJoinOperator(Plan.WindowJoin plan, OperatorContext context) {
        this.context = context;
        kind = plan.kind();
        boolean leftNulls = kind == JoinKind.LEFT || kind == JoinKind.FULL || kind == JoinKind.ANTI;
        boolean rightNulls = kind == JoinKind.RIGHT || kind == JoinKind.FULL;
        sides = new Side[] {
            new Side(0, plan.left(), plan.leftKeys(), plan.leftWindowEnd(), leftNulls, context),
            new Side(1, plan.right(), plan.rightKeys(), plan.rightWindowEnd(), rightNulls, context)
        };
        List<DataType> leftTypes = plan.left().schema().types();
        List<DataType> types = new ArrayList<>(leftTypes);
        types.addAll(plan.right().schema().types());
        pairs = new Pairs(types, leftTypes.size());
        passing = Batch.of(types, Batch.CAPACITY);
        leftAlone = Batch.of(leftTypes, 0);
        leftRows = new ChangeWriter(leftTypes, sides[0].layout.places(), false, true);
        condition = JoinOperator.condition(plan.condition(), types, context);
    }

    @Override
    public void restored() {
        sides[0].restored();
        sides[1].restored();
    }

    @Override
    public void process(int input, Batch batch) {
        sides[input].splitter.split(batch, watermark, sides[input]::add);
    }

    @Override
    public void watermark(long newWatermark) {
        watermark = newWatermark;
        while (firstEnd() - WindowSplitter.LAST_MOMENT <= watermark) {
            long end = firstEnd();
            boolean left = sides[0].windows.containsKey(end);
            boolean right = sides[1].windows.containsKey(end);
            if (!left && !right) {
                break;
            }
            StateTable leftRows = sides[0].take(end);
            StateTable rightRows = sides[1].take(end);
            join(leftRows, rightRows);
            if (left) {
                context.drop(leftRows, end);
            }
            if (right) {
                context.drop(rightRows, end);
            }
        }
        output().watermark(newWatermark);
    }

    private long firstEnd() {
        long end = Long.MAX_VALUE;
        for (Side side : sides) {
            end = side.windows.isEmpty() ? end : Math.min(end, side.windows.firstKey());
        }
        return end;
    }

    private void join(StateTable left, StateTable right) {
        if (right.size() == 0 && (kind == JoinKind.INNER || kind == JoinKind.SEMI || kind == JoinKind.RIGHT)) {
            return;
        }
        int keyColumns = sides[1].keys.length;
        ChainIndex byKey = new ChainIndex(right, keyColumns);
        for (int row = 0; row < right.rowLimit(); row++) {
            if (right.isLive(row) && !hasNull(right, row, keyColumns)) {
                byKey.link(right.hashCells(row, keyColumns), row);
            }
        }
        if (rightMatched.length < right.rowLimit()) {
            rightMatched = new boolean[right.rowLimit()];
        }
        Arrays.fill(rightMatched, 0, right.rowLimit(), false);
        leftRows.begin(left, new Output() {
            @Override
            public void emit(Batch batch) {
                probe(batch, right, byKey);
            }

            @Override
            public void watermark(long none) {}
        });
        for (int row = 0; row < left.rowLimit(); row++) {
            if (left.isLive(row)) {
                leftRows.add(ChangeKind.INSERT_CODE, row);
            }
        }
        leftRows.flush();
        if (kind == JoinKind.RIGHT || kind == JoinKind.FULL) {
            padRight(right);
        }
    }

    private static boolean hasNull(StateTable table, int row, int columns) {
        for (int column = 0; column < columns; column++) {
            if (table.isNull(row, column)) {
                return true;
            }
        }
        return false;
    }

    private void probe(Batch batch, StateTable right, ChainIndex byKey) {
        Hashing.hash(batch, sides[0].keys, hashes);
        Arrays.fill(leftMatched, 0, batch.rows(), false);
        pairs.begin(batch, true, right, sides[1].layout.places());
        for (int row = 0; row < batch.rows(); row++) {
            if (LookupTable.hasNull(batch, sides[0].keys, row)) {
                continue;
            }
            int found = byKey.first(hashes[row], batch, sides[0].keys, row);
            for (; found >= 0; found = byKey.next(found)) {
                if (pairs.add(row, found, ChangeKind.INSERT_CODE)) {
                    meet();
                }
            }
        }
        meet();
        if (kind == JoinKind.SEMI || kind == JoinKind.ANTI) {
            emitLeft(batch);
        } else if (kind == JoinKind.LEFT || kind == JoinKind.FULL) {
            for (int row = 0; row < batch.rows(); row++) {
                if (!leftMatched[row] && pairs.add(row, Pairs.NONE, ChangeKind.INSERT_CODE)) {
                    flush();
                }
            }
            flush();
        }
    }

    private void meet() {
        if (pairs.count() == 0) {
            return;
        }
        Batch out = pairs.fill(false);
        if (condition != null) {
            condition.run(out, passing);
            out = passing;
        }
        for (int i = 0; i < out.selected(); i++) {
            int pair = out.row(i);
            leftMatched[pairs.batchRow(pair)] = true;
            rightMatched[pairs.stateRow(pair)] = true;
        }
        pairs.clear();
        if (out.selected() > 0 && kind != JoinKind.SEMI && kind != JoinKind.ANTI) {
            output().emit(out);
        }
    }

    private void emitLeft(Batch batch) {
        int[] rows = new int[batch.rows()];
        int count = 0;
        for (int row = 0; row < batch.rows(); row++) {
            if (leftMatched[row] == (kind == JoinKind.SEMI)) {
                rows[count++] = row;
            }
        }
        if (count > 0) {
            for (int c = 0; c < leftAlone.columns(); c++) {
                leftAlone.column(c).share(batch.column(c));
            }
            leftAlone.shareFrame(batch);
            leftAlone.select(rows, count);
            output().emit(leftAlone);
        }
    }

    private void padRight(StateTable right) {
        pairs.begin(sides[0].none, true, right, sides[1].layout.places());
        for (int row = 0; row < right.rowLimit(); row++) {
            if (right.isLive(row) && !rightMatched[row] && pairs.add(Pairs.NONE, row, ChangeKind.INSERT_CODE)) {
                flush();
            }
        }
        flush();
    }

    private void flush() {
        if (pairs.count() > 0) {
            Batch out = pairs.fill(false);
            pairs.clear();
            output().emit(out);
        }
    }

    @Override
    public long lateRows() {
        return sides[0].splitter.lateRows() + sides[1].splitter.lateRows();
    }

    @Override
    public void close() {
        if (condition != null) {
            condition.close();
        }
    }
}
