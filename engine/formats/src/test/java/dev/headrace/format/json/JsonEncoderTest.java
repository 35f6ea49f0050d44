package dev.headrace.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Options;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.format.Decoding;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text that Flink's json format would write. */
class JsonEncoderTest {
    private static Encoder encoder(Schema schema, Map<String, String> options) {
        return new JsonFormat().encoder(schema, new Options("events", options));
    }

    private static String written(DataType type, long cell, Map<String, String> options) {
        Schema schema = Schema.of(new Field("x", type));
        Batch batch = Batch.of(schema.types(), 1);
        batch.column(0).setLong(0, cell);
        batch.setRows(1);
        String text = Decoding.encoded(encoder(schema, options), batch).getFirst();
        return text.substring(5, text.length() - 1);
    }

    @ParameterizedTest(name = "{0} of {1} is {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        BOOLEAN       | 1                    | true
        BOOLEAN       | 0                    | false
        TINYINT       | -128                 | -128
        BIGINT        | 0                    | 0
        BIGINT        | -9223372036854775808 | -9223372036854775808
        BIGINT        | 9223372036854775807  | 9223372036854775807
        DATE          | 0                    | "1970-01-01"
        DATE          | -1                   | "1969-12-31"
        DATE          | 19782                | "2024-02-29"
        DATE          | -719528              | "0000-01-01"
        DATE          | 2932896              | "9999-12-31"
        DATE          | 2932897              | "+10000-01-01"
        TIME          | 0                    | "00:00:00"
        TIME          | 86399999999          | "23:59:59.999999"
        TIME          | 3600500000           | "01:00:00.5"
        TIMESTAMP     | 1767225600000000     | "2026-01-01 00:00:00"
        TIMESTAMP     | 1767225600123000     | "2026-01-01 00:00:00.123"
        TIMESTAMP     | 1767225600100000     | "2026-01-01 00:00:00.1"
        TIMESTAMP     | -1                   | "1969-12-31 23:59:59.999999"
        TIMESTAMP_LTZ | 1767225600000001     | "2026-01-01 00:00:00.000001Z"
        INTERVAL_YEAR_MONTH | -13            | -13
        INTERVAL_DAY_TIME   | 1500000        | 1500
        """)
    void writesCells(Kind kind, long cell, String expected) {
        assertThat(written(DataType.of(kind), cell, Map.of())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        TIMESTAMP     | 1767225600000000 | "2026-01-01T00:00:00"
        TIMESTAMP_LTZ | 1767225600120000 | "2026-01-01T00:00:00.12Z"
        """)
    void writesIsoTimestamps(Kind kind, long cell, String expected) {
        assertThat(written(DataType.of(kind), cell, Map.of("timestamp-format.standard", "ISO-8601")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        1.0       | 1.0                   | 1.0
        0.1       | 0.1                   | 0.1
        1e10      | 1.0E10                | 1.0E10
        NaN       | "NaN"                 | "NaN"
        -Infinity | "-Infinity"           | "-Infinity"
        """)
    void writesFloats(double value, String asDouble, String asFloat) {
        long cell = Double.doubleToRawLongBits(value);
        assertThat(written(DataType.DOUBLE, cell, Map.of())).isEqualTo(asDouble);
        assertThat(written(DataType.FLOAT, Double.doubleToRawLongBits((float) value), Map.of()))
                .isEqualTo(asFloat);
    }

    @ParameterizedTest(name = "{0} of scale {1}")
    @CsvSource(delimiter = '|', textBlock = """
        0                    | 0  | 0                      | 0
        12345                | 2  | 123.45                 | 123.45
        -5                   | 2  | -0.05                  | -0.05
        10000                | 2  | 100.00                 | 100.00
        0                    | 3  | 0.000                  | 0.000
        1                    | 6  | 0.000001               | 0.000001
        1                    | 8  | 1E-8                   | 0.00000001
        -123                 | 10 | -1.23E-8               | -0.0000000123
        0                    | 8  | 0E-8                   | 0.00000000
        999999999999999999   | 18 | 0.999999999999999999   | 0.999999999999999999
        -999999999999999999  | 1  | -99999999999999999.9   | -99999999999999999.9
        """)
    void writesDecimals(long unscaled, int scale, String expected, String plain) {
        for (int precision : new int[] {18, 38}) {
            DataType type = DataType.decimal(precision, scale);
            assertThat(decimal(type, BigInteger.valueOf(unscaled), false)).isEqualTo(expected);
            assertThat(decimal(type, BigInteger.valueOf(unscaled), true)).isEqualTo(plain);
        }
    }

    @Test
    void writesWideDecimals() {
        BigInteger large = new BigInteger("-12345678901234567890123456789012345678");
        assertThat(decimal(DataType.decimal(38, 10), large, false))
                .isEqualTo("-1234567890123456789012345678.9012345678");
        assertThat(decimal(DataType.decimal(38, 38), BigInteger.ONE, false)).isEqualTo("1E-38");
    }

    private static String decimal(DataType type, BigInteger unscaled, boolean plain) {
        Schema schema = Schema.of(new Field("x", type));
        Batch batch = Batch.of(schema.types(), 1);
        if (type.isWideDecimal()) {
            byte[] bytes = new byte[16];
            WideDecimal.put(bytes, 0, unscaled);
            batch.column(0).setBytes(0, bytes, 0, 16);
        } else {
            batch.column(0).setLong(0, unscaled.longValueExact());
        }
        batch.setRows(1);
        Map<String, String> options = Map.of("encode.decimal-as-plain-number", "" + plain);
        String text = Decoding.encoded(encoder(schema, options), batch).getFirst();
        return text.substring(5, text.length() - 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        plain            | "plain"
        é 😀 /           | "é 😀 /"
        a"b\\c           | "a\\"b\\\\c"
        {TAB}{NL}{NUL}{US}{DEL} | "\\t\\n\\u0000\\u001F{DEL}"
        """)
    void writesText(String text, String expected) {
        Schema schema = Schema.of(new Field("na\"me", DataType.STRING), new Field("b", DataType.BYTES));
        Batch batch = Batch.of(schema.types(), 1);
        String raw = text.replace("{TAB}", "\t")
                .replace("{NL}", "\n")
                .replace("{NUL}", "\0")
                .replace("{US}", "\u001f")
                .replace("{DEL}", "\u007f");
        batch.column(0).setText(0, raw);
        batch.column(1).setBytes(0, new byte[] {-1, -2}, 0, 2);
        batch.setRows(1);
        assertThat(Decoding.encoded(encoder(schema, Map.of()), batch))
                .containsExactly("{\"na\\\"me\":" + expected.replace("{DEL}", "\u007f") + ",\"b\":\"//4=\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        FAIL    | false | column 'm' has a map with a null key, which JSON cannot hold; set 'json.map-null-key.mode' to 'DROP' or 'LITERAL'
        DROP    | false | {"m":{"k":1},"r":{"a":null,"b":["x",null]},"n":null}
        LITERAL | false | {"m":{"k":1,"none":null},"r":{"a":null,"b":["x",null]},"n":null}
        LITERAL | true  | {"m":{"k":1,"none":null},"r":{"b":["x",null]}}
        """)
    void writesComposites(String nullKeys, String skipNulls, String expected) {
        DataType row =
                DataType.row(List.of(new Field("a", DataType.INT), new Field("b", DataType.array(DataType.STRING))));
        Schema schema = Schema.of(
                new Field("m", DataType.map(DataType.STRING, DataType.INT)),
                new Field("r", row),
                new Field("n", DataType.INT));
        Batch batch = Batch.of(schema.types(), 1);
        fillMap(batch.column(0));
        fillRow(batch.column(1), row);
        batch.column(2).setNull(0);
        batch.setRows(1);
        Encoder encoder = encoder(
                schema,
                Map.of(
                        "map-null-key.mode", nullKeys,
                        "map-null-key.literal", "none",
                        "encode.ignore-null-fields", skipNulls));
        if (expected.startsWith("{")) {
            assertThat(Decoding.encoded(encoder, batch)).containsExactly(expected);
        } else {
            assertThatThrownBy(() -> Decoding.encoded(encoder, batch))
                    .isInstanceOf(UserError.class)
                    .hasMessage(expected);
        }
    }

    private static void fillMap(Column column) {
        Composite.Writer keys = Composite.Writer.ofArray(DataType.STRING);
        Composite.Writer values = Composite.Writer.ofArray(DataType.INT);
        keys.begin();
        values.begin();
        keys.setBytes(0, "k".getBytes(StandardCharsets.UTF_8), 0, 1);
        keys.setNull(1);
        values.set(0, 1);
        values.setNull(1);
        ByteHeap heap = column.ownHeap();
        column.setLong(0, Composite.writeMap(keys, values, heap));
        column.shareHeap(heap.bytes());
    }

    private static void fillRow(Column column, DataType type) {
        Composite.Writer row = Composite.Writer.ofRow(type);
        Composite.Writer array = Composite.Writer.ofArray(DataType.STRING);
        array.begin();
        array.setBytes(0, "x".getBytes(StandardCharsets.UTF_8), 0, 1);
        array.setNull(1);
        row.begin();
        long slice = array.finish(row.parts());
        assertThat(Slice.offset(slice)).isZero();
        row.set(1, slice);
        ByteHeap heap = column.ownHeap();
        column.setLong(0, row.finish(heap));
        column.shareHeap(heap.bytes());
    }

    @Test
    void refusesKeysThatAreNoText() {
        Schema schema = Schema.of(new Field("m", DataType.map(DataType.INT, DataType.INT)));
        assertThatThrownBy(() -> encoder(schema, Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 'events': column 'm' has a map with keys of type INT, but the names in a JSON object "
                                + "are text; cast its keys to STRING");
    }

    @Test
    void refusesOptionsThatContradict() {
        assertThatThrownBy(() ->
                        encoder(Schema.of(), Map.of("fail-on-missing-field", "true", "ignore-parse-errors", "true")))
                .hasMessage("table 'events': option 'ignore-parse-errors' is 'true', but takes only false when "
                        + "'fail-on-missing-field' is true; remove one of them");
    }
}
