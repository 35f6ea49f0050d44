package dev.headrace.connect.generate;

import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import java.util.List;

/** The connector {@code nexmark-side}: the table that Nexmark's lookup join reads, 10,000 rows {@code (k, 'value-k')}. */
public final class SideConnector implements Connector {
    private static final long ROWS = 10_000;

    @Override
    public String name() {
        return "nexmark-side";
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        table.options().text("connector");
        table.options().refuseUnknown();
        Schema schema = table.physical();
        if (schema.size() != 2
                || schema.type(0).kind() != Kind.BIGINT
                || !schema.type(1).isText()) {
            throw UserError.request(
                    "table '" + table.name() + "': the connector 'nexmark-side' has the columns (key BIGINT,"
                            + " value STRING), but the table declares " + schema);
        }
        return new GeneratedSource(name(), List.of(ROWS), 0, environment.clock(), SideConnector::maker);
    }

    private static RowMaker maker(ScanRequest request) {
        return (batch, part, index, count) -> {
            for (int i = 0; i < request.columns().size(); i++) {
                Column column = batch.column(i);
                for (int row = 0; row < count; row++) {
                    if (column.type().isText()) {
                        column.setText(row, "value-" + (index + row));
                    } else {
                        column.setLong(row, index + row);
                    }
                }
            }
            batch.setRows(count);
        };
    }

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        throw UserError.request(
                "table '" + table.name() + "': the connector 'nexmark-side' makes rows and cannot be written"
                        + " to; insert into a table with another connector, such as 'print'");
    }
}
