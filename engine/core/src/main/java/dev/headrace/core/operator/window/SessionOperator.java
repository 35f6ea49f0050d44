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
import dev.headrace.core.state.Access;
import dev.headrace.core.state.ChainIndex;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Aggregates over sessions: per key, rows closer than the gap to each other. A session is a row of state (key, number,
 * start, end, accumulators), with end = last time + gap; a row that lies in reach of two sessions joins them. A session is
 * emitted when the watermark reaches its last millisecond. A row is late when the session that it would be in, alone or
 * joined, has ended by the watermark before the row.
 *
 * <p>Sessions are found by key through a chain; which are due is known from buckets by end, where a session stands under
 * an end that it once had and moves on when that is looked at. O(sessions of the key) a row.
 */
public final class SessionOperator extends Operator {
    private final OperatorContext context;
    private final int[] keys;
    private final int timeColumn;
    private final long gap;
    private final Aggregation aggregation;
    private final StateTable sessions;
    private final ChainIndex byKey;
    /** The session's number, its start and its end lie behind the key. */
    private static final List<DataType> OWN_COLUMNS = List.of(DataType.BIGINT, DataType.BIGINT, DataType.BIGINT);

    private final int numberColumn;
    private final int startColumn;
    private final int endColumn;
    private final List<Plan.WindowProperty> properties;
    private final ResultWriter writer;
    /** By end: rows that had that end when they were put there. */
    private final TreeMap<Long, int[]> due = new TreeMap<>();

    private long[] dueAt = {};
    private long watermark = NO_WATERMARK;
    private volatile long lateRows;

    private int[] hashes = new int[Batch.CAPACITY];
    private final int[] pendingRows = new int[Batch.CAPACITY];
    private final int[] pendingSessions = new int[Batch.CAPACITY];
    private int pending;

    public SessionOperator(Plan.WindowAggregate plan, OperatorContext context) {
        this.context = context;
        keys = plan.keys().stream().mapToInt(Integer::intValue).toArray();
        timeColumn = plan.timeColumn();
        gap = ((Window.Session) plan.window()).gap();
        aggregation = new Aggregation(
                plan.input().schema().types(), plan.keys(), OWN_COLUMNS, plan.calls(), false, false, context);
        if (aggregation.hasDistincts()) {
            throw dev.headrace.api.error.UserError.request(
                    "DISTINCT aggregates over SESSION windows are not there yet; aggregate distinct rows of a subquery");
        }
        numberColumn = keys.length;
        startColumn = keys.length + 1;
        endColumn = keys.length + 2;
        List<DataType> columns = aggregation.schema("sessions").columns();
        sessions = context.table(new StateSchema("sessions", columns, keys.length, keys.length + 1), Access.IN_MEMORY);
        byKey = new ChainIndex(sessions, keys.length);
        properties = plan.properties();
        writer = new ResultWriter(
                aggregation,
                plan.schema().types().stream().map(DataType::notNull).toList(),
                true);
    }

    @Override
    public void restored() {
        for (int row = 0; row < sessions.rowLimit(); row++) {
            if (sessions.isLive(row)) {
                byKey.link(sessions.hashCells(row, keys.length), row);
                schedule(row);
            }
        }
    }

