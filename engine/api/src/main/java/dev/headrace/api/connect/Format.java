package dev.headrace.api.connect;

import dev.headrace.api.type.Schema;
import java.util.List;

/** How a row lies in bytes; found by {@link java.util.ServiceLoader} under the name that the option {@code format} gives. */
public interface Format {
    String name();

    /** The changes that decoded rows may have. */
    ChangelogMode decodes(Options options);

    /** The changes that can be encoded. */
    ChangelogMode encodes(Options options);

    /**
     * A decoder for the given columns.
     *
     * @param physical the whole record
     * @param columns what to produce of it
     * @param options the format's own options, without the format's name in front
     */
    Decoder decoder(Schema physical, List<ScanRequest.Physical> columns, Options options);

    /** An encoder for rows of that schema. */
    Encoder encoder(Schema physical, Options options);
}
