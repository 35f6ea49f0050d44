package dev.headrace.connect.kafka;

import dev.headrace.api.connect.Split;
import dev.headrace.api.error.UserError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Finds the partitions of a table, and the offsets at which reading them begins and ends. */
final class KafkaDiscovery implements AutoCloseable {
    private static final String FIRST_TIMEOUT_MILLIS = "15000";
    /** Shorter, as snapshots wait for it. */
    private static final String LATER_TIMEOUT_MILLIS = "3000";

    private final KafkaOptions options;
    private final Admin admin;
    private final IsolationLevel isolation;

    KafkaDiscovery(KafkaOptions options, boolean again) {
        this.options = options;
        String timeout = again ? LATER_TIMEOUT_MILLIS : FIRST_TIMEOUT_MILLIS;
        try {
            admin = Admin.create(
                    options.client(Map.of("default.api.timeout.ms", timeout, "request.timeout.ms", timeout), Map.of()));
        } catch (KafkaException e) {
            throw KafkaErrors.explain(options, "find the partitions of " + options.where(), e);
        }
        isolation = "read_uncommitted".equals(options.property("isolation.level"))
                ? IsolationLevel.READ_UNCOMMITTED
                : IsolationLevel.READ_COMMITTED;
    }

    /**
     * The partitions that are not known.
     *
     * @param first whether they begin where the options say; otherwise they are new
     */
    List<Split> find(Set<String> known, boolean first) {
        List<TopicPartition> found = new ArrayList<>();
        for (TopicPartition partition : partitions()) {
            if (!known.contains(KafkaSource.id(partition))) {
                found.add(partition);
            }
        }
        if (found.isEmpty()) {
            return List.of();
        }
        Offsets earliest = new Offsets("", Offsets.Mode.EARLIEST_OFFSET, 0, Map.of());
        Map<TopicPartition, Long> starts = offsets(first ? options.startup() : earliest, found, true);
        Map<TopicPartition, Long> ends = options.bounded().mode() == Offsets.Mode.UNBOUNDED
                ? Map.of()
                : offsets(options.bounded(), found, false);
        List<Split> splits = new ArrayList<>();
        for (TopicPartition partition : found) {
            splits.add(new Split(
                    KafkaSource.id(partition),
                    new KafkaPosition(starts.get(partition), ends.getOrDefault(partition, KafkaPosition.NO_END))
                            .toString()));
        }
        return splits;
    }

    private Collection<TopicPartition> partitions() {
        Collection<String> topics = options.topics();
        if (options.topicPattern() != null) {
            topics = new TreeSet<>();
            for (String topic : get(admin.listTopics().names(), "list the topics")) {
                if (options.topicPattern().matcher(topic).matches()) {
                    topics.add(topic);
                }
            }
        }
        List<TopicPartition> partitions = new ArrayList<>();
        new TreeMap<>(get(admin.describeTopics(topics).allTopicNames(), "find " + options.where()))
                .forEach((topic, description) -> description
                        .partitions()
                        .forEach(p -> partitions.add(new TopicPartition(topic, p.partition()))));
        return partitions;
    }

    private Map<TopicPartition, Long> offsets(Offsets where, List<TopicPartition> partitions, boolean start) {
        return switch (where.mode()) {
            case EARLIEST_OFFSET -> list(partitions, OffsetSpec.earliest());
            case LATEST_OFFSET -> list(partitions, OffsetSpec.latest());
            case TIMESTAMP -> atTime(partitions, where.timestamp());
            case SPECIFIC_OFFSETS -> specific(where, partitions, start);
            case GROUP_OFFSETS -> ofGroup(where, partitions, start);
            case UNBOUNDED -> throw new IllegalArgumentException();
        };
    }

    private Map<TopicPartition, Long> list(Collection<TopicPartition> partitions, OffsetSpec what) {
        Map<TopicPartition, OffsetSpec> request = new TreeMap<>(KafkaDiscovery::compare);
        partitions.forEach(p -> request.put(p, what));
        Map<TopicPartition, ListOffsetsResultInfo> answer = get(
                admin.listOffsets(request, new ListOffsetsOptions(isolation)).all(),
                "find the offsets of " + options.where());
        Map<TopicPartition, Long> offsets = new TreeMap<>(KafkaDiscovery::compare);
        answer.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private static int compare(TopicPartition left, TopicPartition right) {
        int topics = left.topic().compareTo(right.topic());
        return topics == 0 ? Integer.compare(left.partition(), right.partition()) : topics;
    }

    /** The first record of that time or later, or the end. */
    private Map<TopicPartition, Long> atTime(List<TopicPartition> partitions, long timestamp) {
        Map<TopicPartition, Long> offsets = list(partitions, OffsetSpec.forTimestamp(timestamp));
        List<TopicPartition> without =
                partitions.stream().filter(p -> offsets.get(p) < 0).toList();
        if (!without.isEmpty()) {
            offsets.putAll(list(without, OffsetSpec.latest()));
        }
        return offsets;
    }

    private Map<TopicPartition, Long> specific(Offsets where, List<TopicPartition> partitions, boolean start) {
        Map<TopicPartition, Long> offsets = new TreeMap<>(KafkaDiscovery::compare);
        List<TopicPartition> without = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Long offset = where.offsets().get(partition.partition());
            if (offset == null) {
                without.add(partition);
            } else {
                offsets.put(partition, offset);
            }
        }
        if (!without.isEmpty()) {
            if (!start) {
                throw UserError.request("table '" + options.table() + "': option '" + where.option()
                        + ".specific-offsets' says nothing about " + without.getFirst() + "; add an end for it");
            }
            offsets.putAll(list(without, OffsetSpec.earliest()));
        }
        return offsets;
    }

    private Map<TopicPartition, Long> ofGroup(Offsets where, List<TopicPartition> partitions, boolean start) {
        String group = options.property(KafkaOptions.GROUP);
        Map<TopicPartition, OffsetAndMetadata> committed = get(
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(group),
                "find the offsets of group '" + group + "'");
        Map<TopicPartition, Long> offsets = new TreeMap<>(KafkaDiscovery::compare);
        List<TopicPartition> without = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset == null) {
                without.add(partition);
            } else {
                offsets.put(partition, offset.offset());
            }
        }
        if (!without.isEmpty()) {
            String reset = start ? options.property(KafkaOptions.RESET) : null;
            OffsetSpec instead = switch (reset == null ? "none" : reset) {
                case "earliest" -> OffsetSpec.earliest();
                case "latest" -> OffsetSpec.latest();
                default -> throw noOffset(where, group, without.getFirst(), start);
            };
            offsets.putAll(list(without, instead));
        }
        return offsets;
    }

    private UserError noOffset(Offsets where, String group, TopicPartition partition, boolean start) {
        return UserError.job("table '" + options.table() + "': group '" + group + "' has committed no offset of "
                + partition + " (option '" + where.option() + ".mode' is group-offsets"
                + (start ? ", also where it is missing); " : "); ")
                + (start
                        ? "set 'properties.auto.offset.reset' = 'earliest' or 'latest' for such partitions, or another"
                                + " 'scan.startup.mode'"
                        : "set another 'scan.bounded.mode'"));
    }

    private <T> T get(KafkaFuture<T> future, String doing) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw KafkaErrors.explain(options, doing, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.job("table '" + options.table() + "': interrupted while it was to " + doing, e);
        }
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ZERO);
    }
}
