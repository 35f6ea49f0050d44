package dev.headrace.format.raw;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Values of one type as bare bytes. */
final class RawValues {
    private final DataType type;
    private final Charset charset;
    private final boolean littleEndian;
    private final int width;

    RawValues(DataType type, Charset charset, boolean littleEndian) {
        this.type = type;
        this.charset = charset;
        this.littleEndian = littleEndian;
        width = switch (type.kind()) {
            case BOOLEAN, TINYINT -> 1;
            case SMALLINT -> 2;
            case INT, FLOAT -> 4;
            case BIGINT, DOUBLE -> 8;
            default -> 0;
        };
    }

    DataType type() {
        return type;
    }

    /** The bytes of a number, 0 for text and bytes. */
    int width() {
        return width;
    }

    boolean isText() {
        return type.isText();
    }

    /** Whether text has to be turned to UTF-8. */
    boolean isForeign() {
        return isText() && !charset.equals(StandardCharsets.UTF_8);
    }

    byte[] utf8(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, charset).getBytes(StandardCharsets.UTF_8);
    }

    /** The cell of a number whose bytes begin there. */
    long number(byte[] bytes, int from) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | bytes[littleEndian ? from + width - 1 - i : from + i] & 0xff;
        }
        value = value << 64 - width * 8 >> 64 - width * 8;
        return switch (type.kind()) {
            case BOOLEAN -> value == 0 ? 0 : 1;
            case FLOAT -> Double.doubleToRawLongBits(Float.intBitsToFloat((int) value));
            default -> value;
        };
    }

    void write(long cell, byte[] heap, ByteHeap out) {
        if (width == 0) {
            if (isForeign()) {
                byte[] text = new String(heap, Slice.offset(cell), Slice.length(cell), StandardCharsets.UTF_8)
                        .getBytes(charset);
                out.append(text, 0, text.length);
            } else {
                out.append(heap, cell);
            }
            return;
        }
        long value = type.kind() == Kind.FLOAT ? Float.floatToRawIntBits((float) Double.longBitsToDouble(cell)) : cell;
        for (int i = 0; i < width; i++) {
            out.append((byte) (value >>> 8 * (littleEndian ? i : width - 1 - i)));
        }
    }
}
