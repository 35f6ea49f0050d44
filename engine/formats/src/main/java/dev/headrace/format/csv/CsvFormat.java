package dev.headrace.format.csv;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.format.text.CellReader;
import dev.headrace.format.text.TimestampStandard;
import java.util.List;

/** The format {@code csv}. */
public final class CsvFormat implements Format {
    @Override
    public String name() {
        return "csv";
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
        CsvOptions found = CsvOptions.of(options);
        requireFlat(physical, options.table());
        CellReader reader = new CellReader(TimestampStandard.SQL);
        CsvColumn[] wanted = new CsvColumn[columns.size()];
        for (int i = 0; i < wanted.length; i++) {
            List<Integer> path = columns.get(i).path();
            int place = path.getFirst();
            DataType type = physical.type(place);
            String name = physical.name(place);
            if (path.size() == 1) {
                wanted[i] = CsvColumn.whole(place, name, type, found, reader, options.table());
            } else {
                Field part = type.fields().get(path.get(1));
                wanted[i] = new CsvColumn(
                        place, path.get(1), name + "." + part.name(), part.type(), found, reader, options.table());
            }
        }
        return new CsvDecoder(physical.size(), wanted, found);
    }

    @Override
    public Encoder encoder(Schema physical, Options options) {
        CsvOptions found = CsvOptions.of(options);
        requireFlat(physical, options.table());
        return new CsvEncoder(physical, found);
    }

    private static void requireFlat(Schema physical, String table) {
        for (Field field : physical.fields()) {
            CsvColumn.requireFlat(field.type(), field.name(), table);
        }
    }
}
