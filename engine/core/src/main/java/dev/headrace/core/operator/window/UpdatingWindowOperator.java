package dev.headrace.core.operator.window;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.RowImages;
import dev.headrace.core.operator.aggregate.Aggregation;
import dev.headrace.core.operator.aggregate.ResultWriter;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.WindowProperty;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.HashRange;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Aggregates rows per key and window, and keeps each window for an allowed lateness after its end. A window is emitted when
 * the watermark reaches its last millisecond; rows that come later change it, and once an epoch what has changed is emitted
 * again. A row counts in a window unless the watermark before the row has reached the window's last millisecond plus the
 * lateness; a row that counts in none is late.
 *
 * <p>Each window has tables of its own, so a row costs one look-up for each window that it lies in.
 */
public final class UpdatingWindowOperator extends Operator {
    private static final String WINDOWS = "windows";
    /** A table without columns: that it is there in the namespace of a window says that the window has not been emitted. */
    private static final StateSchema OPEN = StateSchema.unnamed("open", List.of(), 0, 0);

    private final OperatorContext context;
    private final int[] keys;
    private final int timeColumn;
    private final WindowTimes times;
    private final long lateness;
    private final Aggregation aggregation;
    private final List<WindowProperty> properties;
    private final ResultWriter writer;
    private final boolean retract;
    private final TreeMap<Long, Part> windows = new TreeMap<>();
    private long watermark = NO_WATERMARK;
    private final LateRows late;

    private int[] hashes = new int[Batch.CAPACITY];
    private int[] rows = new int[Batch.CAPACITY];
    private int[] rowHashes = new int[Batch.CAPACITY];
    private int[] stateRows = new int[Batch.CAPACITY];

    private static final class Part {
        final StateTable groups;
        final List<StateTable> distincts;
        final RowImages images;
        boolean emitted;

        Part(StateTable groups, List<StateTable> distincts) {
            this.groups = groups;
            this.distincts = distincts;
            images = new RowImages(groups);
        }
    }

    public UpdatingWindowOperator(Plan.WindowAggregate plan, OperatorContext context) {
        this.context = context;
        keys = plan.keys().stream().mapToInt(Integer::intValue).toArray();
        timeColumn = plan.timeColumn();
        late = new LateRows(plan.input().schema().types());
        times = WindowTimes.of(plan.window());
        lateness = plan.allowedLateness().toMillis() * 1000;
        aggregation = new Aggregation(plan.input().schema(), plan.keys(), plan.calls(), false, context);
        aggregation.declare(context, WINDOWS);
        context.declare(OPEN, Access.IN_MEMORY);
        properties = plan.properties();
        retract = plan.mode() == ChangelogMode.RETRACT;
        writer = new ResultWriter(
                aggregation,
                plan.schema().types().stream().map(DataType::notNull).toList(),
                false);
    }

    @Override
    public void restored() {
        Set<Long> open = new HashSet<>(context.namespaces(OPEN.name()));
        open.forEach(end -> context.table(OPEN, Access.IN_MEMORY, end));
        for (long end : context.namespaces(WINDOWS)) {
            Part part = part(end);
            part.emitted = !open.contains(end);
            windows.put(end, part);
        }
    }

    private Part part(long end) {
        return new Part(
                context.table(aggregation.schema(WINDOWS), Access.KEYED, end), aggregation.openDistincts(context, end));
    }

    private Part window(long end) {
        Part part = windows.get(end);
        if (part == null) {
            part = part(end);
            part.emitted = end - WindowTimes.LAST_MOMENT <= watermark;
            if (!part.emitted) {
                context.table(OPEN, Access.IN_MEMORY, end);
            }
            windows.put(end, part);
        }
        return part;
    }

