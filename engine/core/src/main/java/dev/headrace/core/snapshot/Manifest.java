package dev.headrace.core.snapshot;

import dev.headrace.api.type.Layout;
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
 * @param eventTimes how far event time had come at the operators that ask it; of one operator more than one where its workers
 *     were not as far
 * @param sinks all sinks, with what they make visible once this manifest exists
 * @param steps what keeps state, with the columns of its tables; by these a changed job finds what it still needs
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
        List<EventTime> eventTimes,
        List<SinkState> sinks,
        List<StepState> steps,
        List<TableState> tables,
        Map<String, Long> sequences,
        String plan,
        String revision) {
    /** Since 2 it holds the meaning of state. */
    public static final int VERSION = 2;

    public enum Kind {
        /** Taken by the interval. */
        PERIODIC,
        /** The same state as the one before, under the generation of a process that took over. */
        CLAIM,
        /** As a claim, but of the state of an older snapshot: what its sinks hold was made visible at its time. */
        RETURN,
        /** Taken on request, at the stop of a process or the end of a job. */
        SAVEPOINT
    }

    public Manifest {
        splits = List.copyOf(splits);
        // Manifests written before it was kept have no such field.
        eventTimes = eventTimes == null ? List.of() : List.copyOf(eventTimes);
        sinks = List.copyOf(sinks);
        steps = steps == null ? List.of() : List.copyOf(steps);
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
     * @param time the meaning of the columns that the watermark is made of; a watermark of others says nothing
     */
    public record SplitState(String scan, String split, String position, long watermark, String time, boolean ended) {
        public SplitState {
            time = time == null ? "" : time;
        }
    }

    /**
     * How far event time had come at an operator, in microseconds. A split may be behind that, when the operator had not
     * waited for it: such rows are late, after a restore too.
     *
     * @param inputs the watermark of each of its inputs
     * @param watermark over all of them, as the operator has got it
     */
    public record EventTime(String operator, List<Long> inputs, long watermark) {
        public EventTime {
            inputs = List.copyOf(inputs);
        }

        /** The same of an operator that has taken its place. */
        public EventTime at(String newOperator) {
            return new EventTime(newOperator, inputs, watermark);
        }
    }

    /** What a sink's writers prepared, see {@code Sink.commit}. */
    public record SinkState(String sink, List<byte[]> committables) {
        public SinkState {
            committables = List.copyOf(committables);
        }
    }

    /**
     * A plan node that keeps state.
     *
     * @param operator its identity in the job
     * @param family see {@code core.graph.Meaning}
     * @param step the node in a few words
     */
    public record StepState(String operator, String family, String step, List<SchemaState> tables) {
        public StepState {
            tables = List.copyOf(tables);
        }
    }

    /** The columns of a table, or of each of a family of tables, of a step; those of the key first. */
    public record SchemaState(String table, List<ColumnState> columns, int partitionColumns, int keyColumns) {
        public SchemaState {
            columns = List.copyOf(columns);
        }
    }

    /** A column by its meaning, its type as text, and how its values lie in rows. */
    public record ColumnState(String name, String type, Layout layout) {}

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
     * @param writtenBy id of the snapshot that wrote it; 0 where that is not known
     */
    public record Chunk(String segment, long offset, int length, boolean continues, long writtenBy) {}

    /** What a sink makes visible with this snapshot. */
    public List<byte[]> committables(String sink) {
        return sinks.stream()
                .filter(s -> s.sink().equals(sink))
                .flatMap(s -> s.committables().stream())
                .toList();
    }

    /** Whether it only says who has the job: nothing has been read or written since what it was made of. */
    public boolean isClaim() {
        return kind == Kind.CLAIM || kind == Kind.RETURN;
    }

    public long stateBytes() {
        return tables.stream().mapToLong(TableState::bytes).sum();
    }

    /** A claim with what it takes over of another manifest. */
    public Manifest carrying(
            boolean newFinished,
            List<SplitState> newSplits,
            List<EventTime> newEventTimes,
            List<SinkState> newSinks,
            List<TableState> newTables,
            Map<String, Long> newSequences) {
        return new Manifest(
                version,
                id,
                generation,
                kind,
                job,
                createdMillis,
                newFinished,
                newSplits,
                newEventTimes,
                newSinks,
                steps,
                newTables,
                newSequences,
                plan,
                revision);
    }

    /** The same when its sinks have committed. */
    public Manifest committed() {
        return new Manifest(
                version,
                id,
                generation,
                kind,
                job,
                createdMillis,
                finished,
                splits,
                eventTimes,
                sinks.stream().map(s -> new SinkState(s.sink(), List.of())).toList(),
                steps,
                tables,
                sequences,
                plan,
                revision);
    }

    /** The same under another id. */
    public Manifest withId(long newId) {
        return new Manifest(
                version,
                newId,
                generation,
                kind,
                job,
                createdMillis,
                finished,
                splits,
                eventTimes,
                sinks,
                steps,
                tables,
                sequences,
                plan,
                revision);
    }
}
