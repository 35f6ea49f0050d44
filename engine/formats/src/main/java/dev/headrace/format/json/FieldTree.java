package dev.headrace.format.json;

import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The wanted fields of records, as nodes by name. Leaf {@code i} is the i-th wanted column. */
final class FieldTree {
    private final List<FieldEntry> leaves = new ArrayList<>();
    private final List<int[]> copies = new ArrayList<>();
    private final String table;
    private final JsonOptions options;
    private final Failure failure;

    FieldTree(String table, JsonOptions options, Failure failure) {
        this.table = table;
        this.options = options;
        this.failure = failure;
    }

    /** The entries that go to columns; {@link FieldEntry#leaf} is the column's number. */
    List<FieldEntry> leaves() {
        return leaves;
    }

    /** Columns that another has the same values as: pairs of the column read and the one that copies it. */
    List<int[]> copies() {
        return copies;
    }

    FieldNode build(Schema physical, List<ScanRequest.Physical> columns, String prefix) {
        List<Wanted> wanted = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            wanted.add(new Wanted(columns.get(i).path(), columns.get(i).type(), i));
        }
        return node(physical.fields(), wanted, 0, prefix);
    }

    private record Wanted(List<Integer> path, DataType type, int leaf) {}

    private FieldNode node(List<Field> fields, List<Wanted> wanted, int depth, String prefix) {
        Map<Integer, List<Wanted>> byField = new LinkedHashMap<>();
        for (Wanted each : wanted) {
            byField.computeIfAbsent(each.path.get(depth), f -> new ArrayList<>())
                    .add(each);
        }
        List<FieldEntry> entries = new ArrayList<>();
        byField.forEach((index, under) -> {
            Field field = fields.get(index);
            String path = prefix + field.name();
            Wanted whole = null;
            List<Wanted> parts = new ArrayList<>();
            for (Wanted each : under) {
                if (each.path.size() > depth + 1) {
                    parts.add(each);
                } else if (whole == null) {
                    whole = each;
                } else {
                    copies.add(new int[] {whole.leaf, each.leaf});
                }
            }
            FieldNode child = parts.isEmpty() ? null : node(field.type().fields(), parts, depth + 1, path + ".");
            FieldEntry entry;
            if (whole == null) {
                entry = FieldEntry.object(
                        field.name(), path, field.type(), !field.type().nullable(), child, 0);
            } else {
                entry = leaf(field, whole, path);
                if (child != null) {
                    entry = FieldEntry.wholeAndParts(entry, child);
                }
                leaves.add(entry);
            }
            entries.add(entry);
        });
        return new FieldNode(entries);
    }

    private FieldEntry leaf(Field field, Wanted wanted, String path) {
        requireTextKeys(field.type(), path);
        CompositeDecoder composite = CompositeDecoder.isComposite(field.type())
                ? new CompositeDecoder(field.type(), path, options, failure)
                : null;
        boolean required = !field.type().nullable();
        return FieldEntry.leaf(field.name(), path, field.type(), required, wanted.leaf, composite);
    }

    private void requireTextKeys(DataType type, String path) {
        boolean keyed = type.kind() == Kind.MAP || type.kind() == Kind.MULTISET;
        if (keyed && !type.fields().getFirst().type().isText()) {
            throw UserError.request("table '" + table + "': field '" + path + "' is a " + type
                    + ", but the names in a JSON object are text; declare its key as STRING");
        }
        for (Field part : type.fields()) {
            requireTextKeys(part.type(), path + "." + part.name());
        }
    }
}
