package dev.headrace.core.operator.window;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.WindowSplitter;
import dev.headrace.core.operator.aggregate.Aggregation;
import dev.headrace.core.operator.aggregate.ResultWriter;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import dev.headrace.core.plan.WindowProperty;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.HashRange;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Aggregates rows that already carry their window. A window is named by its end, which decides its start; it is emitted
 * when the watermark reaches its last millisecond.
 */
public final class AttachedWindowOperator extends Operator {
    private static final String WINDOWS = "windows";

    private final OperatorContext context;
    private final int[] keys;
    private final Aggregation aggregation;
    private final int startColumn;
    private final List<WindowProperty> properties;
    private final ResultWriter writer;
    private final WindowSplitter splitter;
    private final TreeMap<Long, Part> windows = new TreeMap<>();
    private long watermark = NO_WATERMARK;

    private int[] hashes = new int[Batch.CAPACITY];
    private int[] rows = new int[Batch.CAPACITY];
    private int[] stateRows = new int[Batch.CAPACITY];

    private record Part(StateTable groups, List<StateTable> distincts) {}

    public AttachedWindowOperator(Plan.WindowAggregate plan, OperatorContext context) {
        this.context = context;
        Window.Attached window = (Window.Attached) plan.window();
        keys = plan.keys().stream().mapToInt(Integer::intValue).toArray();
        // The start of the window is kept as a last call, which is not among the results.
        List<AggregateCall> calls = new ArrayList<>(plan.calls());
        DataType time = plan.input().schema().type(window.startColumn());
        calls.add(new AggregateCall("FIRST_VALUE", List.of(window.startColumn()), false, OptionalInt.empty(), time));
        aggregation = new Aggregation(plan.input().schema(), plan.keys(), calls, false, context);
        startColumn = aggregation.schema(WINDOWS).columns().size() - 1;
        aggregation.declare(context, WINDOWS);
        properties = plan.properties();
        writer = new ResultWriter(
                aggregation.withoutLast(),
                plan.schema().types().stream().map(DataType::notNull).toList(),
                true);
        splitter = new WindowSplitter(plan.input().schema().types(), window.endColumn());
    }

    @Override
    public void restored() {
        for (long end : context.namespaces(WINDOWS)) {
            window(end);
        }
    }

    private Part window(long end) {
        Part part = windows.get(end);
        if (part == null) {
            part = new Part(
                    context.table(aggregation.schema(WINDOWS), Access.KEYED, end),
                    aggregation.openDistincts(context, end));
            windows.put(end, part);
        }
        return part;
    }

    @Override
    public void process(int input, Batch batch) {
        splitter.split(batch, watermark, this::update);
    }

    private void update(long end, Batch batch) {
        int count = batch.selected();
        if (hashes.length < count) {
            hashes = new int[count];
            rows = new int[count];
            stateRows = new int[count];
        }
        Hashing.hash(batch, keys, hashes);
        Part part = window(end);
        StateTable groups = part.groups();
        groups.findOrAddAll(batch, keys, hashes, stateRows);
        for (int i = 0; i < count; i++) {
            if (stateRows[i] < 0) {
                stateRows[i] = ~stateRows[i];
                aggregation.initialize(groups, stateRows[i]);
            }
            groups.markUnsaved(stateRows[i]);
            rows[i] = batch.row(i);
        }
        aggregation.useDistincts(part.distincts());
        aggregation.update(groups, batch, rows, stateRows, null, count);
    }

    @Override
    public void watermark(long newWatermark) {
        watermark = newWatermark;
        while (!windows.isEmpty() && windows.firstKey() - WindowTimes.LAST_MOMENT <= newWatermark) {
            long end = windows.firstKey();
            Part part = windows.remove(end);
            HashRange.forEach(List.of(part.groups()), range -> emit(part.groups(), range, end));
            context.drop(part.groups(), end);
            part.distincts().forEach(d -> context.drop(d, end));
        }
        output().watermark(newWatermark);
    }

    private void emit(StateTable groups, HashRange range, long end) {
        boolean begun = false;
        for (int row = 0; row < groups.rowLimit(); row++) {
            if (!groups.isLive(row) || !range.contains(groups.hashOf(row))) {
                continue;
            }
            if (!begun) {
                begun = true;
                writer.begin(
                        groups,
                        output(),
                        WindowAggregateOperator.constants(properties, groups.get(row, startColumn), end));
            }
            writer.add(ChangeKind.INSERT_CODE, row);
        }
        writer.flush();
    }

    @Override
    public long lateRows() {
        return splitter.lateRows();
    }
}
