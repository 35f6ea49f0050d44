package dev.headrace.connect.kafka;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition being read: records that were received and not yet returned, and how far it has been read. Offsets have gaps
 * (ends of transactions, aborted and compacted records), so that an end is reached when what follows the returned records
 * lies at it or behind it.
 */
final class PartitionProgress {
    final TopicPartition partition;
    final int number;
    private final long end;
    private List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = List.of();
    private int index;
    /** What follows the last record returned, or a gap that follows it. */
    private long next;
    /** What follows the last record received. */
    private long received;

    private long hold = KafkaPosition.NO_END;
    boolean paused;
    /** Whether the consumer has been told not to fetch. */
    boolean resting;
    /** Whether its end has been told together with rows, or with an empty batch. */
    boolean endTold;

    PartitionProgress(TopicPartition partition, int number, KafkaPosition position) {
        this.partition = partition;
        this.number = number;
        end = position.end();
        next = position.offset();
        received = next;
    }

    List<ConsumerRecord<ByteBuffer, ByteBuffer>> records() {
        return records;
    }

    int index() {
        return index;
    }

    /** The place after the last record that may be returned now; {@link #index()} where there is none. */
    int limit() {
        long bound = Math.min(end, hold);
        int limit = records.size();
        if (bound < received) {
            while (limit > index && records.get(limit - 1).offset() >= bound) {
                limit--;
            }
        }
        return limit;
    }

    boolean hasRows() {
        return !paused && index < records.size() && limit() > index;
    }

    /** Whether more should be fetched. */
    boolean wantsMore() {
        return !paused && index == records.size() && received < Math.min(end, hold);
    }

    void receive(List<ConsumerRecord<ByteBuffer, ByteBuffer>> more, long nextOffset) {
        if (index < records.size() && !more.isEmpty()) {
            List<ConsumerRecord<ByteBuffer, ByteBuffer>> both =
                    new java.util.ArrayList<>(records.subList(index, records.size()));
            both.addAll(more);
            records = both;
            index = 0;
        } else if (!more.isEmpty()) {
            records = more;
            index = 0;
        }
        received = Math.max(received, nextOffset);
        advance();
    }

    /** Says that records up to that place have been returned. */
    void returned(int place) {
        next = records.get(place - 1).offset() + 1;
        index = place;
        advance();
    }

    /** Moves over a gap, but not past where reading holds. */
    private void advance() {
        long following = index < records.size() ? records.get(index).offset() : received;
        next = Math.max(next, Math.min(following, Math.min(end, hold)));
        if (index == records.size()) {
            records = List.of();
            index = 0;
        }
    }

    void holdAt(long offset) {
        if (offset < next) {
            throw new IllegalStateException(
                    partition + " has been read up to offset " + next + " and cannot hold at " + offset);
        }
        hold = offset;
        advance();
    }

    boolean hasEnded() {
        return next >= end;
    }

    KafkaPosition position() {
        return new KafkaPosition(next, end);
    }

    /** Records received and not returned. */
    int waiting() {
        return records.size() - index;
    }

    long received() {
        return received;
    }

    long end() {
        return end;
    }
}
