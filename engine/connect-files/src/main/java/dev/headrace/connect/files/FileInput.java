package dev.headrace.connect.files;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.GZIPInputStream;

/** The bytes of a file after decompression, in order. Used by one thread. */
interface FileInput extends Closeable {
    int END = -1;

    /** Reads some bytes: how many, 0 when none have arrived yet, or {@link #END}. */
    int read(byte[] into, int offset, int length) throws IOException;

    /**
     * Whether it is known that all has been read. So the last rows of a file come out together with the word that it has
     * ended, and its watermark holds no other file back.
     */
    boolean isAtEnd() throws IOException;

    /** Bytes of the stored file that have been read. */
    long consumed();

    /** Opens a file at an offset. Decompressed bytes can be counted only from the start: {@link #skips} tells. */
    static FileInput open(FileSpace space, String id, long offset) throws IOException {
        boolean compressed = FileEntry.isCompressed(id);
        return switch (space) {
            case LocalFiles files when compressed -> new Stream(files.open(id, 0), true);
            case LocalFiles files -> new Local(files.openLocal(id, offset));
            case StoredFiles files ->
                new ReadAhead(files.path(id), () -> new Stream(files.open(id, compressed ? 0 : offset), compressed));
        };
    }

    /** Whether a file is opened at its start, and what lies before the wanted offset has to be read and thrown away. */
    static boolean skips(String id) {
        return FileEntry.isCompressed(id);
    }

    /** An uncompressed file of the machine. */
    final class Local implements FileInput {
        private final FileChannel channel;
        private byte[] wrapped;
        private ByteBuffer wrapper;
        private long consumed;

        Local(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (wrapped != into) {
                wrapped = into;
                wrapper = ByteBuffer.wrap(into);
            }
            wrapper.limit(offset + length).position(offset);
            int count = channel.read(wrapper);
            consumed += Math.max(count, 0);
            return count;
        }

        @Override
        public boolean isAtEnd() throws IOException {
            return channel.position() >= channel.size();
        }

        @Override
        public long consumed() {
            return consumed;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** A stream, decompressed if need be, read in pieces that do not hold its reader for long. */
    final class Stream implements FileInput {
        private static final int PIECE = 256 << 10;

        private final Counting counting;
        private final InputStream stream;
        /** The byte behind those handed out, -1 at the end; read ahead to know where that is. */
        private int next;

        private boolean looked;

        Stream(InputStream stored, boolean compressed) throws IOException {
            counting = new Counting(stored);
            try {
                stream = compressed ? new GZIPInputStream(counting, 64 << 10) : counting;
            } catch (IOException e) {
                stored.close();
                throw e;
            }
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (!looked) {
                next = stream.read();
                looked = true;
            }
            if (next < 0) {
                return END;
            }
            into[offset] = (byte) next;
            int count = 1 + stream.readNBytes(into, offset + 1, Math.min(length, PIECE) - 1);
            next = stream.read();
            return count;
        }

        @Override
        public boolean isAtEnd() {
            return looked && next < 0;
        }

        @Override
        public long consumed() {
            return counting.count;
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    /** Counts what passes; read by a second thread too, which may see an older count. */
    final class Counting extends FilterInputStream {
        private volatile long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }
}
