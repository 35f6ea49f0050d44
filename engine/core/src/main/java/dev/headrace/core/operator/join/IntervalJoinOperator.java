package dev.headrace.core.operator.join;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Program;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.state.Hashing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Joins rows whose times differ by a bounded amount. Which pairs are joined depends on the rows alone: with tl, tr the
 * times of a left and a right row, and wl, wr the watermarks that stood before them in their splits, they are joined if
 * keys and condition match and
 *
 * <pre>  lower &lt;= tl - tr &lt;= upper  and  wl &lt; tr + upper  and  wr &lt; tl - lower</pre>
 *
 * that is, unless one of them came when its own split had passed all rows that the other could meet. A late row so finds
 * what is still kept. (A row of a split that was idle can come when what it should meet has been dropped; a row without a
 * watermark of its own has that of its input.)
 *
 * <p>A row is kept until its input's other side has passed it so: bucket by bucket, see {@link IntervalSide}. Outer joins
 * then emit it with nulls if it has not been joined, or at once if it was too late to be. The watermark handed on is
 * behind by as much as rows may be that are still to come out; only rows that come too late for any match can be behind.
 */
final class IntervalJoinOperator extends Operator {
    /** A bucket is a quarter of the time that rows are kept at least, but not shorter than this, in microseconds. */
    private static final long SHORTEST_BUCKET = 1_000_000;

    private final long lower;
    private final long upper;
    private final long bucketLength;
    private final long delay;
    private final IntervalSide[] sides;
    private final int[] timeColumns;
    private final Program condition;
    private final Pairs pairs;
    private final Batch passing;
    private final long[] progress = {NO_WATERMARK, NO_WATERMARK};

    private final int[] selectedOf = new int[Batch.CAPACITY];
    private int[] hashes = new int[Batch.CAPACITY];
    private long[] watermarks = new long[Batch.CAPACITY];
    private boolean[] possible = new boolean[Batch.CAPACITY];
    private boolean[] matched = new boolean[Batch.CAPACITY];

    IntervalJoinOperator(Plan.IntervalJoin plan, OperatorContext context) {
        if (plan.kind() == JoinKind.SEMI || plan.kind() == JoinKind.ANTI) {
            throw UserError.request("IN and EXISTS over an interval of time are not supported; write a join");
        }
        lower = plan.lower();
        upper = plan.upper();
        bucketLength = Math.max(SHORTEST_BUCKET, (upper - lower) / 4);
        boolean leftTracked = plan.kind() == JoinKind.LEFT || plan.kind() == JoinKind.FULL;
        boolean rightTracked = plan.kind() == JoinKind.RIGHT || plan.kind() == JoinKind.FULL;
        delay = Math.max(upper, 0) + Math.max(-lower, 0) + (leftTracked || rightTracked ? bucketLength : 0);
        timeColumns = new int[] {plan.leftTime(), plan.rightTime()};
        sides = new IntervalSide[] {
            new IntervalSide(0, plan.left(), plan.leftKeys(), plan.leftTime(), bucketLength, leftTracked, context),
            new IntervalSide(1, plan.right(), plan.rightKeys(), plan.rightTime(), bucketLength, rightTracked, context)
        };
        List<DataType> types = new ArrayList<>(plan.left().schema().types());
        int leftColumns = types.size();
        types.addAll(plan.right().schema().types());
        pairs = new Pairs(types, leftColumns);
        passing = Batch.of(types, Batch.CAPACITY);
        condition = JoinOperator.condition(plan.condition(), types, context);
    }

    @Override
    public void restored() {
        sides[0].restored();
        sides[1].restored();
    }

    /** A row of that input at {@code time} meets times of the other from here on .. */
    private long firstMet(int input, long time) {
        return input == 0 ? time - upper : time + lower;
    }

    /** .. to here. */
    private long lastMet(int input, long time) {
        return input == 0 ? time - lower : time + upper;
    }

