package dev.headrace.connect.generate;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.batch.Slice;
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
import java.util.Arrays;

/**
 * Values of one type as Flink prints them: times in ISO form with a T, bytes and arrays in brackets, maps as {@code {k=v}},
 * rows as {@code +I[...]}. Used by one thread.
 */
final class ValueText {
    private final DataType type;
    /** Of the fields of a ROW, the element of an ARRAY, the keys and values of a MAP. */
    private final ValueText[] parts;

    private final Composite.Reader first;
    private final Composite.Reader second;

    ValueText(DataType type) {
        this.type = type;
        switch (type.kind()) {
            case ROW -> {
                parts = type.fields().stream()
                        .map(Field::type)
                        .map(ValueText::new)
                        .toArray(ValueText[]::new);
                first = Composite.Reader.ofRow(type);
                second = null;
            }
            case ARRAY -> {
                DataType element = type.fields().getFirst().type();
                parts = new ValueText[] {new ValueText(element)};
                first = Composite.Reader.ofArray(element);
                second = null;
            }
            case MAP, MULTISET -> {
                DataType key = type.fields().getFirst().type();
                DataType value = Composite.valueType(type);
                parts = new ValueText[] {new ValueText(key), new ValueText(value)};
                first = Composite.Reader.ofArray(key);
                second = Composite.Reader.ofArray(value);
            }
            default -> {
                parts = new ValueText[0];
                first = null;
                second = null;
            }
        }
    }

    /** Appends a value, as a column holds it. */
    void append(ByteHeap out, byte[] heap, long value) {
        switch (type.kind()) {
            case CHAR, VARCHAR -> out.append(heap, value);
            case TINYINT, SMALLINT, INT, BIGINT -> appendNumber(out, value);
            case ROW -> {
                out.append("+I[");
                appendElements(out, first.at(heap, value));
                out.append((byte) ']');
            }
            case ARRAY -> {
                out.append((byte) '[');
                appendElements(out, first.at(heap, value));
                out.append((byte) ']');
            }
            case MAP, MULTISET -> appendMap(out, heap, value);
            default -> out.append(text(heap, value));
        }
    }

    private void appendElements(ByteHeap out, Composite.Reader reader) {
        for (int i = 0; i < reader.count(); i++) {
            if (i > 0) {
                out.append(", ");
            }
            parts[parts.length == 1 ? 0 : i].appendElement(out, reader, i);
        }
    }

    private void appendElement(ByteHeap out, Composite.Reader reader, int index) {
        if (reader.isNull(index)) {
            out.append("null");
        } else {
            append(out, reader.heap(), reader.cell(index));
        }
    }

    private void appendMap(ByteHeap out, byte[] heap, long value) {
        first.at(heap, Composite.keys(heap, value));
        second.at(heap, Composite.values(heap, value));
        out.append((byte) '{');
        for (int i = 0; i < first.count(); i++) {
            if (i > 0) {
                out.append(", ");
            }
            parts[0].appendElement(out, first, i);
            out.append((byte) '=');
            parts[1].appendElement(out, second, i);
        }
        out.append((byte) '}');
    }

    private String text(byte[] heap, long value) {
        return switch (type.kind()) {
            case BOOLEAN -> Boolean.toString(value != 0);
            case FLOAT -> Float.toString((float) Double.longBitsToDouble(value));
            case DOUBLE -> Double.toString(Double.longBitsToDouble(value));
            case DECIMAL -> decimal(heap, value).toPlainString();
            case BINARY, VARBINARY -> bytes(heap, value);
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

    private BigDecimal decimal(byte[] heap, long value) {
        return type.isWideDecimal()
                ? WideDecimal.get(heap, Slice.offset(value), type.scale())
                : BigDecimal.valueOf(value, type.scale());
    }

    private static String bytes(byte[] heap, long slice) {
        int from = Slice.offset(slice);
        return Arrays.toString(Arrays.copyOfRange(heap, from, from + Slice.length(slice)));
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
