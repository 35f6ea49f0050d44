package dev.headrace.format.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest.Physical;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.format.Decoding;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawFormatTest {
    private static final RawFormat FORMAT = new RawFormat();

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
        BOOLEAN  | big-endian    | 01               | 1
        BOOLEAN  | big-endian    | 00               | 0
        TINYINT  | big-endian    | ff               | -1
        SMALLINT | big-endian    | 0102             | 258
        SMALLINT | little-endian | 0102             | 513
        INT      | big-endian    | fffffffe         | -2
        INT      | little-endian | feffffff         | -2
        BIGINT   | big-endian    | 0000000000000100 | 256
        BIGINT   | little-endian | 0001000000000000 | 256
        FLOAT    | big-endian    | 3fc00000         | 1.5
        FLOAT    | little-endian | 0000c03f         | 1.5
        DOUBLE   | big-endian    | 3ff8000000000000 | 1.5
        """)
    void readsAndWritesNumbers(Kind kind, String order, String hex, double expected) {
        Schema schema = Schema.of(new Field("x", DataType.of(kind)));
        Options options = new Options("events", Map.of("endianness", order));
        byte[] bytes = HexFormat.of().parseHex(hex);
        Batch batch = Batch.of(schema.types(), 1);
        Decoder decoder = FORMAT.decoder(schema, List.of(new Physical(List.of(0), schema.type(0))), options);
        decoder.begin(batch, new int[] {0}, bytes);
        decoder.decode(bytes, 0, bytes.length);
        boolean floating = kind == Kind.FLOAT || kind == Kind.DOUBLE;
        assertThat(floating ? batch.column(0).doubleAt(0) : batch.column(0).values()[0])
                .isEqualTo(expected);
        ByteHeap out = new ByteHeap(8);
        FORMAT.encoder(schema, options).encode(batch, 0, out);
        assertThat(HexFormat.of().formatHex(Arrays.copyOf(out.bytes(), out.length())))
                .isEqualTo(hex);
        byte[] longer = Arrays.copyOf(bytes, 9);
        assertThatThrownBy(() -> decoder.decode(longer, 0, 9))
                .hasMessage("field 'x': expected " + kind + " in " + bytes.length + " bytes, found 9 bytes");
    }

    @Test
    void readsLinesOfText() {
        Decoding decoding = Decoding.of(FORMAT, Schema.of(new Field("line", DataType.STRING)), Map.of());
        List<String> rows = List.of("{\"line\":\"a\\\\n\"}", "{\"line\":\"\"}", "{\"line\":\"é\"}");
        assertThat(decoding.lines("a\\n\n\r\né", 1)).isEqualTo(rows);
        assertThat(decoding.pieces("a\\n\n\r\né", 1, 4, 5, 7)).isEqualTo(rows);
        assertThat(decoding.record("two\nlines")).containsExactly("{\"line\":\"two\\nlines\"}");
    }

    @Test
    void readsAndWritesOtherCharacterSets() {
        Schema schema = Schema.of(new Field("x", DataType.STRING));
        Options options = new Options("events", Map.of("charset", "ISO-8859-1"));
        byte[] bytes = {(byte) 0xE9};
        Batch batch = Batch.of(schema.types(), 1);
        Decoder decoder = FORMAT.decoder(schema, List.of(new Physical(List.of(0), DataType.STRING)), options);
        decoder.begin(batch, new int[] {0}, bytes);
        decoder.decode(bytes, 0, 1);
        assertThat(batch.column(0).textAt(0)).isEqualTo("é");
        ByteHeap out = new ByteHeap(8);
        FORMAT.encoder(schema, options).encode(batch, 0, out);
        assertThat(Arrays.copyOf(out.bytes(), out.length())).isEqualTo(bytes);
    }

    @Test
    void refusesWhatItCannotHold() {
        Schema two = Schema.of(new Field("a", DataType.INT), new Field("b", DataType.INT));
        assertThatThrownBy(() -> Decoding.of(FORMAT, two, Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessage("table 'events': the format raw is for one column, but the table has 2: (a INT, b INT). "
                        + "Declare one, or use the format csv or json");
        Schema date = Schema.of(new Field("d", DataType.DATE));
        assertThatThrownBy(() -> Decoding.of(FORMAT, date, Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 'events': the format raw cannot hold column 'd' of type DATE; declare it as STRING or "
                                + "BYTES and CAST it");
        assertThatThrownBy(() -> Decoding.of(FORMAT, date, Map.of("charset", "?")))
                .hasMessageContaining("option 'charset' is '?'");
    }
}
