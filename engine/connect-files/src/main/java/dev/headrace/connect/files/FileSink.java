package dev.headrace.connect.files;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.api.type.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files below a folder. A file is an upload that becomes visible when the snapshot has been taken that lists it. Files are
 * named {@code part-<worker>-<snapshot>-<n>-<owner><run>.<format>}: the owner tells job and table, so that uploads left by a
 * killed process are known among those of others, and the run is different each time, so that nothing that an earlier run
 * committed is ever replaced.
 */
final class FileSink implements Sink {
    private static final byte[] EMPTY = {};
    private static final Pattern NAME = Pattern.compile("part-(\\d{1,9})-\\d+-\\d+-([0-9a-f]{8})([0-9a-f]{8})\\..*");
    /** Marks remembered; one that is forgotten is set once more. */
    private static final int MOST_MARKED = 10_000;

    private final TableDefinition table;
    private final FileOptions options;
    private final Format format;
    private final Environment environment;
    private final ObjectStore store;
    private final Schema schemaInFile;
    private final PartitionTime partitionTime;
    private final String owner;
    private final String run;
    /** Partitions marked as complete by this process, with the snapshot that was committed then. */
    private final Map<String, Long> marked = new ConcurrentHashMap<>();

    /** Runs that write in this process; what they have not finished is no leftover. */
    private static final Set<String> LIVE_RUNS = ConcurrentHashMap.newKeySet();

    private final Set<Integer> workers = ConcurrentHashMap.newKeySet();
    private volatile int allWorkers;
    private volatile boolean cleaned;
    private Map<String, Long> restored = Map.of();

    FileSink(TableDefinition table, FileOptions options, Format format, Environment environment) {
        this.table = table;
        this.options = options;
        this.format = format;
        this.environment = environment;
        this.store = environment.stores().open(options.path(), table.baseDirectory());
        this.schemaInFile = new Schema(table.physical().fields().stream()
                .filter(f -> !table.partitionedBy().contains(f.name()))
                .toList());
        this.partitionTime = new PartitionTime(table, options);
        this.owner = String.format("%08x", (environment.jobName() + "\n" + table.name()).hashCode());
        this.run = String.format("%08x", UUID.randomUUID().hashCode());
    }

    @Override
    public ChangelogMode accepts() {
        return format.encodes(table.options().scoped(options.format()));
    }

    Encoder encoder() {
        return format.encoder(schemaInFile, table.options().scoped(options.format()));
    }

    @Override
    public SinkWriter open(WriterContext context) {
        Map<String, Long> pending = restored;
        restored = Map.of();
        workers.add(context.worker());
        allWorkers = context.workers();
        return new FileSinkWriter(this, context, pending);
    }

    @Override
    public void commit(List<byte[]> committables) {
        commitAll(committables.stream().map(FileCommittable::of).toList());
    }

    /** Completes uploads, marks the partitions that are complete, and returns those that are not. */
    private Map<String, Long> commitAll(List<FileCommittable> committables) {
        Map<String, Long> pending = new LinkedHashMap<>();
        long watermark = Long.MAX_VALUE;
        long snapshot = 0;
        for (FileCommittable committable : committables) {
            for (String token : committable.tokens()) {
                try {
                    store.complete(token);
                } catch (IOException e) {
                    throw failed("complete a file in", store.uri(), e);
                }
            }
            committable.pending().forEach((partition, due) -> pending.merge(partition, due, Math::max));
            watermark = Math.min(watermark, committable.watermark());
            snapshot = Math.max(snapshot, committable.snapshot());
        }
        // At the end of the input all partitions are complete.
        long now = options.byEventTime() || watermark == Long.MAX_VALUE ? watermark : nowMicros();
        if (marked.size() > MOST_MARKED) {
            marked.clear();
        }
        for (Map.Entry<String, Long> entry : List.copyOf(pending.entrySet())) {
            if (entry.getValue() <= now) {
                mark(entry.getKey());
                marked.put(entry.getKey(), snapshot);
                pending.remove(entry.getKey());
            }
        }
        return pending;
    }

    private void mark(String partition) {
        try {
            store.put(partition + options.successFile(), EMPTY, 0, 0);
        } catch (IOException e) {
            throw failed("mark the partition", store.uri() + "/" + partition, e);
        }
    }

