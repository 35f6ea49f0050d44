package dev.headrace.core.operator.rank;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.ChangeWriter;
import dev.headrace.core.operator.Output;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * Numbers the partitions of rows that are kept in a table whose first columns are those of the partition. Not part of
 * snapshots: it is made anew from the rows. Numbers of partitions that have been let go are given again.
 */
final class Directory {
    private final List<DataType> types;
    private final int[] keys;
    private final StateTable partitions;
    private int[] hashes = new int[Batch.CAPACITY];
    private int[] slots = new int[Batch.CAPACITY];

    /**
     * @param types of the partition columns
     * @param keys these columns in batches
     */
    Directory(List<DataType> types, int[] keys) {
        this.types = types;
        this.keys = keys;
        partitions = new StateTable(StateSchema.unnamed("partitions", types, types.size(), types.size()), true);
    }

    /** Finds or adds the partition of each selected row. */
    void find(Batch batch) {
        find(batch, keys);
    }

    private void find(Batch batch, int[] columns) {
        if (hashes.length < batch.selected()) {
            hashes = new int[batch.selected()];
            slots = new int[batch.selected()];
        }
        Hashing.hash(batch, columns, hashes);
        partitions.findOrAddAll(batch, columns, hashes, slots);
        for (int i = 0; i < batch.selected(); i++) {
            slots[i] = slots[i] < 0 ? ~slots[i] : slots[i];
        }
    }

    /** The partition of the i-th selected row of the last {@link #find}. */
    int partition(int i) {
        return slots[i];
    }

    /** The hash of the partition columns of the i-th selected row. */
    int hash(int i) {
        return hashes[i];
    }

    /** Partition numbers are below this. */
    int limit() {
        return partitions.rowLimit();
    }

    void remove(int partition) {
        partitions.remove(partition);
    }

    /** Tells each row of the table and its partition, for a start from a snapshot. */
    void restore(StateTable rows, ObjIntConsumer<Integer> found) {
        int[] first = IntStream.range(0, keys.length).toArray();
        int[] given = new int[Batch.CAPACITY];
        int[] count = {0};
        Output output = new Output() {
            @Override
            public void emit(Batch batch) {
                find(batch, first);
                for (int i = 0; i < batch.rows(); i++) {
                    found.accept(given[i], slots[i]);
                }
                count[0] = 0;
            }

            @Override
            public void watermark(long watermark) {}
        };
        ChangeWriter writer = new ChangeWriter(types, first, false, true);
        writer.begin(rows, output);
        for (int row = 0; row < rows.rowLimit(); row++) {
            if (rows.isLive(row)) {
                given[count[0]++] = row;
                writer.add((byte) 0, row);
            }
        }
        writer.flush();
    }
}
