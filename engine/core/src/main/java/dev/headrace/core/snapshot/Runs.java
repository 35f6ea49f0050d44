package dev.headrace.core.snapshot;

import java.util.ArrayList;
import java.util.List;

/**
 * The chunks of a table as runs: a run is one or more chunks that hold different key groups and are of the same age.
 * Decides which to merge.
 */
final class Runs {
    /** Runs of a table before merging is worth a thought. */
    private static final int TOLERATED = 6;

    private Runs() {}

    static List<List<Manifest.Chunk>> of(List<Manifest.Chunk> chunks) {
        List<List<Manifest.Chunk>> runs = new ArrayList<>();
        for (Manifest.Chunk chunk : chunks) {
            if (!chunk.continues() || runs.isEmpty()) {
                runs.add(new ArrayList<>());
            }
            runs.getLast().add(chunk);
        }
        return runs;
    }

    /**
     * How many of the newest runs to merge, 0 for none. A run is taken in while it is at most twice as large as all newer
     * ones together, so a byte is rewritten a logarithmic number of times.
     */
    static int newestToMerge(List<List<Manifest.Chunk>> runs) {
        if (runs.size() <= TOLERATED) {
            return 0;
        }
        long sum = 0;
        int count = 0;
        for (int i = runs.size() - 1; i >= 0; i--) {
            long length = runs.get(i).stream().mapToLong(Manifest.Chunk::length).sum();
            if (count >= 2 && length > 2 * sum) {
                break;
            }
            sum += length;
            count++;
        }
        return runs.size() > 4 * TOLERATED ? runs.size() : count >= TOLERATED / 2 ? count : 0;
    }
}
