package dev.headrace.core.operator.window;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.aggregate.Aggregation;
import dev.headrace.core.operator.aggregate.ResultWriter;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import dev.headrace.core.plan.WindowProperty;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.HashRange;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Aggregates over windows that lie the same for all keys. Rows go into a table for their slice, once however many windows
 * overlap there; a window is the merge of its slices. It is emitted when the watermark reaches its last millisecond, and a
 * slice goes with the last window that needs it.
 *
 * <p>Lateness is the row's: a row does not count in a window whose last millisecond the watermark before the row has
 * reached, whether or not the window has been emitted. A row late for some of its windows only goes into a table of each
 * window that it still counts in, which is merged with that window's slices. Distinct values cannot be merged, so with them
 * all rows go the latter way.
 */
public final class WindowAggregateOperator extends Operator {
    private static final String SLICES = "slices";
    private static final String WINDOWS = "windows";
    /** A table without columns: that it is there in the namespace of a window says that the window has not been emitted. */
    private static final StateSchema OPEN = StateSchema.unnamed("open", List.of(), 0, 0);

    private final OperatorContext context;
    private final int[] keys;
    private final int timeColumn;
    private final boolean processingTime;
    private final WindowTimes times;
    private final Aggregation aggregation;
    private final List<WindowProperty> properties;
    private final ResultWriter writer;
    private final boolean perWindow;
    private final boolean single;
    private final TreeMap<Long, Part> slices = new TreeMap<>();
    private final TreeMap<Long, Part> windows = new TreeMap<>();
    private final TreeSet<Long> open = new TreeSet<>();
    private long watermark = NO_WATERMARK;
    private final LateRows late;

    private int[] hashes = new int[Batch.CAPACITY];
    private int[] rows = new int[Batch.CAPACITY];
    private int[] partRows = new int[Batch.CAPACITY];
    private int[] partHashes = new int[Batch.CAPACITY];
    private int[] stateRows = new int[Batch.CAPACITY];
    private long[] ends = new long[Batch.CAPACITY];

    /** A slice or a window with the tables of its groups and of their distinct values. */
    private record Part(StateTable groups, List<StateTable> distincts) {}

    public WindowAggregateOperator(Plan.WindowAggregate plan, OperatorContext context) {
        this.context = context;
        keys = plan.keys().stream().mapToInt(Integer::intValue).toArray();
        timeColumn = plan.timeColumn();
        late = new LateRows(plan.input().schema().types());
        processingTime = timeColumn < 0;
        times = WindowTimes.of(plan.window());
        aggregation = new Aggregation(plan.input().schema(), plan.keys(), plan.calls(), false, context);
        properties = plan.properties();
        writer = new ResultWriter(
                aggregation,
                plan.schema().types().stream().map(DataType::notNull).toList(),
                true);
        single = plan.window() instanceof Window.Tumble;
        perWindow = aggregation.hasDistincts() && !single;
        aggregation.declare(context, SLICES);
        aggregation.declare(context, WINDOWS);
        context.declare(OPEN, Access.IN_MEMORY);
    }

    @Override
    public void restored() {
        for (long end : context.namespaces(SLICES)) {
            slices.put(end, part(SLICES, end));
        }
        for (long end : context.namespaces(WINDOWS)) {
            windows.put(end, part(WINDOWS, end));
        }
        for (long end : context.namespaces(OPEN.name())) {
            open(end);
        }
    }

    private void open(long end) {
        if (open.add(end)) {
            context.table(OPEN, Access.IN_MEMORY, end);
        }
    }

    private Part slice(long end) {
        Part part = slices.get(end);
        if (part == null) {
            part = part(SLICES, end);
            slices.put(end, part);
            for (long window = times.firstWindow(end); window <= times.lastWindow(end); window += times.slice()) {
                if (window - WindowTimes.LAST_MOMENT > watermark) {
                    open(window);
                }
            }
        }
        return part;
    }

    private Part window(long end) {
        Part part = windows.get(end);
        if (part == null) {
            part = part(WINDOWS, end);
            windows.put(end, part);
            open(end);
        }
        return part;
    }

    private Part part(String name, long end) {
        return new Part(
                context.table(aggregation.schema(name), Access.KEYED, end), aggregation.openDistincts(context, end));
    }

    @Override
    public void process(int input, Batch batch) {
        int count = batch.selected();
        if (hashes.length < count) {
            hashes = new int[count];
            rows = new int[count];
            partRows = new int[count];
            partHashes = new int[count];
            stateRows = new int[count];
            ends = new long[count];
        }
        Hashing.hash(batch, keys, hashes);
        int left = onTime(batch, count);
        while (left > 0) {
            left = takeSlice(batch, left);
        }
    }

