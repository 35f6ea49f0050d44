package dev.headrace.connect.files;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Sink.WriterContext;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.error.UserError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the rows of one worker, to one file at a time in each partition. A file is finished when it is large or old
 * enough, when more than {@link #MOST_OPEN} would be open, and at each snapshot.
 */
final class FileSinkWriter implements SinkWriter {
    private static final int MOST_OPEN = 1024;

    private final FileSink sink;
    private final WriterContext context;
    private final Encoder encoder;
    private final boolean insertOnly;
    private final List<String> partitionedBy;
    private final PartitionKeys keys;
    /** For each column of the file, its place in the batches. */
    private final int[] places;

    private final Batch inFile;
    private final Map<String, PartitionWriter> open = new LinkedHashMap<>();

    private final List<String> finished = new ArrayList<>();
    /** Partitions not yet marked as complete: when they will be, and the snapshot that has the last of their files. */
    private final Map<String, PendingPartition> pending = new LinkedHashMap<>();

    private long watermark = Long.MIN_VALUE;
    private int files;
    private long bytes;
    private long uses;

    /** {@code lastSnapshot} is {@link Long#MAX_VALUE} while files are being written. */
    private record PendingPartition(long due, long lastSnapshot) {}

    FileSinkWriter(FileSink sink, WriterContext context, Map<String, Long> restored) {
        this.sink = sink;
        this.context = context;
        this.encoder = sink.encoder();
        this.insertOnly = sink.accepts() == ChangelogMode.INSERT_ONLY;
        this.partitionedBy = sink.table().partitionedBy();
        this.keys = new PartitionKeys(partitionedBy.stream()
                .mapToInt(sink.table().physical()::indexOf)
                .toArray());
        this.places = sink.schemaInFile().fields().stream()
                .mapToInt(f -> sink.table().physical().indexOf(f.name()))
                .toArray();
        this.inFile = Batch.of(sink.schemaInFile().types(), 0);
        restored.forEach((partition, due) -> pending.put(partition, new PendingPartition(due, context.snapshot())));
    }

    @Override
    public void write(Batch batch) {
        sink.cleanUp();
        if (insertOnly && !batch.isInsertOnly()) {
            checkInserts(batch);
        }
        inFile.shareFrame(batch);
        for (int i = 0; i < places.length; i++) {
            inFile.column(i).share(batch.column(places[i]));
        }
        long rollSize = sink.options().rollSize();
        PartitionWriter last = partitionedBy.isEmpty() ? open.get("") : null;
        for (int i = 0; i < batch.selected(); i++) {
            int row = batch.row(i);
            PartitionWriter file = partitionedBy.isEmpty() ? last : keys.find(batch, row);
            if (file == null) {
                file = fileOf(batch, row);
                last = file;
            }
            int before = file.text.length();
            encoder.encode(inFile, row, file.text);
            bytes += file.text.length() - before + 1;
            file.lastUse = ++uses;
            file.endRow();
            if (file.size() >= rollSize) {
                finish(file);
                last = null;
            }
        }
    }

    private void checkInserts(Batch batch) {
        for (int i = 0; i < batch.selected(); i++) {
            byte kind = batch.kind(batch.row(i));
            if (kind != ChangeKind.INSERT_CODE) {
                throw UserError.request("table '" + sink.table().name() + "': the format '"
                        + sink.options().format() + "' holds inserts only, but the query also gives "
                        + ChangeKind.of(kind).symbol()
                        + "; write its changes with 'format' = 'debezium-json', or use a query without updates");
            }
        }
    }

    private PartitionWriter fileOf(Batch batch, int row) {
        String partition = keys.folder(batch, row, partitionedBy, sink.options().defaultPartition());
        PartitionWriter file = open.get(partition);
        // Two spellings of one partition, such as null and empty, share a file; each key finds it by its text.
        if (file == null) {
            if (open.size() >= MOST_OPEN) {
                finish(Collections.min(open.values(), Comparator.comparingLong(f -> f.lastUse)));
            }
            file = new PartitionWriter(sink, partition, keys.key(batch, row), sink.fileName(context, files++));
            open.put(partition, file);
            if (sink.marksPartitions()) {
                long due = sink.options().byEventTime() ? sink.partitionTime().of(partition) : sink.nowMicros();
                long delayed = due + sink.options().commitDelay().toNanos() / 1000;
                pending.merge(
                        partition,
                        new PendingPartition(delayed, Long.MAX_VALUE),
                        (old, now) -> new PendingPartition(Math.max(old.due, now.due), Long.MAX_VALUE));
            }
        }
        keys.remember(batch, row, file);
        return file;
    }

    private void finish(PartitionWriter file) {
        finished.add(file.finish());
        open.remove(file.partition);
        keys.forget(file);
    }

    @Override
    public void endEpoch() {
        long oldest = sink.nowMicros() - sink.options().rollInterval().toNanos() / 1000;
        for (PartitionWriter file : List.copyOf(open.values())) {
            if (file.openedMicros <= oldest) {
                finish(file);
            }
        }
    }

    @Override
    public void watermark(long micros) {
        watermark = micros;
    }

    @Override
    public Optional<byte[]> prepare(long snapshot) {
        for (PartitionWriter file : List.copyOf(open.values())) {
            finish(file);
        }
        pending.replaceAll((partition, state) ->
                state.lastSnapshot == Long.MAX_VALUE ? new PendingPartition(state.due, snapshot) : state);
        pending.entrySet().removeIf(e -> sink.markedAt(e.getKey()) >= e.getValue().lastSnapshot);
        // Where partitions end by event time, the slowest writer decides, and has to say so.
        boolean says = sink.marksPartitions() && sink.options().byEventTime();
        if (finished.isEmpty() && pending.isEmpty() && !says) {
            return Optional.empty();
        }
        Map<String, Long> due = new LinkedHashMap<>();
        pending.forEach((partition, state) -> due.put(partition, state.due));
        byte[] committable = new FileCommittable(snapshot, watermark, finished, due).toBytes();
        finished.clear();
        return Optional.of(committable);
    }

    @Override
    public long bytesWritten() {
        return bytes;
    }

    @Override
    public void close() {
        open.values().forEach(PartitionWriter::close);
        open.clear();
        sink.closed(context.worker());
    }
}
