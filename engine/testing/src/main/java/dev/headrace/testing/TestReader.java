package dev.headrace.testing;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.core.run.RunClock;
import java.util.ArrayList;
import java.util.List;

/** Reads splits of a {@link TableRows}; a position is the number of steps done. */
final class TestReader implements SourceReader {
    private final TableRows rows;
    private final RowText.Reader text;
    private final RunClock clock;
    private final int batchRows;
    private final TestTables.Waits waits;
    private final TableFaults faults;
    private final Runnable whenClosed;
    private final List<Progress> splits = new ArrayList<>();
    private int turn;

    TestReader(
            TableRows rows,
            RowText.Reader text,
            RunClock clock,
            int batchRows,
            TestTables.Waits waits,
            TableFaults faults,
            Runnable whenClosed) {
        this.faults = faults;
        this.whenClosed = whenClosed;
        this.rows = rows;
        this.text = text;
        this.clock = clock;
        this.batchRows = batchRows;
        this.waits = waits;
    }

    private static final class Progress {
        final TableRows.Split split;
        volatile int position;
        boolean paused;

        Progress(TableRows.Split split, int position) {
            this.split = split;
            this.position = position;
        }

        boolean isAtEnd() {
            return position == split.steps().size();
        }
    }

    @Override
    public int assign(Split split) {
        faults.pass("assigning a split of " + rows.table());
        TableRows.Split found = rows.splits().stream()
                .filter(s -> s.name().equals(split.id()))
                .findFirst()
                .orElseThrow();
        synchronized (splits) {
            splits.add(new Progress(found, Integer.parseInt(split.position())));
        }
        return splits.size() - 1;
    }

    @Override
    public int read(Batch batch, int most) {
        faults.pass("before a read of " + rows.table());
        for (int tries = 0; tries < splits.size(); tries++) {
            turn = (turn + 1) % splits.size();
            Progress progress = splits.get(turn);
            if (!progress.paused && !progress.isAtEnd() && !waits(progress) && !faults.findsNothing()) {
                fill(progress, batch, Math.min(most, faults.rowsOf(batchRows)));
                faults.pass("after a read of " + rows.table());
                return turn;
            }
        }
        boolean ended = splits.stream().allMatch(p -> p.isAtEnd() && p.split.ends());
        return ended ? ENDED : NOTHING;
    }

    private boolean waits(Progress progress) {
        if (!(progress.split.steps().get(progress.position) instanceof TableRows.Wait wait)) {
            return false;
        }
        String place = rows.table() + "/" + progress.split.name() + "/" + progress.position;
        if (!waits.isOver(place, wait.duration(), clock.nanos())) {
            return true;
        }
        progress.position++;
        return progress.isAtEnd() || waits(progress);
    }

    private void fill(Progress progress, Batch batch, int most) {
        List<TableRows.Row> taken = new ArrayList<>();
        List<TableRows.Step> steps = progress.split.steps();
        for (int i = progress.position; i < steps.size() && taken.size() < most; i++) {
            if (!(steps.get(i) instanceof TableRows.Row row)) {
                break;
            }
            taken.add(row);
        }
        text.read(taken.stream().map(TableRows.Row::cells).toList(), batch);
        if (rows.changes() != ChangelogMode.INSERT_ONLY) {
            byte[] kinds = batch.ownKinds(taken.size());
            for (int i = 0; i < taken.size(); i++) {
                kinds[i] = (byte) taken.get(i).kind().ordinal();
            }
        }
        progress.position += taken.size();
    }

    /** Splits of which nothing is left to read; from any thread. */
    int splitsRead() {
        synchronized (splits) {
            return (int) splits.stream().filter(Progress::isAtEnd).count();
        }
    }

    @Override
    public boolean hasEnded(int split) {
        Progress progress = splits.get(split);
        return progress.isAtEnd() && progress.split.ends();
    }

    @Override
    public String position(int split) {
        return Integer.toString(splits.get(split).position);
    }

    @Override
    public long lag(int split) {
        Progress progress = splits.get(split);
        return progress.split.steps().size() - progress.position;
    }

    @Override
    public void pause(int split, boolean paused) {
        splits.get(split).paused = paused;
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    public long recordsSkipped() {
        return 0;
    }

    @Override
    public void close() {
        whenClosed.run();
        faults.pass("closing a reader of " + rows.table());
    }
}
