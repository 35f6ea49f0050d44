package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.WideDecimal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A row of a changelog as plain values: Long, Double, String, BigDecimal (wide decimals) or null.
 *
 * @param watermark before the row; {@link Operator#NO_WATERMARK} where there is none
 */
public record Change(ChangeKind kind, List<Object> row, long watermark) {
    /** {@code text} is +I, -U, +U or -D. Integers become Longs. */
    public static Change of(String text, Object... values) {
        ChangeKind kind = Arrays.stream(ChangeKind.values())
                .filter(k -> k.symbol().equals(text))
                .findFirst()
                .orElseThrow();
        return new Change(kind, row(values), Operator.NO_WATERMARK);
    }

    public static Change insert(Object... values) {
        return of("+I", values);
    }

    public Change at(long newWatermark) {
        return new Change(kind, row, newWatermark);
    }

    public static List<Object> row(Object... values) {
        List<Object> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value instanceof Integer number ? (Object) number.longValue() : value);
        }
        return row;
    }

    public boolean adds() {
        return kind == ChangeKind.INSERT || kind == ChangeKind.UPDATE_AFTER;
    }

    static List<Object> read(Batch batch, int row) {
        List<Object> values = new ArrayList<>();
        for (int c = 0; c < batch.columns(); c++) {
            values.add(read(batch.column(c), row));
        }
        return values;
    }

    private static Object read(Column column, int row) {
        if (column.isNull(row)) {
            return null;
        }
        DataType type = column.type();
        if (type.isWideDecimal()) {
            return WideDecimal.get(column.heap(), (int) (column.values()[row] >>> 32), type.scale());
        }
        return type.layout() == Layout.DOUBLE
                ? (Object) column.doubleAt(row)
                : type.layout() == Layout.BYTES ? column.textAt(row) : (Object) column.values()[row];
    }

    static void write(Column column, int row, Object value) {
        switch (value) {
            case null -> column.setNull(row);
            case Long number -> column.setLong(row, number);
            case Double number -> column.setDouble(row, number);
            case String text -> column.setText(row, text);
            case BigDecimal number -> {
                byte[] bytes = new byte[WideDecimal.BYTES];
                WideDecimal.put(bytes, 0, number.setScale(column.type().scale()).unscaledValue());
                column.setBytes(row, bytes, 0, bytes.length);
            }
            default -> throw new IllegalArgumentException("value " + value);
        }
    }

    @Override
    public String toString() {
        return kind.symbol() + row + (watermark == Operator.NO_WATERMARK ? "" : "@" + watermark);
    }
}
