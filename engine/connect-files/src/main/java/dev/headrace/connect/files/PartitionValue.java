package dev.headrace.connect.files;

import dev.headrace.api.batch.Column;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Layout;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Values of a column of PARTITIONED BY as text, for the types whose text is plain. */
final class PartitionValue {
    private static final long MICROS = 1_000_000;

    private PartitionValue() {}

    static void check(String table, String column, DataType type) {
        switch (type.kind()) {
            case CHAR, VARCHAR, BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DATE, TIMESTAMP -> {}
            default ->
                throw UserError.request("table '" + table + "': column '" + column + "' of PARTITIONED BY is " + type
                        + ", which makes no folder name; use a text, a number, a date or a timestamp");
        }
    }

    static String text(Column column, int row) {
        DataType type = column.type();
        long value = column.values()[row];
        return switch (type.kind()) {
            case CHAR, VARCHAR -> column.textAt(row);
            case BOOLEAN -> Boolean.toString(value != 0);
            case FLOAT -> Float.toString((float) column.doubleAt(row));
            case DOUBLE -> Double.toString(column.doubleAt(row));
            case DATE -> LocalDate.ofEpochDay(value).toString();
            case TIMESTAMP -> timestamp(value).toString();
            default -> Long.toString(value);
        };
    }

    static LocalDateTime timestamp(long micros) {
        int nanos = (int) Math.floorMod(micros, MICROS) * 1000;
        return LocalDateTime.ofEpochSecond(Math.floorDiv(micros, MICROS), nanos, ZoneOffset.UTC);
    }

    static long micros(LocalDateTime time) {
        return time.toEpochSecond(ZoneOffset.UTC) * MICROS + time.getNano() / 1000;
    }

    /** Sets all of a column's first rows to the value that the text stands for. */
    static void fill(Column column, int rows, byte[] utf8, long value) {
        if (column.type().layout() == Layout.BYTES) {
            column.shareHeap(utf8);
        }
        java.util.Arrays.fill(column.values(), 0, rows, value);
    }

    /** The value as a column holds it; for text the slice of its whole UTF-8. */
    static long parse(DataType type, String text) {
        try {
            return switch (type.kind()) {
                case CHAR, VARCHAR -> PartitionPath.bytes(text).length;
                case BOOLEAN -> parseBoolean(text);
                case FLOAT -> Double.doubleToRawLongBits(Float.parseFloat(text));
                case DOUBLE -> Double.doubleToRawLongBits(Double.parseDouble(text));
                case DATE -> LocalDate.parse(text).toEpochDay();
                case TIMESTAMP -> micros(LocalDateTime.parse(text.replace(' ', 'T')));
                default -> parseInteger(type.kind(), text);
            };
        } catch (DateTimeException e) {
            throw new NumberFormatException(e.getMessage());
        }
    }

    private static long parseBoolean(String text) {
        return switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "true" -> 1;
            case "false" -> 0;
            default -> throw new NumberFormatException(text);
        };
    }

    private static long parseInteger(Kind kind, String text) {
        return switch (kind) {
            case TINYINT -> Byte.parseByte(text);
            case SMALLINT -> Short.parseShort(text);
            case INT -> Integer.parseInt(text);
            default -> Long.parseLong(text);
        };
    }
}
