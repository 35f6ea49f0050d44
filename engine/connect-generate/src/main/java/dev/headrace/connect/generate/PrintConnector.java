package dev.headrace.connect.generate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The connector {@code print}: rows on standard output or error, as {@code +I[1, two, null]}, for people. */
public final class PrintConnector implements Connector {
    @Override
    public String name() {
        return "print";
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        throw UserError.request(
                "table '" + table.name() + "': the connector 'print' can only be inserted into, not read");
    }

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        Options options = table.options();
        options.text("connector");
        options.text("sink.parallelism");
        String identifier = options.text("print-identifier", "");
        boolean error = options.flag("standard-error", false);
        options.refuseUnknown();
        return new PrintSink(table.physical().types(), identifier, error ? System.err : System.out);
    }

    private record PrintSink(List<DataType> types, String identifier, PrintStream out) implements Sink {
        @Override
        public ChangelogMode accepts() {
            return ChangelogMode.RETRACT;
        }

        @Override
        public SinkWriter open(WriterContext context) {
            String number = context.workers() > 1 ? Integer.toString(context.worker() + 1) : "";
            String between = identifier.isEmpty() || number.isEmpty() ? "" : ":";
            String prefix = identifier + between + number;
            return new PrintWriter(types, prefix.isEmpty() ? "" : prefix + "> ", out);
        }

        @Override
        public void commit(List<byte[]> committables) {}

        @Override
        public void recover(List<byte[]> committables) {}
    }

    /** Gathers the text of an epoch and writes it at once. */
    private static final class PrintWriter implements SinkWriter {
        private static final byte[] COMMA = {',', ' '};
        private static final byte[] NULL = {'n', 'u', 'l', 'l'};

        private final ValueText[] values;
        private final byte[] prefix;
        private final PrintStream out;
        private final ByteHeap text = new ByteHeap(8 << 10);
        private long written;

        PrintWriter(List<DataType> types, String prefix, PrintStream out) {
            this.values = types.stream().map(ValueText::new).toArray(ValueText[]::new);
            this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
            this.out = out;
        }

        @Override
        public void write(Batch batch) {
            for (int at = 0; at < batch.selected(); at++) {
                int row = batch.row(at);
                text.append(prefix, 0, prefix.length);
                text.append(ChangeKind.of(batch.kind(row)).symbol());
                text.append((byte) '[');
                for (int i = 0; i < values.length; i++) {
                    if (i > 0) {
                        text.append(COMMA, 0, COMMA.length);
                    }
                    Column column = batch.column(i);
                    if (column.isNull(row)) {
                        text.append(NULL, 0, NULL.length);
                    } else {
                        values[i].append(text, column.heap(), column.values()[row]);
                    }
                }
                text.append((byte) ']');
                text.append((byte) '\n');
            }
        }

        @Override
        public void endEpoch() {
            if (text.length() > 0) {
                out.write(text.bytes(), 0, text.length());
                out.flush();
                written += text.length();
                text.clear();
            }
        }

        @Override
        public Optional<byte[]> prepare(long snapshot) {
            endEpoch();
            return Optional.empty();
        }

        @Override
        public long bytesWritten() {
            return written + text.length();
        }

        @Override
        public void close() {
            endEpoch();
        }
    }
}
