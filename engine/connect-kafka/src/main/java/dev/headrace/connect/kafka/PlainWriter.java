package dev.headrace.connect.kafka;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;

/** Writes rows as they come; at a snapshot it waits until Kafka has them, unless nothing is promised. */
final class PlainWriter extends KafkaSinkWriter {
    private final KafkaProducer<byte[], byte[]> producer;

    PlainWriter(KafkaSink sink, int worker, int partitions) {
        super(sink, worker, partitions);
        producer = sink.plain();
    }

    @Override
    KafkaProducer<byte[], byte[]> producer() {
        return producer;
    }

    @Override
    public Optional<byte[]> prepare(long snapshot) {
        if (sink.options().delivery() != KafkaOptions.Delivery.NONE) {
            flush(producer);
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
