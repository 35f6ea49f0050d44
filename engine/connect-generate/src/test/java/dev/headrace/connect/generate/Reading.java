package dev.headrace.connect.generate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.Schema;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;

/** What tests of sources share: finding a connector, making a table, reading rows as text. */
final class Reading {
    private Reading() {}

    static Connector connector(String name) {
        return ServiceLoader.load(Connector.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static TableDefinition table(Schema schema, Map<String, String> options) {
        return new TableDefinition(
                "t", schema, List.of(), List.of(), List.of(), new Options("t", options), Path.of("/base"));
    }

    static Environment environment(InstantSource clock) {
        return new Environment(null, clock, "job");
    }

    static Source source(Schema schema, Map<String, String> options, InstantSource clock) {
        return connector(options.get("connector")).source(table(schema, options), null, environment(clock));
    }

    static ScanRequest allColumns(Schema schema) {
        List<ScanRequest.ScanColumn> columns = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
            columns.add(new ScanRequest.Physical(List.of(i), schema.type(i)));
        }
        return new ScanRequest(columns);
    }

    static Batch batch(ScanRequest request) {
        return Batch.of(
                request.columns().stream().map(ScanRequest.ScanColumn::type).toList(), 16);
    }

    static List<String> rows(Batch batch) {
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < batch.columns(); i++) {
                text.append(i == 0 ? "" : "|").append(value(batch.column(i), row));
            }
            rows.add(text.toString());
        }
        return rows;
    }

    private static Object value(Column column, int row) {
        if (column.isNull(row)) {
            return "null";
        }
        return switch (column.type().layout()) {
            case Layout.BYTES -> column.textAt(row);
            case Layout.DOUBLE -> column.doubleAt(row);
            case Layout.LONG -> column.values()[row];
        };
    }

    /** All rows there are at the moment of all splits, from the given positions on. */
    static List<String> readAll(Source source, Schema schema) {
        ScanRequest request = allColumns(schema);
        try (SourceReader reader = source.open(request)) {
            for (Split split : source.discover(Set.of())) {
                reader.assign(split);
            }
            return drain(reader, batch(request));
        }
    }

    static List<String> drain(SourceReader reader, Batch batch) {
        List<String> rows = new ArrayList<>();
        while (reader.read(batch) >= 0) {
            rows.addAll(rows(batch));
        }
        return rows;
    }
}
