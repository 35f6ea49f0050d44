package dev.headrace.api.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Layout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompositeTest {
    private static DataType typeOf(Kind kind) {
        return switch (kind) {
            case DECIMAL -> DataType.decimal(10, 2);
            case ARRAY, MULTISET -> new DataType(kind, true, 0, 0, List.of(new Field("element", DataType.INT)));
            case MAP -> DataType.map(DataType.STRING, DataType.INT);
            case ROW -> DataType.row(List.of(new Field("a", DataType.INT)));
            default -> DataType.of(kind);
        };
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void readsBackEveryKind(Kind kind) {
        DataType type = typeOf(kind);
        Composite.Writer writer = Composite.Writer.ofArray(type);
        ByteHeap out = new ByteHeap(4);
        out.append("before".getBytes(StandardCharsets.UTF_8), 0, 6);
        boolean bytes = type.layout() == Layout.BYTES;
        long[] cells = type.layout() == Layout.DOUBLE
                ? new long[] {Double.doubleToRawLongBits(1.5), Double.doubleToRawLongBits(-0.0)}
                : new long[] {1, -1};
        for (int round = 0; round < 2; round++) {
            writer.begin();
            for (int i = 0; i < 20; i++) {
                if (i % 3 == 2) {
                    writer.setNull(i);
                } else if (bytes) {
                    byte[] value = ("value" + i).substring(0, i % 7 % 6).getBytes(StandardCharsets.UTF_8);
                    writer.setBytes(i, value, 0, value.length);
                } else {
                    writer.set(i, cells[i % 2]);
                }
            }
            long slice = writer.finish(out);
            assertThat(Composite.arraySize(out.bytes(), slice)).isEqualTo(20);
            Composite.Reader reader = Composite.Reader.ofArray(type).at(out.bytes(), slice);
            assertThat(reader.count()).isEqualTo(20);
            for (int i = 0; i < 20; i++) {
                assertThat(reader.isNull(i)).isEqualTo(i % 3 == 2);
                if (bytes) {
                    String expected = i % 3 == 2 ? "" : ("value" + i).substring(0, i % 7 % 6);
                    assertThat(text(reader.heap(), reader.cell(i))).isEqualTo(expected);
                } else {
                    assertThat(reader.cell(i)).isEqualTo(i % 3 == 2 ? 0 : cells[i % 2]);
                }
            }
        }
    }

    private static String text(byte[] heap, long slice) {
        return new String(heap, Slice.offset(slice), Slice.length(slice), StandardCharsets.UTF_8);
    }

    @Test
    void takesNoMoreThanItSays() {
        Composite.Writer ints = Composite.Writer.ofArray(DataType.INT);
        ints.begin();
        ints.set(0, 1);
        ints.set(2, -1);
        assertThat(hex(ints)).isEqualTo("03000000" + "02" + "01000000" + "00000000" + "ffffffff");

        Composite.Writer row = Composite.Writer.ofRow(DataType.row(List.of(
                new Field("a", DataType.STRING), new Field("b", DataType.SMALLINT), new Field("c", DataType.STRING))));
        row.begin();
        row.setBytes(2, new byte[] {'z'}, 0, 1);
        row.setBytes(0, new byte[] {'x', 'y'}, 0, 2);
        row.set(1, 7);
        assertThat(hex(row)).isEqualTo("00" + "02000000" + "0700" + "03000000" + "78797a");
        row.begin();
        assertThat(hex(row)).isEqualTo("07" + "00000000" + "0000" + "00000000");
    }

    private static String hex(Composite.Writer writer) {
        ByteHeap out = new ByteHeap(16);
        writer.finish(out);
        return HexFormat.of().formatHex(Arrays.copyOf(out.bytes(), out.length()));
    }

    @Test
    void equalValuesHaveEqualBytes() {
        DataType type = DataType.row(List.of(
                new Field("a", DataType.STRING), new Field("b", DataType.DOUBLE), new Field("c", DataType.BYTES)));
        for (long seed = 1; seed < 100; seed++) {
            Random random = new Random(seed);
            Composite.Writer first = Composite.Writer.ofRow(type);
            Composite.Writer second = Composite.Writer.ofRow(type);
            first.begin();
            second.begin();
            List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
            java.util.Collections.shuffle(order, random);
            for (int field : order) {
                second.set(1, random.nextLong());
                set(second, field);
            }
            second.setBytes(0, new byte[50], 0, 50);
            for (int field = 0; field < 3; field++) {
                set(first, field);
                set(second, field);
            }
            assertThat(hex(second)).as("seed %d", seed).isEqualTo(hex(first));
        }
    }

    private static void set(Composite.Writer writer, int field) {
        if (field == 1) {
            writer.set(1, Double.doubleToRawLongBits(2.5));
        } else {
            writer.setBytes(field, new byte[] {1, 2, 3}, 0, 3 - field);
        }
    }

    @Test
    void mapsAreTwoArrays() {
        Composite.Writer keys = Composite.Writer.ofArray(DataType.STRING);
        Composite.Writer values = Composite.Writer.ofArray(DataType.BIGINT);
        keys.begin();
        values.begin();
        keys.setBytes(0, new byte[] {'b'}, 0, 1);
        keys.setBytes(1, new byte[] {'a'}, 0, 1);
        values.set(0, 2);
        values.setNull(1);
        ByteHeap out = new ByteHeap(16);
        out.append((byte) 0);
        long map = Composite.writeMap(keys, values, out);
        assertThat(Composite.mapSize(out.bytes(), map)).isEqualTo(2);
        Composite.Reader names =
                Composite.Reader.ofArray(DataType.STRING).at(out.bytes(), Composite.keys(out.bytes(), map));
        Composite.Reader counts =
                Composite.Reader.ofArray(DataType.BIGINT).at(out.bytes(), Composite.values(out.bytes(), map));
        assertThat(text(names.heap(), names.cell(1))).isEqualTo("a");
        assertThat(counts.cell(0)).isEqualTo(2);
        assertThat(counts.isNull(1)).isTrue();
        assertThat(Composite.valueType(typeOf(Kind.MULTISET))).isEqualTo(Composite.COUNT);
        values.begin();
        assertThatThrownBy(() -> Composite.writeMap(keys, values, out)).hasMessage("a map of 2 keys and 0 values");
    }

    @Test
    void compositesNest() {
        DataType inner = DataType.array(DataType.STRING);
        Composite.Writer outerWriter = Composite.Writer.ofArray(inner);
        Composite.Writer innerWriter = Composite.Writer.ofArray(DataType.STRING);
        outerWriter.begin();
        for (int i = 0; i < 5; i++) {
            innerWriter.begin();
            for (int j = 0; j < i; j++) {
                byte[] text = (i + "." + j).getBytes(StandardCharsets.UTF_8);
                innerWriter.setBytes(j, text, 0, text.length);
            }
            outerWriter.set(i, innerWriter.finish(outerWriter.parts()));
        }
        ByteHeap out = new ByteHeap(1);
        long slice = outerWriter.finish(out);
        Composite.Reader outer = Composite.Reader.ofArray(inner).at(out.bytes(), slice);
        Composite.Reader reader = Composite.Reader.ofArray(DataType.STRING).at(outer.heap(), outer.cell(4));
        assertThat(reader.count()).isEqualTo(4);
        assertThat(text(reader.heap(), reader.cell(3))).isEqualTo("4.3");
        assertThat(Composite.arraySize(outer.heap(), outer.cell(0))).isZero();
    }
}
