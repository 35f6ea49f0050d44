package dev.headrace.connect.generate;

import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The connector {@code datagen}: rows of random values or sequences. A value is a function of the seed, the field's name
 * and the row's number, so that a restart goes on with the same rows, and another column changes no other. Only what
 * depends on the time of day differs from one run to the next.
 */
public final class DatagenConnector implements Connector {
    @Override
    public String name() {
        return "datagen";
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        Options options = table.options();
        options.text("connector");
        options.text("scan.parallelism");
        long rate = Numbers.atLeast(options, "rows-per-second", 10_000, 1);
        long rows = options.text("number-of-rows").isPresent()
                ? Numbers.atLeast(options, "number-of-rows", 0, 0)
                : GeneratedSource.ENDLESS;
        long seed = options.number("seed", 42);
        Map<String, DatagenField> fields = new TreeMap<>();
        addFields(options, seed, environment, "", table.physical().fields(), fields);
        for (DatagenField field : fields.values()) {
            rows = Math.min(rows, field.rows());
        }
        options.refuseUnknown();
        return new GeneratedSource(
                name(),
                List.of(rows),
                rate,
                environment.clock(),
                request -> RowComposer.of(request, false, leaves -> maker(table, leaves, fields)));
    }

    private static void addFields(
            Options options,
            long seed,
            Environment environment,
            String path,
            List<Field> declared,
            Map<String, DatagenField> found) {
        for (Field field : declared) {
            String name = path + field.name();
            if (field.type().kind() == Kind.ROW) {
                addFields(options, seed, environment, name + ".", field.type().fields(), found);
            } else {
                found.put(name, DatagenField.read(options, name, field.type(), seed, environment.clock()));
            }
        }
    }

    private static RowMaker maker(TableDefinition table, ScanRequest request, Map<String, DatagenField> fields) {
        DatagenField[] wanted = request.columns().stream()
                .map(column -> fields.get(path(table, column)))
                .toArray(DatagenField[]::new);
        Draws draws = new Draws();
        return (batch, part, index, count) -> {
            for (int i = 0; i < wanted.length; i++) {
                Column column = batch.column(i);
                wanted[i].fill(column, draws, index, count);
            }
            batch.setRows(count);
        };
    }

    private static String path(TableDefinition table, ScanRequest.ScanColumn column) {
        if (!(column instanceof ScanRequest.Physical physical)) {
            throw UserError.request("table '" + table.name() + "': made rows have no metadata");
        }
        List<Field> fields = table.physical().fields();
        StringBuilder path = new StringBuilder();
        for (int place : physical.path()) {
            path.append(path.isEmpty() ? "" : ".").append(fields.get(place).name());
            fields = fields.get(place).type().fields();
        }
        return path.toString();
    }

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        throw UserError.request(
                "table '" + table.name() + "': the connector 'datagen' makes rows and cannot be written to;"
                        + " insert into a table with another connector, such as 'print'");
    }
}
