package dev.headrace.connect.kafka;

import dev.headrace.api.error.UserError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
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
     * Commits a transaction that a snapshot holds, if that has not happened. Its transactional id has not been used again:
     * see {@link TransactionalIds}.
     */
    void commit(KafkaCommittable transaction) {
        TransactionDescription found;
        try {
            found = admin.describeTransactions(List.of(transaction.transactionalId()))
                    .description(transaction.transactionalId())
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TransactionalIdNotFoundException) {
                // Kafka forgets ids unused for days (transactional.id.expiration.ms), but none with an open
                // transaction.
                return;
            }
            throw failed("commit a transaction of the snapshot", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        switch (found.state()) {
            case COMPLETE_COMMIT, PREPARE_COMMIT -> {}
            case ONGOING -> {
                if (found.producerId() != transaction.producerId() || found.producerEpoch() != transaction.epoch()) {
                    throw lost(transaction, "another writer uses its transactional id");
                }
                complete(transaction);
            }
            case COMPLETE_ABORT, PREPARE_ABORT, PREPARE_EPOCH_FENCE ->
                throw lost(
                        transaction,
                        "Kafka has given it up, most likely because the job was down for longer than"
                                + " 'properties.transaction.timeout.ms' (" + found.transactionTimeoutMs() + " ms)");
            default -> throw lost(transaction, "its transactional id is in the state " + found.state());
        }
    }

    private void complete(KafkaCommittable transaction) {
        KafkaProducer<byte[], byte[]> producer =
                KafkaSink.newProducer(options, Map.of("transactional.id", transaction.transactionalId()));
        try {
            PreparedTransactions.resume(producer, transaction);
            producer.commitTransaction();
        } catch (KafkaException e) {
            throw failed("commit a transaction of the snapshot", e);
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
            if (!ids.isEmpty()) {
                admin.fenceProducers(ids).all().get();
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

    private UserError lost(KafkaCommittable transaction, String why) {
        return UserError.job("table '" + options.table() + "': the rows of the last snapshot cannot be committed to "
                + options.where() + ": the transaction '" + transaction.transactionalId() + "' is not there any more; "
                + why + ". The rows are lost to the topic; write them anew with --fresh, and raise"
                + " 'properties.transaction.timeout.ms' and the broker's 'transaction.max.timeout.ms' above the time"
                + " that the job can be down");
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
