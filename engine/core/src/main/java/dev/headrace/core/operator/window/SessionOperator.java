package dev.headrace.core.operator.window;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.RowImages;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.operator.aggregate.ResultWriter;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.WindowProperty;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateTable;

/**
 * Aggregates over sessions: see {@link Sessions}. A session is emitted when the watermark reaches its last millisecond. A
 * row is late when the session that it would be in, alone or joined, takes no rows any more.
 *
 * <p>With an allowed lateness sessions are kept for so long after their end, and what is out at the end of an epoch are those
 * that have ended by the watermark: one that has changed is emitted again, and one that has grown, beyond the watermark or
 * into another, is taken back first.
 */
public final class SessionOperator extends Operator {
    private final OperatorContext context;
    private final int[] keys;
    private final int timeColumn;
    private final boolean updates;
    private final boolean retract;
    private final Sessions sessions;
    private final StateTable table;
    private final RowImages images;
    private final ResultWriter writer;
    private final Sessions.Changes changes;
    private final int columns;
    private long watermark = NO_WATERMARK;
    private final LateRows late;

    private int[] hashes = new int[Batch.CAPACITY];
    /** Sessions that go when what is being written has been. */
    private int[] gone = new int[16];

    private int goneCount;
    /** By session: whether it has become part of another in this epoch. */
    private boolean[] joined = new boolean[16];

    public SessionOperator(Plan.WindowAggregate plan, OperatorContext context) {
        this.context = context;
        keys = plan.keys().stream().mapToInt(Integer::intValue).toArray();
        timeColumn = plan.timeColumn();
        late = new LateRows(plan.input().schema().types());
        updates = !plan.allowedLateness().isZero();
        retract = plan.mode() == ChangelogMode.RETRACT;
        sessions = new Sessions(plan, context);
        table = sessions.table;
        columns = table.schema().columns().size();
        images = new RowImages(table);
        changes = updates ? new Remembered() : new Forgotten();
        writer = new ResultWriter(
                        sessions.aggregation,
                        plan.schema().types().stream().map(DataType::notNull).toList(),
                        !updates)
                .followedBy(
                        plan.properties().stream()
                                .mapToInt(p -> p == WindowProperty.START ? sessions.startColumn : sessions.endColumn)
                                .toArray(),
                        plan.properties().stream()
                                .mapToLong(p -> p == WindowProperty.TIME ? -WindowTimes.LAST_MOMENT : 0)
                                .toArray());
    }

    /** Sessions are emitted once: of what rows do to them nothing need be known. */
    private final class Forgotten implements Sessions.Changes {
        @Override
        public void added(int session) {}

        @Override
        public void changing(int session) {}

        @Override
        public void joined(int session) {
            sessions.remove(session);
        }
    }

    /** Keeps what sessions were before the epoch, and those that have become part of another until its end. */
    private final class Remembered implements Sessions.Changes {
        @Override
        public void added(int session) {
            images.ensureCapacity();
            images.markFresh(session);
            table.markChanged(session);
        }

        @Override
        public void changing(int session) {
            images.ensureCapacity();
            if (images.isUntouched(session)) {
                images.take(session);
                table.markChanged(session);
            }
        }

        @Override
        public void joined(int session) {
            if (session >= joined.length) {
                joined = java.util.Arrays.copyOf(joined, Math.max(session + 1, joined.length * 2));
            }
            joined[session] = true;
        }
    }

    @Override
    public void restored() {
        sessions.restored();
    }

    @Override
    public void process(int input, Batch batch) {
        int count = batch.selected();
        if (hashes.length < count) {
            hashes = new int[count];
        }
        Hashing.hash(batch, keys, hashes);
        late.begin(batch);
        long now = context.clock().millis() * 1000;
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            if (timeColumn >= 0 && batch.column(timeColumn).isNull(row)) {
                late.add(row);
                continue;
            }
            long time = timeColumn < 0 ? now : batch.column(timeColumn).values()[row];
            long seen = timeColumn < 0
                    ? NO_WATERMARK
                    : batch.hasWatermarks() ? Math.max(watermark, batch.watermarks()[row]) : watermark;
            if (!sessions.take(batch, row, hashes[i], time, seen, changes)) {
                late.add(row);
            }
        }
        sessions.flush(batch);
        late.end(lateOutput());
    }

    @Override
    public void watermark(long newWatermark) {
        if (updates) {
            emitChanges();
        }
        watermark = newWatermark;
        if (timeColumn >= 0 || newWatermark == LAST_WATERMARK) {
            fire(newWatermark);
        }
        output().watermark(newWatermark);
    }

    @Override
    public void processingTime(long millis) {
        if (timeColumn < 0) {
            fire(millis * 1000);
        }
    }

    @Override
    public void endEpoch() {
        if (updates) {
            emitChanges();
        }
    }

    private void fire(long time) {
        writer.begin(table, output());
        sessions.forEachDue(time, session -> {
            if (sessions.hasEnded(session, time) && !sessions.isEmitted(session)) {
                writer.add(ChangeKind.INSERT_CODE, session);
                if (updates) {
                    sessions.setEmitted(session, true);
                }
            }
            if (sessions.isClosed(session, time)) {
                sessions.unlink(session);
                leave(session);
            } else {
                sessions.schedule(session);
            }
        });
        writer.flush();
        removeGone();
    }

    private void leave(int session) {
        gone = StateLayout.grown(gone, goneCount + 1);
        gone[goneCount++] = session;
    }

    private void removeGone() {
        for (int i = 0; i < goneCount; i++) {
            sessions.remove(gone[i]);
        }
        goneCount = 0;
    }

    /** First takes back what is out no more, so that what comes in its place finds it gone. */
    private void emitChanges() {
        int count = table.changedCount();
        if (count == 0) {
            return;
        }
        int[] changed = table.changed();
        writer.begin(table, images.images(), output());
        for (int i = 0; i < count; i++) {
            if (wasOut(changed[i]) && !isStill(changed[i])) {
                writer.add(ChangeKind.DELETE_CODE, ~images.image(changed[i]));
            }
        }
        for (int i = 0; i < count; i++) {
            int session = changed[i];
            if (isJoined(session)) {
                joined[session] = false;
                leave(session);
            } else {
                comeOut(session);
            }
            images.clear(session);
        }
        writer.flush();
        table.clearChanged();
        images.clear();
        removeGone();
    }

    private void comeOut(int session) {
        boolean out = sessions.hasEnded(session, watermark);
        if (out && !(wasOut(session) && isStill(session))) {
            writer.add(ChangeKind.INSERT_CODE, session);
        } else if (out && !images.isUnchanged(session, columns)) {
            if (retract) {
                writer.add(ChangeKind.UPDATE_BEFORE_CODE, ~images.image(session));
            }
            writer.add(ChangeKind.UPDATE_AFTER_CODE, session);
        }
        sessions.setEmitted(session, out);
        sessions.schedule(session);
    }

    private boolean wasOut(int session) {
        return !images.isFresh(session) && sessions.isEmitted(session);
    }

    private boolean isJoined(int session) {
        return session < joined.length && joined[session];
    }

    /** Whether the session, emitted before, is what it was, apart from its results. */
    private boolean isStill(int session) {
        int image = images.image(session) * table.stride();
        return !isJoined(session)
                && images.images()[image + table.cell(sessions.startColumn)] == table.get(session, sessions.startColumn)
                && images.images()[image + table.cell(sessions.endColumn)] == table.get(session, sessions.endColumn);
    }

    @Override
    public long lateRows() {
        return late.total();
    }
}
