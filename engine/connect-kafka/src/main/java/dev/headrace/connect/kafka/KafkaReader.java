package dev.headrace.connect.kafka;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.error.UserError;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Reads partitions with one consumer that is a member of no group. Each call returns rows of one partition. A broker that
 * is away is no error: there is nothing to read until it is back.
 */
final class KafkaReader implements SourceReader {
    private static final long COMMIT_MILLIS = 5000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final KafkaSource source;
    private final KafkaOptions options;
    private final RecordDecoder decoder;
    private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
    private final List<PartitionProgress> splits = new ArrayList<>();
    private final Map<TopicPartition, PartitionProgress> byPartition = new HashMap<>();
    private final boolean commits;
    private long committedAt;
    private int turn;
    private long bytesRead;

    KafkaReader(KafkaSource source, RecordDecoder decoder) {
        this.source = source;
        this.options = source.options();
        this.decoder = decoder;
        commits = options.property(KafkaOptions.GROUP) != null;
        committedAt = source.clock().millis();
        consumer = source.consumer(decoder.readsKeys());
    }

    @Override
    public int assign(Split split) {
        KafkaPosition position = KafkaPosition.parse(split.position());
        PartitionProgress progress = new PartitionProgress(KafkaSource.partition(split.id()), splits.size(), position);
        splits.add(progress);
        byPartition.put(progress.partition, progress);
        consumer.assign(byPartition.keySet());
        consumer.seek(progress.partition, position.offset());
        return progress.number;
    }

    @Override
    public int read(Batch batch, int rows) {
        batch.clear();
        PartitionProgress progress = nextWithRows();
        if (progress == null) {
            PartitionProgress ended = nextUntoldEnd();
            if (ended != null) {
                ended.endTold = true;
                return ended.number;
            }
            if (isAllRead()) {
                return ENDED;
            }
            poll();
            progress = nextWithRows();
            if (progress == null) {
                return NOTHING;
            }
        }
        int from = progress.index();
        int to = decoder.decode(batch, progress.records(), from, Math.min(progress.limit(), from + rows));
        bytesRead += decoder.bytes(to - from);
        progress.returned(to);
        progress.endTold = progress.hasEnded();
        turn = progress.number + 1;
        return progress.number;
    }

    /** The next split in turn that has rows to return. */
    private PartitionProgress nextWithRows() {
        int count = splits.size();
        for (int i = 0; i < count; i++) {
            PartitionProgress progress = splits.get((turn + i) % count);
            if (progress.hasRows()) {
                return progress;
            }
        }
        return null;
    }

    private PartitionProgress nextUntoldEnd() {
        for (PartitionProgress progress : splits) {
            if (progress.hasEnded() && !progress.endTold) {
                return progress;
            }
        }
        return null;
    }

    private boolean isAllRead() {
        for (PartitionProgress progress : splits) {
            if (!progress.hasEnded()) {
                return false;
            }
        }
        return !splits.isEmpty();
    }

    private void poll() {
        if (splits.isEmpty()) {
            return;
        }
        for (PartitionProgress progress : splits) {
            boolean rests = !progress.wantsMore();
            if (rests != progress.resting) {
                progress.resting = rests;
                if (rests) {
                    consumer.pause(List.of(progress.partition));
                } else {
                    consumer.resume(List.of(progress.partition));
                }
            }
        }
        ConsumerRecords<ByteBuffer, ByteBuffer> polled;
        try {
            polled = consumer.poll(Duration.ZERO);
        } catch (OffsetOutOfRangeException e) {
            throw outOfRange(e);
        } catch (RetriableException e) {
            return;
        } catch (KafkaException e) {
            throw KafkaErrors.explain(options, "read " + options.where(), e);
        }
        polled.nextOffsets()
                .forEach((partition, offset) ->
                        byPartition.get(partition).receive(polled.records(partition), offset.offset()));
        if (commits) {
            commitIfDue();
        }
    }

    private UserError outOfRange(OffsetOutOfRangeException e) {
        Map.Entry<TopicPartition, Long> wanted =
                e.offsetOutOfRangePartitions().entrySet().iterator().next();
        String there = "";
        try {
            Duration timeout = Duration.ofSeconds(5);
            List<TopicPartition> one = List.of(wanted.getKey());
            there = "; the partition holds offsets from "
                    + consumer.beginningOffsets(one, timeout).get(wanted.getKey()) + " up to "
                    + consumer.endOffsets(one, timeout).get(wanted.getKey());
        } catch (KafkaException unknown) {
            // The message does without.
        }
        return UserError.job(
                "table '" + options.table() + "': " + wanted.getKey() + " has no record at offset " + wanted.getValue()
                        + ", where reading goes on" + there
                        + ". Records were deleted before they were read (see the topic's retention), or the topic was"
                        + " made anew. To go on without them set 'properties.auto.offset.reset' = 'earliest'",
                e);
    }

    /** Tells the group how far its table has been read, for tools that show lag. Nothing depends on it. */
    private void commitIfDue() {
        long now = source.clock().millis();
        if (now - committedAt >= COMMIT_MILLIS) {
            committedAt = now;
            commitPositions();
        }
    }

    void commitPositions() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new LinkedHashMap<>();
        for (PartitionProgress progress : splits) {
            offsets.put(
                    progress.partition,
                    new OffsetAndMetadata(progress.position().offset()));
        }
        try {
            consumer.commitAsync(offsets, (committed, error) -> {});
        } catch (KafkaException e) {
            // Best effort: the next one may succeed.
        }
    }

    @Override
    public boolean hasEnded(int split) {
        return splits.get(split).hasEnded();
    }

    @Override
    public String position(int split) {
        return splits.get(split).position().toString();
    }

    @Override
    public long lag(int split) {
        PartitionProgress progress = splits.get(split);
        if (progress.hasEnded()) {
            return 0;
        }
        if (progress.end() != KafkaPosition.NO_END) {
            return progress.end() - progress.position().offset();
        }
        OptionalLong behind;
        try {
            behind = consumer.currentLag(progress.partition);
        } catch (KafkaException e) {
            behind = OptionalLong.empty();
        }
        return behind.isPresent() ? behind.getAsLong() + progress.waiting() : -1;
    }

    @Override
    public void pause(int split, boolean paused) {
        splits.get(split).paused = paused;
    }

    @Override
    public void holdAt(int split, String position) {
        splits.get(split).holdAt(KafkaPosition.parse(position).offset());
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public long recordsSkipped() {
        return decoder.skipped();
    }

    @Override
    public void close() {
        if (commits && !splits.isEmpty()) {
            commitPositions();
        }
        consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }
}
