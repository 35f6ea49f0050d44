package dev.headrace.core.state;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.type.Layout;
import java.util.List;

/** Rewrites saved rows, in the form of {@link RowCodec}, for other columns. */
public final class RowConversion {
    private final Layout[] layouts;
    private final StateColumn[] columns;
    private final int[] from;
    private final long nowMillis;

    /**
     * @param layouts of the columns that rows have
     * @param wanted the columns that they get
     * @param from for each of these the one it was, -1 for one that rows start without
     * @param nowMillis when columns are added, in milliseconds since the epoch
     */
    public RowConversion(List<Layout> layouts, StateSchema wanted, List<Integer> from, long nowMillis) {
        this.nowMillis = nowMillis;
        this.layouts = layouts.toArray(Layout[]::new);
        columns = wanted.columns().toArray(StateColumn[]::new);
        this.from = from.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Converts entries that are all rows; the key group of a row does not change. */
    public StateDelta convert(StateDelta rows) {
        byte[] bytes = rows.bytes();
        int[] offsets = new int[KeyGroups.COUNT + 1];
        int[] starts = new int[layouts.length + 1];
        ByteHeap out = new ByteHeap(bytes.length + 64);
        for (int group = 0; group < KeyGroups.COUNT; group++) {
            offsets[group] = out.length();
            int at = rows.offsets()[group];
            while (at < rows.offsets()[group + 1]) {
                if (bytes[at] != StateDelta.ROW) {
                    throw new IllegalStateException("a tombstone among merged rows");
                }
                at = find(bytes, at + 1, starts);
                out.append(StateDelta.ROW);
                write(bytes, starts, out);
            }
        }
        offsets[KeyGroups.COUNT] = out.length();
        return new StateDelta(java.util.Arrays.copyOf(out.bytes(), out.length()), offsets);
    }

    private int find(byte[] bytes, int start, int[] starts) {
        int at = start;
        for (int column = 0; column < layouts.length; column++) {
            starts[column] = at;
            if (bytes[at++] == 0) {
                at += layouts[column] == Layout.BYTES ? 4 + RowCodec.readInt(bytes, at) : 8;
            }
        }
        starts[layouts.length] = at;
        return at;
    }

    private void write(byte[] bytes, int[] starts, ByteHeap out) {
        for (int column = 0; column < columns.length; column++) {
            int saved = from[column];
            if (saved >= 0) {
                out.append(bytes, starts[saved], starts[saved + 1] - starts[saved]);
            } else {
                start(columns[column], out);
            }
        }
    }

    private void start(StateColumn column, ByteHeap out) {
        switch (column.start()) {
            case NULL -> out.append((byte) 1);
            case NOW -> RowCodec.writeLong(out, nowMillis);
            case ZERO -> {
                out.append((byte) 0);
                RowCodec.writeInt(out, 0);
                if (column.type().layout() != Layout.BYTES) {
                    RowCodec.writeInt(out, 0);
                }
            }
            case UNKNOWN -> throw new IllegalArgumentException("rows cannot start without " + column.name());
        }
    }
}
