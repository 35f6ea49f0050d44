package dev.headrace.runtime;

import dev.headrace.testing.kafka.KafkaTopics;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Orders and their payments, written to two topics as long as wanted: an order each 10 ms of event time, out of order by
 * less than a second within its partition, and for four of five a payment. The last orders lie an hour later, one a
 * partition, so that all windows of the others end; they are the only ones of customer -1.
 */
final class OrdersFeed implements AutoCloseable {
    static final int PARTITIONS = 3;
    private static final LocalDateTime START = LocalDateTime.of(2026, 1, 1, 0, 0);
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
    private static final int BATCH = 100;
    private static final long PAUSE_NANOS = 40_000_000;

    private final KafkaTopics topics;
    private final Random random;
    private final Thread thread;
    private volatile boolean wanted = true;
    private volatile RuntimeException failure;
    private long orders;

    OrdersFeed(KafkaTopics topics, long seed) {
        this.topics = topics;
        random = new Random(seed);
        topics.create("orders", PARTITIONS);
        topics.create("payments", PARTITIONS);
        thread = Thread.ofPlatform().daemon().name("feed").start(this::run);
    }

    private void run() {
        try {
            while (wanted) {
                topics.produce(next());
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            List<ProducerRecord<byte[], byte[]>> last = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                last.add(order(
                        i, -1 - i, -1, 0, START.plusNanos(orders * 10_000_000L).plusHours(1)));
            }
            topics.produce(last);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private List<ProducerRecord<byte[], byte[]>> next() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            long id = orders++;
            LocalDateTime at = START.plusNanos(id * 10_000_000L).minusNanos(random.nextInt(900) * 1_000_000L);
            records.add(order(random.nextInt(PARTITIONS), id, random.nextInt(50), random.nextInt(1000), at));
            if (random.nextInt(5) > 0) {
                String payment = "{\"order_id\":%d,\"paid\":%d}".formatted(id, random.nextInt(1000));
                records.add(new ProducerRecord<>("payments", random.nextInt(PARTITIONS), null, bytes(payment)));
            }
        }
        return records;
    }

    private static ProducerRecord<byte[], byte[]> order(
            int partition, long id, int customer, int amount, LocalDateTime at) {
        String text = "{\"id\":%d,\"customer\":%d,\"amount\":%d,\"ts\":\"%s\"}"
                .formatted(id, customer, amount, TEXT.format(at));
        return new ProducerRecord<>("orders", partition, null, bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes the last orders and returns how many there were before them. */
    long end() throws InterruptedException {
        wanted = false;
        thread.join();
        if (failure != null) {
            throw failure;
        }
        return orders;
    }

    @Override
    public void close() {
        wanted = false;
    }
}
