package dev.headrace.core.snapshot;

import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.RowReader;
import dev.headrace.core.state.StateDelta;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Merges consecutive chunks of a table into one: of each key the newest entry stays. Tombstones stay too unless the
 * oldest chunk is among the merged. Memory: the chunks; time: linear.
 */
final class ChunkMerger {
    /** Chunks of a table before merging is worth a thought. */
    private static final int TOLERATED = 6;

    private ChunkMerger() {}

    /**
     * How many of the newest chunks to merge, 0 for none. A chunk is taken in while it is at most twice as large as all
     * newer ones together, so a byte is rewritten a logarithmic number of times.
     */
    static int newestToMerge(List<Manifest.Chunk> chunks) {
        if (chunks.size() <= TOLERATED) {
            return 0;
        }
        long sum = 0;
        int count = 0;
        for (int i = chunks.size() - 1; i >= 0 && (count < 2 || chunks.get(i).length() <= 2 * sum); i--) {
            sum += chunks.get(i).length();
            count++;
        }
        return chunks.size() > 4 * TOLERATED ? chunks.size() : count >= TOLERATED / 2 ? count : 0;
    }

    /**
     * @param deltas older before newer
     * @param whole whether nothing older remains, so that tombstones have done their work
     */
    static StateDelta merge(List<StateDelta> deltas, RowReader rows, boolean whole) {
        int total = deltas.stream().mapToInt(d -> d.bytes().length).sum();
        byte[] merged = new byte[total];
        int[] offsets = new int[KeyGroups.COUNT + 1];
        int length = 0;
        for (int group = 0; group < KeyGroups.COUNT; group++) {
            Map<ByteBuffer, ByteBuffer> newest = new LinkedHashMap<>();
            for (StateDelta delta : deltas) {
                int at = delta.offsets()[group];
                while (at < delta.offsets()[group + 1]) {
                    boolean row = delta.bytes()[at] == StateDelta.ROW;
                    int keyEnd = rows.skipKey(delta.bytes(), at + 1);
                    int end = row ? rows.skipRow(delta.bytes(), at + 1) : keyEnd;
                    newest.put(
                            ByteBuffer.wrap(delta.bytes(), at + 1, keyEnd - at - 1),
                            ByteBuffer.wrap(delta.bytes(), at, end - at));
                    at = end;
                }
            }
            for (ByteBuffer entry : newest.values()) {
                if (!whole || entry.get(entry.position()) == StateDelta.ROW) {
                    int size = entry.remaining();
                    entry.get(merged, length, size);
                    length += size;
                }
            }
            offsets[group + 1] = length;
        }
        return new StateDelta(java.util.Arrays.copyOf(merged, length), offsets);
    }
}
