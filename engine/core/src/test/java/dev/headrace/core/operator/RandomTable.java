package dev.headrace.core.operator;

import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** A table that changes at random, and the changelog that says so. Of rows alike the one that came last goes. */
public final class RandomTable {
    private final Random random;
    private final ChangelogMode mode;
    private final List<Integer> unique;
    private final Supplier<List<Object>> newRow;
    private final List<List<Object>> rows = new ArrayList<>();

    /** @param unique columns of which no two rows have the same values; empty: rows may repeat */
    public RandomTable(Random random, ChangelogMode mode, List<Integer> unique, Supplier<List<Object>> newRow) {
        this.random = random;
        this.mode = mode;
        this.unique = unique;
        this.newRow = newRow;
    }

    public List<List<Object>> rows() {
        return rows;
    }

    /** Up to {@code most} changes, and some more where an update takes two. */
    public List<Change> change(int most) {
        List<Change> changes = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            if (mode != ChangelogMode.INSERT_ONLY && !rows.isEmpty() && random.nextInt(3) == 0) {
                List<Object> gone = rows.get(random.nextInt(rows.size()));
                rows.remove(rows.lastIndexOf(gone));
                changes.add(new Change(ChangeKind.DELETE, onlyKey(gone), Operator.NO_WATERMARK));
                continue;
            }
            List<Object> row = newRow.get();
            ChangeKind kind = ChangeKind.INSERT;
            int at = unique.isEmpty() ? -1 : find(row);
            if (at >= 0) {
                if (mode == ChangelogMode.INSERT_ONLY) {
                    continue;
                }
                List<Object> old = rows.remove(at);
                kind = ChangeKind.UPDATE_AFTER;
                if (mode == ChangelogMode.RETRACT) {
                    changes.add(new Change(ChangeKind.UPDATE_BEFORE, old, Operator.NO_WATERMARK));
                }
            }
            rows.add(row);
            changes.add(new Change(kind, row, Operator.NO_WATERMARK));
        }
        return changes;
    }

    private int find(List<Object> row) {
        for (int i = 0; i < rows.size(); i++) {
            List<Object> other = rows.get(i);
            if (unique.stream().allMatch(c -> java.util.Objects.equals(other.get(c), row.get(c)))) {
                return i;
            }
        }
        return -1;
    }

    private List<Object> onlyKey(List<Object> row) {
        if (mode != ChangelogMode.UPSERT) {
            return row;
        }
        List<Object> seen = new ArrayList<>();
        for (int c = 0; c < row.size(); c++) {
            seen.add(unique.contains(c) ? row.get(c) : null);
        }
        return seen;
    }
}
