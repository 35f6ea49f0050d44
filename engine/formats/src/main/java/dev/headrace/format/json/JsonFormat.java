package dev.headrace.format.json;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Schema;
import java.util.List;

/** The format {@code json}: a row is an object whose members are its columns. */
public final class JsonFormat implements Format {
    @Override
    public String name() {
        return "json";
    }

    @Override
    public ChangelogMode decodes(Options options) {
        return ChangelogMode.INSERT_ONLY;
    }

    @Override
    public ChangelogMode encodes(Options options) {
        return ChangelogMode.INSERT_ONLY;
    }

    @Override
    public Decoder decoder(Schema physical, List<ScanRequest.Physical> columns, Options options) {
        JsonOptions found = JsonOptions.of(options);
        Failure failure = new Failure();
        FieldTree tree = new FieldTree(options.table(), found, failure);
        return new JsonDecoder(tree.build(physical, columns, ""), tree, found, failure, null);
    }

    /**
     * A decoder of changes as Debezium writes them: objects with {@code before}, {@code after} and {@code op}.
     *
     * @param schemaInclude whether those lie in an object {@code payload}
     */
    public static Decoder changeDecoder(
            Schema physical, List<ScanRequest.Physical> columns, Options options, boolean schemaInclude) {
        JsonOptions found = JsonOptions.of(options);
        Failure failure = new Failure();
        FieldTree tree = new FieldTree(options.table(), found, failure);
        String prefix = schemaInclude ? "payload." : "";
        DataType row = DataType.row(physical.fields());
        FieldEntry before = FieldEntry.object(
                "before", prefix + "before", row, false, tree.build(physical, columns, prefix + "before."), 0);
        FieldEntry after = FieldEntry.object(
                "after", prefix + "after", row, false, tree.build(physical, columns, prefix + "after."), 1);
        FieldEntry operation = FieldEntry.leaf("op", prefix + "op", DataType.STRING, false, -1, null);
        FieldNode change = new FieldNode(List.of(before, after, operation));
        FieldNode root = schemaInclude
                ? new FieldNode(List.of(FieldEntry.object("payload", "payload", row.notNull(), true, change, 0)))
                : change;
        ChangeRows rows = new ChangeRows(before, after, operation, columns.size(), failure, prefix);
        return new JsonDecoder(root, tree, found, failure, rows);
    }

    @Override
    public Encoder encoder(Schema physical, Options options) {
        return new JsonEncoder(physical, JsonOptions.of(options), options.table());
    }
}
