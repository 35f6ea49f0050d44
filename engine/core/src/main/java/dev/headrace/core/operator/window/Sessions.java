package dev.headrace.core.operator.window;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.aggregate.Aggregation;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.ChainIndex;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * Sessions per key: rows closer than the gap to each other. A session is a row of state: key, number, start, end, whether it
 * has been emitted, accumulators; with end = last time + gap. Sessions of a key are found through a chain, by time through
 * buckets of when each is due.
 *
 * <p>A session takes rows until the watermark before the row has reached its last millisecond plus the allowed lateness. One
 * that takes none any more is nobody's neighbour, whether or not it is still here: so it does not matter when it goes.
 */
final class Sessions {
    /** No session. */
    static final int NONE = -1;

    private static final long NOT_DUE = Long.MIN_VALUE;

    final StateTable table;
    final Aggregation aggregation;
    final int startColumn;
    final int endColumn;

    private final OperatorContext context;
    private final int[] keys;
    private final int numberColumn;
    private final int emittedColumn;
    private final long gap;
    private final long lateness;
    private final ChainIndex byKey;
    /** By time: how many sessions were put there when they were due then, and which. */
    private final TreeMap<Long, int[]> buckets = new TreeMap<>();
    /** By session: under which time it stands; entries elsewhere are void. */
    private long[] dueAt = {};

    private final int[] pendingRows = new int[Batch.CAPACITY];
    private final int[] pendingSessions = new int[Batch.CAPACITY];
    private int pending;

    Sessions(Plan.WindowAggregate plan, OperatorContext context) {
        this.context = context;
        keys = plan.keys().stream().mapToInt(Integer::intValue).toArray();
        gap = ((Window.Session) plan.window()).gap();
        lateness = plan.allowedLateness().toMillis() * 1000;
        List<StateColumn> own = new ArrayList<>(List.of(
                StateColumn.of("session", DataType.BIGINT),
                StateColumn.of("start", DataType.BIGINT),
                StateColumn.of("end", DataType.BIGINT)));
        if (lateness > 0) {
            own.add(StateColumn.of("emitted", DataType.BOOLEAN));
        }
        aggregation = new Aggregation(plan.input().schema(), plan.keys(), own, plan.calls(), false, true, context);
        numberColumn = keys.length;
        startColumn = keys.length + 1;
        endColumn = keys.length + 2;
        emittedColumn = keys.length + 3;
        List<StateColumn> columns = aggregation.schema("sessions").columns();
        table = context.table(new StateSchema("sessions", columns, keys.length, keys.length + 1), Access.IN_MEMORY);
        aggregation.openDistincts(context, 0);
        byKey = new ChainIndex(table, keys.length);
    }

    /** What is told of sessions as rows change them. */
    interface Changes {
        void added(int session);

        /** The session is about to change, or to become part of another. */
        void changing(int session);

        /** The session has become part of another. It is in the table until {@link Sessions#remove} takes it out. */
        void joined(int session);
    }

    void restored() {
        for (int session = 0; session < table.rowLimit(); session++) {
            if (table.isLive(session)) {
                byKey.link(table.hashCells(session, keys.length), session);
                schedule(session);
            }
        }
    }

    private long lastMoment(long end) {
        return end - WindowTimes.LAST_MOMENT;
    }

    /** Whether the session has ended by a time. */
    boolean hasEnded(int session, long time) {
        return lastMoment(table.get(session, endColumn)) <= time;
    }

    /** Whether the session takes no row behind that watermark any more. */
    boolean isClosed(int session, long watermark) {
        return lastMoment(table.get(session, endColumn)) + lateness <= watermark;
    }

    boolean isEmitted(int session) {
        return lateness > 0 && table.get(session, emittedColumn) != 0;
    }

    void setEmitted(int session, boolean emitted) {
        if (isEmitted(session) != emitted) {
            table.set(session, emittedColumn, emitted ? 1 : 0);
            table.markUnsaved(session);
        }
    }

    private boolean isInReach(int session, long time, long seen) {
        return table.get(session, startColumn) <= time + gap
                && table.get(session, endColumn) >= time
                && !isClosed(session, seen);
    }