    /** Hands out late rows; those that remain are in {@code rows}, with {@code hashes} and {@code ends} of their slices. */
    private int onTime(Batch batch, int count) {
        long now = processingTime ? context.clock().millis() * 1000 : 0;
        long[] values = processingTime ? null : batch.column(timeColumn).values();
        boolean[] nulls = processingTime || !batch.column(timeColumn).hasNulls()
                ? null
                : batch.column(timeColumn).nulls();
        long[] watermarks = batch.hasWatermarks() && !processingTime ? batch.watermarks() : null;
        int left = 0;
        late.begin(batch);
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            if (nulls != null && nulls[row]) {
                late.add(row);
                continue;
            }
            long end = times.sliceEnd(processingTime ? now : values[row]);
            if (!processingTime) {
                long seen = watermarks == null ? watermark : Math.max(watermark, watermarks[row]);
                if (end - WindowTimes.LAST_MOMENT <= seen || perWindow) {
                    if (!takeLate(batch, row, hashes[i], end, seen)) {
                        late.add(row);
                    }
                    continue;
                }
            } else if (perWindow) {
                takeLate(batch, row, hashes[i], end, NO_WATERMARK);
                continue;
            }
            rows[left] = row;
            hashes[left] = hashes[i];
            ends[left++] = end;
        }
        late.end(lateOutput());
        return left;
    }

    /** Puts a row into each of its windows that are open at a watermark; returns whether any is. */
    private boolean takeLate(Batch batch, int row, int hash, long sliceEnd, long seen) {
        long last = times.lastWindow(sliceEnd);
        long first = seen == NO_WATERMARK ? sliceEnd : times.firstOpenWindow(sliceEnd, seen);
        partRows[0] = row;
        partHashes[0] = hash;
        for (long end = first; end <= last; end += times.slice()) {
            update(window(end), batch, 1);
        }
        return first <= last;
    }

    private int takeSlice(Batch batch, int left) {
        long end = ends[0];
        int taken = 0;
        int others = 0;
        for (int i = 0; i < left; i++) {
            if (ends[i] == end) {
                partRows[taken] = rows[i];
                partHashes[taken++] = hashes[i];
            } else {
                rows[others] = rows[i];
                hashes[others] = hashes[i];
                ends[others++] = ends[i];
            }
        }
        update(slice(end), batch, taken);
        return others;
    }

    private void update(Part part, Batch batch, int count) {
        StateTable groups = part.groups();
        for (int i = 0; i < count; i++) {
            int row = groups.findOrAdd(partHashes[i], batch, keys, partRows[i]);
            if (row < 0) {
                row = ~row;
                aggregation.initialize(groups, row);
            }
            groups.markUnsaved(row);
            stateRows[i] = row;
        }
        aggregation.useDistincts(part.distincts());
        aggregation.update(groups, batch, partRows, stateRows, null, count);
    }

    @Override
    public void watermark(long newWatermark) {
        watermark = newWatermark;
        if (!processingTime || newWatermark == LAST_WATERMARK) {
            fire(newWatermark);
        }
        output().watermark(newWatermark);
    }

    @Override
    public void processingTime(long millis) {
        if (processingTime) {
            fire(millis * 1000);
        }
    }

    private void fire(long time) {
        while (!open.isEmpty() && open.first() - WindowTimes.LAST_MOMENT <= time) {
            fireWindow(open.pollFirst());
        }
    }

    private void fireWindow(long end) {
        context.drop(context.table(OPEN, Access.IN_MEMORY, end), end);
        long start = times.start(end);
        Part own = windows.remove(end);
        List<Part> parts =
                new ArrayList<>(slices.subMap(start, false, end, true).values());
        if (own != null) {
            parts.add(own);
        }
        List<StateTable> tables = parts.stream().map(Part::groups).toList();
        if (tables.size() == 1) {
            HashRange.forEach(tables, range -> emit(tables.getFirst(), range, start, end));
        } else if (!tables.isEmpty()) {
            HashRange.forEach(tables, range -> emit(merged(tables, range), range, start, end));
        }
        if (own != null) {
            drop(own, end);
        }
        while (!slices.isEmpty() && times.lastWindow(slices.firstKey()) <= end) {
            long gone = slices.firstKey();
            drop(slices.remove(gone), gone);
        }
    }

    private StateTable merged(List<StateTable> tables, HashRange range) {
        StateTable merged = new StateTable(aggregation.schema("merged"), true);
        for (StateTable groups : tables) {
            for (int row = 0; row < groups.rowLimit(); row++) {
                if (groups.isLive(row) && range.contains(groups.hashOf(row))) {
                    int target = merged.findOrAddKeyOf(groups, row);
                    if (target < 0) {
                        target = ~target;
                        aggregation.initialize(merged, target);
                    }
                    aggregation.merge(merged, target, groups, row);
                }
            }
        }
        return merged;
    }

    private void emit(StateTable groups, HashRange range, long start, long end) {
        writer.begin(groups, output(), constants(properties, start, end));
        for (int row = 0; row < groups.rowLimit(); row++) {
            if (groups.isLive(row) && range.contains(groups.hashOf(row))) {
                writer.add(ChangeKind.INSERT_CODE, row);
            }
        }
        writer.flush();
    }

    static long[] constants(List<WindowProperty> properties, long start, long end) {
        long[] values = new long[properties.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (properties.get(i)) {
                case START -> start;
                case END -> end;
                case TIME -> end - WindowTimes.LAST_MOMENT;
            };
        }
        return values;
    }

    private void drop(Part part, long end) {
        context.drop(part.groups(), end);
        part.distincts().forEach(d -> context.drop(d, end));
    }

    @Override
    public long lateRows() {
        return late.total();
    }
}
