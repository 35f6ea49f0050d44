package dev.headrace.core.snapshot;

import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.Remainder;
import dev.headrace.core.state.RowReader;
import dev.headrace.core.state.StateDelta;
import dev.headrace.core.state.StateSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Reads the rows of tables from snapshots: those of the key groups from {@code firstGroup} to before {@code endGroup}.
 *
 * @param executor reads ahead of what is asked for; without one, what is asked for is read then
 */
public record TableReader(SnapshotStore store, int firstGroup, int endGroup, Optional<ExecutorService> executor) {

    /** Gives all rows of a table, each key once, no tombstones, in parts that hold key groups as a whole. */
    public void read(Manifest.TableState state, StateSchema schema, Consumer<StateDelta> rows) throws IOException {
        giveAll(windows(state.chunks(), true, schema, MergedChunks.WINDOW), rows);
    }

    /**
     * Gives what newer chunks of a table say: of each key the newest entry, tombstones too.
     *
     * @param chunks those at the end of the list of a table's, older before newer
     */
    public void readChanges(List<Manifest.Chunk> chunks, StateSchema schema, Consumer<StateDelta> changes)
            throws IOException {
        giveAll(windows(chunks, false, schema, MergedChunks.WINDOW), changes);
    }

    /**
     * What {@link #read} would give, to be asked for.
     *
     * @param windowBytes about the size of a window, before merging
     */
    public Remainder.Windows later(Manifest.TableState state, StateSchema schema, int windowBytes) throws IOException {
        return windows(state.chunks(), true, schema, windowBytes);
    }

    private static void giveAll(ComingWindows windows, Consumer<StateDelta> rows) throws IOException {
        try {
            while (!windows.isEmpty()) {
                rows.accept(windows.next(true).orElseThrow());
            }
        } finally {
            windows.drop();
        }
    }

    private ComingWindows windows(List<Manifest.Chunk> chunks, boolean whole, StateSchema schema, int windowBytes)
            throws IOException {
        MergedChunks merged = new MergedChunks(open(chunks), RowReader.of(schema), whole);
        return new ComingWindows(merged, firstGroup, endGroup, windowBytes, executor);
    }

    /** Side by side, where there is an executor. */
    private List<ChunkSource> open(List<Manifest.Chunk> chunks) throws IOException {
        List<ChunkSource> sources = new ArrayList<>();
        if (executor.isEmpty()) {
            for (Manifest.Chunk chunk : chunks) {
                sources.add(ChunkSource.of(store, chunk));
            }
            return sources;
        }
        List<Future<ChunkSource>> opened = chunks.stream()
                .map(chunk -> executor.get().submit(() -> ChunkSource.of(store, chunk)))
                .toList();
        for (Future<ChunkSource> source : opened) {
            sources.add(MergedChunks.made(source));
        }
        return sources;
    }

    /** The rows that deltas, older before newer, amount to. */
    public static StateDelta merged(List<StateDelta> deltas, StateSchema schema) {
        StateDelta.Collector all = new StateDelta.Collector();
        try {
            new MergedChunks(deltas.stream().map(ChunkSource::of).toList(), RowReader.of(schema), true)
                    .forEach(0, KeyGroups.COUNT, all::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.take();
    }
}
