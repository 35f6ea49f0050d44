package dev.headrace.core.snapshot;

import dev.headrace.core.state.Remainder;
import dev.headrace.core.state.RowReader;
import dev.headrace.core.state.StateDelta;
import dev.headrace.core.state.StateSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Reads the rows of a table from a snapshot. */
public final class TableReader {
    private TableReader() {}

    /**
     * Gives the rows of the key groups from {@code firstGroup} to before {@code endGroup}, each key once, no tombstones, in
     * parts that hold groups as a whole.
     *
     * @param ahead reads parts before they are asked for; empty to read each when it is
     */
    public static void read(
            SnapshotStore store,
            Manifest.TableState state,
            StateSchema schema,
            int firstGroup,
            int endGroup,
            Optional<ExecutorService> ahead,
            Consumer<StateDelta> rows)
            throws IOException {
        read(store, state.chunks(), true, schema, firstGroup, endGroup, ahead, rows);
    }

    /**
     * Gives what newer chunks of a table say: of each key the newest entry, tombstones too.
     *
     * @param chunks those at the end of the list of a table's, older before newer
     */
    public static void readChanges(
            SnapshotStore store,
            List<Manifest.Chunk> chunks,
            StateSchema schema,
            int firstGroup,
            int endGroup,
            Optional<ExecutorService> ahead,
            Consumer<StateDelta> changes)
            throws IOException {
        read(store, chunks, false, schema, firstGroup, endGroup, ahead, changes);
    }

    /**
     * The same as {@link #read}, in windows to be asked for.
     *
     * @param windowBytes about the size of a window, before merging
     */
    public static Remainder.Windows later(
            SnapshotStore store,
            Manifest.TableState state,
            StateSchema schema,
            int firstGroup,
            int endGroup,
            int windowBytes,
            Optional<ExecutorService> readers)
            throws IOException {
        List<ChunkSource> sources = new ArrayList<>();
        if (readers.isPresent()) {
            List<Future<ChunkSource>> opened = state.chunks().stream()
                    .map(chunk -> readers.get().submit(() -> ChunkSource.of(store, chunk)))
                    .toList();
            for (Future<ChunkSource> source : opened) {
                sources.add(MergedChunks.made(source));
            }
        } else {
            for (Manifest.Chunk chunk : state.chunks()) {
                sources.add(ChunkSource.of(store, chunk));
            }
        }
        return new ComingWindows(
                new MergedChunks(sources, RowReader.of(schema), true), firstGroup, endGroup, windowBytes, readers);
    }

    private static void read(
            SnapshotStore store,
            List<Manifest.Chunk> chunks,
            boolean whole,
            StateSchema schema,
            int firstGroup,
            int endGroup,
            Optional<ExecutorService> ahead,
            Consumer<StateDelta> rows)
            throws IOException {
        List<ChunkSource> sources = new ArrayList<>();
        for (Manifest.Chunk chunk : chunks) {
            sources.add(ChunkSource.of(store, chunk));
        }
        MergedChunks merged = new MergedChunks(sources, RowReader.of(schema), whole);
        if (ahead.isPresent()) {
            merged.forEach(firstGroup, endGroup, ahead.get(), rows::accept);
        } else {
            merged.forEach(firstGroup, endGroup, rows::accept);
        }
    }

    /** The rows that deltas, older before newer, amount to. */
    public static StateDelta merged(List<StateDelta> deltas, StateSchema schema) {
        StateDelta.Collector all = new StateDelta.Collector();
        try {
            new MergedChunks(deltas.stream().map(ChunkSource::of).toList(), RowReader.of(schema), true)
                    .forEach(0, dev.headrace.core.state.KeyGroups.COUNT, all::add);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return all.take();
    }
}
