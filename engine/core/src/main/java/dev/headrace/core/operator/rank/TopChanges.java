package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.StateLayout;
import java.util.Arrays;

/**
 * Writes how the places {@code from} to {@code to} of a list of rows have changed. With places in the output each place
 * whose row is another one is an update, by place; without, rows that have left and rows that have come.
 */
final class TopChanges {
    private final int from;
    private final int to;
    private final boolean withPlace;
    private final boolean retract;
    private final ChangeWriter writer;
    /** By row number: the round in which the row was seen. */
    private int[] seen = new int[16];

    private int round;

    /** @param from counted from 1, like {@code to} */
    TopChanges(long from, long to, boolean withPlace, ChangelogMode mode, ChangeWriter writer) {
        this.from = (int) Math.min(from - 1, Integer.MAX_VALUE);
        this.to = (int) Math.min(to, Integer.MAX_VALUE);
        this.withPlace = withPlace;
        retract = mode == ChangelogMode.RETRACT;
        this.writer = writer;
    }

    /** @param before the list as it was emitted, from {@code start} on */
    void write(int[] before, int start, int beforeCount, int[] now, int nowCount, int rowLimit) {
        int old = Math.min(beforeCount, to);
        int fresh = Math.min(nowCount, to);
        if (withPlace) {
            writePlaces(before, start, old, now, fresh);
        } else {
            writeRows(before, start, old, now, fresh, rowLimit);
        }
    }

    private void writePlaces(int[] before, int start, int old, int[] now, int fresh) {
        for (int i = from; i < Math.max(old, fresh); i++) {
            int place = i + 1;
            if (i >= old) {
                writer.add(ChangeKind.INSERT_CODE, now[i], place);
            } else if (i >= fresh) {
                writer.add(ChangeKind.DELETE_CODE, before[start + i], place);
            } else if (before[start + i] != now[i]) {
                if (retract) {
                    writer.add(ChangeKind.UPDATE_BEFORE_CODE, before[start + i], place);
                }
                writer.add(ChangeKind.UPDATE_AFTER_CODE, now[i], place);
            }
        }
    }

    private void writeRows(int[] before, int start, int old, int[] now, int fresh, int rowLimit) {
        seen = StateLayout.grown(seen, rowLimit);
        if (round > Integer.MAX_VALUE - 2) {
            Arrays.fill(seen, 0);
            round = 0;
        }
        int stays = ++round;
        for (int i = from; i < fresh; i++) {
            seen[now[i]] = stays;
        }
        int was = ++round;
        for (int i = from; i < old; i++) {
            int row = before[start + i];
            if (seen[row] == stays) {
                seen[row] = was;
            } else {
                writer.add(ChangeKind.DELETE_CODE, row);
            }
        }
        for (int i = from; i < fresh; i++) {
            if (seen[now[i]] != was) {
                writer.add(ChangeKind.INSERT_CODE, now[i]);
            }
        }
    }
}
