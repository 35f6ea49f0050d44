package dev.headrace.connect.generate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.ChangeKind;
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
import dev.headrace.api.type.Field;
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
        for (Field field : table.physical().fields()) {
            ValueText.check(table.name(), field);
        }
        return new PrintSink(identifier, error ? System.err : System.out);
    }

    private record PrintSink(String identifier, PrintStream out) implements Sink {
        @Override
        public ChangelogMode accepts() {
            return ChangelogMode.RETRACT;
        }

        @Override
        public SinkWriter open(WriterContext context) {
            String number = context.workers() > 1 ? Integer.toString(context.worker() + 1) : "";
            String between = identifier.isEmpty() || number.isEmpty() ? "" : ":";
            String prefix = identifier + between + number;
            return new PrintWriter(prefix.isEmpty() ? "" : prefix + "> ", out);
        }

        @Override
        public void commit(List<byte[]> committables) {}

        @Override
        public void recover(List<byte[]> committables) {}
    }

    /** Gathers the text of an epoch and writes it at once. */
    private static final class PrintWriter implements SinkWriter {
        private static final byte[] COMMA = {',', ' '};

        private final byte[] prefix;
        private final PrintStream out;
        private final ByteHeap text = new ByteHeap(8 << 10);
        private long written;

        PrintWriter(String prefix, PrintStream out) {
            this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
            this.out = out;
        }

        @Override
        public void write(Batch batch) {
            for (int i = 0; i < batch.selected(); i++) {
                int row = batch.row(i);
                text.append(prefix, 0, prefix.length);
                text.append(ChangeKind.of(batch.kind(row)).symbol());
                text.append((byte) '[');
                for (int column = 0; column < batch.columns(); column++) {
                    if (column > 0) {
                        text.append(COMMA, 0, COMMA.length);
                    }
                    ValueText.append(text, batch.column(column), row);
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
