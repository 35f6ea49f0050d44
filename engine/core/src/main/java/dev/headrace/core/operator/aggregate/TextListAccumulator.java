package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * LISTAGG: the texts that are not null, in the order in which they came, with a separator between them; null over none. A
 * text taken back is the first that is equal. Each batch writes a group's text anew, so a group costs its length a batch.
 */
final class TextListAccumulator extends Accumulator {
    private static final byte[] COMMA = {','};

    private final int argument;
    /** The column of the separator, which is the same in all rows; -1 for a comma. */
    private final int separator;

    private final boolean retracts;
    private final ByteHeap scratch = new ByteHeap(256);
    private final ByteHeap listScratch = new ByteHeap(256);
    private long[] order = new long[Batch.CAPACITY];

    TextListAccumulator(int argument, int separator, boolean retracts) {
        this.argument = argument;
        this.separator = separator;
        this.retracts = retracts;
    }

    /** The text, the separator, and where texts can be taken back each of them with its length in front. */
    @Override
    List<DataType> columns() {
        return retracts
                ? List.of(DataType.STRING, DataType.STRING, DataType.STRING)
                : List.of(DataType.STRING, DataType.STRING);
    }

    @Override
    boolean startsNull() {
        return true;
    }

    @Override
    void update(StateTable table, Batch batch, int[] batchRows, int[] stateRows, byte[] signs, int count) {
        Column source = batch.column(argument);
        if (order.length < count) {
            order = new long[count];
        }
        int taken = 0;
        for (int i = 0; i < count; i++) {
            if (!source.isNull(batchRows[i])) {
                order[taken++] = (long) stateRows[i] << 32 | i;
            }
        }
        // By group, and in a group as they came.
        Arrays.sort(order, 0, taken);
        for (int from = 0; from < taken; ) {
            int row = (int) (order[from] >>> 32);
            int to = from;
            while (to < taken && (int) (order[to] >>> 32) == row) {
                to++;
            }
            rememberSeparator(table, row, batch, batchRows[(int) order[from]]);
            if (retracts) {
                change(table, row, source, batchRows, signs, from, to);
            } else {
                append(table, row, source, batchRows, from, to);
            }
            from = to;
        }
    }

    private void rememberSeparator(StateTable table, int row, Batch batch, int batchRow) {
        if (!table.isNull(row, column())) {
            return;
        }
        if (separator < 0) {
            table.setBytes(row, column() + 1, COMMA, Slice.of(0, 1));
        } else if (batch.column(separator).isNull(batchRow)) {
            table.setBytes(row, column() + 1, COMMA, Slice.EMPTY);
        } else {
            Column values = batch.column(separator);
            table.setBytes(row, column() + 1, values.heap(), values.values()[batchRow]);
        }
    }

    private void append(StateTable table, int row, Column source, int[] batchRows, int from, int to) {
        scratch.clear();
        boolean first = table.isNull(row, column());
        if (!first) {
            scratch.append(table.bytes(row, column()), table.slice(row, column()));
        }
        for (int i = from; i < to; i++) {
            if (!first) {
                scratch.append(table.bytes(row, column() + 1), table.slice(row, column() + 1));
            }
            first = false;
            scratch.append(source.heap(), source.values()[batchRows[(int) order[i]]]);
        }
        set(table, row, column(), scratch);
    }

    private static void set(StateTable table, int row, int column, ByteHeap text) {
        table.setNull(row, column, false);
        table.setBytes(row, column, text.bytes(), Slice.of(0, text.length()));
    }

    private void change(StateTable table, int row, Column source, int[] batchRows, byte[] signs, int from, int to) {
        List<byte[]> texts = texts(table, row);
        for (int i = from; i < to; i++) {
            int entry = (int) order[i];
            long value = source.values()[batchRows[entry]];
            byte[] text =
                    Arrays.copyOfRange(source.heap(), Slice.offset(value), Slice.offset(value) + Slice.length(value));
            if (signs == null || signs[entry] > 0) {
                texts.add(text);
            } else {
                remove(texts, text);
            }
        }
        write(table, row, texts);
    }

    private static void remove(List<byte[]> texts, byte[] text) {
        for (int i = 0; i < texts.size(); i++) {
            if (Arrays.equals(texts.get(i), text)) {
                texts.remove(i);
                return;
            }
        }
    }

    private List<byte[]> texts(StateTable table, int row) {
        List<byte[]> texts = new ArrayList<>();
        if (table.isNull(row, column())) {
            return texts;
        }
        byte[] heap = table.bytes(row, column() + 2);
        long list = table.slice(row, column() + 2);
        int end = Slice.offset(list) + Slice.length(list);
        for (int at = Slice.offset(list); at < end; ) {
            int length = (heap[at] & 0xFF) << 24
                    | (heap[at + 1] & 0xFF) << 16
                    | (heap[at + 2] & 0xFF) << 8
                    | heap[at + 3] & 0xFF;
            at += Integer.BYTES;
            texts.add(Arrays.copyOfRange(heap, at, at + length));
            at += length;
        }
        return texts;
    }

    private void write(StateTable table, int row, List<byte[]> texts) {
        if (texts.isEmpty()) {
            table.setNull(row, column(), true);
            table.setNull(row, column() + 2, true);
            return;
        }
        scratch.clear();
        listScratch.clear();
        for (int i = 0; i < texts.size(); i++) {
            byte[] text = texts.get(i);
            if (i > 0) {
                scratch.append(table.bytes(row, column() + 1), table.slice(row, column() + 1));
            }
            scratch.append(text, 0, text.length);
            for (int shift = 24; shift >= 0; shift -= 8) {
                listScratch.append((byte) (text.length >>> shift));
            }
            listScratch.append(text, 0, text.length);
        }
        set(table, row, column(), scratch);
        set(table, row, column() + 2, listScratch);
    }

    @Override
    void merge(StateTable into, int intoRow, StateTable from, int fromRow) {
        if (from.isNull(fromRow, column())) {
            return;
        }
        if (into.isNull(intoRow, column())) {
            into.setBytes(intoRow, column() + 1, from.bytes(fromRow, column() + 1), from.slice(fromRow, column() + 1));
        }
        if (retracts) {
            List<byte[]> texts = texts(into, intoRow);
            texts.addAll(texts(from, fromRow));
            write(into, intoRow, texts);
            return;
        }
        scratch.clear();
        if (!into.isNull(intoRow, column())) {
            scratch.append(into.bytes(intoRow, column()), into.slice(intoRow, column()));
            scratch.append(into.bytes(intoRow, column() + 1), into.slice(intoRow, column() + 1));
        }
        scratch.append(from.bytes(fromRow, column()), from.slice(fromRow, column()));
        set(into, intoRow, column(), scratch);
    }

    @Override
    void result(StateTable table, long[] cells, int base, Column target, int targetRow) {
        if (isNull(cells, base, column())) {
            target.setNull(targetRow);
        } else {
            setResult(table, cells[base + table.cell(column())], target, targetRow);
        }
    }
}
