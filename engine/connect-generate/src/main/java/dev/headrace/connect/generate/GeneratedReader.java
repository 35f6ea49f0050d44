package dev.headrace.connect.generate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import java.util.ArrayList;
import java.util.List;

/** Reads made rows, a batch of each split in turn, no faster than the source's rate from the first read on. */
final class GeneratedReader implements SourceReader {
    private static final class Part {
        private final int part;
        private final long length;
        private final long first;
        private long next;
        private long hold = Long.MAX_VALUE;
        private boolean paused;
        private boolean endTold;

        Part(int part, long length, long first) {
            this.part = part;
            this.length = length;
            this.first = first;
            this.next = first;
        }
    }

    private final GeneratedSource source;
    private final RowMaker maker;
    private final List<Part> parts = new ArrayList<>();
    private int turn;
    private long startMillis = -1;

    GeneratedReader(GeneratedSource source, RowMaker maker) {
        this.source = source;
        this.maker = maker;
    }

    @Override
    public int assign(Split split) {
        int part = source.part(split.id());
        parts.add(new Part(part, source.lengths().get(part), Long.parseLong(split.position())));
        return parts.size() - 1;
    }

    @Override
    public int read(Batch batch, int rows) {
        batch.clear();
        boolean ended = true;
        for (int tried = 0; tried < parts.size(); tried++) {
            int number = turn;
            turn = (turn + 1) % parts.size();
            Part part = parts.get(number);
            ended &= part.next >= part.length;
            long until = Math.min(Math.min(part.length, part.hold), due(part));
            int count = (int) Math.min(until - part.next, rows);
            if (part.next >= part.length && !part.endTold) {
                // Without a row, as its watermark must not hold others back.
                part.endTold = true;
                return number;
            }
            if (count > 0 && !part.paused) {
                batch.ensureCapacity(count);
                maker.make(batch, part.part, part.next, count);
                part.next += count;
                part.endTold = part.next >= part.length;
                return number;
            }
        }
        return ended ? ENDED : NOTHING;
    }

    /** The row up to which a part may have been read by now. */
    private long due(Part part) {
        if (source.rowsPerSecond() == 0) {
            return Long.MAX_VALUE;
        }
        long now = source.clock().millis();
        if (startMillis < 0) {
            startMillis = now;
        }
        long all = Math.multiplyHigh(now - startMillis, source.rowsPerSecond()) == 0
                ? (now - startMillis) * source.rowsPerSecond() / 1000
                : Long.MAX_VALUE / 2;
        return part.first
                + (all + source.lengths().size() - 1 - part.part)
                        / source.lengths().size();
    }

    @Override
    public boolean hasEnded(int split) {
        return parts.get(split).next >= parts.get(split).length;
    }

    @Override
    public String position(int split) {
        return Long.toString(parts.get(split).next);
    }

    @Override
    public long lag(int split) {
        Part part = parts.get(split);
        return part.length == GeneratedSource.ENDLESS ? -1 : part.length - part.next;
    }

    @Override
    public void pause(int split, boolean paused) {
        parts.get(split).paused = paused;
    }

    @Override
    public void holdAt(int split, String position) {
        long wanted = Long.parseLong(position);
        if (wanted < parts.get(split).next) {
            throw new IllegalStateException(source.name() + " has been read up to row " + parts.get(split).next
                    + " and cannot hold at " + wanted);
        }
        parts.get(split).hold = wanted;
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
    public void close() {}
}
