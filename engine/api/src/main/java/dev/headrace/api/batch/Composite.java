package dev.headrace.api.batch;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Layout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes of an ARRAY, ROW, MAP or MULTISET value, which the slice of a column points to. Any element is found in
 * constant time; numbers are little-endian; nothing is aligned.
 *
 * <pre>
 * ARRAY     int count | null bits, (count + 7) / 8 bytes | cells | bytes
 * ROW                   null bits, (fields + 7) / 8 bytes | cells | bytes
 * MAP       int length of the keys | keys as ARRAY | values as ARRAY
 * MULTISET  as MAP from the element to INT NOT NULL
 * </pre>
 *
 * A cell takes as many bytes as {@link #width} says. In the layouts LONG and DOUBLE it is the value of a column's cell,
 * cut to that width (FLOAT: as a float). In the layout BYTES it is an int: where the value ends in {@code bytes}; it
 * begins where the one before ends. Null cells are 0 or empty. So a value of a type without maps has exactly one
 * encoding: equal values have equal bytes. The entries of a map lie in the order in which they were written.
 */
public final class Composite {
    /** The type of the counts of a MULTISET. */
    public static final DataType COUNT = DataType.INT.notNull();

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Composite() {}

    /** Bytes that a cell of that type takes: 1, 2, 4 or 8. */
    public static int width(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN, TINYINT, NULL -> 1;
            case SMALLINT -> 2;
            case INT, DATE, FLOAT, INTERVAL_YEAR_MONTH -> 4;
            case BIGINT, DOUBLE, TIME, TIMESTAMP, TIMESTAMP_LTZ, INTERVAL_DAY_TIME -> 8;
            case DECIMAL -> type.isWideDecimal() ? 4 : 8;
            case CHAR, VARCHAR, BINARY, VARBINARY, ARRAY, MAP, MULTISET, ROW -> 4;
        };
    }

    /** The type of the values of a MAP, or of the counts of a MULTISET. */
    public static DataType valueType(DataType type) {
        return type.kind() == Kind.MULTISET ? COUNT : type.fields().get(1).type();
    }

    /** The entries of an ARRAY that begins there. */
    public static int arraySize(byte[] heap, long slice) {
        return (int) INTS.get(heap, Slice.offset(slice));
    }

    /** The entries of a MAP or MULTISET that begins there. */
    public static int mapSize(byte[] heap, long slice) {
        return (int) INTS.get(heap, Slice.offset(slice) + 4);
    }

    /** The keys of a MAP or MULTISET, an ARRAY. */
    public static long keys(byte[] heap, long slice) {
        int offset = Slice.offset(slice);
        return Slice.of(offset + 4, (int) INTS.get(heap, offset));
    }

    /** The values of a MAP or the counts of a MULTISET, an ARRAY. */
    public static long values(byte[] heap, long slice) {
        int used = 4 + (int) INTS.get(heap, Slice.offset(slice));
        return Slice.of(Slice.offset(slice) + used, Slice.length(slice) - used);
    }

    /** Appends a MAP or MULTISET of those keys and values, which must have as many elements. */
    public static long writeMap(Writer keys, Writer values, ByteHeap out) {
        if (keys.count != values.count) {
            throw new IllegalArgumentException("a map of " + keys.count + " keys and " + values.count + " values");
        }
        int start = out.length();
        INTS.set(out.reserve(4), start, 0);
        out.setLength(start + 4);
        long written = keys.finish(out);
        INTS.set(out.bytes(), start, Slice.length(written));
        values.finish(out);
        return Slice.of(start, out.length() - start);
    }

    /** Reads values of one ARRAY or ROW type; for a MAP or MULTISET make one for its keys and one for its values. */
    public static final class Reader {
        private final boolean array;
        private final DataType[] types;
        private final int[] positions;
        private final int[] before;
        private final int cellBytes;
        private byte[] heap;
        private int count;
        private int nulls;
        private int cells;
        private int bytes;

        private Reader(boolean array, DataType... types) {
            this.array = array;
            this.types = types;
            positions = new int[types.length];
            before = new int[types.length];
            int position = 0;
            int lastBytes = -1;
            for (int i = 0; i < types.length; i++) {
                positions[i] = position;
                before[i] = lastBytes;
                if (types[i].layout() == Layout.BYTES) {
                    lastBytes = position;
                }
                position += width(types[i]);
            }
            cellBytes = position;
        }

        /** A reader of ARRAYs of that element. */
        public static Reader ofArray(DataType element) {
            return new Reader(true, element);
        }

        /** A reader of ROWs of that type. */
        public static Reader ofRow(DataType row) {
            return new Reader(false, row.fields().stream().map(Field::type).toArray(DataType[]::new));
        }

        /** Turns to a value, and returns this. */
        public Reader at(byte[] newHeap, long slice) {
            heap = newHeap;
            int offset = Slice.offset(slice);
            if (array) {
                count = (int) INTS.get(newHeap, offset);
                nulls = offset + 4;
                cells = nulls + (count + 7 >>> 3);
                bytes = cells + count * cellBytes;
            } else {
                count = types.length;
                nulls = offset;
                cells = nulls + (count + 7 >>> 3);
                bytes = cells + cellBytes;
            }
            return this;
        }

        /** Elements or fields. */
        public int count() {
            return count;
        }

        public DataType type(int index) {
            return types[array ? 0 : index];
        }

        /** The bytes that the slices of {@link #cell} point into. */
        public byte[] heap() {
            return heap;
        }

        public boolean isNull(int index) {
            return (heap[nulls + (index >>> 3)] & 1 << (index & 7)) != 0;
        }

        /** The value as a column of its type holds it; 0 for null. */
        public long cell(int index) {
            DataType type = types[array ? 0 : index];
            int position = cells + (array ? index * cellBytes : positions[index]);
            if (type.layout() == Layout.BYTES) {
                int previous =
                        array ? (index == 0 ? -1 : position - 4) : before[index] < 0 ? -1 : cells + before[index];
                int from = previous < 0 ? 0 : (int) INTS.get(heap, previous);
                return Slice.of(bytes + from, (int) INTS.get(heap, position) - from);
            }
            return switch (width(type)) {
                case 1 -> heap[position];
                case 2 -> (short) SHORTS.get(heap, position);
                case 4 -> {
                    int value = (int) INTS.get(heap, position);
                    yield type.kind() == Kind.FLOAT ? Double.doubleToRawLongBits(Float.intBitsToFloat(value)) : value;
                }
                default -> (long) LONGS.get(heap, position);
            };
        }
    }

    /**
     * Writes values of one ARRAY or ROW type: {@link #begin}, then each element by its index in any order (what is not
     * set is null, what is set twice has the second value), then {@link #finish}.
     */
    public static final class Writer {
        private final boolean array;
        private final DataType[] types;
        private final int cellBytes;
        private final ByteHeap parts = new ByteHeap(64);
        private long[] values;
        private boolean[] present;
        private int count;

        private Writer(boolean array, DataType... types) {
            this.array = array;
            this.types = types;
            int width = 0;
            for (DataType type : types) {
                width += width(type);
            }
            cellBytes = width;
            values = new long[array ? 8 : types.length];
            present = new boolean[values.length];
        }

        /** A writer of ARRAYs of that element. */
        public static Writer ofArray(DataType element) {
            return new Writer(true, element);
        }

        /** A writer of ROWs of that type. */
        public static Writer ofRow(DataType row) {
            return new Writer(false, row.fields().stream().map(Field::type).toArray(DataType[]::new));
        }

        public DataType type(int index) {
            return types[array ? 0 : index];
        }

        /** Elements so far, or fields. */
        public int count() {
            return count;
        }

        public void begin() {
            parts.clear();
            Arrays.fill(present, 0, count, false);
            count = array ? 0 : types.length;
        }

        /** Sets a value as a column of a type of layout LONG or DOUBLE holds it. */
        public void set(int index, long cell) {
            reach(index);
            values[index] = cell;
            present[index] = true;
        }

        public void setNull(int index) {
            reach(index);
            present[index] = false;
        }

        public void setBytes(int index, byte[] source, int offset, int length) {
            set(index, parts.append(source, offset, length));
        }

        /** Whether an element is null so far. */
        public boolean isNull(int index) {
            return index >= count || !present[index];
        }

        /** Where the bytes of a value may be appended; then call {@link #set} with their slice. */
        public ByteHeap parts() {
            return parts;
        }

        /** Appends the value to {@code out}, which may not be {@link #parts()} of this writer. */
        public long finish(ByteHeap out) {
            int bits = count + 7 >>> 3;
            int start = out.length();
            int cells = start + (array ? 4 : 0) + bits;
            int bytes = cells + (array ? count * cellBytes : cellBytes);
            byte[] heap = out.reserve(bytes - start);
            Arrays.fill(heap, start, bytes, (byte) 0);
            if (array) {
                INTS.set(heap, start, count);
            }
            out.setLength(bytes);
            int position = cells;
            for (int i = 0; i < count; i++) {
                DataType type = type(i);
                int width = width(type);
                long value = values[i];
                if (!present[i]) {
                    heap[cells - bits + (i >>> 3)] |= (byte) (1 << (i & 7));
                    value = 0;
                }
                if (type.layout() == Layout.BYTES) {
                    if (present[i]) {
                        out.append(parts.bytes(), value);
                        heap = out.bytes();
                    }
                    value = out.length() - bytes;
                } else if (type.kind() == Kind.FLOAT) {
                    value = Float.floatToRawIntBits((float) Double.longBitsToDouble(value));
                }
                switch (width) {
                    case 1 -> heap[position] = (byte) value;
                    case 2 -> SHORTS.set(heap, position, (short) value);
                    case 4 -> INTS.set(heap, position, (int) value);
                    default -> LONGS.set(heap, position, value);
                }
                position += width;
            }
            return Slice.of(start, out.length() - start);
        }

        private void reach(int index) {
            if (index >= count) {
                if (index >= values.length) {
                    values = Arrays.copyOf(values, Math.max(index + 1, values.length * 2));
                    present = Arrays.copyOf(present, values.length);
                }
                count = index + 1;
            }
        }
    }
}
