package dev.headrace.connect.kafka;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.connect.kafka.KafkaOptions.Delivery;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic that is written. With exactly-once delivery the rows between two snapshots are a transaction of each worker: it
 * has all its records in Kafka when the manifest is written that names it, and is committed after that, by this process
 * or, if it is killed between the two, by the next one. Transactions that no manifest names are aborted when the next
 * process opens its writers. A transaction that Kafka gave up because nobody committed it in time is lost. Transactional ids are {@code <prefix>-<owner>-<sink>-<worker>-<n>}: the owner tells job and
 * table, so that jobs may have the same prefix.
 */
final class KafkaSink implements Sink {
    /** The most that a broker allows by default. */
    private static final String TRANSACTION_TIMEOUT_MILLIS = "900000";

    private static final Map<String, String> DEFAULTS = Map.of(
            "transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS,
            "batch.size", "131072",
            "linger.ms", "5",
            "buffer.memory", "67108864",
            "acks", "all");

    /** Transactional ids that belong to a sink of this process; what they have begun is no leftover. */
    private static final Set<String> LIVE_IDS = ConcurrentHashMap.newKeySet();

    private final TableDefinition table;
    private final KafkaOptions options;
    private final Format valueFormat;
    private final Format keyFormat;
    private final RecordFields fields;
    private final String ownerPrefix;
    private final Set<String> held = new HashSet<>();
    private final Map<String, KafkaProducer<byte[], byte[]>> prepared = new ConcurrentHashMap<>();
    private volatile boolean closing;
    private int partitions;

    KafkaSink(TableDefinition table, KafkaOptions options, Formats formats, Environment environment) {
        this.table = table;
        this.options = options;
        fields = RecordFields.of(table, options);
        valueFormat = formats.named(options.format().name(), options.table());
        keyFormat = options.keyFormat() == null
                ? null
                : formats.named(options.keyFormat().name(), options.table());
        String prefix = options.transactionalIdPrefix().isEmpty()
                ? environment.jobName() + "-" + table.name()
                : options.transactionalIdPrefix();
        ownerPrefix = prefix + "-" + hash(environment.jobName() + "\n" + table.name()) + "-";
    }

    /** Checks what can be checked without Kafka. */
    void check() {
        if (options.topicPattern() != null || options.topics().size() != 1) {
            throw UserError.request("table '" + options.table() + "': it names " + options.where()
                    + ", but rows are written to one topic; declare a table for each with option 'topic'");
        }
        if (options.upsert() && valueFormat.encodes(options.format().options()) != ChangelogMode.INSERT_ONLY) {
            throw UserError.request("table '" + options.table() + "': option 'value.format' is '"
                    + options.format().name()
                    + "', whose records are changes themselves; 'upsert-kafka' takes records that are rows, such as"
                    + " json. Use connector 'kafka' for these");
        }
        WritableMetadata.check(table);
        accepts();
        encoder(0);
    }

    @Override
    public ChangelogMode accepts() {
        return options.upsert()
                ? ChangelogMode.UPSERT
                : valueFormat.encodes(options.format().options());
    }

    @Override
    public Set<String> writableMetadata() {
        return WritableMetadata.KEYS;
    }

    RecordEncoder encoder(int worker) {
        return new RecordEncoder(table, options, fields, valueFormat, keyFormat, worker);
    }

    @Override
    public synchronized SinkWriter open(WriterContext context) {
        String prefix = ownerPrefix + hash(context.sink()) + "-";
        if (partitions == 0) {
            try (Transactions transactions = new Transactions(options)) {
                partitions = transactions.partitions(options.topics().getFirst());
                if (options.delivery() == Delivery.EXACTLY_ONCE) {
                    transactions.fence(ownerPrefix, id -> !LIVE_IDS.contains(id));
                }
            }
        }
        return options.delivery() == Delivery.EXACTLY_ONCE
                ? new TransactionalWriter(
                        this, context.worker(), partitions, new TransactionalIds(prefix, context.worker(), held))
                : new PlainWriter(this, context.worker(), partitions);
    }

