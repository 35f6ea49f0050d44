package dev.headrace.core.spill;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.error.UserError;
import dev.headrace.core.state.SpillSpace;
import dev.headrace.core.state.SpillStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.HyperClockCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A RocksDB of one worker, without a log of its own: it dies with the process. All spaces share it; the first four bytes of
 * a key are the space's number. Its memory (block cache, which pays for filters and index blocks too, and write buffers)
 * stays below the given bytes, apart from small change. Opened at the first entry.
 */
public final class RocksSpillStore implements SpillStore {
    private static final long LEAST_WRITE_BUFFER = 1 << 20;
    private static final long MOST_WRITE_BUFFER = 64 << 20;

    private final Path folder;
    private final long memory;
    private Database database;
    private int spaces;

    /**
     * @param folder to be made at need; it is for this store alone
     * @param memory bytes
     */
    public RocksSpillStore(Path folder, long memory) {
        this.folder = folder;
        this.memory = memory;
    }

    private Database database() {
        if (database == null) {
            database = new Database(folder, memory);
        }
        return database;
    }

    @Override
    public SpillSpace open() {
        return new Space(database(), ++spaces);
    }

    @Override
    public long size() {
        return database == null ? 0 : database.size();
    }

    @Override
    public void close() {
        if (database != null) {
            database.close();
        }
    }

    private static final class Database {
        static {
            RocksDB.loadLibrary();
        }

        final HyperClockCache cache;
        final BloomFilter filter = new BloomFilter(10);
        final Options options;
        final WriteOptions writing = new WriteOptions().setDisableWAL(true);
        final ReadOptions reading = new ReadOptions().setVerifyChecksums(false);
        final ReadOptions scanning = new ReadOptions().setVerifyChecksums(false).setFillCache(false);
        final RocksDB rocks;
        private final Path folder;

        Database(Path folder, long memory) {
            this.folder = folder;
            // Two write buffers at most, one of them on its way to disk, take half; the block cache the other.
            long writeBuffer = Math.clamp(memory / 4, LEAST_WRITE_BUFFER, MOST_WRITE_BUFFER);
            cache = new HyperClockCache(Math.max(4 << 20, memory - 2 * writeBuffer), 0, -1, false);
            options = new Options()
                    .setCreateIfMissing(true)
                    .setWriteBufferSize(writeBuffer)
                    .setMaxWriteBufferNumber(2)
                    .setAllowMmapReads(false)
                    .setCompressionType(CompressionType.LZ4_COMPRESSION)
                    .setMaxBackgroundJobs(2)
                    .setKeepLogFileNum(1)
                    .setMaxOpenFiles(512)
                    .setLevelCompactionDynamicLevelBytes(true)
                    .setTableFormatConfig(new BlockBasedTableConfig()
                            .setBlockCache(cache)
                            .setBlockSize(8 << 10)
                            .setFilterPolicy(filter)
                            .setWholeKeyFiltering(true)
                            .setCacheIndexAndFilterBlocks(true)
                            .setPinL0FilterAndIndexBlocksInCache(true));
            try {
                Files.createDirectories(folder);
                rocks = RocksDB.open(options, folder.toString());
            } catch (RocksDBException | IOException e) {
                throw failure("open", folder, e);
            }
        }

        long size() {
            try {
                return rocks.getLongProperty("rocksdb.total-sst-files-size");
            } catch (RocksDBException e) {
                throw failure("measure", folder, e);
            }
        }

        void close() {
            rocks.close();
            options.close();
            writing.close();
            reading.close();
            scanning.close();
            filter.close();
            cache.close();
        }
    }

    private static UserError failure(String what, Path folder, Exception cause) {
        return UserError.job(
                "cannot " + what + " spilled state in " + folder + ": " + cause.getMessage()
                        + "; state that does not fit into memory is kept there: free some room, or name another folder",
                cause);
    }