    /**
     * Takes a row into a session; {@link #flush} brings what has been taken into the accumulators.
     *
     * @param seen the watermark before the row
     * @return whether the row is not late
     */
    boolean take(Batch batch, int row, int hash, long time, long seen, Changes changes) {
        long start = time;
        long end = time + gap;
        int target = NONE;
        int others = 0;
        for (int session = byKey.first(hash, batch, keys, row); session >= 0; session = byKey.next(session)) {
            if (isInReach(session, time, seen)) {
                start = Math.min(start, table.get(session, startColumn));
                end = Math.max(end, table.get(session, endColumn));
                others += target == NONE ? 0 : 1;
                target = target == NONE ? session : target;
            }
        }
        if (lastMoment(end) + lateness <= seen) {
            return false;
        }
        if (target == NONE) {
            target = add(batch, row, hash);
            changes.added(target);
        } else {
            changes.changing(target);
        }
        if (others > 0) {
            flush(batch);
            join(batch, row, hash, time, seen, target, changes);
        }
        table.set(target, startColumn, start);
        table.set(target, endColumn, end);
        table.markUnsaved(target);
        schedule(target);
        pendingRows[pending] = row;
        pendingSessions[pending++] = target;
        if (pending == Batch.CAPACITY) {
            flush(batch);
        }
        return true;
    }

    private int add(Batch batch, int row, int hash) {
        int session = table.addRow(hash);
        for (int key = 0; key < keys.length; key++) {
            table.setFrom(session, key, batch.column(keys[key]), row);
        }
        aggregation.initialize(table, session);
        table.set(session, numberColumn, context.nextSequence());
        byKey.link(hash, session);
        return session;
    }

    /** Adds all other sessions in reach of a time to {@code target}. */
    private void join(Batch batch, int row, int hash, long time, long seen, int target, Changes changes) {
        int session = byKey.first(hash, batch, keys, row);
        while (session >= 0) {
            int next = byKey.next(session);
            if (session != target && isInReach(session, time, seen)) {
                changes.changing(session);
                aggregation.merge(table, target, table, session);
                unlink(session);
                changes.joined(session);
            }
            session = next;
        }
    }

    /** Takes a session out of reach of rows to come. */
    void unlink(int session) {
        byKey.unlink(table.hashCells(session, keys.length), session);
        dueAt[session] = NOT_DUE;
    }

    /** Removes a session that has been unlinked. */
    void remove(int session) {
        aggregation.forget(table, session);
        table.remove(session);
    }

    void flush(Batch batch) {
        if (pending > 0) {
            aggregation.update(table, batch, pendingRows, pendingSessions, null, pending);
            pending = 0;
        }
    }

    /**
     * Puts a session under the time when something is to be done about it: its end, or, once it has been emitted, that plus
     * the lateness. It stays where it is if it stands under an earlier one, from which it will move on.
     */
    void schedule(int session) {
        if (session >= dueAt.length) {
            int old = dueAt.length;
            dueAt = Arrays.copyOf(dueAt, Math.max(session + 1, old * 2));
            Arrays.fill(dueAt, old, dueAt.length, NOT_DUE);
        }
        long time = table.get(session, endColumn) + (isEmitted(session) ? lateness : 0);
        if (dueAt[session] != NOT_DUE && dueAt[session] <= time) {
            return;
        }
        dueAt[session] = time;
        int[] bucket = buckets.get(time);
        if (bucket == null) {
            buckets.put(time, new int[] {1, session});
            return;
        }
        if (bucket[0] + 1 == bucket.length) {
            bucket = Arrays.copyOf(bucket, bucket.length * 2);
            buckets.put(time, bucket);
        }
        bucket[++bucket[0]] = session;
    }

    /** Takes out the sessions that may be due at a time, and tells each; who is told schedules or unlinks it. */
    void forEachDue(long time, IntConsumer receiver) {
        while (!buckets.isEmpty() && lastMoment(buckets.firstKey()) <= time) {
            long end = buckets.firstKey();
            int[] bucket = buckets.remove(end);
            for (int i = 1; i <= bucket[0]; i++) {
                int session = bucket[i];
                if (dueAt[session] == end) {
                    dueAt[session] = NOT_DUE;
                    receiver.accept(session);
                }
            }
        }
    }
}
