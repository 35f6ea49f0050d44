package dev.headrace.core.snapshot;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.StateDelta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Packs chunks into segments of up to {@link #SEGMENT} bytes and stores these; a chunk of more is a segment by itself. Memory: one
 * segment. A chunk's place is known when its segment has been stored, at the latest after {@link #finish}.
 */
final class SegmentWriter {
    static final int SEGMENT = 8 << 20;
    private static final int ROOM = 64 << 10;

    private final SnapshotStore store;
    private final long snapshot;
    private ByteHeap segment = new ByteHeap(ROOM);
    private final List<Waiting> waiting = new ArrayList<>();
    private long written;

    private record Waiting(List<Manifest.Chunk> chunks, int index) {}

    /** @param snapshot id of the one that the chunks are for */
    SegmentWriter(SnapshotStore store, long snapshot) {
        this.store = store;
        this.snapshot = snapshot;
    }

    /** Adds a chunk, and its place, in time, to {@code chunks}. */
    void add(StateDelta delta, List<Manifest.Chunk> chunks, boolean continues) throws IOException {
        if (segment.length() + delta.bytes().length > SEGMENT) {
            finish();
        }
        int start = segment.length();
        ChunkCodec.encode(delta, segment);
        waiting.add(new Waiting(chunks, chunks.size()));
        chunks.add(new Manifest.Chunk("", start, segment.length() - start, continues, snapshot));
        if (segment.length() >= SEGMENT) {
            finish();
        }
    }

    /** Adds a run of as many chunks as its size asks for. */
    void addRun(MergedChunks merged, List<Manifest.Chunk> chunks) throws IOException {
        addRun(merged, UnaryOperator.identity(), chunks);
    }

    /** @param conversion of the entries, which leaves them in their key groups */
    void addRun(MergedChunks merged, UnaryOperator<StateDelta> conversion, List<Manifest.Chunk> chunks)
            throws IOException {
        StateDelta.Collector collected = new StateDelta.Collector();
        merged.forEach(0, KeyGroups.COUNT, window -> {
            collected.add(conversion.apply(window));
            if (collected.length() >= SEGMENT) {
                add(collected.take(), chunks, !chunks.isEmpty());
            }
        });
        if (collected.length() > 0) {
            add(collected.take(), chunks, !chunks.isEmpty());
        }
    }

    /** Stores what is not stored yet. */
    void finish() throws IOException {
        if (segment.length() == 0) {
            return;
        }
        String name = store.putSegment(segment.bytes(), segment.length());
        written += segment.length();
        segment.clear();
        if (segment.bytes().length > 4 * SEGMENT) {
            segment = new ByteHeap(ROOM);
        }
        for (Waiting place : waiting) {
            Manifest.Chunk chunk = place.chunks().get(place.index());
            place.chunks()
                    .set(
                            place.index(),
                            new Manifest.Chunk(name, chunk.offset(), chunk.length(), chunk.continues(), snapshot));
        }
        waiting.clear();
    }

    /** Bytes stored so far. */
    long written() {
        return written;
    }
}
