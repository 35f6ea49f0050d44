package dev.headrace.core.state;

import dev.headrace.api.type.Layout;
import java.util.List;

/** Finds the ends of keys and rows in the bytes of {@link RowCodec}. */
public final class RowReader {
    private final Layout[] layouts;
    private final int keyColumns;

    public RowReader(List<Layout> layouts, int keyColumns) {
        this.layouts = layouts.toArray(Layout[]::new);
        this.keyColumns = keyColumns;
    }

    public static RowReader of(StateSchema schema) {
        return new RowReader(
                schema.types().stream()
                        .map(dev.headrace.api.type.DataType::layout)
                        .toList(),
                schema.keyColumns());
    }

    /** The offset behind the key that begins at {@code at}. */
    public int skipKey(byte[] bytes, int at) {
        return skip(bytes, at, keyColumns);
    }

    /** The offset behind the row that begins at {@code at}. */
    public int skipRow(byte[] bytes, int at) {
        return skip(bytes, at, layouts.length);
    }

    private int skip(byte[] bytes, int start, int columns) {
        int at = start;
        for (int column = 0; column < columns; column++) {
            if (bytes[at++] == 0) {
                at += layouts[column] == Layout.BYTES ? 4 + RowCodec.readInt(bytes, at) : 8;
            }
        }
        return at;
    }
}