    @Override
    public void process(int input, Batch batch) {
        int count = batch.selected();
        ensureCapacity(count);
        IntervalSide own = sides[input];
        IntervalSide other = sides[1 - input];
        Column timeColumn = batch.column(timeColumns[input]);
        long[] times = timeColumn.values();
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        Hashing.hash(batch, own.keys, hashes);
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            matched[i] = false;
            watermarks[i] = batch.hasWatermarks() ? batch.watermarks()[row] : progress[input];
            possible[i] = !timeColumn.isNull(row) && !LookupTable.hasNull(batch, own.keys, row);
            if (possible[i]) {
                earliest = Math.min(earliest, times[row]);
                latest = Math.max(latest, times[row]);
            }
        }
        if (earliest <= latest) {
            Map<Long, IntervalSide.Bucket> met = other.between(firstMet(input, earliest), lastMet(input, latest));
            for (var bucket : met.entrySet()) {
                probe(input, batch, times, bucket.getKey() * bucketLength, bucket.getValue());
            }
        }
        // What can still be met later is kept; the rest, if unmatched, comes out now.
        boolean keeps = false;
        pairs.begin(batch, input == 0, other.empty, other.places);
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            boolean kept = possible[i] && progress[1 - input] < lastMet(input, times[row]);
            possible[i] = kept;
            keeps |= kept;
            if (!kept && own.tracked && !matched[i] && pairs.add(row, Pairs.NONE, ChangeKind.INSERT_CODE)) {
                flush();
            }
        }
        flush();
        if (keeps) {
            own.add(batch, hashes, possible, watermarks, matched);
        }
    }

    private void probe(int input, Batch batch, long[] times, long bucketStart, IntervalSide.Bucket bucket) {
        IntervalSide own = sides[input];
        IntervalSide other = sides[1 - input];
        pairs.begin(batch, input == 0, bucket.table(), other.places);
        for (int i = 0; i < batch.selected(); i++) {
            int row = batch.row(i);
            long time = times[row];
            long first = firstMet(input, time);
            long last = lastMet(input, time);
            if (!possible[i] || first >= bucketStart + bucketLength || last < bucketStart) {
                continue;
            }
            int found = bucket.byKey().first(hashes[i], batch, own.keys, row);
            for (; found >= 0; found = bucket.byKey().next(found)) {
                long foundTime = other.time(bucket.table(), found);
                if (foundTime >= first
                        && foundTime <= last
                        && watermarks[i] < lastMet(1 - input, foundTime)
                        && other.watermark(bucket.table(), found) < last) {
                    selectedOf[pairs.count()] = i;
                    if (pairs.add(row, found, ChangeKind.INSERT_CODE)) {
                        meet(other, bucket);
                    }
                }
            }
        }
        meet(other, bucket);
    }

    private void meet(IntervalSide other, IntervalSide.Bucket bucket) {
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
            matched[selectedOf[pair]] = true;
            if (other.tracked) {
                other.setMatched(bucket.table(), pairs.stateRow(pair));
            }
        }
        pairs.clear();
        if (out.selected() > 0) {
            output().emit(out);
        }
    }

    private void flush() {
        if (pairs.count() > 0) {
            Batch out = pairs.fill(false);
            pairs.clear();
            output().emit(out);
        }
    }

    @Override
    public void inputWatermark(int input, long watermark) {
        if (watermark > progress[input]) {
            progress[input] = watermark;
            expire(1 - input, watermark);
        }
    }

    /** Drops the rows of a side of which those the other can still bring would be too early. */
    private void expire(int side, long otherProgress) {
        IntervalSide own = sides[side];
        // Rows meet times up to lastMet(side, time): those are behind when their time is at or below this.
        long passed = otherProgress == LAST_WATERMARK
                ? Long.MAX_VALUE
                : side == 0 ? otherProgress + lower : otherProgress - upper;
        for (var bucket = own.firstUpTo(passed); bucket != null; bucket = own.firstUpTo(passed)) {
            if (own.tracked) {
                bucket.byKey().loadAll();
                pairs.begin(sides[1 - side].none, side == 1, bucket.table(), own.places);
                for (int row = 0; row < bucket.table().rowLimit(); row++) {
                    if (bucket.table().isLive(row)
                            && !own.isMatched(bucket.table(), row)
                            && pairs.add(Pairs.NONE, row, ChangeKind.INSERT_CODE)) {
                        flush();
                    }
                }
                flush();
            }
            own.dropFirst();
        }
    }

    @Override
    public void watermark(long watermark) {
        // An idle input does not hold back the minimum, and so does not keep rows either.
        inputWatermark(0, watermark);
        inputWatermark(1, watermark);
        active(watermark);
    }

    @Override
    public void active(long watermark) {
        boolean plain = watermark == LAST_WATERMARK || watermark == NO_WATERMARK;
        output().watermark(plain ? watermark : watermark - delay);
    }

    private void ensureCapacity(int count) {
        if (hashes.length < count) {
            hashes = new int[count];
            watermarks = new long[count];
            possible = new boolean[count];
            matched = new boolean[count];
        }
    }

    @Override
    public void close() {
        if (condition != null) {
            condition.close();
        }
    }
}
