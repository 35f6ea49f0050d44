package dev.headrace.core.snapshot;

import dev.headrace.api.type.Layout;
import dev.headrace.core.state.RowConversion;
import dev.headrace.core.state.RowReader;
import dev.headrace.core.state.StateSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Saved tables as a changed job has them: under another step, with other columns. Where rows are what they were, the same
 * chunks serve; else all rows are written anew, a window of key groups at a time.
 */
public final class StateMove {
    private final SnapshotStore store;
    private final long nowMillis;
    private final SegmentWriter segments;
    private final List<Moved> moved = new ArrayList<>();

    private record Moved(Manifest.TableState table, String operator, StateSchema schema, List<Manifest.Chunk> chunks) {
        Manifest.TableState state() {
            return new Manifest.TableState(
                    operator,
                    table.table(),
                    table.namespace(),
                    schema.types().stream().map(Object::toString).toList(),
                    schema.partitionColumns(),
                    schema.keyColumns(),
                    chunks);
        }
    }

    /**
     * @param snapshot id of the manifest that is to have the tables
     * @param nowMillis milliseconds since the epoch
     */
    public StateMove(SnapshotStore store, long snapshot, long nowMillis) {
        this.store = store;
        this.nowMillis = nowMillis;
        segments = new SegmentWriter(store, snapshot);
    }

    /** Takes over a table whose rows stay what they are. */
    public void keep(Manifest.TableState table, String operator, StateSchema schema) {
        moved.add(new Moved(table, operator, schema, table.chunks()));
    }

    /**
     * Takes over a table whose rows change.
     *
     * @param layouts of the saved columns
     * @param from for each column of the schema the saved one, -1 for one that rows start without
     */
    public void convert(
            Manifest.TableState table, String operator, StateSchema schema, List<Layout> layouts, List<Integer> from)
            throws IOException {
        List<ChunkSource> sources = new ArrayList<>();
        for (Manifest.Chunk chunk : table.chunks()) {
            sources.add(ChunkSource.of(store, chunk));
        }
        RowConversion conversion = new RowConversion(layouts, schema, from, nowMillis);
        List<Manifest.Chunk> chunks = new ArrayList<>();
        segments.addRun(
                new MergedChunks(sources, new RowReader(layouts, table.keyColumns()), true),
                conversion::convert,
                chunks);
        moved.add(new Moved(table, operator, schema, chunks));
    }

    /** The tables, when all they refer to is stored. */
    public List<Manifest.TableState> finish() throws IOException {
        segments.finish();
        return moved.stream().map(Moved::state).toList();
    }
}