    @Override
    public void commit(List<byte[]> committables) {
        for (byte[] bytes : committables) {
            KafkaCommittable transaction = KafkaCommittable.of(bytes);
            KafkaProducer<byte[], byte[]> producer = prepared.get(transaction.transactionalId());
            if (producer == null) {
                throw new IllegalStateException("no producer of " + transaction);
            }
            commit(producer);
            prepared.remove(transaction.transactionalId());
        }
    }

    /** Waits as long as the broker keeps the transaction; after that the answer is another one. */
    private void commit(KafkaProducer<byte[], byte[]> producer) {
        while (true) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (closing) {
                    throw failed("commit a transaction to " + options.where(), e);
                }
            } catch (KafkaException e) {
                throw failed("commit a transaction to " + options.where(), e);
            }
        }
    }

    @Override
    public List<Fate> fates(List<byte[]> committables) {
        try (Transactions transactions = new Transactions(options)) {
            return committables.stream()
                    .map(KafkaCommittable::of)
                    .map(transactions::fate)
                    .toList();
        }
    }

    @Override
    public void withdraw(List<byte[]> committables) {
        if (committables.isEmpty()) {
            return;
        }
        try (Transactions transactions = new Transactions(options)) {
            committables.stream().map(KafkaCommittable::of).forEach(transactions::abort);
        }
    }

    @Override
    public void recover(List<byte[]> committables) {
        if (committables.isEmpty()) {
            return;
        }
        try (Transactions transactions = new Transactions(options)) {
            for (byte[] bytes : committables) {
                KafkaCommittable transaction = KafkaCommittable.of(bytes);
                transactions.commit(transaction);
                held.add(transaction.transactionalId());
                LIVE_IDS.add(transaction.transactionalId());
            }
        }
    }

    /** A producer that may begin transactions of that id; any other one may no more, and what it began is aborted. */
    KafkaProducer<byte[], byte[]> transactional(String id) {
        LIVE_IDS.add(id);
        KafkaProducer<byte[], byte[]> producer = newProducer(options, Map.of("transactional.id", id));
        try {
            producer.initTransactions();
            return producer;
        } catch (KafkaException e) {
            LIVE_IDS.remove(id);
            producer.close(Duration.ZERO);
            throw failed("begin a transaction", e);
        }
    }

    KafkaProducer<byte[], byte[]> plain() {
        return newProducer(options, Map.of());
    }

    /** Hands over a transaction that has all its records in Kafka, for {@link #commit}. */
    byte[] prepare(String id, KafkaProducer<byte[], byte[]> producer) {
        prepared.put(id, producer);
        return PreparedTransactions.of(producer, id).toBytes();
    }

    void closed(Set<String> ids) {
        closing = true;
        LIVE_IDS.removeAll(ids);
        LIVE_IDS.removeAll(held);
    }

    /** As when the process is killed: the table's ids live no more, and all else stays as it is. For tests. */
    void forgetIds() {
        LIVE_IDS.removeIf(id -> id.startsWith(ownerPrefix));
    }

    UserError failed(String doing, Throwable e) {
        return KafkaErrors.explain(options, doing, e);
    }

    KafkaOptions options() {
        return options;
    }

    static String transactionTimeout(KafkaOptions options) {
        return options.properties().getOrDefault("transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS);
    }

    static KafkaProducer<byte[], byte[]> newProducer(KafkaOptions options, Map<String, String> forced) {
        try {
            Map<String, Object> properties = new TreeMap<>(options.client(DEFAULTS, forced));
            if (!properties.containsKey("transactional.id")) {
                properties.remove("transaction.timeout.ms");
            }
            return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw KafkaErrors.explain(options, "write " + options.where(), e);
        }
    }

    private static String hash(String text) {
        return String.format("%08x", text.hashCode());
    }
}
