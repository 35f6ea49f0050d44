package dev.headrace.connect.kafka;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.type.Layout;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that writes a table, as far as a sink sees it: it recovers from a manifest, opens its writers, and goes from
 * snapshot to snapshot. Rows are text as in {@link KafkaTables}: a kind, then the values, with {@code |} between them.
 */
final class SinkRun implements AutoCloseable {
    private static final List<String> KINDS = List.of("+I", "-U", "+U", "-D");

    final Sink sink;
    private final TableDefinition table;
    private final List<SinkWriter> writers = new ArrayList<>();

    private SinkRun(TableDefinition table, String job, String identity, int workers, List<byte[]> manifest) {
        this.table = table;
        sink = sink(table, job);
        sink.recover(manifest);
        for (int worker = 0; worker < workers; worker++) {
            writers.add(sink.open(new Sink.WriterContext(worker, workers, 0, identity)));
        }
    }

    static Sink sink(TableDefinition table, String job) {
        KafkaConnector connector = table.options().required("connector").equals("kafka")
                ? new KafkaConnector()
                : new KafkaConnector.Upsert();
        return connector.sink(
                table, KafkaTables.FORMATS, new Environment((uri, base) -> null, InstantSource.system(), job));
    }

    static SinkRun start(TableDefinition table, int workers, List<byte[]> manifest) {
        return new SinkRun(table, "job", "sink", workers, manifest);
    }

    static SinkRun start(TableDefinition table) {
        return start(table, 1, List.of());
    }

    static SinkRun start(TableDefinition table, String job, String identity) {
        return new SinkRun(table, job, identity, 1, List.of());
    }

    SinkRun write(String... rows) {
        return writeAt(0, rows);
    }

    SinkRun writeAt(int worker, String... rows) {
        writers.get(worker).write(batch(rows));
        writers.get(worker).endEpoch();
        return this;
    }

    /** What each writer hands over; the manifest of a snapshot. */
    List<byte[]> prepare() {
        List<byte[]> manifest = new ArrayList<>();
        writers.forEach(w -> w.prepare(1).ifPresent(manifest::add));
        return manifest;
    }

    /** A whole snapshot. */
    List<byte[]> snapshot() {
        List<byte[]> manifest = prepare();
        sink.commit(manifest);
        return manifest;
    }

    private Batch batch(String... rows) {
        Batch batch = Batch.of(
                java.util.stream.Stream.concat(
                                table.physical().types().stream(),
                                table.metadata().stream()
                                        .filter(m -> !m.virtual())
                                        .map(TableDefinition.MetadataColumn::type))
                        .toList(),
                rows.length);
        byte[] kinds = batch.ownKinds(rows.length);
        for (int row = 0; row < rows.length; row++) {
            String[] parts = rows[row].split("\\|");
            kinds[row] = (byte) KINDS.indexOf(parts[0]);
            for (int i = 0; i < batch.columns(); i++) {
                String value = parts[i + 1];
                if (value.equals("null")) {
                    batch.column(i).setNull(row);
                } else if (batch.column(i).type().layout() == Layout.BYTES) {
                    batch.column(i).setText(row, value);
                } else {
                    batch.column(i).setLong(row, Long.parseLong(value));
                }
            }
        }
        batch.setRows(rows.length);
        return batch;
    }

    /** To Kafka and to sinks opened after this, the process has been killed; what it has begun stays open. It can go on. */
    SinkRun kill() {
        ((KafkaSink) sink).forgetIds();
        return this;
    }

    /** Gives the clients of a killed process back, without a word to Kafka. */
    void discard() {
        writers.forEach(w -> ((TransactionalWriter) w).close(Duration.ZERO));
    }

    @Override
    public void close() {
        writers.forEach(SinkWriter::close);
    }
}
