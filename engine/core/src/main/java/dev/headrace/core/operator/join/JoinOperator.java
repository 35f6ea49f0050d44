package dev.headrace.core.operator.join;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.Program;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Joins two changelogs. Each batch meets the rows kept of the other side, then becomes part of its own side; so what
 * comes out is in order of arrival, and costs a row's matches.
 *
 * <p>Where one row decides whether others come out (outer, semi and anti joins) the side it decides about is tracked: the
 * first match of a row takes its null-padded form back, the last one that goes brings it again. In UPSERT mode the old
 * form of an update leaves as -D, since no new one need follow it.
 */
final class JoinOperator extends Operator {
    private final JoinKind kind;
    private final JoinSide[] sides;
    private final Program condition;
    /** Pairs that agree in the key. */
    private final Pairs candidates;

    private final Batch passing;
    /** Rows on their way out, where they are not simply the pairs that pass. */
    private final Pairs out;

    private final boolean insertOnly;
    private final boolean upsert;
    private final boolean leftOnly;
    private long[] matches = new long[Batch.CAPACITY];
    /** Selected row of each candidate. */
    private final int[] candidateOf = new int[Batch.CAPACITY];

    private int finished;

    JoinOperator(Plan.Join plan, OperatorContext context) {
        kind = plan.kind();
        leftOnly = kind == JoinKind.SEMI || kind == JoinKind.ANTI;
        boolean leftTracked = leftOnly || kind == JoinKind.LEFT || kind == JoinKind.FULL;
        boolean rightTracked = kind == JoinKind.RIGHT || kind == JoinKind.FULL;
        sides = new JoinSide[] {
            new JoinSide(0, plan.left(), plan.leftKeys(), plan.leftUnique(), leftTracked, plan.timeToLive(), context),
            new JoinSide(
                    1, plan.right(), plan.rightKeys(), plan.rightUnique(), rightTracked, plan.timeToLive(), context)
        };
        insertOnly = plan.mode() == ChangelogMode.INSERT_ONLY;
        upsert = plan.mode() == ChangelogMode.UPSERT;
        List<DataType> types = new ArrayList<>(plan.left().schema().types());
        int leftColumns = types.size();
        types.addAll(plan.right().schema().types());
        candidates = new Pairs(types, leftColumns);
        out = leftOnly ? new Pairs(plan.schema().types(), leftColumns) : new Pairs(types, leftColumns);
        passing = Batch.of(types, Batch.CAPACITY);
        condition = condition(plan.condition(), types, context);
    }

    /** A filter over pairs, or null. */
    static Program condition(java.util.Optional<Expression> condition, List<DataType> types, OperatorContext context) {
        List<Expression> all = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            all.add(new Expression.Input(i, types.get(i)));
        }
        return condition
                .map(c -> context.compiler().compile(types, condition, all))
                .orElse(null);
    }

    @Override
    public void process(int input, Batch batch) {
        JoinSide own = sides[input];
        JoinSide other = sides[1 - input];
        int count = batch.selected();
        int[] hashes = own.hash(batch);
        candidates.begin(batch, input == 0, other.table, other.places);
        out.begin(batch, input == 0, other.table, other.places);
        boolean tracking = kind != JoinKind.INNER;
        if (tracking) {
            if (matches.length < count) {
                matches = new long[count];
            }
            Arrays.fill(matches, 0, count, 0);
            finished = 0;
        }
        for (int i = 0; i < count; i++) {
            int row = batch.row(i);
            if (LookupTable.hasNull(batch, own.keys, row)) {
                continue;
            }
            byte change = batch.kind(row);
            for (int found = other.first(hashes[i], batch, own.keys, row); found >= 0; found = other.next(found)) {
                for (long copies = tracking ? 1 : other.copies(found); copies > 0; copies--) {
                    candidateOf[candidates.count()] = i;
                    if (candidates.add(row, found, change)) {
                        meet(batch, own, other, tracking);
                    }
                }
            }
        }
        meet(batch, own, other, tracking);
        if (tracking) {
            finish(batch, own, count);
            flush();
        }
        own.apply(batch, matches);
    }

    private void meet(Batch batch, JoinSide own, JoinSide other, boolean tracking) {
        if (candidates.count() == 0) {
            return;
        }
        if (!tracking) {
            if (upsert) {
                candidates.replace(ChangeKind.UPDATE_BEFORE_CODE, ChangeKind.DELETE_CODE);
            }
            Batch pairs = candidates.fill(!insertOnly);
            if (condition != null) {
                condition.run(pairs, passing);
                pairs = passing;
            }
            if (pairs.selected() > 0) {
                output().emit(pairs);
            }
        } else if (condition == null) {
            for (int pair = 0; pair < candidates.count(); pair++) {
                track(batch, own, other, pair);
            }
        } else {
            condition.run(candidates.fill(false), passing);
            for (int i = 0; i < passing.selected(); i++) {
                track(batch, own, other, passing.row(i));
            }
        }
        candidates.clear();
    }

    private void track(Batch batch, JoinSide own, JoinSide other, int pair) {
        int i = candidateOf[pair];
        int row = candidates.batchRow(pair);
        int found = candidates.stateRow(pair);
        byte change = candidates.kind(pair);
        boolean adds = ChangeKind.adds(change);
        finish(batch, own, i);
        long copies = other.copies(found);
        matches[i] += copies;
        if (!other.isTracked()) {
            if (!leftOnly) {
                emit(row, found, change, copies);
            }
            return;
        }
        long before = other.matches(found);
        other.setMatches(found, adds ? before + 1 : before - 1);
        boolean first = adds && before == 0;
        boolean last = !adds && before == 1;
        switch (kind) {
            case SEMI, ANTI -> {
                if (first || last) {
                    boolean comes = first == (kind == JoinKind.SEMI);
                    emit(Pairs.NONE, found, comes ? ChangeKind.INSERT_CODE : ChangeKind.DELETE_CODE, copies);
                }
            }
            default -> {
                if (first) {
                    emit(Pairs.NONE, found, ChangeKind.DELETE_CODE, copies);
                }
                emit(row, found, change, copies);
                if (last) {
                    emit(Pairs.NONE, found, ChangeKind.INSERT_CODE, copies);
                }
            }
        }
    }

    /** All pairs of the selected rows before the {@code end}-th have been seen: emits those that come out by themselves. */
    private void finish(Batch batch, JoinSide own, int end) {
        if (!own.isTracked()) {
            return;
        }
        for (; finished < end; finished++) {
            boolean wanted = (matches[finished] > 0) == (kind == JoinKind.SEMI);
            if (wanted) {
                int row = batch.row(finished);
                emit(row, Pairs.NONE, batch.kind(row), 1);
            }
        }
    }

    private void emit(int batchRow, int stateRow, byte change, long copies) {
        byte code = upsert && change == ChangeKind.UPDATE_BEFORE_CODE ? ChangeKind.DELETE_CODE : change;
        for (long i = 0; i < copies; i++) {
            if (out.add(batchRow, stateRow, code)) {
                flush();
            }
        }
    }

    private void flush() {
        if (out.count() > 0) {
            Batch rows = out.fill(!insertOnly);
            out.clear();
            output().emit(rows);
        }
    }

    @Override
    public void processingTime(long millis) {
        sides[0].processingTime(millis);
        sides[1].processingTime(millis);
    }

    @Override
    public void endEpoch() {
        sides[0].endEpoch();
        sides[1].endEpoch();
    }

    @Override
    public void close() {
        if (condition != null) {
            condition.close();
        }
    }
}
