package dev.headrace.format.raw;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Schema;
import java.nio.charset.Charset;
import java.util.List;

/** The format {@code raw}. */
public final class RawFormat implements Format {
    /** The order of a number's bytes. */
    enum Endianness {
        BIG_ENDIAN,
        LITTLE_ENDIAN
    }

    @Override
    public String name() {
        return "raw";
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
        return new RawDecoder(values(physical, options), physical.name(0), columns.size());
    }

    @Override
    public Encoder encoder(Schema physical, Options options) {
        RawValues values = values(physical, options);
        return (batch, row, out) -> {
            if (!batch.column(0).isNull(row)) {
                values.write(batch.column(0).values()[row], batch.column(0).heap(), out);
            }
        };
    }

    private static RawValues values(Schema physical, Options options) {
        Endianness order = options.choice("endianness", Endianness.class, Endianness.BIG_ENDIAN);
        String name = options.text("charset", "UTF-8");
        if (!isCharset(name)) {
            throw options.wrong("charset", name, "a character set such as UTF-8 or ISO-8859-1");
        }
        if (physical.size() != 1) {
            throw UserError.request(
                    "table '" + options.table() + "': the format raw is for one column, but the table has "
                            + physical.size() + ": " + physical + ". Declare one, or use the format csv or json");
        }
        DataType type = physical.type(0);
        return switch (type.kind()) {
            case BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, CHAR, VARCHAR, BINARY, VARBINARY ->
                new RawValues(type, Charset.forName(name), order == Endianness.LITTLE_ENDIAN);
            default ->
                throw UserError.request("table '" + options.table() + "': the format raw cannot hold column '"
                        + physical.name(0) + "' of type " + type + "; declare it as STRING or BYTES and CAST it");
        };
    }

    private static boolean isCharset(String name) {
        try {
            return Charset.isSupported(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
