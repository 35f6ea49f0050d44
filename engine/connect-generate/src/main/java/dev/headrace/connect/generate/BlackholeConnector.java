package dev.headrace.connect.generate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * The connector {@code blackhole}: takes rows and forgets them, for measuring. It says UPSERT so that a plan need not make
 * the rows before updates; it has no need of a key.
 */
public final class BlackholeConnector implements Connector {
    @Override
    public String name() {
        return "blackhole";
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        throw UserError.request(
                "table '" + table.name() + "': the connector 'blackhole' can only be inserted into, not read");
    }

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        table.options().text("connector");
        table.options().text("sink.parallelism");
        table.options().refuseUnknown();
        return new Blackhole();
    }

    /** Counts the rows of all its writers. */
    static final class Blackhole implements Sink {
        private final LongAdder rows = new LongAdder();

        long rows() {
            return rows.sum();
        }

        @Override
        public ChangelogMode accepts() {
            return ChangelogMode.UPSERT;
        }

        @Override
        public SinkWriter open(WriterContext context) {
            return new SinkWriter() {
                @Override
                public void write(Batch batch) {
                    rows.add(batch.selected());
                }

                @Override
                public Optional<byte[]> prepare(long snapshot) {
                    return Optional.empty();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void commit(List<byte[]> committables) {}

        @Override
        public void recover(List<byte[]> committables) {}
    }
}
