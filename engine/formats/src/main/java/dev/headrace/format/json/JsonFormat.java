package dev.headrace.format.json;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
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

    @Override
    public Encoder encoder(Schema physical, Options options) {
        return new JsonEncoder(physical, JsonOptions.of(options), options.table());
    }
}