    @Override
    public void process(int input, Batch batch) {
        int count = batch.selected();
        if (hashes.length < count) {
            hashes = new int[count];
        }
        Hashing.hash(batch, keys, hashes);
        long now = context.clock().millis() * 1000;
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            if (timeColumn >= 0 && batch.column(timeColumn).isNull(row)) {
                late();
                continue;
            }
            long time = timeColumn < 0 ? now : batch.column(timeColumn).values()[row];
            long seen = timeColumn < 0
                    ? NO_WATERMARK
                    : batch.hasWatermarks() ? Math.max(watermark, batch.watermarks()[row]) : watermark;
            one(batch, row, hashes[i], time, seen);
        }
        flush(batch);
    }

    private void late() {
        long sum = lateRows + 1;
        lateRows = sum;
    }

    private void one(Batch batch, int row, int hash, long time, long seen) {
        long start = time;
        long end = time + gap;
        int target = -1;
        int others = 0;
        for (int session = byKey.first(hash, batch, keys, row); session >= 0; session = byKey.next(session)) {
            if (sessions.get(session, startColumn) <= time + gap && sessions.get(session, endColumn) >= time) {
                start = Math.min(start, sessions.get(session, startColumn));
                end = Math.max(end, sessions.get(session, endColumn));
                others += target < 0 ? 0 : 1;
                target = target < 0 ? session : target;
            }
        }
        if (end - WindowTimes.LAST_MOMENT <= seen) {
            late();
            return;
        }
        if (others > 0) {
            flush(batch);
            join(batch, row, hash, time, target);
        }
        if (target < 0) {
            target = sessions.addRow(hash);
            for (int key = 0; key < keys.length; key++) {
                sessions.setFrom(target, key, batch.column(keys[key]), row);
            }
            aggregation.initialize(sessions, target);
            sessions.set(target, numberColumn, context.nextSequence());
            byKey.link(hash, target);
        }
        sessions.set(target, startColumn, start);
        sessions.set(target, endColumn, end);
        sessions.markUnsaved(target);
        schedule(target);
        pendingRows[pending] = row;
        pendingSessions[pending++] = target;
        if (pending == Batch.CAPACITY) {
            flush(batch);
        }
    }

    /** Adds all other sessions in reach of a time to {@code target}. */
    private void join(Batch batch, int row, int hash, long time, int target) {
        int session = byKey.first(hash, batch, keys, row);
        while (session >= 0) {
            int next = byKey.next(session);
            boolean inReach =
                    sessions.get(session, startColumn) <= time + gap && sessions.get(session, endColumn) >= time;
            if (session != target && inReach) {
                aggregation.merge(sessions, target, sessions, session);
                remove(hash, session);
            }
            session = next;
        }
    }

    private void remove(int hash, int session) {
        byKey.unlink(hash, session);
        sessions.remove(session);
        dueAt[session] = NO_WATERMARK;
    }

    private void flush(Batch batch) {
        if (pending > 0) {
            aggregation.update(sessions, batch, pendingRows, pendingSessions, null, pending);
            pending = 0;
        }
    }

    /** Puts a session under its end, unless it already stands under an earlier one, from which it will move on. */
    private void schedule(int session) {
        if (session >= dueAt.length) {
            int old = dueAt.length;
            dueAt = Arrays.copyOf(dueAt, Math.max(session + 1, old * 2));
            Arrays.fill(dueAt, old, dueAt.length, NO_WATERMARK);
        }
        if (dueAt[session] != NO_WATERMARK) {
            return;
        }
        long end = sessions.get(session, endColumn);
        dueAt[session] = end;
        int[] bucket = due.get(end);
        if (bucket == null) {
            due.put(end, new int[] {1, session});
            return;
        }
        if (bucket[0] + 1 == bucket.length) {
            bucket = Arrays.copyOf(bucket, bucket.length * 2);
            due.put(end, bucket);
        }
        bucket[++bucket[0]] = session;
    }

    @Override
    public void watermark(long newWatermark) {
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

    private void fire(long time) {
        while (!due.isEmpty() && due.firstKey() - WindowTimes.LAST_MOMENT <= time) {
            long end = due.firstKey();
            int[] bucket = due.remove(end);
            for (int i = 1; i <= bucket[0]; i++) {
                int session = bucket[i];
                if (session >= sessions.rowLimit() || !sessions.isLive(session) || dueAt[session] != end) {
                    continue;
                }
                dueAt[session] = NO_WATERMARK;
                if (sessions.get(session, endColumn) - WindowTimes.LAST_MOMENT <= time) {
                    emit(session);
                } else {
                    schedule(session);
                }
            }
        }
    }

    private void emit(int session) {
        long start = sessions.get(session, startColumn);
        long end = sessions.get(session, endColumn);
        writer.begin(sessions, output(), WindowAggregateOperator.constants(properties, start, end));
        writer.add(ChangeKind.INSERT_CODE, session);
        writer.flush();
        remove(sessions.hashCells(session, keys.length), session);
    }

    @Override
    public long lateRows() {
        return lateRows;
    }
}
