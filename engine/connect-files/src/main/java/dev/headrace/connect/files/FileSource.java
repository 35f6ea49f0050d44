package dev.headrace.connect.files;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The files of a table, each a split whose id is its path below the table's folder. */
final class FileSource implements Source {
    private static final Schema METADATA = Schema.of(
            new Field("file.path", DataType.STRING.notNull()),
            new Field("file.name", DataType.STRING.notNull()),
            new Field("file.size", DataType.BIGINT.notNull()),
            new Field("file.modification-time", DataType.timestampLtz(3).notNull()));

    private final TableDefinition table;
    private final FileOptions options;
    private final Format format;
    private final FileSpace space;
    private final Map<String, FileEntry> found = new ConcurrentHashMap<>();

    FileSource(TableDefinition table, FileOptions options, Format format, FileSpace space) {
        this.table = table;
        this.options = options;
        this.format = format;
        this.space = space;
    }

    /** Makes a decoder for nothing but that the format reads and checks its options. */
    void readFormatOptions() {
        List<ScanRequest.Physical> columns = new ArrayList<>();
        Schema inFile = schemaInFile();
        for (int i = 0; i < inFile.size(); i++) {
            columns.add(new ScanRequest.Physical(List.of(i), inFile.type(i)));
        }
        changelogMode();
        decoder(columns);
    }

    /** What can be done about a record that is not as the table says. */
    String adviceForBrokenRecords() {
        return options.format().equals("raw")
                ? ""
                : "; correct the record or the column's type, or add '" + options.format()
                        + ".ignore-parse-errors' = 'true' to leave such records out";
    }

    @Override
    public boolean isBounded() {
        return options.monitorInterval() == null;
    }

    @Override
    public ChangelogMode changelogMode() {
        return format.decodes(table.options().scoped(options.format()));
    }

    @Override
    public List<Split> discover(Set<String> known) {
        List<FileEntry> files;
        try {
            files = space.list();
        } catch (IOException e) {
            throw UserError.job(
                    "table '" + table.name() + "': cannot list the files of " + options.path() + ": " + Reason.of(e),
                    e);
        }
        List<Split> splits = new ArrayList<>();
        for (FileEntry file : files) {
            boolean matches = options.regex() == null
                    || options.regex().matcher(space.path(file.id())).matches();
            if (matches) {
                found.put(file.id(), file);
            }
            if (matches && !known.contains(file.id())) {
                splits.add(new Split(file.id(), FilePosition.START.toString()));
            }
        }
        if (files.isEmpty() && isBounded() && FileSpace.hasWildcard(options.path())) {
            throw UserError.request("table '" + table.name() + "': no file below " + space.path("")
                    + " matches (option 'path' is '" + options.path() + "'); correct the pattern, or put files there");
        }
        return splits;
    }

    @Override
    public long discoveryIntervalMillis() {
        return isBounded() ? 0 : options.monitorInterval().toMillis();
    }

    @Override
    public SourceReader open(ScanRequest request) {
        return new FilesReader(this, request);
    }

    @Override
    public Schema metadata() {
        return METADATA;
    }

    TableDefinition table() {
        return table;
    }

    FileOptions options() {
        return options;
    }

    FileSpace space() {
        return space;
    }

    /** The columns that lie in the files: all but those of PARTITIONED BY, whose values the folders' names give. */
    Schema schemaInFile() {
        return new Schema(table.physical().fields().stream()
                .filter(f -> !table.partitionedBy().contains(f.name()))
                .toList());
    }

    Decoder decoder(List<ScanRequest.Physical> columns) {
        return format.decoder(schemaInFile(), columns, table.options().scoped(options.format()));
    }

    /** The file as it was when it was found, or else as it is now. */
    FileEntry entry(String id) throws IOException {
        FileEntry entry = found.get(id);
        if (entry == null) {
            entry = space.find(id);
            found.put(id, entry);
        }
        return entry;
    }

    /** The file as it is now where asking costs no request, else as it was found. */
    FileEntry entryToOpen(String id) throws IOException {
        return space instanceof LocalFiles ? space.find(id) : entry(id);
    }
}
