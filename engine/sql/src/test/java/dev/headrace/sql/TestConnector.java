package dev.headrace.sql;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.run.Connections;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * A system that nothing is read from or written to: the options say what changes its tables have ({@code changes}) and
 * take ({@code accepts}), and whether they end ({@code bounded}).
 */
final class TestConnector implements Connector {
    static Connections connections() {
        return new Connections(
                        (name, table) -> {
                            throw UserError.request("table '" + table + "': there is no format '" + name + "'");
                        },
                        new Environment(
                                (uri, base) -> {
                                    throw new UnsupportedOperationException(uri);
                                },
                                InstantSource.system(),
                                "test"))
                .with(new TestConnector());
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        ChangelogMode mode = table.options().choice("changes", ChangelogMode.class, ChangelogMode.INSERT_ONLY);
        boolean bounded = table.options().flag("bounded", false);
        check(table);
        return new Source() {
            @Override
            public boolean isBounded() {
                return bounded;
            }

            @Override
            public ChangelogMode changelogMode() {
                return mode;
            }

            @Override
            public List<Split> discover(Set<String> known) {
                throw new UnsupportedOperationException();
            }

            @Override
            public long discoveryIntervalMillis() {
                return 0;
            }

            @Override
            public SourceReader open(ScanRequest request) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Schema metadata() {
                return Schema.of(
                        new Field("timestamp", DataType.timestampLtz(3).notNull()),
                        new Field("offset", DataType.BIGINT.notNull()));
            }
        };
    }

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        ChangelogMode mode = table.options().choice("accepts", ChangelogMode.class, ChangelogMode.RETRACT);
        check(table);
        return new Sink() {
            @Override
            public ChangelogMode accepts() {
                return mode;
            }

            @Override
            public SinkWriter open(WriterContext context) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void commit(List<byte[]> committables) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void recover(List<byte[]> committables) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private static void check(TableDefinition table) {
        table.options().text("connector");
        table.options().text("changes");
        table.options().text("accepts");
        table.options().text("bounded");
        table.options().refuseUnknown();
    }
}
