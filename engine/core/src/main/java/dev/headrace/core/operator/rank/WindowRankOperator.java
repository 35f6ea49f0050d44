package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.WindowSplitter;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Top-N of each window: a table and lists for each window that is open, emitted and dropped as a whole. */
final class WindowRankOperator extends Operator {
    private final OperatorContext context;
    private final TopRows.Form form;
    private final int from;
    private final ChangeWriter writer;
    private final WindowSplitter splitter;
    private final TreeMap<Long, TopRows> windows = new TreeMap<>();
    private long watermark = NO_WATERMARK;

    WindowRankOperator(Plan.WindowRank plan, OperatorContext context) {
        this.context = context;
        List<DataType> types = plan.input().schema().types();
        form = new TopRows.Form(
                "rows", plan.input().schema(), plan.partition(), plan.orderings(), plan.to(), List.of(), context);
        context.declare(form.schema, Access.IN_MEMORY);
        from = (int) Math.min(plan.from() - 1, Integer.MAX_VALUE);
        writer = new ChangeWriter(types, form.layout.places(), plan.emitRank(), true);
        splitter = new WindowSplitter(types, plan.windowEnd());
    }

    @Override
    public void restored() {
        for (long end : context.namespaces(form.schema.name())) {
            window(end).restored();
        }
    }

    private TopRows window(long end) {
        return windows.computeIfAbsent(end, e -> new TopRows(form, context.table(form.schema, Access.IN_MEMORY, e)));
    }

    @Override
    public void process(int input, Batch batch) {
        splitter.split(batch, watermark, (end, rows) -> window(end).offer(rows, context, partition -> {}));
    }

    @Override
    public void watermark(long newWatermark) {
        watermark = newWatermark;
        while (!windows.isEmpty() && windows.firstKey() - WindowSplitter.LAST_MOMENT <= watermark) {
            Map.Entry<Long, TopRows> due = windows.pollFirstEntry();
            emit(due.getValue());
            context.drop(due.getValue().table(), due.getKey());
        }
        output().watermark(newWatermark);
    }

    private void emit(TopRows window) {
        writer.begin(window.table(), output());
        for (int partition = 0; partition < window.partitions(); partition++) {
            int[] list = window.list(partition);
            for (int i = from; i < window.count(partition); i++) {
                writer.add(ChangeKind.INSERT_CODE, list[i], i + 1L);
            }
        }
        writer.flush();
    }

    @Override
    public long lateRows() {
        return splitter.lateRows();
    }
}
