package dev.headrace.testing.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What tests do with topics. Calls wait until the broker has done it, at most 30 seconds. */
public final class KafkaTopics implements AutoCloseable {
    private static final long WAIT_SECONDS = 30;

    private final String bootstrapServers;
    private KafkaProducer<byte[], byte[]> producer;

    public KafkaTopics(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** A topic that has its leaders when this returns. */
    public void create(String topic, int partitions, Map<String, String> settings) {
        try (Admin admin = admin()) {
            get(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all());
            await(() -> partitions(admin, topic) == partitions);
        }
    }

    public void create(String topic, int partitions) {
        create(topic, partitions, Map.of());
    }

    /** Raises the number of partitions to {@code partitions}. */
    public void extend(String topic, int partitions) {
        try (Admin admin = admin()) {
            get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                    .all());
            await(() -> partitions(admin, topic) == partitions);
        }
    }

    public void delete(String topic) {
        try (Admin admin = admin()) {
            get(admin.deleteTopics(List.of(topic)).all());
        }
    }

    /** Writes values without keys into one partition, in order. */
    public void produce(String topic, int partition, String... values) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String value : values) {
            records.add(new ProducerRecord<>(topic, partition, null, bytes(value)));
        }
        produce(records);
    }

    /** Writes a record into the partition that its key tells; a value may be null. */
    public void produceKeyed(String topic, String key, String value) {
        produce(List.of(new ProducerRecord<>(topic, bytes(key), bytes(value))));
    }

    public synchronized void produce(List<ProducerRecord<byte[], byte[]>> records) {
        if (producer == null) {
            producer = new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer());
        }
        var sent = records.stream().map(producer::send).toList();
        producer.flush();
        sent.forEach(future -> {
            try {
                future.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        });
    }

    /** The values of all committed records up to now, by partition and offset; null for a tombstone. */
    public List<String> readCommitted(String topic) {
        return records(topic, true).stream().map(r -> text(r.value())).toList();
    }

    /** {@code key=value} of all committed records up to now, by partition and offset. */
    public List<String> readCommittedPairs(String topic) {
        return records(topic, true).stream()
                .map(r -> text(r.key()) + "=" + text(r.value()))
                .toList();
    }

    /** All records up to now, by partition and offset: up to the first open transaction, or also those in open ones. */
    public List<ConsumerRecord<byte[], byte[]>> records(String topic, boolean committed) {
        Map<String, Object> settings = client();
        settings.put("isolation.level", committed ? "read_committed" : "read_uncommitted");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(50)).forEach(found::add);
            }
            found.sort(Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
                    .thenComparingLong(ConsumerRecord::offset));
            return found;
        }
    }

    /** Where each partition ends for a reader of committed records. */
    public Map<Integer, Long> committedEnds(String topic) {
        return ends(topic, "read_committed");
    }

    /** Where each partition ends, with what is in open transactions. */
    public Map<Integer, Long> ends(String topic) {
        return ends(topic, "read_uncommitted");
    }

    /**
     * Waits until no transaction is open on the topic. A commit is answered before its markers are in the partitions: until
     * then readers of committed records do not see what was committed.
     */
    public void awaitSettled(String topic) {
        await(() -> committedEnds(topic).equals(ends(topic)));
    }

    private Map<Integer, Long> ends(String topic, String isolation) {
        Map<String, Object> settings = client();
        settings.put("isolation.level", isolation);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            return consumer.endOffsets(partitions).entrySet().stream()
                    .collect(Collectors.toMap(e -> e.getKey().partition(), Map.Entry::getValue));
        }
    }

    /** A client for administration; the caller closes it. */
    public Admin admin() {
        return Admin.create(client());
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    private Map<String, Object> client() {
        return new HashMap<>(Map.of("bootstrap.servers", bootstrapServers, "retry.backoff.ms", "10"));
    }

    private static int partitions(Admin admin, String topic) {
        try {
            return (int) get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().stream()
                    .filter(p -> p.leader() != null && !p.leader().isEmpty())
                    .count();
        } catch (IllegalStateException e) {
            return 0;
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the broker has not done it after " + WAIT_SECONDS + " s");
            }
            Thread.onSpinWait();
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the broker has not answered after " + WAIT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
