package dev.headrace.connect.files;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads files side by side, a batch of each in turn, so that rows of about the same age come out together. {@code side}
 * are the files whose turn comes round; files beyond {@link #SIDE_BY_SIDE} wait, in the order of their assignment, until
 * one of those ends. A file that is paused or held gives up its place to a waiting one, which may be what it waits for.
 */
final class FilesReader implements SourceReader {
    static final int SIDE_BY_SIDE = 64;

    private static final int BUFFER = 1 << 20;
    private static final int SMALL_BUFFER = 256 << 10;
    /** With more files open than this, each has a small buffer. */
    private static final int FEW = 8;

    private final FileSource source;
    private final FileColumns columns;
    private final List<FileSplit> splits = new ArrayList<>();
    private final List<FileSplit> side = new ArrayList<>();
    private final List<FileSplit> retired = new ArrayList<>();
    private final List<Decoder> decoders = new ArrayList<>();
    private final List<Decoder> freeDecoders = new ArrayList<>();
    private final List<byte[]> freeBuffers = new ArrayList<>();
    private int firstWaiting;
    private int turn;
    private int ended;

    FilesReader(FileSource source, ScanRequest request) {
        this.source = source;
        this.columns = new FileColumns(source, request);
        Decoder first = source.decoder(columns.decoded());
        decoders.add(first);
        freeDecoders.add(first);
    }

    @Override
    public int assign(Split split) {
        splits.add(new FileSplit(source, columns, splits.size(), split));
        return splits.size() - 1;
    }

    @Override
    public int read(Batch batch, int rows) {
        batch.clear();
        reclaim();
        fillSide();
        for (int tried = side.size(); tried > 0; tried--) {
            turn = turn >= side.size() ? 0 : turn;
            FileSplit split = side.get(turn);
            if (split.isPaused()) {
                turn++;
                continue;
            }
            if (!split.isOpen()) {
                open(split);
            }
            boolean any = split.read(batch, rows);
            if (split.hasEnded()) {
                ended++;
                side.remove(turn);
                retired.add(split);
            } else {
                turn++;
            }
            // That a file has ended is told even where there was no row left in it, since it holds back a watermark.
            if (any || split.hasEnded()) {
                return split.number();
            }
        }
        batch.clear();
        return ended == splits.size() ? ENDED : NOTHING;
    }

    /** Takes back what ended files used. Not before the next read, as the last batch points into their buffers. */
    private void reclaim() {
        for (FileSplit split : retired) {
            release(split);
        }
        retired.clear();
    }

    private void release(FileSplit split) {
        if (split.isOpen()) {
            split.decoder().reset();
            freeDecoders.add(split.decoder());
            if (split.buffer().length <= BUFFER && freeBuffers.size() < FEW) {
                freeBuffers.add(split.buffer());
            }
            split.close();
        }
    }

    /** Lets waiting files in while fewer than {@link #SIDE_BY_SIDE} advance; paused ones are closed beyond that many. */
    private void fillSide() {
        if (firstWaiting == splits.size()) {
            return;
        }
        int advancing = 0;
        for (FileSplit split : side) {
            advancing += split.isStill() ? 0 : 1;
        }
        while (advancing < SIDE_BY_SIDE && firstWaiting < splits.size()) {
            FileSplit split = splits.get(firstWaiting++);
            side.add(split);
            advancing += split.isStill() ? 0 : 1;
        }
    }

    private void open(FileSplit split) {
        int open = 0;
        for (FileSplit other : side) {
            open += other.isOpen() ? 1 : 0;
        }
        for (int i = 0; open >= SIDE_BY_SIDE && i < side.size(); i++) {
            FileSplit other = side.get(i);
            if (other != split && other.isOpen() && other.isStill()) {
                release(other);
                open--;
            }
        }
        Decoder decoder = freeDecoders.isEmpty() ? null : freeDecoders.removeLast();
        if (decoder == null) {
            decoder = source.decoder(columns.decoded());
            decoders.add(decoder);
        }
        byte[] buffer = freeBuffers.isEmpty() ? null : freeBuffers.removeLast();
        if (buffer == null) {
            buffer = new byte[side.size() > FEW ? SMALL_BUFFER : BUFFER];
        }
        split.open(decoder, buffer);
    }

    @Override
    public boolean hasEnded(int split) {
        return splits.get(split).hasEnded();
    }

    @Override
    public String position(int split) {
        return splits.get(split).position();
    }

    @Override
    public long lag(int split) {
        return splits.get(split).lag();
    }

    @Override
    public void pause(int split, boolean paused) {
        splits.get(split).setPaused(paused);
    }

    @Override
    public void holdAt(int split, String position) {
        splits.get(split).holdAt(position);
    }

    @Override
    public long bytesRead() {
        long sum = 0;
        for (FileSplit split : splits) {
            sum += split.bytesRead();
        }
        return sum;
    }

    @Override
    public long recordsSkipped() {
        long sum = 0;
        for (Decoder decoder : decoders) {
            sum += decoder.skipped();
        }
        return sum;
    }

    @Override
    public void close() {
        for (FileSplit split : splits) {
            split.close();
        }
    }
}