    private static final class Space implements SpillSpace {
        private final Database database;
        private final int number;
        private final WriteBatch batch = new WriteBatch();
        private boolean collected;
        private ByteBuffer keyBuffer = ByteBuffer.allocateDirect(1024);
        private ByteBuffer valueBuffer = ByteBuffer.allocateDirect(4096);

        Space(Database database, int number) {
            this.database = database;
            this.number = number;
        }

        private void setKey(ByteHeap key) {
            int length = key.length() + Integer.BYTES;
            if (keyBuffer.capacity() < length) {
                keyBuffer = ByteBuffer.allocateDirect(length * 2);
            }
            keyBuffer.clear();
            keyBuffer.putInt(number).put(key.bytes(), 0, key.length()).flip();
        }

        @Override
        public void put(ByteHeap key, ByteHeap value) {
            setKey(key);
            if (valueBuffer.capacity() < value.length()) {
                valueBuffer = ByteBuffer.allocateDirect(value.length() * 2);
            }
            valueBuffer.clear();
            valueBuffer.put(value.bytes(), 0, value.length()).flip();
            try {
                batch.put(keyBuffer, valueBuffer);
            } catch (RocksDBException e) {
                throw failure("write", database.folder, e);
            }
            collected(value.length());
        }

        @Override
        public void delete(ByteHeap key) {
            setKey(key);
            try {
                batch.delete(keyBuffer);
            } catch (RocksDBException e) {
                throw failure("write", database.folder, e);
            }
            collected(0);
        }

        private int bytes;

        private void collected(int length) {
            collected = true;
            bytes += keyBuffer.limit() + length;
            if (bytes > 1 << 20) {
                flush();
            }
        }

        @Override
        public void flush() {
            if (collected) {
                try {
                    database.rocks.write(database.writing, batch);
                } catch (RocksDBException e) {
                    throw failure("write", database.folder, e);
                }
                batch.clear();
                collected = false;
                bytes = 0;
            }
        }

        @Override
        public boolean get(ByteHeap key, ByteHeap value) {
            flush();
            try {
                while (true) {
                    setKey(key);
                    valueBuffer.clear();
                    int length = database.rocks.get(database.reading, keyBuffer, valueBuffer);
                    if (length == RocksDB.NOT_FOUND) {
                        return false;
                    }
                    if (length <= valueBuffer.capacity()) {
                        value.clear();
                        valueBuffer.get(0, value.reserve(length), 0, length);
                        value.setLength(length);
                        return true;
                    }
                    valueBuffer = ByteBuffer.allocateDirect(length * 2);
                }
            } catch (RocksDBException e) {
                throw failure("read", database.folder, e);
            }
        }

        @Override
        public Scan scan(ByteHeap from) {
            flush();
            setKey(from);
            return new RocksScan(database, number, keyBuffer);
        }

        @Override
        public void drop() {
            byte[] first = ByteBuffer.allocate(4).putInt(number).array();
            byte[] end = ByteBuffer.allocate(4).putInt(number + 1).array();
            try {
                database.rocks.deleteRange(database.writing, first, end);
            } catch (RocksDBException e) {
                throw failure("write", database.folder, e);
            }
            batch.close();
        }
    }

    private static final class RocksScan implements SpillSpace.Scan {
        private final RocksIterator iterator;
        private final int number;
        private boolean started;
        private byte[] key = {};

        RocksScan(Database database, int number, ByteBuffer from) {
            this.number = number;
            iterator = database.rocks.newIterator(database.scanning);
            iterator.seek(from);
        }

        @Override
        public boolean next() {
            if (started) {
                iterator.next();
            }
            started = true;
            if (!iterator.isValid()) {
                return false;
            }
            byte[] whole = iterator.key();
            if (ByteBuffer.wrap(whole).getInt() != number) {
                return false;
            }
            key = Arrays.copyOfRange(whole, Integer.BYTES, whole.length);
            return true;
        }

        @Override
        public byte[] key() {
            return key;
        }

        @Override
        public byte[] value() {
            return iterator.value();
        }

        @Override
        public void close() {
            iterator.close();
        }
    }
}