    /** An upload that is there no more has been completed: the store itself never gives one up. */
    @Override
    public List<Fate> fates(List<byte[]> committables) {
        List<Fate> fates = new ArrayList<>();
        for (byte[] bytes : committables) {
            List<String> tokens = FileCommittable.of(bytes).tokens();
            try {
                boolean prepared = true;
                for (String token : tokens) {
                    prepared &= store.isPrepared(token);
                }
                fates.add(prepared ? new Fate.Prepared() : new Fate.Visible());
            } catch (IOException e) {
                throw failed("look for the files of the last snapshot in", store.uri(), e);
            }
        }
        return fates;
    }

    @Override
    public void withdraw(List<byte[]> committables) {
        for (byte[] bytes : committables) {
            for (String token : FileCommittable.of(bytes).tokens()) {
                try {
                    store.abort(token);
                } catch (IOException e) {
                    throw failed("withdraw the files of the last snapshot in", store.uri(), e);
                }
            }
        }
    }

    /** Takes up which partitions have no mark of completeness yet. */
    @Override
    public void resume(List<byte[]> committables) {
        restored = commitAll(committables.stream()
                .map(FileCommittable::of)
                .map(c -> new FileCommittable(c.snapshot(), c.watermark(), List.of(), c.pending()))
                .toList());
    }

    @Override
    public void recover(List<byte[]> committables) {
        restored = commitAll(committables.stream().map(FileCommittable::of).toList());
    }

    /**
     * Takes away what killed processes left. Not in {@link #recover}: another sink of the same table may still have to
     * complete its uploads then, and so may a process that this one is to take over from. Once a row is written, both have.
     */
    void cleanUp() {
        if (cleaned) {
            return;
        }
        synchronized (this) {
            if (!cleaned) {
                LIVE_RUNS.add(run);
                try {
                    store.abortUploads(table.partitionedBy().isEmpty() ? "part-" : "", this::isLeftover, List.of());
                } catch (IOException e) {
                    throw failed("clean up what a killed process left in", store.uri(), e);
                }
                cleaned = true;
            }
        }
    }

    /** Whether an upload is of this table and of a worker that is this process's, or none's any more. */
    private boolean isLeftover(String name) {
        Matcher matcher = NAME.matcher(name.substring(name.lastIndexOf('/') + 1));
        if (!matcher.matches() || !matcher.group(2).equals(owner) || LIVE_RUNS.contains(matcher.group(3))) {
            return false;
        }
        int worker = Integer.parseInt(matcher.group(1));
        return workers.contains(worker) || worker >= allWorkers;
    }

    void closed(int worker) {
        workers.remove(worker);
        if (workers.isEmpty()) {
            LIVE_RUNS.remove(run);
        }
    }

    /** As when the process is killed: its runs live no more, and all else stays as it is. For tests. */
    static void forgetRuns() {
        LIVE_RUNS.clear();
    }

    String fileName(WriterContext context, int number) {
        return "part-" + context.worker() + "-" + context.snapshot() + "-" + number + "-" + owner + run + "."
                + options.extension();
    }

    UserError failed(String what, String where, IOException e) {
        // Remote storage says itself what to do, and often all there is to do is to wait until it answers again.
        String advice = where.contains("://")
                ? "; the job goes on from its last snapshot when it starts again"
                : "; make room or give the right to write there, and start the job again: it goes on from its last snapshot";
        return UserError.job(
                "table '" + table.name() + "': cannot " + what + " " + where + ": " + Reason.of(e) + advice, e);
    }

    /** The snapshot with whose commit a partition was last marked as complete, or -1. */
    long markedAt(String partition) {
        return marked.getOrDefault(partition, -1L);
    }

    PartitionTime partitionTime() {
        return partitionTime;
    }

    boolean marksPartitions() {
        return options.successFile() != null && !table.partitionedBy().isEmpty();
    }

    long nowMicros() {
        return environment.clock().millis() * 1000;
    }

    TableDefinition table() {
        return table;
    }

    FileOptions options() {
        return options;
    }

    ObjectStore store() {
        return store;
    }

    Schema schemaInFile() {
        return schemaInFile;
    }
}
