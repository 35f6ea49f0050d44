package dev.headrace.runtime.terminal;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Encoder;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of a bare query. In a pipe: a JSON object a line, as rows come, with a field {@code op} in front where the query
 * changes rows. On a terminal: the table as it is at the end of the input.
 */
public final class TerminalConnector implements Connector {
    public static final String NAME = "terminal";

    private static final int WIDEST = 60;

    private final PrintStream out;
    private final boolean forPeople;
    private final Map<List<String>, Integer> table = new LinkedHashMap<>();
    private List<String> header = List.of();

    public TerminalConnector(PrintStream out, boolean forPeople) {
        this.out = out;
        this.forPeople = forPeople;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Source source(TableDefinition definition, Formats formats, Environment environment) {
        throw UserError.request("nothing can be read from the terminal");
    }

    @Override
    public Sink sink(TableDefinition definition, Formats formats, Environment environment) {
        header = definition.physical().fields().stream().map(Field::name).toList();
        return new Sink() {
            @Override
            public ChangelogMode accepts() {
                return ChangelogMode.RETRACT;
            }

            @Override
            public SinkWriter open(WriterContext context) {
                Encoder json = formats.named("json", definition.name())
                        .encoder(definition.physical(), new Options(definition.name(), Map.of()));
                Encoder csv = formats.named("csv", definition.name())
                        .encoder(
                                definition.physical(),
                                new Options(
                                        definition.name(), Map.of("field-delimiter", "\t", "null-literal", "NULL")));
                return new Writer(json, csv);
            }

            @Override
            public void commit(List<byte[]> committables) {}

            @Override
            public void recover(List<byte[]> committables) {}
        };
    }

    private final class Writer implements SinkWriter {
        private final Encoder json;
        private final Encoder cells;
        private final ByteHeap line = new ByteHeap(1024);

        Writer(Encoder json, Encoder cells) {
            this.json = json;
            this.cells = cells;
        }

        @Override
        public void write(Batch batch) {
            synchronized (TerminalConnector.this) {
                for (int i = 0; i < batch.selected(); i++) {
                    int row = batch.row(i);
                    if (forPeople) {
                        keep(batch, row);
                    } else {
                        print(batch, row);
                    }
                }
            }
        }

        private String encoded(Encoder encoder, Batch batch, int row) {
            line.clear();
            encoder.encode(batch, row, line);
            return new String(line.bytes(), 0, line.length(), StandardCharsets.UTF_8);
        }

        private void print(Batch batch, int row) {
            String object = encoded(json, batch, row);
            if (!batch.isInsertOnly()) {
                String symbol = ChangeKind.of(batch.kind(row)).symbol();
                object = "{\"op\":\"" + symbol + "\"" + (object.equals("{}") ? "" : ",") + object.substring(1);
            }
            out.println(object);
        }

        private void keep(Batch batch, int row) {
            List<String> values = List.of(encoded(cells, batch, row).split("\t", -1));
            int change = ChangeKind.adds(batch.kind(row)) ? 1 : -1;
            if (table.merge(values, change, Integer::sum) == 0) {
                table.remove(values);
            }
        }

        @Override
        public void endEpoch() {
            out.flush();
        }

        @Override
        public Optional<byte[]> prepare(long snapshot) {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }

    /** Shows the table, on a terminal. */
    public synchronized void finish() {
        if (!forPeople || header.isEmpty()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        table.forEach((row, count) -> {
            for (int i = 0; i < count; i++) {
                rows.add(row);
            }
        });
        int[] widths = new int[header.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = header.get(column).length();
            for (List<String> row : rows) {
                widths[column] = Math.min(
                        WIDEST, Math.max(widths[column], row.get(column).length()));
            }
        }
        line(header, widths);
        line(header.stream().map(h -> "-".repeat(widths[header.indexOf(h)])).toList(), widths);
        rows.forEach(row -> line(row, widths));
        out.println("(" + rows.size() + (rows.size() == 1 ? " row)" : " rows)"));
        table.clear();
    }

    private void line(List<String> values, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String value = values.get(column);
            String shown = value.length() > WIDEST ? value.substring(0, WIDEST - 1) + "…" : value;
            text.append(column == 0 ? "" : " | ")
                    .append(shown)
                    .append(" ".repeat(Math.max(0, widths[column] - shown.length())));
        }
        out.println(text.toString().stripTrailing());
    }
}
