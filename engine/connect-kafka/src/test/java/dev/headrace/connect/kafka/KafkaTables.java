package dev.headrace.connect.kafka;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.Schema;
import dev.headrace.format.FormatRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Tables in Kafka for tests, and their rows as text: values with {@code |} between them, behind the kind of a change. */
final class KafkaTables {
    static final Schema LINE = Schema.of(new Field("line", DataType.STRING));
    static final Schema PAIR = Schema.of(new Field("id", DataType.BIGINT), new Field("name", DataType.STRING));
    static final Formats FORMATS = FormatRegistry.load();
    static final Environment ENVIRONMENT = new Environment((uri, base) -> null, InstantSource.system(), "job");

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger TOPICS = new AtomicInteger();

    private KafkaTables() {}

    /** A name that no other test has. */
    static String newTopic() {
        return "topic" + TOPICS.incrementAndGet();
    }

    static TableDefinition table(
            Schema schema,
            List<String> key,
            List<TableDefinition.MetadataColumn> metadata,
            Map<String, String> options) {
        return new TableDefinition("t", schema, metadata, key, List.of(), new Options("t", options), Path.of("."));
    }

    static TableDefinition table(Schema schema, Map<String, String> options) {
        return table(schema, List.of(), List.of(), options);
    }

    static Map<String, String> options(String bootstrap, String topic, String... more) {
        Map<String, String> all = new HashMap<>(Map.of(
                "connector", "kafka", "properties.bootstrap.servers", bootstrap, "topic", topic, "format", "raw"));
        // Each new producer waits that long until it knows a broker: 100 ms are most of what tests with many of them
        // take.
        all.put("properties.retry.backoff.ms", "10");
        for (int i = 0; i < more.length; i += 2) {
            if (more[i + 1] == null) {
                all.remove(more[i]);
            } else {
                all.put(more[i], more[i + 1]);
            }
        }
        return all;
    }

    static Source source(TableDefinition table) {
        KafkaConnector connector = table.options().required("connector").equals("kafka")
                ? new KafkaConnector()
                : new KafkaConnector.Upsert();
        return connector.source(table, FORMATS, ENVIRONMENT);
    }

    static ScanRequest all(TableDefinition table) {
        List<ScanRequest.ScanColumn> columns = new ArrayList<>();
        for (int i = 0; i < table.physical().size(); i++) {
            columns.add(new ScanRequest.Physical(List.of(i), table.physical().type(i)));
        }
        table.metadata().forEach(m -> columns.add(new ScanRequest.Metadata(m.key(), m.type())));
        return new ScanRequest(columns);
    }

    static Batch batch(ScanRequest request) {
        return Batch.of(
                request.columns().stream().map(ScanRequest.ScanColumn::type).toList(), Batch.CAPACITY);
    }

    /** A reader with all splits of a source that was just discovered. */
    static Reading read(TableDefinition table) {
        Source source = source(table);
        return new Reading(source, all(table), source.discover(Set.of()));
    }

    static List<String> rows(Batch batch) {
        return IntStream.range(0, batch.selected())
                .map(batch::row)
                .mapToObj(row -> row(batch, row))
                .toList();
    }

    private static String row(Batch batch, int row) {
        StringBuilder text = new StringBuilder();
        if (!batch.isInsertOnly()) {
            text.append(ChangeKind.of(batch.kind(row)).symbol()).append('|');
        }
        for (int i = 0; i < batch.columns(); i++) {
            text.append(i == 0 ? "" : "|").append(value(batch.column(i), row));
        }
        return text.toString();
    }

    private static String value(Column column, int row) {
        if (column.isNull(row)) {
            return "null";
        }
        return column.type().layout() == Layout.BYTES ? column.textAt(row) : Long.toString(column.values()[row]);
    }

    /** A reader, the splits given to it and the rows that it has returned. */
    static final class Reading implements AutoCloseable {
        final Source source;
        final SourceReader reader;
        final List<Split> splits = new ArrayList<>();
        final List<List<String>> rows = new ArrayList<>();
        final Batch batch;

        Reading(Source source, ScanRequest request, List<Split> splits) {
            this.source = source;
            reader = source.open(request);
            batch = batch(request);
            splits.forEach(this::assign);
        }

        void assign(Split split) {
            splits.add(split);
            rows.add(new ArrayList<>());
            reader.assign(split);
        }

        int step() {
            int split = reader.read(batch);
            if (split >= 0) {
                rows.get(split).addAll(rows(batch));
            }
            return split;
        }

        /** Reads until there are as many rows. */
        Reading until(int count) {
            return until(() -> all().size() >= count);
        }

        Reading until(java.util.function.BooleanSupplier condition) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!condition.getAsBoolean()) {
                if (step() < 0) {
                    Thread.onSpinWait();
                }
                if (System.nanoTime() > end) {
                    throw new AssertionError("still not so after " + PATIENCE + "; rows so far: " + rows);
                }
            }
            return this;
        }

        /** Reads until all splits have ended. */
        Reading untilEnd() {
            return until(() -> step() == SourceReader.ENDED);
        }

        /** Reads for a while in which nothing must come. */
        Reading expectNothing() {
            long end = System.nanoTime() + Duration.ofMillis(300).toNanos();
            while (System.nanoTime() < end) {
                if (step() >= 0 && batch.rows() > 0) {
                    throw new AssertionError("rows where there should be none: " + rows(batch));
                }
            }
            return this;
        }

        /** All rows, by split. */
        List<String> all() {
            return rows.stream().flatMap(List::stream).toList();
        }

        List<String> positions() {
            return IntStream.range(0, splits.size())
                    .mapToObj(i -> splits.get(i).id() + "@" + reader.position(i))
                    .toList();
        }

        /** Closes this one and opens another that goes on from its positions. */
        Reading reopen(TableDefinition table) {
            List<Split> now = IntStream.range(0, splits.size())
                    .mapToObj(i -> new Split(splits.get(i).id(), reader.position(i)))
                    .toList();
            close();
            return new Reading(KafkaTables.source(table), KafkaTables.all(table), now);
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
