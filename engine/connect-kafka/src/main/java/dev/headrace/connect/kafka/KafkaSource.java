package dev.headrace.connect.kafka;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.Schema;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions of a table's topics, each a split whose id is {@code TOPIC-PARTITION}. Partitions found after the first
 * discovery are new, and read from their beginning.
 */
final class KafkaSource implements Source {
    /** More a fetch makes it rarer; the sum over the partitions of a fetch is the memory of a reader. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "isolation.level", "read_committed",
            "auto.offset.reset", "none",
            "max.poll.records", "8192",
            "max.partition.fetch.bytes", "4194304",
            "fetch.max.bytes", "33554432",
            "receive.buffer.bytes", "1048576");

    private static final Map<String, String> FORCED =
            Map.of("enable.auto.commit", "false", "allow.auto.create.topics", "false");

    private final TableDefinition table;
    private final KafkaOptions options;
    private final RecordFields fields;
    private final Format valueFormat;
    private final Format keyFormat;
    private final Environment environment;
    private boolean discovered;

    KafkaSource(TableDefinition table, KafkaOptions options, Formats formats, Environment environment) {
        this.table = table;
        this.options = options;
        this.environment = environment;
        fields = RecordFields.of(table, options);
        valueFormat = formats.named(options.format().name(), options.table());
        keyFormat = options.keyFormat() == null
                ? null
                : formats.named(options.keyFormat().name(), options.table());
    }

    /** Checks what can be checked without Kafka. */
    void check() {
        options.startup().check(options);
        options.bounded().check(options);
        RecordMetadata.check(table);
        if (options.upsert() && valueFormat.decodes(options.format().options()) != ChangelogMode.INSERT_ONLY) {
            throw UserError.request("table '" + options.table() + "': option 'value.format' is '"
                    + options.format().name()
                    + "', whose records are changes themselves; 'upsert-kafka' takes records that are rows, such as"
                    + " json. Use connector 'kafka' for these");
        }
        List<ScanRequest.ScanColumn> all = new ArrayList<>();
        for (int i = 0; i < table.physical().size(); i++) {
            all.add(new ScanRequest.Physical(List.of(i), table.physical().type(i)));
        }
        new RecordDecoder(options, fields, valueFormat, keyFormat, new ScanRequest(all));
        changelogMode();
    }

    @Override
    public boolean isBounded() {
        return options.bounded().mode() != Offsets.Mode.UNBOUNDED;
    }

    @Override
    public ChangelogMode changelogMode() {
        return options.upsert()
                ? ChangelogMode.UPSERT
                : valueFormat.decodes(options.format().options());
    }

    @Override
    public synchronized List<Split> discover(Set<String> known) {
        boolean first = !discovered && known.isEmpty();
        try (KafkaDiscovery discovery = new KafkaDiscovery(options, discovered)) {
            List<Split> splits = discovery.find(known, first);
            discovered = true;
            return splits;
        }
    }

    @Override
    public long discoveryIntervalMillis() {
        return isBounded() ? 0 : options.discovery().toMillis();
    }

    @Override
    public SourceReader open(ScanRequest request) {
        return new KafkaReader(this, new RecordDecoder(options, fields, valueFormat, keyFormat, request));
    }

    @Override
    public Schema metadata() {
        return RecordMetadata.schema();
    }

    KafkaConsumer<ByteBuffer, ByteBuffer> consumer(boolean readsKeys) {
        try {
            return new KafkaConsumer<>(options.client(DEFAULTS, FORCED), new BytesView(readsKeys), new BytesView(true));
        } catch (KafkaException e) {
            throw KafkaErrors.explain(options, "read " + options.where(), e);
        }
    }

    KafkaOptions options() {
        return options;
    }

    InstantSource clock() {
        return environment.clock();
    }

    static String id(TopicPartition partition) {
        return partition.topic() + "-" + partition.partition();
    }

    static TopicPartition partition(String id) {
        int dash = id.lastIndexOf('-');
        return new TopicPartition(id.substring(0, dash), Integer.parseInt(id.substring(dash + 1)));
    }
}
