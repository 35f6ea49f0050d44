package dev.headrace.connect.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;

/** Writes the rows between two snapshots as a transaction, which begins with the first of them. */
final class TransactionalWriter extends KafkaSinkWriter {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final TransactionalIds ids;
    private final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
    private KafkaProducer<byte[], byte[]> current;
    private String currentId = "";

    TransactionalWriter(KafkaSink sink, int worker, int partitions, TransactionalIds ids) {
        super(sink, worker, partitions);
        this.ids = ids;
    }

    @Override
    KafkaProducer<byte[], byte[]> producer() {
        if (current == null) {
            currentId = ids.next();
            KafkaProducer<byte[], byte[]> free = producers.computeIfAbsent(currentId, sink::transactional);
            try {
                free.beginTransaction();
            } catch (KafkaException e) {
                throw sink.failed("begin a transaction", e);
            }
            current = free;
        }
        return current;
    }

    @Override
    public Optional<byte[]> prepare(long snapshot) {
        if (current == null) {
            ids.prepared(Set.of());
            return Optional.empty();
        }
        flush(current);
        byte[] committable = sink.prepare(currentId, current);
        ids.prepared(Set.of(currentId));
        current = null;
        return Optional.of(committable);
    }

    /** Aborts what is not prepared, where that does not take long; what is prepared stays as it is. */
    @Override
    public void close() {
        close(PATIENCE);
    }

    void close(Duration patience) {
        sink.closed(producers.keySet());
        if (current != null) {
            current.close(patience);
        }
        producers.values().forEach(p -> p.close(Duration.ZERO));
    }
}
