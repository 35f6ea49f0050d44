package dev.headrace.connect.kafka;

import dev.headrace.api.error.UserError;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Says what Kafka's clients report in words that name the table, the option and what to do. Never a secret. */
final class KafkaErrors {
    private KafkaErrors() {}

    /**
     * @param doing what was tried, for example {@code read topic orders}
     */
    static UserError explain(KafkaOptions options, String doing, Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof UserError error) {
            return error;
        }
        String start = "table '" + options.table() + "': cannot " + doing + ": ";
        String said = said(options, cause);
        return switch (cause) {
            case TimeoutException e -> unanswered(options, start, said, e);
            case UnknownTopicOrPartitionException e ->
                UserError.job(
                        start + "Kafka at '" + options.bootstrapServers() + "' has no " + options.where()
                                + "; create it, or correct the option '"
                                + (options.topicPattern() == null ? "topic" : "topic-pattern") + "'",
                        e);
            case InvalidTopicException e ->
                UserError.request(start + "a topic cannot have that name; correct the option 'topic'");
            case SslAuthenticationException e ->
                UserError.job(
                        start + "TLS with Kafka at '" + options.bootstrapServers() + "' failed: " + said
                                + "; check the options 'properties.ssl.*'",
                        e);
            case AuthenticationException e ->
                UserError.job(
                        start + "Kafka at '" + options.bootstrapServers() + "' does not accept who we are: " + said
                                + "; check the options 'properties.security.protocol' and 'properties.sasl.*'",
                        e);
            case TopicAuthorizationException e ->
                UserError.job(start + "Kafka does not allow this user to use topics " + e.unauthorizedTopics(), e);
            case GroupAuthorizationException e ->
                UserError.job(start + "Kafka does not allow this user to use the group '" + e.groupId() + "'", e);
            case TransactionalIdAuthorizationException e ->
                UserError.job(
                        start + "Kafka does not allow this user its transactional ids; allow WRITE and DESCRIBE on"
                                + " those that begin with the option 'sink.transactional-id-prefix', or set"
                                + " 'sink.delivery-guarantee' = 'at-least-once'",
                        e);
            case InvalidTxnTimeoutException _ -> timeoutNotAllowed(options, start);
            case ProducerFencedException e -> fenced(start, e);
            case InvalidProducerEpochException e -> fenced(start, e);
            case RecordTooLargeException e ->
                UserError.job(
                        start + said + "; raise 'properties.max.request.size' and the topic's 'max.message.bytes'", e);
            case AuthorizationException e -> UserError.job(start + "Kafka does not allow it: " + said, e);
            case ConfigException e when isUnresolved(e) -> unanswered(options, start, said, e);
            case ConfigException e -> UserError.request(start + said + "; correct the options 'properties.*'");
            // The client wraps this answer in an exception of no kind of its own.
            case KafkaException e when said.contains("transaction.max.timeout.ms") -> timeoutNotAllowed(options, start);
            default ->
                cause.getCause() instanceof ConfigException inner
                        ? isUnresolved(inner)
                                ? unanswered(options, start, said(options, inner), cause)
                                : UserError.request(
                                        start + said(options, inner) + "; correct the options 'properties.*'")
                        : UserError.job(start + said, cause);
        };
    }

    /** That no host's name is known may pass: names come and go with what they are of. The client takes it for a wrong option. */
    private static boolean isUnresolved(ConfigException e) {
        return String.valueOf(e.getMessage()).startsWith("No resolvable bootstrap urls");
    }

    private static UserError unanswered(KafkaOptions options, String start, String said, Throwable cause) {
        return UserError.job(
                start + "Kafka at '" + options.bootstrapServers()
                        + "' (option 'properties.bootstrap.servers') does not answer (" + said
                        + "); start it, or correct the address",
                cause);
    }

    private static UserError timeoutNotAllowed(KafkaOptions options, String start) {
        return UserError.request(
                start + "a transaction may stay open for longer than the broker allows; lower the option"
                        + " 'properties.transaction.timeout.ms' (" + KafkaSink.transactionTimeout(options)
                        + "), or raise the broker's 'transaction.max.timeout.ms'");
    }

    private static UserError fenced(String start, Exception e) {
        return UserError.job(
                start + "another process has taken over its transactional ids, or a transaction was open for longer"
                        + " than 'properties.transaction.timeout.ms'; see that the job runs once and that snapshots"
                        + " are taken more often than that, and start it again: it goes on from its last snapshot",
                e);
    }

    /** The exception's message without the values of properties that may be secret. */
    static String said(KafkaOptions options, Throwable cause) {
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        Throwable inner = cause.getCause();
        if (inner != null && inner.getMessage() != null && !message.contains(inner.getMessage())) {
            message += ": " + inner.getMessage();
        }
        for (Map.Entry<String, String> property : options.properties().entrySet()) {
            String name = property.getKey().toLowerCase(Locale.ROOT);
            boolean secret = name.contains("password")
                    || name.contains("jaas")
                    || name.contains("secret")
                    || name.contains("key")
                    || name.contains("credential");
            if (secret && !property.getValue().isBlank()) {
                message = message.replace(property.getValue(), "***");
            }
        }
        return message;
    }
}
