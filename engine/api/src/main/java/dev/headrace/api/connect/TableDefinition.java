package dev.headrace.api.connect;

import dev.headrace.api.type.Schema;
import java.nio.file.Path;
import java.util.List;

/**
 * A declared table, as a connector sees it.
 *
 * @param name the table's name in the script
 * @param physical the columns that lie in the external system, in order (no computed or metadata columns)
 * @param metadata the metadata columns, in order
 * @param primaryKey names of the columns of PRIMARY KEY .. NOT ENFORCED, empty when there is none
 * @param partitionedBy names of the columns of PARTITIONED BY
 * @param options the options of WITH, secrets already filled in
 * @param baseDirectory the folder of the job's file, to which relative paths are relative
 */
public record TableDefinition(
        String name,
        Schema physical,
        List<MetadataColumn> metadata,
        List<String> primaryKey,
        List<String> partitionedBy,
        Options options,
        Path baseDirectory) {
    private static final List<String> SUBJECT = List.of("topic", "topic-pattern", "path");

    /**
     * What of its system the table stands for, in the words of its options: {@code topic}, {@code topic-pattern} and {@code
     * path}, by which connectors call it. Where it is the same, the positions of splits go on meaning the same, whatever other
     * options have become.
     */
    public List<String> subject() {
        return SUBJECT.stream()
                .filter(options.asMap()::containsKey)
                .map(o -> o + "=" + options.asMap().get(o))
                .toList();
    }

    /**
     * A column whose value is not in the record but about it.
     *
     * @param key the connector's name of the value, for example {@code timestamp}
     * @param virtual true when the column is read only
     */
    public record MetadataColumn(String name, String key, dev.headrace.api.type.DataType type, boolean virtual) {}
}
