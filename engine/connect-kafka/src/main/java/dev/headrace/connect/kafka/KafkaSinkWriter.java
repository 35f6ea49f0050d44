package dev.headrace.connect.kafka;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.SinkWriter;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Sends the rows of a worker. Kafka answers later: an error is reported with the next batch, or at the snapshot. */
abstract class KafkaSinkWriter implements SinkWriter {
    final KafkaSink sink;

    private final RecordEncoder encoder;
    private final Callback callback = (metadata, error) -> {
        if (error != null) {
            answered(error);
        }
    };
    private volatile Exception error;

    KafkaSinkWriter(KafkaSink sink, int worker, int partitions) {
        this.sink = sink;
        encoder = sink.encoder(worker);
        encoder.partitions(partitions);
    }

    /** What the next record goes to. */
    abstract KafkaProducer<byte[], byte[]> producer();

    private void answered(Exception newError) {
        synchronized (this) {
            if (error == null) {
                error = newError;
            }
        }
    }

    @Override
    public void write(Batch batch) {
        checkAnswers();
        encoder.begin(batch);
        for (int i = 0; i < batch.selected(); i++) {
            ProducerRecord<byte[], byte[]> encoded = encoder.encode(i);
            if (encoded != null) {
                send(encoded);
            }
        }
    }

    private void send(ProducerRecord<byte[], byte[]> encoded) {
        try {
            producer().send(encoded, callback);
        } catch (KafkaException e) {
            checkAnswers();
            throw sink.failed("write " + sink.options().where(), e);
        }
    }

    @Override
    public void endEpoch() {
        checkAnswers();
    }

    /** Waits until Kafka has all records. */
    void flush(KafkaProducer<byte[], byte[]> producer) {
        producer.flush();
        checkAnswers();
    }

    private void checkAnswers() {
        if (error != null) {
            throw sink.failed("write " + sink.options().where(), error);
        }
    }

    @Override
    public long bytesWritten() {
        return encoder.bytes();
    }
}
