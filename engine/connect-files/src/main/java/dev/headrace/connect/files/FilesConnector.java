package dev.headrace.connect.files;

import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;

/** The connector {@code filesystem}: files of lines, in folders and object stores. */
public final class FilesConnector implements Connector {
    @Override
    public String name() {
        return "filesystem";
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        FileOptions options = FileOptions.read(table);
        FileOptions.checkPartitions(table);
        Format format = formats.named(options.format(), table.name());
        FileSource source = new FileSource(table, options, format, FileSpace.of(table, environment, options.path()));
        source.readFormatOptions();
        table.options().refuseUnknown();
        return source;
    }

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        FileOptions options = FileOptions.read(table);
        FileOptions.checkPartitions(table);
        Format format = formats.named(options.format(), table.name());
        FileSink sink = new FileSink(table, options, format, environment);
        sink.accepts();
        sink.encoder();
        table.options().refuseUnknown();
        return sink;
    }
}
