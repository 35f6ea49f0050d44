package dev.headrace.core.operator.join;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.Expiry;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.StateLayout;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.ChainIndex;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the rows of a table were, by key. Each change makes a version: the row that is there from the change's time on, or that
 * there is none. Of two versions the one of the later time wins, of the same time the one that came last. A version that is late
 * counts from the watermark before it on.
 *
 * <p>A version is a row of state that knows the times at which it is the answer, from {@code from} to before {@code until}:
 * from its time, or that watermark, until the first version that wins against it. These do not overlap, so one that is over, since
 * nobody asks for times before its end any more, can go by itself. The last version of a key stays, also one that says that
 * there is no row: a late one of an earlier time may follow.
 */
final class Versions {
    static final int NONE = -1;

    /** A part of the rows that an epoch looks at for what can go. */
    private static final int SHARE = 256;
    /** The same of rows that are not in memory. */
    private static final int SHARE_BELOW = 4096;

    /** The number of the join's input. */
    private static final int RIGHT = 1;

    private static final int BATCH_BITS = 24;
    private static final long FOREVER = Long.MAX_VALUE;

    final StateTable table;
    final int[] places;

    private final OperatorContext context;
    private final int[] keys;
    private final int timeColumn;
    private final StateLayout layout;
    private final ChainIndex chains;
    private final int timePlace;
    private final int fromPlace;
    private final int untilPlace;
    private final int gonePlace;
    private final Expiry expiry;
    private final int[] batchRow = new int[1];
    private final int[] stateRow = new int[1];
    private int[] hashes = new int[Batch.CAPACITY];
    /** Nobody asks for times before. */
    private long asked = Operator.NO_WATERMARK;

    private int next;

    Versions(Plan plan, List<Integer> keyColumns, int timeColumn, Duration timeToLive, OperatorContext context) {
        this.context = context;
        this.timeColumn = timeColumn;
        keys = keyColumns.stream().mapToInt(Integer::intValue).toArray();
        List<StateColumn> last = new ArrayList<>(List.of(
                StateColumn.of("time", DataType.BIGINT),
                StateColumn.of("from", DataType.BIGINT),
                StateColumn.of("until", DataType.BIGINT),
                StateColumn.of("gone", DataType.BOOLEAN)));
        if (!timeToLive.isZero()) {
            last.add(Expiry.COLUMN);
        }
        layout = new StateLayout(context.columns(RIGHT, plan.schema()), keyColumns, List.of(JoinSide.SEQUENCE), last);
        places = layout.places();
        timePlace = layout.ownLast();
        fromPlace = timePlace + 1;
        untilPlace = timePlace + 2;
        gonePlace = timePlace + 3;
        table = context.table(
                new StateSchema("versions", layout.columns(), keys.length, keys.length + 1),
                Access.chained(keys.length));
        chains = table.chains();
        expiry = Expiry.of(table, timePlace + 4, timeToLive, context, this::remove);
        table.keepLoadedIf(row -> !isOver(row) && (expiry == null || !expiry.isDue(row)), _ -> {});
    }

    private boolean isOver(int row) {
        return table.get(row, untilPlace) <= asked;
    }

    /**
     * Takes the changes of a batch.
     *
     * @param watermark nobody asks for times before; for rows that do not carry what stood before them, that too
     * @return how many have no time and so are left out
     */
    int apply(Batch batch, long watermark) {
        if (hashes.length < batch.selected()) {
            hashes = new int[batch.selected()];
        }
        Hashing.hash(batch, keys, hashes);
        Column times = batch.column(timeColumn);
        long sequence = context.nextSequence() << BATCH_BITS;
        int left = 0;
        for (int i = 0; i < batch.selected(); i++) {
            int row = batch.row(i);
            byte kind = batch.kind(row);
            // What was there before is known already.
            if (kind == ChangeKind.UPDATE_BEFORE_CODE || LookupTable.hasNull(batch, keys, row)) {
                continue;
            }
            boolean gone = !ChangeKind.adds(kind);
            long time = times.isNull(row) ? NO_TIME : times.values()[row];
            if (time == NO_TIME && gone) {
                time = lastTime(hashes[i], batch, row);
            } else if (time == NO_TIME) {
                left++;
            }
            if (time != NO_TIME) {
                long seen = batch.hasWatermarks() ? Math.max(watermark, batch.watermarks()[row]) : watermark;
                put(batch, row, hashes[i], time, Math.max(time, seen), gone, sequence + i);
            }
        }
        return left;
    }

    private static final long NO_TIME = Long.MIN_VALUE;

    /** The time of the latest version of a key: a deletion that comes without its time undoes that. */
    private long lastTime(int hash, Batch batch, int row) {
        long last = NO_TIME;
        for (int one = chains.first(hash, batch, keys, row); one >= 0; one = chains.next(one)) {
            last = Math.max(last, table.get(one, timePlace));
        }
        return last;
    }

    private void put(Batch batch, int row, int hash, long time, long from, boolean gone, long number) {
        long until = FOREVER;
        for (int one = chains.first(hash, batch, keys, row); one >= 0; ) {
            int following = chains.next(one);
            if (table.get(one, timePlace) > time) {
                until = Math.min(until, table.get(one, fromPlace));
            } else if (table.get(one, untilPlace) > from) {
                table.set(one, untilPlace, from);
                table.markUnsaved(one);
            }
            boolean never = table.get(one, untilPlace) <= table.get(one, fromPlace);
            if (never || isOver(one)) {
                remove(one);
            }
            one = following;
        }
        if (until <= from) {
            return;
        }
        int added = table.addRow(hash);
        batchRow[0] = row;
        stateRow[0] = added;
        layout.store(table, 0, stateRow, batch, batchRow, 1);
        table.set(added, layout.own(), number);
        table.set(added, timePlace, time);
        table.set(added, fromPlace, from);
        table.set(added, untilPlace, until);
        table.set(added, gonePlace, gone ? 1 : 0);
        table.markUnsaved(added);
        if (expiry != null) {
            expiry.touch(added);
        }
        chains.link(hash, added);
    }

    private void remove(int row) {
        chains.unlink(table.hashCells(row, keys.length), row);
        table.remove(row);
    }

    /** The row that was there for these columns of a batch at a time, or {@link #NONE}. */
    int at(long time, int hash, Batch batch, int[] columns, int row) {
        for (int one = chains.first(hash, batch, columns, row); one >= 0; one = chains.next(one)) {
            if (table.get(one, fromPlace) <= time && time < table.get(one, untilPlace)) {
                if (expiry != null) {
                    expiry.touch(one);
                    table.markUnsaved(one);
                }
                return table.get(one, gonePlace) != 0 ? NONE : one;
            }
        }
        return NONE;
    }

    /** Nobody asks for times before that any more. */
    void askedUpTo(long time) {
        asked = time;
    }

    void processingTime(long millis) {
        if (expiry != null) {
            expiry.processingTime(millis);
        }
    }

    /** Removes some of what is over; to be called when nothing refers to rows. */
    void sweep() {
        int rows = table.rowLimit();
        for (int i = Math.min(rows, 16 + rows / SHARE); i > 0; i--) {
            next = next + 1 < rows ? next + 1 : 0;
            if (table.isLive(next) && isOver(next)) {
                remove(next);
            }
        }
        if (expiry != null) {
            expiry.sweep();
        } else if (table.spilled() > 0) {
            table.sweepSpilled(1 + (int) Math.min(1 << 16, table.spilled() / SHARE_BELOW));
        }
    }
}
