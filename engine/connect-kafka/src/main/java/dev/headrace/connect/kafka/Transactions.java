package dev.headrace.connect.kafka;

import dev.headrace.api.connect.Sink;
import dev.headrace.api.error.UserError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What a sink asks of Kafka before it writes: the state of transactions that another process left, and their end. */
final class Transactions implements AutoCloseable {
    private final KafkaOptions options;
    private final Admin admin;

    Transactions(KafkaOptions options) {
        this.options = options;
        try {
            admin = Admin.create(
                    options.client(Map.of("default.api.timeout.ms", "15000", "request.timeout.ms", "15000"), Map.of()));
        } catch (KafkaException e) {
            throw KafkaErrors.explain(options, "write " + options.where(), e);
        }
    }

    /**
     * What has become of a transaction of the latest snapshot. Its transactional id has not been used again: see {@link
     * TransactionalIds}.
     */
    Sink.Fate fate(KafkaCommittable transaction) {
        TransactionDescription found;
        try {
            found = admin.describeTransactions(List.of(transaction.transactionalId()))
                    .description(transaction.transactionalId())
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TransactionalIdNotFoundException) {
                // Kafka forgets ids unused for days (transactional.id.expiration.ms), but none with an open
                // transaction.
                return new Sink.Fate.Visible();
            }
            throw failed("find a transaction of the snapshot", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return switch (found.state()) {
            case COMPLETE_COMMIT, PREPARE_COMMIT -> new Sink.Fate.Visible();
            case ONGOING -> {
                if (found.producerId() != transaction.producerId() || found.producerEpoch() != transaction.epoch()) {
                    throw unclear(transaction, "another writer uses its transactional id");
                }
                yield new Sink.Fate.Prepared();
            }
            case COMPLETE_ABORT, PREPARE_ABORT, PREPARE_EPOCH_FENCE ->
                new Sink.Fate.Lost("table '" + options.table() + "': Kafka has given up the transaction '"
                        + transaction.transactionalId() + "' to " + options.where()
                        + ", most likely because the job was down for longer than"
                        + " 'properties.transaction.timeout.ms' (" + found.transactionTimeoutMs() + " ms)");
            default -> throw unclear(transaction, "its transactional id is in the state " + found.state());
        };
    }

    /** Commits a transaction that is prepared; one that is visible already stays so. */
    void commit(KafkaCommittable transaction) {
        switch (fate(transaction)) {
            case Sink.Fate.Prepared _ -> complete(transaction, "commit", KafkaProducer::commitTransaction);
            case Sink.Fate.Visible _ -> {}
            case Sink.Fate.Lost(String why) -> throw UserError.job(why);
        }
    }

    /** Aborts a transaction that is prepared; one that Kafka has aborted stays so. */
    void abort(KafkaCommittable transaction) {
        switch (fate(transaction)) {
            case Sink.Fate.Prepared _ -> complete(transaction, "abort", KafkaProducer::abortTransaction);
            case Sink.Fate.Lost _ -> {}
            case Sink.Fate.Visible _ -> throw unclear(transaction, "another process has committed it just now");
        }
    }

    private void complete(
            KafkaCommittable transaction, String doing, Consumer<KafkaProducer<byte[], byte[]>> completion) {
        KafkaProducer<byte[], byte[]> producer =
                KafkaSink.newProducer(options, Map.of("transactional.id", transaction.transactionalId()));
        try {
            PreparedTransactions.resume(producer, transaction);
            completion.accept(producer);
        } catch (KafkaException e) {
            throw failed(doing + " a transaction of the snapshot", e);
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    /** Ends what the writers of these transactional ids have begun, and keeps them from going on. */
    void fence(String prefix, Predicate<String> which) {
        try {
            Set<String> ids = new TreeSet<>();
            for (TransactionListing listing : admin.listTransactions().all().get()) {
                String id = listing.transactionalId();
                if (id.startsWith(prefix) && which.test(id)) {
                    ids.add(id);
                }
            }
            // A request each: those of one call wait for each other, up to a second from one to the next.
            List<KafkaFuture<Void>> fenced = ids.stream()
                    .map(id -> admin.fenceProducers(List.of(id)).all())
                    .toList();
            for (KafkaFuture<Void> one : fenced) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw failed("end the transactions that a killed process left", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The number of the topic's partitions; the topic is created if the broker creates topics that are asked for. */
    int partitions(String topic) {
        try {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                return created(topic, unknown);
            }
            throw failed("write " + options.where(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private int created(String topic, UnknownTopicOrPartitionException unknown) {
        try (KafkaProducer<byte[], byte[]> producer =
                KafkaSink.newProducer(options, Map.of("max.block.ms", "5000", "enable.idempotence", "false"))) {
            return producer.partitionsFor(topic).size();
        } catch (TopicAuthorizationException e) {
            throw failed("write " + options.where(), e);
        } catch (KafkaException e) {
            throw failed("write " + options.where(), unknown);
        }
    }

    private UserError failed(String doing, Throwable e) {
        return KafkaErrors.explain(options, doing, e);
    }

    private UserError unclear(KafkaCommittable transaction, String why) {
        return UserError.job("table '" + options.table() + "': the transaction '" + transaction.transactionalId()
                + "' to " + options.where() + " of the last snapshot is not as it was left: " + why
                + ". See that the job runs once and that no other job has its option"
                + " 'sink.transactional-id-prefix', and start it again");
    }

    private UserError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return UserError.job("table '" + options.table() + "': interrupted while waiting for Kafka", e);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
