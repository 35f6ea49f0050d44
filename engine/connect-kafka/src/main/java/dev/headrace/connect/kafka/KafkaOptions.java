package dev.headrace.connect.kafka;

import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The options of a table in Kafka, by the names of Flink's connectors {@code kafka} and {@code upsert-kafka}. A table has
 * the same options whether it is read or written.
 *
 * @param upsert whether a record is the row of its key, and a record without a value takes the row away
 * @param topics names of the topics; empty where {@code topicPattern} is there
 * @param topicPattern what the names of the topics match, or null
 * @param properties of Kafka's clients
 * @param format of values
 * @param keyFormat of keys, or null where keys are not used
 * @param keyFields columns that lie in the key, in order
 * @param keyPrefix what the names of these columns begin with, and the key's own names do not
 * @param keyInValue whether the value has these columns too
 */
record KafkaOptions(
        String table,
        boolean upsert,
        List<String> topics,
        Pattern topicPattern,
        Map<String, String> properties,
        NamedFormat format,
        NamedFormat keyFormat,
        List<String> keyFields,
        String keyPrefix,
        boolean keyInValue,
        Offsets startup,
        Offsets bounded,
        Duration discovery,
        Delivery delivery,
        String transactionalIdPrefix,
        Partitioner partitioner) {

    static final String BOOTSTRAP = "bootstrap.servers";
    static final String GROUP = "group.id";
    static final String RESET = "auto.offset.reset";

    /** Options of Flink's that mean nothing here. */
    private static final List<String> IGNORED = List.of(
            "scan.parallelism",
            "sink.parallelism",
            "sink.semantic",
            "sink.buffer-flush.max-rows",
            "sink.buffer-flush.interval",
            "sink.transaction-naming-strategy",
            "scan.watermark.emit.strategy",
            "scan.watermark.alignment.group",
            "scan.watermark.alignment.update-interval");

    /** A format and its own options. */
    record NamedFormat(String name, Options options) {}

    enum Delivery {
        EXACTLY_ONCE,
        AT_LEAST_ONCE,
        NONE
    }

    enum Partitioner {
        /** By the key's hash, or where there is no key by Kafka's choice. */
        DEFAULT,
        /** Each worker writes to one partition. */
        FIXED,
        ROUND_ROBIN
    }

    static KafkaOptions read(TableDefinition table, boolean upsert) {
        Options options = table.options();
        options.required("connector");
        IGNORED.forEach(options::text);
        Map<String, String> properties = options.withPrefix("properties.");
        options.required("properties." + BOOTSTRAP);
        List<String> keyFields = upsert ? primaryKey(table) : list(options.text("key.fields", ""));
        NamedFormat keyFormat = upsert || options.text("key.format").isPresent()
                ? new NamedFormat(
                        options.required("key.format"), options.scoped("key." + options.required("key.format")))
                : null;
        String prefix = options.text("key.fields-prefix", "");
        checkKey(table, keyFields, keyFormat, prefix);
        return new KafkaOptions(
                table.name(),
                upsert,
                topics(options),
                pattern(options),
                properties,
                valueFormat(options, upsert),
                keyFormat,
                keyFields,
                prefix,
                keyInValue(options, prefix),
                upsert
                        ? new Offsets("scan.startup", Offsets.Mode.EARLIEST_OFFSET, 0, Map.of())
                        : Offsets.startup(options),
                Offsets.bounded(options),
                options.duration("scan.topic-partition-discovery.interval", Duration.ofMinutes(5)),
                options.choice("sink.delivery-guarantee", Delivery.class, Delivery.AT_LEAST_ONCE),
                options.text("sink.transactional-id-prefix", ""),
                options.choice("sink.partitioner", Partitioner.class, Partitioner.DEFAULT));
    }

    private static List<String> topics(Options options) {
        if (options.text("topic-pattern").isPresent() && options.text("topic").isEmpty()) {
            return List.of();
        }
        List<String> topics = list(options.required("topic"));
        if (topics.isEmpty()) {
            throw options.wrong("topic", "", "the name of a topic, or several with ';' between them");
        }
        return topics;
    }

    private static Pattern pattern(Options options) {
        String pattern = options.text("topic-pattern").orElse(null);
        if (pattern == null) {
            return null;
        }
        if (options.text("topic").isPresent()) {
            throw UserError.request("table '" + options.table()
                    + "': options 'topic' and 'topic-pattern' are both there; keep one of them");
        }
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw options.wrong("topic-pattern", pattern, "a regular expression (" + e.getDescription() + ")");
        }
    }

    private static NamedFormat valueFormat(Options options, boolean upsert) {
        String format = options.text("format").orElse(null);
        String valueFormat = options.text("value.format").orElse(null);
        if (upsert) {
            valueFormat = options.required("value.format");
        }
        if (format != null && valueFormat != null) {
            throw UserError.request("table '" + options.table()
                    + "': options 'format' and 'value.format' mean the same and are both there; keep one of them");
        }
        if (valueFormat != null) {
            return new NamedFormat(valueFormat, options.scoped("value." + valueFormat));
        }
        return new NamedFormat(options.required("format"), options.scoped(options.required("format")));
    }

    private static boolean keyInValue(Options options, String prefix) {
        String include = options.text("value.fields-include", "ALL");
        boolean all = switch (include) {
            case "ALL" -> true;
            case "EXCEPT_KEY" -> false;
            default -> throw options.wrong("value.fields-include", include, "ALL or EXCEPT_KEY");
        };
        if (all && !prefix.isEmpty()) {
            throw UserError.request("table '" + options.table() + "': option 'key.fields-prefix' is '" + prefix
                    + "', which tells the key's columns from the value's of the same name; add"
                    + " 'value.fields-include' = 'EXCEPT_KEY'");
        }
        return all;
    }

    private static List<String> primaryKey(TableDefinition table) {
        if (table.primaryKey().isEmpty()) {
            throw UserError.request("table '" + table.name()
                    + "': connector 'upsert-kafka' keeps a row for each key, but the table has none; add PRIMARY KEY"
                    + " (...) NOT ENFORCED");
        }
        return table.primaryKey();
    }

    private static void checkKey(TableDefinition table, List<String> fields, NamedFormat format, String prefix) {
        if (format == null && !fields.isEmpty()) {
            throw UserError.request("table '" + table.name()
                    + "': option 'key.fields' names columns, but nothing says how a key is written; add 'key.format'");
        }
        if (format != null && fields.isEmpty()) {
            throw UserError.request("table '" + table.name()
                    + "': option 'key.format' is there, but nothing says which columns the key has; add 'key.fields'");
        }
        for (String field : fields) {
            if (table.physical().indexOf(field) < 0) {
                throw table.options().wrong("key.fields", field, "columns of the table: " + table.physical());
            }
            if (!field.startsWith(prefix)) {
                throw UserError.request("table '" + table.name() + "': the column '" + field
                        + "' of the key does not begin with '" + prefix + "' (option 'key.fields-prefix')");
            }
        }
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(";"))
                .map(String::strip)
                .filter(t -> !t.isEmpty())
                .toList();
    }

    String property(String name) {
        return properties.get(name);
    }

    String bootstrapServers() {
        return properties.get(BOOTSTRAP);
    }

    /** The properties of a client: those that the user gave over {@code defaults}, and {@code forced} over both. */
    Map<String, Object> client(Map<String, String> defaults, Map<String, String> forced) {
        Map<String, Object> all = new TreeMap<>(defaults);
        all.putAll(properties);
        all.putAll(forced);
        return all;
    }

    /** Where records are, for messages. */
    String where() {
        return topicPattern == null ? "topic " + String.join(", ", topics) : "topics '" + topicPattern + "'";
    }
}
