package dev.headrace.connect.files;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The columns of a scan by where their values come from: the records of a file, or the file itself (metadata, and columns
 * of PARTITIONED BY, whose values are in its folders' names).
 */
final class FileColumns {
    /** A column that has one value over a whole file: by metadata key, or by the name of a partition column. */
    private record Constant(int target, DataType type, String metadata, String partition) {}

    /** What the constants are in one file: a value each, with its bytes where it is text, and null flags. */
    record Values(long[] values, byte[][] texts, boolean[] nulls) {}

    private final FileSource source;
    private final List<ScanRequest.Physical> decoded = new ArrayList<>();
    private final int[] targets;
    private final List<Constant> constants = new ArrayList<>();

    FileColumns(FileSource source, ScanRequest request) {
        this.source = source;
        int[] found = new int[request.columns().size()];
        for (int target = 0; target < found.length; target++) {
            switch (request.columns().get(target)) {
                case ScanRequest.Physical physical -> {
                    String name = source.table().physical().name(physical.path().getFirst());
                    if (source.table().partitionedBy().contains(name)) {
                        constants.add(new Constant(target, physical.type(), null, name));
                    } else {
                        found[decoded.size()] = target;
                        decoded.add(inFile(physical, name));
                    }
                }
                case ScanRequest.Metadata metadata ->
                    constants.add(new Constant(target, metadata.type(), metadata.key(), null));
            }
        }
        targets = Arrays.copyOf(found, decoded.size());
    }

    /** The same column counted among those that lie in the file. */
    private ScanRequest.Physical inFile(ScanRequest.Physical physical, String name) {
        List<Integer> path = new ArrayList<>(physical.path());
        path.set(0, source.schemaInFile().indexOf(name));
        return new ScanRequest.Physical(path, physical.type());
    }

    List<ScanRequest.Physical> decoded() {
        return decoded;
    }

    int[] targets() {
        return targets;
    }

    Values valuesOf(FileEntry file) throws IOException {
        int count = constants.size();
        Values values = new Values(new long[count], new byte[count][], new boolean[count]);
        Map<String, String> partition = PartitionPath.parse(file.id());
        for (int i = 0; i < count; i++) {
            Constant constant = constants.get(i);
            if (constant.partition != null) {
                setPartition(values, i, constant, partition, file);
            } else {
                setMetadata(values, i, constant, file);
            }
        }
        return values;
    }

    private void setMetadata(Values values, int i, Constant constant, FileEntry file) {
        switch (constant.metadata) {
            case "file.path" -> setText(values, i, source.space().path(file.id()));
            case "file.name" -> setText(values, i, file.name());
            case "file.size" -> values.values[i] = file.size();
            case "file.modification-time" -> values.values[i] = file.modifiedMillis() * 1000;
            default ->
                throw UserError.request("table '" + source.table().name() + "': files have no metadata '"
                        + constant.metadata + "'; they have " + source.metadata());
        }
    }

    private void setPartition(Values values, int i, Constant constant, Map<String, String> partition, FileEntry file) {
        String text = partition.get(constant.partition);
        if (text == null) {
            throw UserError.job(
                    "table '" + source.table().name() + "': " + source.space().path(file.id())
                            + " lies in no folder '" + constant.partition
                            + "=...', though the table is PARTITIONED BY it; move the"
                            + " file into one");
        }
        if (text.equals(source.options().defaultPartition())) {
            values.nulls[i] = true;
            return;
        }
        try {
            values.values[i] = PartitionValue.parse(constant.type, text);
        } catch (NumberFormatException e) {
            throw UserError.job("table '" + source.table().name() + "': the folder '" + constant.partition + "=" + text
                    + "' of " + source.space().path(file.id()) + " gives no " + constant.type + "; rename the folder");
        }
        if (constant.type.isText()) {
            setText(values, i, text);
        }
    }

    private static void setText(Values values, int i, String text) {
        byte[] utf8 = PartitionPath.bytes(text);
        values.texts[i] = utf8;
        values.values[i] = utf8.length;
    }

    /** Gives the constants to the rows of a batch. */
    void fill(Batch batch, Values values) {
        int rows = batch.rows();
        for (int i = 0; i < values.values.length; i++) {
            Column column = batch.column(constants.get(i).target);
            column.ensureCapacity(rows);
            if (values.nulls[i]) {
                Arrays.fill(column.markNulls(), 0, rows, true);
            }
            PartitionValue.fill(column, rows, values.texts[i], values.values[i]);
        }
    }
}
