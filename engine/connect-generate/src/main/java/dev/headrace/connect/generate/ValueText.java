package dev.headrace.connect.generate;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.WideDecimal;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Values as Flink prints them: times in ISO form with a T, bytes as numbers in brackets. */
final class ValueText {
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private ValueText() {}

    static void check(String table, Field field) {
        switch (field.type().kind()) {
            case ROW, ARRAY, MAP, MULTISET ->
                throw UserError.request("table '" + table + "': the column '" + field.name() + "' is " + field.type()
                        + ", which 'print' does not show yet; give its parts columns of their own");
            default -> {}
        }
    }

    static void append(ByteHeap out, Column column, int row) {
        if (column.isNull(row)) {
            out.append(NULL, 0, NULL.length);
            return;
        }
        DataType type = column.type();
        long value = column.values()[row];
        switch (type.kind()) {
            case CHAR, VARCHAR -> out.append(column.heap(), value);
            case TINYINT, SMALLINT, INT, BIGINT -> appendNumber(out, value);
            default -> out.append(text(type, column, value));
        }
    }

    private static String text(DataType type, Column column, long value) {
        return switch (type.kind()) {
            case BOOLEAN -> Boolean.toString(value != 0);
            case FLOAT -> Float.toString((float) Double.longBitsToDouble(value));
            case DOUBLE -> Double.toString(Double.longBitsToDouble(value));
            case DECIMAL -> decimal(type, column, value).toPlainString();
            case BINARY, VARBINARY -> bytes(column.heap(), value);
            case DATE -> LocalDate.ofEpochDay(value).toString();
            case TIME -> LocalTime.ofNanoOfDay(value * 1000).toString();
            case TIMESTAMP ->
                LocalDateTime.ofInstant(instant(value), ZoneOffset.UTC).toString();
            case TIMESTAMP_LTZ -> instant(value).toString();
            case INTERVAL_YEAR_MONTH ->
                Period.ofMonths((int) value).normalized().toString();
            case INTERVAL_DAY_TIME -> Duration.of(value, ChronoUnit.MICROS).toString();
            default -> "null";
        };
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static BigDecimal decimal(DataType type, Column column, long value) {
        return type.isWideDecimal()
                ? WideDecimal.get(column.heap(), Slice.offset(value), type.scale())
                : BigDecimal.valueOf(value, type.scale());
    }

    private static String bytes(byte[] heap, long slice) {
        int from = Slice.offset(slice);
        return java.util.Arrays.toString(java.util.Arrays.copyOfRange(heap, from, from + Slice.length(slice)));
    }

    private static void appendNumber(ByteHeap out, long value) {
        if (value < 0) {
            out.append(Long.toString(value));
            return;
        }
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        byte[] bytes = out.reserve(digits);
        int end = out.length() + digits;
        long rest = value;
        for (int at = end; at > out.length(); rest /= 10) {
            bytes[--at] = (byte) ('0' + rest % 10);
        }
        out.setLength(end);
    }
}