    @Override
    public void process(int input, Batch batch) {
        int count = batch.selected();
        if (hashes.length < count) {
            hashes = new int[count];
            rows = new int[count];
            rowHashes = new int[count];
            stateRows = new int[count];
        }
        Hashing.hash(batch, keys, hashes);
        late.begin(batch);
        long[] rowTimes = batch.column(timeColumn).values();
        long[] watermarks = batch.hasWatermarks() ? batch.watermarks() : null;
        long first = 0;
        long last = 0;
        int taken = 0;
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            if (batch.column(timeColumn).isNull(row)) {
                late.add(row);
                continue;
            }
            long seen = watermarks == null ? watermark : Math.max(watermark, watermarks[row]);
            long slice = times.sliceEnd(rowTimes[row]);
            long firstOpen = seen < NO_WATERMARK + lateness ? slice : times.firstOpenWindow(slice, seen - lateness);
            long lastOpen = times.lastWindow(slice);
            if (firstOpen > lastOpen) {
                late.add(row);
                continue;
            }
            if (taken > 0 && (firstOpen != first || lastOpen != last)) {
                update(first, last, batch, taken);
                taken = 0;
            }
            first = firstOpen;
            last = lastOpen;
            rows[taken] = row;
            rowHashes[taken++] = hashes[i];
        }
        if (taken > 0) {
            update(first, last, batch, taken);
        }
        late.end(lateOutput());
    }

    /** Takes the first rows of {@code rows} into the windows from {@code first} to {@code last}. */
    private void update(long first, long last, Batch batch, int count) {
        for (long end = first; end <= last; end += times.slice()) {
            update(window(end), batch, count);
        }
    }

    private void update(Part part, Batch batch, int count) {
        StateTable groups = part.groups;
        for (int i = 0; i < count; i++) {
            stateRows[i] = groups.findOrAdd(rowHashes[i], batch, keys, rows[i]);
            if (stateRows[i] < 0) {
                aggregation.initialize(groups, ~stateRows[i]);
            }
        }
        part.images.ensureCapacity();
        for (int i = 0; i < count; i++) {
            int row = stateRows[i];
            boolean added = row < 0;
            row = added ? ~row : row;
            stateRows[i] = row;
            if (!part.emitted) {
                groups.markUnsaved(row);
            } else if (added) {
                part.images.markFresh(row);
                groups.markChanged(row);
            } else if (part.images.isUntouched(row)) {
                part.images.take(row);
                groups.markChanged(row);
            }
        }
        aggregation.useDistincts(part.distincts);
        aggregation.update(groups, batch, rows, stateRows, null, count);
    }

    @Override
    public void watermark(long newWatermark) {
        emitChanges();
        watermark = newWatermark;
        windows.forEach((end, part) -> {
            if (!part.emitted && end - WindowTimes.LAST_MOMENT <= newWatermark) {
                context.drop(context.table(OPEN, Access.IN_MEMORY, end), end);
                part.emitted = true;
                HashRange.forEach(List.of(part.groups), range -> emit(part.groups, range, end));
            }
        });
        while (!windows.isEmpty() && windows.firstKey() - WindowTimes.LAST_MOMENT + lateness <= newWatermark) {
            long end = windows.firstKey();
            Part part = windows.remove(end);
            context.drop(part.groups, end);
            part.distincts.forEach(d -> context.drop(d, end));
        }
        output().watermark(newWatermark);
    }

    @Override
    public void endEpoch() {
        emitChanges();
    }

    private void emit(StateTable groups, HashRange range, long end) {
        writer.begin(groups, output(), constants(end));
        for (int row = 0; row < groups.rowLimit(); row++) {
            if (groups.isLive(row) && range.contains(groups.hashOf(row))) {
                writer.add(ChangeKind.INSERT_CODE, row);
            }
        }
        writer.flush();
    }

    private void emitChanges() {
        windows.forEach((end, part) -> {
            if (part.groups.changedCount() > 0) {
                emitChanges(part, end);
            }
        });
    }

    private void emitChanges(Part part, long end) {
        StateTable groups = part.groups;
        RowImages images = part.images;
        writer.begin(groups, images.images(), output(), constants(end));
        int[] changed = groups.changed();
        int columns = groups.schema().columns().size();
        for (int i = 0; i < groups.changedCount(); i++) {
            int row = changed[i];
            if (images.isFresh(row)) {
                writer.add(ChangeKind.INSERT_CODE, row);
            } else if (!images.isUnchanged(row, columns)) {
                if (retract) {
                    writer.add(ChangeKind.UPDATE_BEFORE_CODE, ~images.image(row));
                }
                writer.add(ChangeKind.UPDATE_AFTER_CODE, row);
            }
            images.clear(row);
        }
        writer.flush();
        groups.clearChanged();
        images.clear();
    }

    private long[] constants(long end) {
        return WindowAggregateOperator.constants(properties, times.start(end), end);
    }

    @Override
    public long lateRows() {
        return late.total();
    }
}
