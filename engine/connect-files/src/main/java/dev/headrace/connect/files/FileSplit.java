package dev.headrace.connect.files;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Split;
import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import java.io.IOException;
import java.util.Arrays;

/**
 * A file being read. {@code buffer[start .. end)} are bytes read and not yet decoded, of which the first has the place
 * {@code offset} in the decompressed file. A batch's text points into the buffer, so its bytes move only in the next
 * {@link #read}. Buffer and decoder are there only while the file is open.
 */
final class FileSplit {
    /** The longest record. */
    static final int LIMIT = 64 << 20;

    /** Bytes thrown away in one turn while a compressed file is read up to its position. */
    private static final long SKIPPED_A_TURN = 4 << 20;

    private final FileSource source;
    private final FileColumns columns;
    private final int number;
    private final String id;
    private long offset;
    private long record;
    private long hold = Long.MAX_VALUE;
    private boolean paused;
    private boolean ended;

    private FileInput input;
    private FileColumns.Values values;
    private Decoder decoder;
    private byte[] buffer;
    private int start;
    private int end;
    private long toSkip;
    private boolean inputEnded;
    private long bytesRead;

    FileSplit(FileSource source, FileColumns columns, int number, Split split) {
        this.source = source;
        this.columns = columns;
        this.number = number;
        this.id = split.id();
        FilePosition position = FilePosition.parse(split.position());
        offset = position.offset();
        record = position.record();
    }

    int number() {
        return number;
    }

    boolean isOpen() {
        return input != null;
    }

    boolean hasEnded() {
        return ended;
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether it does not advance until it is told to: paused, or held where it is. */
    boolean isStill() {
        return paused || offset == hold;
    }

    void setPaused(boolean value) {
        paused = value;
    }

    String position() {
        return new FilePosition(offset, record).toString();
    }

    long bytesRead() {
        return bytesRead;
    }

    void holdAt(String position) {
        long wanted = FilePosition.parse(position).offset();
        if (wanted < offset) {
            throw new IllegalStateException(
                    source.space().path(id) + " has been read up to " + offset + " and cannot hold at " + wanted);
        }
        hold = wanted;
    }

    /** Bytes not yet decoded; for a compressed file, compressed bytes not yet read. */
    long lag() {
        if (ended) {
            return 0;
        }
        try {
            long size = source.entry(id).size();
            if (FileInput.skips(id)) {
                return Math.max(0, size - (input == null ? 0 : input.consumed()));
            }
            return Math.max(0, size - offset);
        } catch (IOException e) {
            return -1;
        }
    }

    void open(Decoder freeDecoder, byte[] freeBuffer) {
        try {
            FileEntry now = source.entryToOpen(id);
            boolean skips = FileInput.skips(id);
            if (!skips && offset > now.size()) {
                throw tooShort(now.size());
            }
            values = columns.valuesOf(now);
            input = FileInput.open(source.space(), id, offset);
            toSkip = skips ? offset : 0;
        } catch (IOException e) {
            throw failed("open", e);
        }
        decoder = freeDecoder;
        if (offset > 0) {
            decoder.resume();
        }
        buffer = freeBuffer;
        start = 0;
        end = 0;
        inputEnded = false;
    }

    private UserError tooShort(long size) {
        return UserError.job(
                "table '" + source.table().name() + "': " + source.space().path(id) + " has " + size
                        + " bytes, but the job has read " + offset
                        + " of it before: it was replaced or cut. Put the file back, or give"
                        + " the new one another name");
    }

    private UserError failed(String what, IOException e) {
        return UserError.job(
                "table '" + source.table().name() + "': cannot " + what + " "
                        + source.space().path(id) + ": " + Reason.of(e)
                        + "; put it right and start the job again, it goes on from there",
                e);
    }

    /** Closes the file, to be opened again at its position, and gives up decoder and buffer. */
    void close() {
        if (input == null) {
            return;
        }
        try {
            input.close();
        } catch (IOException e) {
            // All of it that is wanted has been read.
        }
        input = null;
        decoder = null;
        buffer = null;
    }

    Decoder decoder() {
        return decoder;
    }

    byte[] buffer() {
        return buffer;
    }

    /** Puts the next rows into the batch, so many at most. Returns whether there are any; none, too, at the end or while bytes are awaited. */
    boolean read(Batch batch, int most) {
        for (; ; ) {
            if (start == end && !inputEnded && !load()) {
                return false;
            }
            int limit = hold - offset < end - start ? start + (int) (hold - offset) : end;
            boolean last = inputEnded && limit == end;
            int next = decode(batch, limit, last, most);
            offset += next - start;
            boolean advanced = next > start;
            start = next;
            ended = inputEnded && start == end;
            int rows = batch.rows();
            if (rows > 0) {
                record += rows;
                columns.fill(batch, values);
                return true;
            }
            if (ended || offset == hold) {
                return false;
            }
            if (!advanced) {
                if (last || limit < end) {
                    throw new IllegalStateException(
                            "no record of " + source.space().path(id) + " ends at byte " + (offset + limit - start));
                }
                if (!load()) {
                    return false;
                }
            }
        }
    }

    private int decode(Batch batch, int limit, boolean last, int most) {
        batch.clear();
        if (start == limit) {
            return start;
        }
        decoder.begin(batch, columns.targets(), buffer);
        try {
            return decoder.decodeLines(buffer, start, limit, last, most);
        } catch (DecodeException e) {
            long at = offset + (e.offset() - start);
            throw UserError.job("table '" + source.table().name() + "': "
                    + source.space().path(id) + ", line " + lineAt(at) + " (byte " + at + "): " + e.getMessage()
                    + source.adviceForBrokenRecords());
        }
    }

    /** Reads more bytes behind those there are. Returns whether something has changed. */
    private boolean load() {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            if (buffer.length >= LIMIT) {
                throw UserError.job("table '" + source.table().name() + "': "
                        + source.space().path(id) + " has a line of more" + " than 64 MiB at byte " + offset
                        + "; records must be separated by line ends and smaller than that");
            }
            buffer = Arrays.copyOf(buffer, (int) Math.min(LIMIT, buffer.length * 2L));
        }
        try {
            if (toSkip > 0 && !skip()) {
                return false;
            }
            int count = input.read(buffer, end, buffer.length - end);
            inputEnded = count < 0 || input.isAtEnd();
            end += Math.max(count, 0);
            bytesRead += Math.max(count, 0);
            return count != 0;
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    private boolean skip() throws IOException {
        for (long budget = SKIPPED_A_TURN; toSkip > 0 && budget > 0; ) {
            int count = input.read(buffer, 0, (int) Math.min(buffer.length, toSkip));
            if (count < 0) {
                throw tooShort(offset - toSkip);
            }
            if (count == 0) {
                return false;
            }
            toSkip -= count;
            budget -= count;
        }
        return toSkip == 0;
    }

    /** The line in which a byte lies, counting from 1. Counted from the file, as decoding has changed the buffer. */
    private long lineAt(long place) {
        long line = 1;
        byte[] chunk = new byte[1 << 16];
        try (FileInput again = FileInput.open(source.space(), id, 0)) {
            for (long at = 0; at < place; ) {
                int count = again.read(chunk, 0, (int) Math.min(chunk.length, place - at));
                if (count < 0) {
                    break;
                }
                for (int i = 0; i < count; i++) {
                    line += chunk[i] == '\n' ? 1 : 0;
                }
                at += count;
                if (count == 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return line;
    }
}
