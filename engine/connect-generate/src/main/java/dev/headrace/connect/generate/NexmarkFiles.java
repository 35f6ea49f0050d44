package dev.headrace.connect.generate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.TableDefinition;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes Nexmark events as files of JSON lines, for benchmarks and examples. */
public final class NexmarkFiles {
    private static final int FLUSH = 1 << 20;

    private NexmarkFiles() {}

    /** As {@link #write(long, int, Path, long, long, int)}, with what the connector takes where nothing is said. */
    public static long write(long events, int partitions, Path folder) throws IOException {
        return write(events, partitions, folder, NexmarkConnector.SEED, NexmarkConnector.RATE, NexmarkConnector.JITTER);
    }

    /**
     * Writes the first {@code events} events as {@code part-0000.json} and so on, each file in the order of its events and
     * all side by side in time, and their number as {@code _EVENTS}.
     *
     * @param rate events per second of event time
     * @param jitter by how many milliseconds events may be late
     * @return bytes written
     */
    public static long write(long events, int partitions, Path folder, long seed, long rate, int jitter)
            throws IOException {
        Files.createDirectories(folder);
        TableDefinition table = NexmarkFields.everything();
        ScanRequest request = NexmarkFields.allOf(table);
        Batch batch = Batch.of(
                request.columns().stream().map(ScanRequest.ScanColumn::type).toList(), Batch.CAPACITY);
        NexmarkMaker maker = new NexmarkMaker(NexmarkModel.of(seed, rate, jitter), partitions, table, request);
        NexmarkJson json = new NexmarkJson();
        ByteHeap text = new ByteHeap(2 * FLUSH);
        long bytes = 0;
        for (int part = 0; part < partitions; part++) {
            Path file = folder.resolve(String.format("part-%04d.json", part));
            long length = NexmarkModel.length(events, part, partitions);
            try (OutputStream out = Files.newOutputStream(file)) {
                for (long index = 0; index < length; index += Batch.CAPACITY) {
                    batch.clear();
                    maker.make(batch, part, index, (int) Math.min(Batch.CAPACITY, length - index));
                    for (int row = 0; row < batch.rows(); row++) {
                        json.append(batch, row, text);
                    }
                    if (text.length() > FLUSH || index + Batch.CAPACITY >= length) {
                        out.write(text.bytes(), 0, text.length());
                        bytes += text.length();
                        text.clear();
                    }
                }
            }
        }
        Files.writeString(folder.resolve("_EVENTS"), Long.toString(events));
        return bytes;
    }
}
