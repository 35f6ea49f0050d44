package dev.headrace.core.snapshot;

import dev.headrace.core.state.StateDelta;
import java.io.IOException;

/** A table's entries sorted by key group, as {@link StateDelta} has them, read in parts: from memory or from a segment. */
interface ChunkSource {
    /** Bytes of the entries of a group. */
    int length(int group);

    /** The entries of the groups from {@code first} to before {@code end}. */
    byte[] read(int first, int end) throws IOException;

    static ChunkSource of(StateDelta delta) {
        int[] offsets = delta.offsets();
        return new ChunkSource() {
            @Override
            public int length(int group) {
                return offsets[group + 1] - offsets[group];
            }

            @Override
            public byte[] read(int first, int end) {
                return java.util.Arrays.copyOfRange(delta.bytes(), offsets[first], offsets[end]);
            }
        };
    }

    /** Reads only the head of a large chunk now, and its entries as they are asked for. */
    static ChunkSource of(SnapshotStore store, Manifest.Chunk chunk) throws IOException {
        if (chunk.length() <= ChunkCodec.SMALL) {
            return of(ChunkCodec.decode(store.readChunk(chunk)));
        }
        int[] offsets = ChunkCodec.offsets(store.readChunk(chunk, 0, ChunkCodec.MOST_HEAD));
        int head = chunk.length() - offsets[offsets.length - 1];
        return new ChunkSource() {
            @Override
            public int length(int group) {
                return offsets[group + 1] - offsets[group];
            }

            @Override
            public byte[] read(int first, int end) throws IOException {
                int length = offsets[end] - offsets[first];
                return length == 0 ? new byte[0] : store.readChunk(chunk, head + offsets[first], length);
            }
        };
    }
}
