package dev.headrace.core.snapshot;

import java.util.List;
import java.util.Map;

/**
 * What a snapshot is: the list of everything needed to go on from it. A snapshot exists when its manifest does.
 *
 * @param id rises by one from manifest to manifest of a job
 * @param generation rises with each process that takes the job over; see {@link SnapshotStore}
 * @param createdMillis milliseconds since the epoch
 * @param finished whether the job's input had ended and all its output is in this snapshot
 * @param splits how far each source split was read
 * @param sinks what the sinks make visible once this manifest exists
 * @param tables the state
 * @param sequences by operator, the highest sequence number given out
 * @param plan the plan as text, for people and for comparing
 * @param revision which revision of the job wrote it, in the words of who runs the job; empty where nobody has said
 */
public record Manifest(
        int version,
        long id,
        long generation,
        Kind kind,
        String job,
        long createdMillis,
        boolean finished,
        List<SplitState> splits,
        List<SinkState> sinks,
        List<TableState> tables,
        Map<String, Long> sequences,
        String plan,
        String revision) {
    public static final int VERSION = 1;

    public enum Kind {
        /** Taken by the interval. */
        PERIODIC,
        /** The same state as the one before, under the generation of a process that took over. */
        CLAIM,
        /** Taken on request, at the stop of a process or the end of a job. */
        SAVEPOINT
    }

    public Manifest {
        splits = List.copyOf(splits);
        sinks = List.copyOf(sinks);
        tables = List.copyOf(tables);
        sequences = Map.copyOf(sequences);
        // Manifests written before there were revisions have no such field.
        revision = revision == null ? "" : revision;
    }

    /**
     * A source split.
     *
     * @param scan identity of the scan
     * @param watermark of the split, in microseconds, so that the same rows are late after a restore
     */
    public record SplitState(String scan, String split, String position, long watermark, boolean ended) {}

    /** What a sink's writers prepared, see {@code Sink.commit}. */
    public record SinkState(String sink, List<byte[]> committables) {
        public SinkState {
            committables = List.copyOf(committables);
        }
    }

    /**
     * A state table.
     *
     * @param operator identity of the plan node that it belongs to
     * @param columns the columns' types as text
     * @param chunks older before newer; a row in a newer one replaces the row of the same key in an older one
     */
    public record TableState(
            String operator,
            String table,
            long namespace,
            List<String> columns,
            int partitionColumns,
            int keyColumns,
            List<Chunk> chunks) {
        public TableState {
            columns = List.copyOf(columns);
            chunks = List.copyOf(chunks);
        }

        public long bytes() {
            return chunks.stream().mapToLong(Chunk::length).sum();
        }
    }

    /**
     * A {@code StateDelta} within a segment object, in the form of {@link ChunkCodec}.
     *
     * @param continues whether it holds other key groups of the run that the chunk before it belongs to
     */
    public record Chunk(String segment, long offset, int length, boolean continues) {}

    /** What a sink makes visible with this snapshot. */
    public List<byte[]> committables(String sink) {
        return sinks.stream()
                .filter(s -> s.sink().equals(sink))
                .flatMap(s -> s.committables().stream())
                .toList();
    }

    public long stateBytes() {
        return tables.stream().mapToLong(TableState::bytes).sum();
    }

    /** The same under the id and generation of a process that takes the job over. */
    public Manifest claim(long newId, long newGeneration, String newRevision, long nowMillis) {
        return new Manifest(
                version,
                newId,
                newGeneration,
                Kind.CLAIM,
                job,
                nowMillis,
                finished,
                splits,
                sinks,
                tables,
                sequences,
                plan,
                newRevision);
    }
}
