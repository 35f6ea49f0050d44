package dev.headrace.core.state;

import dev.headrace.api.batch.ByteHeap;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** Spilled state in a sorted map, for tests. */
public final class MemorySpillStore implements SpillStore {
    @Override
    public SpillSpace open() {
        return new Space();
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public void close() {}

    private static final class Space implements SpillSpace {
        private TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

        private static byte[] copy(ByteHeap heap) {
            return Arrays.copyOf(heap.bytes(), heap.length());
        }

        @Override
        public void put(ByteHeap key, ByteHeap value) {
            entries.put(copy(key), copy(value));
        }

        @Override
        public void delete(ByteHeap key) {
            entries.remove(copy(key));
        }

        @Override
        public void flush() {}

        @Override
        public boolean get(ByteHeap key, ByteHeap value) {
            byte[] found = entries.get(copy(key));
            if (found != null) {
                value.clear();
                value.append(found, 0, found.length);
            }
            return found != null;
        }

        @Override
        public Scan scan(ByteHeap from) {
            Iterator<Map.Entry<byte[], byte[]>> rest =
                    new TreeMap<>(entries).tailMap(copy(from), true).entrySet().iterator();
            return new Scan() {
                private Map.Entry<byte[], byte[]> entry;

                @Override
                public boolean next() {
                    entry = rest.hasNext() ? rest.next() : null;
                    return entry != null;
                }

                @Override
                public byte[] key() {
                    return entry.getKey();
                }

                @Override
                public byte[] value() {
                    return entry.getValue();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void drop() {
            entries = null;
        }
    }
}
