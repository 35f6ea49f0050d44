package dev.headrace.format.debezium;

import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.Schema;
import dev.headrace.format.json.JsonFormat;
import dev.headrace.format.text.CellWriter;
import java.util.List;

/** The format {@code debezium-json}. */
public final class DebeziumJsonFormat implements Format {
    private static final String SCHEMA_INCLUDE = "schema-include";

    @Override
    public String name() {
        return "debezium-json";
    }

    @Override
    public ChangelogMode decodes(Options options) {
        return ChangelogMode.RETRACT;
    }

    @Override
    public ChangelogMode encodes(Options options) {
        return ChangelogMode.RETRACT;
    }

    @Override
    public Decoder decoder(Schema physical, List<ScanRequest.Physical> columns, Options options) {
        return JsonFormat.changeDecoder(physical, columns, options, options.flag(SCHEMA_INCLUDE, false));
    }

    @Override
    public Encoder encoder(Schema physical, Options options) {
        if (options.flag(SCHEMA_INCLUDE, false)) {
            throw UserError.request(
                    "table '" + options.table() + "': changes are written without their schema; drop the " + "option '"
                            + SCHEMA_INCLUDE + "' of debezium-json for a table that is written to");
        }
        Encoder row = new JsonFormat().encoder(physical, options);
        return (batch, number, out) -> {
            boolean adds = ChangeKind.adds(batch.kind(number));
            CellWriter.ascii(adds ? "{\"before\":null,\"after\":" : "{\"before\":", out);
            row.encode(batch, number, out);
            CellWriter.ascii(adds ? ",\"op\":\"c\"}" : ",\"after\":null,\"op\":\"d\"}", out);
        };
    }
}
