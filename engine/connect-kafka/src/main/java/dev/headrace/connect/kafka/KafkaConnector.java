package dev.headrace.connect.kafka;

import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;

/** The connectors {@code kafka}, whose records are rows or changes, and {@code upsert-kafka}, see {@link Upsert}. */
public class KafkaConnector implements Connector {
    private final boolean upsert;

    public KafkaConnector() {
        this(false);
    }

    private KafkaConnector(boolean upsert) {
        this.upsert = upsert;
    }

    /** A record is the row of its key, and a record without a value takes the row away. */
    public static final class Upsert extends KafkaConnector {
        public Upsert() {
            super(true);
        }
    }

    @Override
    public String name() {
        return upsert ? "upsert-kafka" : "kafka";
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        KafkaSource source = new KafkaSource(table, KafkaOptions.read(table, upsert), formats, environment);
        source.check();
        table.options().refuseUnknown();
        return source;
    }

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        KafkaSink sink = new KafkaSink(table, KafkaOptions.read(table, upsert), formats, environment);
        sink.check();
        table.options().refuseUnknown();
        return sink;
    }
}
