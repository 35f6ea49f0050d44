package dev.headrace.connect.generate;

import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The fields of an event by name, and which of them a table declares and a scan asks for. */
final class NexmarkFields {
    static final List<String> PERSON =
            List.of("id", "name", "emailAddress", "creditCard", "city", "state", "dateTime", "extra");
    static final List<String> AUCTION = List.of(
            "id",
            "itemName",
            "description",
            "initialBid",
            "reserve",
            "dateTime",
            "expires",
            "seller",
            "category",
            "extra");
    static final List<String> BID = List.of("auction", "bidder", "price", "channel", "url", "dateTime", "extra");

    private static final DataType TIME = DataType.timestamp(3);
    private static final DataType LONG = DataType.BIGINT;
    private static final DataType TEXT = DataType.STRING;
    private static final Schema SCHEMA = Schema.of(
            new Field("event_type", DataType.INT),
            new Field("person", row(PERSON, LONG, TEXT, TEXT, TEXT, TEXT, TEXT, TIME, TEXT)),
            new Field("auction", row(AUCTION, LONG, TEXT, TEXT, LONG, LONG, TIME, TIME, LONG, LONG, TEXT)),
            new Field("bid", row(BID, LONG, LONG, LONG, TEXT, TEXT, TIME, TEXT)));

    private NexmarkFields() {}

    private static DataType row(List<String> names, DataType... types) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            fields.add(new Field(names.get(i), types[i]));
        }
        return DataType.row(fields);
    }

    /** A table of all columns and fields. */
    static TableDefinition everything() {
        return new TableDefinition(
                "events", SCHEMA, List.of(), List.of(), List.of(), new Options("events", Map.of()), Path.of("."));
    }

    /** Each leaf of a table, in order. */
    static ScanRequest allOf(TableDefinition table) {
        List<ScanRequest.ScanColumn> columns = new ArrayList<>();
        for (int i = 0; i < table.physical().size(); i++) {
            DataType type = table.physical().type(i);
            if (type.kind() != Kind.ROW) {
                columns.add(new ScanRequest.Physical(List.of(i), type));
            }
            for (int j = 0; j < type.fields().size(); j++) {
                columns.add(new ScanRequest.Physical(
                        List.of(i, j), type.fields().get(j).type()));
            }
        }
        return new ScanRequest(columns);
    }

    /** Fails unless each column of the table, and each of its fields, is one that events have, with its type. */
    static void check(TableDefinition table) {
        check(table.name(), "", table.physical().fields(), SCHEMA.fields());
    }

    private static void check(String table, String path, List<Field> declared, List<Field> known) {
        for (Field field : declared) {
            Field match = known.stream()
                    .filter(f -> f.name().equals(field.name()))
                    .findFirst()
                    .orElse(null);
            if (match == null) {
                throw UserError.request("table '" + table + "': a Nexmark event has no field '" + path + field.name()
                        + "'; there it has " + new Schema(known));
            }
            Kind kind = field.type().kind();
            if (kind != match.type().kind()
                    && !(kind == Kind.TIMESTAMP_LTZ && match.type().kind() == Kind.TIMESTAMP)) {
                throw UserError.request("table '" + table + "': the field '" + path + field.name()
                        + "' of a Nexmark event is " + match.type() + ", but is declared as " + field.type());
            }
            if (kind == Kind.ROW) {
                check(
                        table,
                        path + field.name() + ".",
                        field.type().fields(),
                        match.type().fields());
            }
        }
    }

    /** The batch column for each field of the list, -1 where it is not asked for. */
    static int[] targets(TableDefinition table, ScanRequest request, String row, List<String> names) {
        int[] targets = new int[names.size()];
        java.util.Arrays.fill(targets, -1);
        for (int target = 0; target < request.columns().size(); target++) {
            List<String> path = path(table, request.columns().get(target));
            if (path.size() == 2 && path.getFirst().equals(row)) {
                targets[names.indexOf(path.get(1))] = target;
            }
        }
        return targets;
    }

    /** For each batch column an earlier one that asks for the same field, or -1. */
    static int[] repeated(TableDefinition table, ScanRequest request) {
        List<List<String>> paths = new ArrayList<>();
        for (ScanRequest.ScanColumn column : request.columns()) {
            paths.add(path(table, column));
        }
        int[] first = new int[paths.size()];
        for (int i = 0; i < first.length; i++) {
            int last = paths.lastIndexOf(paths.get(i));
            first[i] = last == i ? -1 : last;
        }
        return first;
    }

    static int eventType(TableDefinition table, ScanRequest request) {
        int found = -1;
        for (int target = 0; target < request.columns().size(); target++) {
            if (path(table, request.columns().get(target)).equals(List.of("event_type"))) {
                found = target;
            }
        }
        return found;
    }

    private static List<String> path(TableDefinition table, ScanRequest.ScanColumn column) {
        if (!(column instanceof ScanRequest.Physical physical)) {
            throw UserError.request("table '" + table.name() + "': Nexmark events have no metadata");
        }
        List<Field> fields = table.physical().fields();
        List<String> names = new ArrayList<>();
        for (int place : physical.path()) {
            names.add(fields.get(place).name());
            fields = fields.get(place).type().fields();
        }
        return names;
    }
}
