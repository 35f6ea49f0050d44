package dev.headrace.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.format.Decoding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What JSON values become in columns of each type. */
class JsonValuesTest {
    private static final Map<String, DataType> TYPES = Map.ofEntries(
            Map.entry("BOOLEAN", DataType.BOOLEAN),
            Map.entry("TINYINT", DataType.TINYINT),
            Map.entry("SMALLINT", DataType.SMALLINT),
            Map.entry("INT", DataType.INT),
            Map.entry("BIGINT", DataType.BIGINT),
            Map.entry("FLOAT", DataType.FLOAT),
            Map.entry("DOUBLE", DataType.DOUBLE),
            Map.entry("DECIMAL(5, 2)", DataType.decimal(5, 2)),
            Map.entry("DECIMAL(18, 4)", DataType.decimal(18, 4)),
            Map.entry("DECIMAL(38, 10)", DataType.decimal(38, 10)),
            Map.entry("STRING", DataType.STRING),
            Map.entry("BYTES", DataType.BYTES),
            Map.entry("DATE", DataType.DATE),
            Map.entry("TIME(0)", DataType.time(0)),
            Map.entry("TIME(3)", DataType.time(3)),
            Map.entry("TIMESTAMP(0)", DataType.timestamp(0)),
            Map.entry("TIMESTAMP(3)", DataType.timestamp(3)),
            Map.entry("TIMESTAMP(6)", DataType.timestamp(6)),
            Map.entry("TIMESTAMP_LTZ(3)", DataType.timestampLtz(3)),
            Map.entry("INTERVAL YEAR TO MONTH", DataType.of(Kind.INTERVAL_YEAR_MONTH)),
            Map.entry("INTERVAL DAY TO SECOND", DataType.of(Kind.INTERVAL_DAY_TIME)),
            Map.entry("ARRAY<INT>", DataType.array(DataType.INT)),
            Map.entry("ARRAY<STRING>", DataType.array(DataType.STRING)),
            Map.entry("ARRAY<ARRAY<DOUBLE>>", DataType.array(DataType.array(DataType.DOUBLE))),
            Map.entry("MAP<STRING, BIGINT>", DataType.map(DataType.STRING, DataType.BIGINT)),
            Map.entry("MAP<STRING, DECIMAL(38, 10)>", DataType.map(DataType.STRING, DataType.decimal(38, 10))),
            Map.entry(
                    "MULTISET<STRING>",
                    new DataType(Kind.MULTISET, true, 0, 0, List.of(new Field("element", DataType.STRING)))),
            Map.entry(
                    "ROW<a,b,c>",
                    DataType.row(List.of(
                            new Field("a", DataType.INT),
                            new Field("b", DataType.STRING),
                            new Field("c", DataType.array(DataType.timestamp(3)))))));

    private static Decoding decoding(String type, Map<String, String> options) {
        return Decoding.of(
                new JsonFormat(), Schema.of(new Field("a", DataType.INT), new Field("x", TYPES.get(type))), options);
    }

    private static String shown(List<String> rows) {
        assertThat(rows).hasSize(1);
        String row = rows.getFirst();
        return row.substring("{\"a\":7,\"x\":".length(), row.length() - 1);
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        BOOLEAN          | true                           | true
        BOOLEAN          | false                          | false
        BOOLEAN          | "TRUE"                         | true
        BOOLEAN          | " false "                      | false
        TINYINT          | -128                           | -128
        TINYINT          | 127                            | 127
        SMALLINT         | 32767                          | 32767
        INT              | 0                              | 0
        INT              | -0                             | 0
        INT              | -2147483648                    | -2147483648
        INT              | 12345678                       | 12345678
        INT              | 123456789                      | 123456789
        INT              | "42"                           | 42
        INT              | " 42 "                         | 42
        INT              | "4\\u0032"                     | 42
        INT              | 1.9                            | 1
        INT              | -1.9                           | -1
        INT              | 1e3                            | 1000
        INT              | 1e-400000000                   | 0
        BIGINT           | 9223372036854775807            | 9223372036854775807
        BIGINT           | -9223372036854775808           | -9223372036854775808
        BIGINT           | 1234567890123456789            | 1234567890123456789
        FLOAT            | 1.5                            | 1.5
        FLOAT            | 16777217                       | 1.6777216E7
        FLOAT            | 3.4028235e38                   | 3.4028235E38
        DOUBLE           | 0.1                            | 0.1
        DOUBLE           | -0.0                           | -0.0
        DOUBLE           | 1                              | 1.0
        DOUBLE           | 123456789012345                | 1.23456789012345E14
        DOUBLE           | 1234567890123456789            | 1.2345678901234568E18
        DOUBLE           | 4.9e-324                       | 4.9E-324
        DOUBLE           | 0.30000000000000004            | 0.30000000000000004
        DOUBLE           | "2.5"                          | 2.5
        DOUBLE           | "NaN"                          | "NaN"
        DOUBLE           | "-Infinity"                    | "-Infinity"
        DECIMAL(5, 2)    | 123.45                         | 123.45
        DECIMAL(5, 2)    | 1                              | 1.00
        DECIMAL(5, 2)    | -0.005                         | -0.01
        DECIMAL(5, 2)    | 0.0049                         | 0.00
        DECIMAL(5, 2)    | 1e2                            | 100.00
        DECIMAL(5, 2)    | 1e-999999999                   | 0.00
        DECIMAL(5, 2)    | "12.5"                         | 12.50
        DECIMAL(5, 2)    | 999.994999999999999999999      | 999.99
        DECIMAL(18, 4)   | 99999999999999.9999            | 99999999999999.9999
        DECIMAL(18, 4)   | -12345678901234.5678           | -12345678901234.5678
        DECIMAL(38, 10)  | 1                              | 1.0000000000
        DECIMAL(38, 10)  | -0.5                           | -0.5000000000
        DECIMAL(38, 10)  | 1234567890123456789012345678.0123456789 | 1234567890123456789012345678.0123456789
        DECIMAL(38, 10)  | -9999999999999999999999999999.9999999999 | -9999999999999999999999999999.9999999999
        STRING           | "text"                         | "text"
        STRING           | ""                             | ""
        STRING           | 1.50                           | "1.50"
        STRING           | true                           | "true"
        STRING           | [ 1, "a b" , { } ]             | "[1,\\"a b\\",{}]"
        STRING           | {"k" : "v\\" w"}               | "{\\"k\\":\\"v\\\\\\" w\\"}"
        STRING           | "a\\"b\\\\c\\/d"               | "a\\"b\\\\c/d"
        STRING           | "\\b\\f\\n\\r\\t"              | "\\b\\f\\n\\r\\t"
        STRING           | "\\u00e9\\u20ac"               | "é€"
        STRING           | "\\ud83d\\ude00!"              | "😀!"
        STRING           | "😀é"                          | "😀é"
        STRING           | "\\ud83d alone \\ude00"        | "? alone ?"
        STRING           | "\\u0001"                      | "\\u0001"
        BYTES            | "AQID"                         | "AQID"
        BYTES            | "AQI="                         | "AQI="
        BYTES            | "\\/w=="                       | "/w=="
        BYTES            | ""                             | ""
        DATE             | "2024-02-29"                   | "2024-02-29"
        DATE             | "1969-12-31"                   | "1969-12-31"
        DATE             | "0000-01-01"                   | "0000-01-01"
        DATE             | "9999-12-31"                   | "9999-12-31"
        TIME(0)          | "23:59:59"                     | "23:59:59"
        TIME(0)          | "23:59:59.9"                   | "23:59:59"
        TIME(3)          | "00:00:00.120"                 | "00:00:00.12"
        TIMESTAMP(3)     | "2026-01-01 00:00:00"          | "2026-01-01 00:00:00"
        TIMESTAMP(3)     | "2026-01-01 00:00:00.120"      | "2026-01-01 00:00:00.12"
        TIMESTAMP(3)     | "2026-01-01 00:00:00.1"        | "2026-01-01 00:00:00.1"
        TIMESTAMP(3)     | "2026-01-01 23:59:59.123456789" | "2026-01-01 23:59:59.123"
        TIMESTAMP(3)     | "1969-12-31 23:59:59.9999"     | "1969-12-31 23:59:59.999"
        TIMESTAMP(6)     | "2026-01-01 00:00:00.000001"   | "2026-01-01 00:00:00.000001"
        TIMESTAMP(0)     | "2026-01-01 00:00:00.9"        | "2026-01-01 00:00:00"
        TIMESTAMP(3)     | "2026\\u002d01-01 00:00:00"    | "2026-01-01 00:00:00"
        TIMESTAMP_LTZ(3) | "2026-01-01 00:00:00.5Z"       | "2026-01-01 00:00:00.5Z"
        TIMESTAMP_LTZ(3) | "2026-01-01 00:00:00Z"         | "2026-01-01 00:00:00Z"
        INTERVAL YEAR TO MONTH | 14                       | 14
        INTERVAL DAY TO SECOND | -1500                    | -1500
        ARRAY<INT>       | []                             | []
        ARRAY<INT>       | [ 1 , null , "3" ]             | [1,null,3]
        ARRAY<STRING>    | ["a", 1, null, "\\u00e9", ""]  | ["a","1",null,"é",""]
        ARRAY<ARRAY<DOUBLE>> | [[1], null, [], [2.5, null]] | [[1.0],null,[],[2.5,null]]
        MAP<STRING, BIGINT> | {"b": 2, "a": null, "b": 3} | {"b":3,"a":null}
        MAP<STRING, DECIMAL(38, 10)> | {"": 1e20}         | {"":100000000000000000000.0000000000}
        MULTISET<STRING> | {"a": 2}                       | {"a":2}
        ROW<a,b,c>       | {"c": ["2026-01-01 00:00:00"], "z": [{}], "b": "t", "a": 1} | {"a":1,"b":"t","c":["2026-01-01 00:00:00"]}
        ROW<a,b,c>       | {"b": "first", "b": "second"}  | {"a":null,"b":"second","c":null}
        ROW<a,b,c>       | {}                             | {"a":null,"b":null,"c":null}
        """)
    void readsGoodValues(String type, String value, String expected) {
        Decoding decoding = decoding(type, Map.of());
        assertThat(shown(decoding.record("{\"a\":7,\"x\":" + value + "}"))).isEqualTo(expected);
        assertThat(shown(decoding.record(" { \"x\" : " + value + " , \"a\" : 7 } \n")))
                .isEqualTo(expected);
        assertThat(shown(decoding.lines("{\"x\":" + value + ",\"a\":7}", 1))).isEqualTo(expected);
        assertThat(shown(decoding.lines("{\"x\":null,\"x\":" + value + ",\"a\":7}\r\n\n", 9)))
                .isEqualTo(expected);
        assertThat(shown(decoding.lines("{\"x\":" + value + ",\"a\":7,\"x\":null}", 9)))
                .isEqualTo("null");
    }

    @ParameterizedTest(name = "{0}: {1} is refused")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        BOOLEAN          | "yes"                | field 'x': expected BOOLEAN (true or false), found "yes"
        BOOLEAN          | 1                    | field 'x': expected BOOLEAN (true or false), found 1
        TINYINT          | 128                  | field 'x': expected TINYINT, found 128
        SMALLINT         | -32769               | field 'x': expected SMALLINT, found -32769
        INT              | 2147483648           | field 'x': expected INT, found 2147483648
        INT              | "1.5"                | field 'x': expected INT, found "1.5"
        INT              | ""                   | field 'x': expected INT, found ""
        INT              | "abc"                | field 'x': expected INT, found "abc"
        INT              | true                 | field 'x': expected INT, found true
        INT              | [1]                  | field 'x': expected INT, found [1]
        INT              | 1e999999999          | field 'x': expected INT, found 1e999999999
        BIGINT           | 9223372036854775808  | field 'x': expected BIGINT, found 9223372036854775808
        BIGINT           | -9223372036854775809 | field 'x': expected BIGINT, found -9223372036854775809
        DOUBLE           | "0x1p3"              | field 'x': expected DOUBLE, found "0x1p3"
        DOUBLE           | "1d"                 | field 'x': expected DOUBLE, found "1d"
        DECIMAL(5, 2)    | 1000                 | field 'x': expected DECIMAL(5, 2), found 1000
        DECIMAL(5, 2)    | 999.995              | field 'x': expected DECIMAL(5, 2), found 999.995
        DECIMAL(5, 2)    | 1e999999999          | field 'x': expected DECIMAL(5, 2), found 1e999999999
        DECIMAL(38, 10)  | 12345678901234567890123456789 | field 'x': expected DECIMAL(38, 10), found 12345678901234567890123456789
        BYTES            | "AQI"                | field 'x': expected BYTES (base64 text), found "AQI"
        BYTES            | "?Q=="               | field 'x': expected BYTES (base64 text), found "?Q=="
        BYTES            | 1                    | field 'x': expected BYTES (base64 text), found 1
        DATE             | "2023-02-29"         | field 'x': expected DATE (yyyy-MM-dd), found "2023-02-29"
        DATE             | "2023-13-01"         | field 'x': expected DATE (yyyy-MM-dd), found "2023-13-01"
        DATE             | 19000                | field 'x': expected DATE (yyyy-MM-dd), found 19000
        TIME(0)          | "24:00:00"           | field 'x': expected TIME(0) (HH:mm:ss[.fraction]), found "24:00:00"
        TIME(0)          | "10:00"              | field 'x': expected TIME(0) (HH:mm:ss[.fraction]), found "10:00"
        TIMESTAMP(3)     | "2026-01-01T00:00:00" | field 'x': expected TIMESTAMP(3) (yyyy-MM-dd HH:mm:ss[.fraction]), found "2026-01-01T00:00:00"
        TIMESTAMP(3)     | "2026-01-01 00:60:00" | field 'x': expected TIMESTAMP(3) (yyyy-MM-dd HH:mm:ss[.fraction]), found "2026-01-01 00:60:00"
        TIMESTAMP(3)     | "2026-01-01 00:00:00." | field 'x': expected TIMESTAMP(3) (yyyy-MM-dd HH:mm:ss[.fraction]), found "2026-01-01 00:00:00."
        TIMESTAMP(3)     | "2026-01-01 00:00:00Z" | field 'x': expected TIMESTAMP(3) (yyyy-MM-dd HH:mm:ss[.fraction]), found "2026-01-01 00:00:00Z"
        TIMESTAMP_LTZ(3) | "2026-01-01 00:00:00" | field 'x': expected TIMESTAMP_LTZ(3) (yyyy-MM-dd HH:mm:ss[.fraction]Z), found "2026-01-01 00:00:00"
        ARRAY<INT>       | {"0": 1}             | field 'x': expected an array, found {"0": 1}
        ARRAY<INT>       | [1, "two"]           | field 'x.element': expected INT, found "two"
        MAP<STRING, BIGINT> | [1]               | field 'x': expected an object, found [1]
        MAP<STRING, BIGINT> | {"k": "v"}        | field 'x.value': expected BIGINT, found "v"
        ROW<a,b,c>       | "row"                | field 'x': expected an object, found "row"
        ROW<a,b,c>       | {"a": "one"}         | field 'x.a': expected INT, found "one"
        ROW<a,b,c>       | {"c": [3]}           | field 'x.c.element': expected TIMESTAMP(3) (yyyy-MM-dd HH:mm:ss[.fraction]), found 3
        INT              | 01                   | not valid JSON: expected a number at byte 11 of the record, found 01}
        INT              | 1.                   | not valid JSON: expected a number at byte 11 of the record, found 1.}
        INT              | -                    | not valid JSON: expected a number at byte 11 of the record, found -}
        INT              | nul                  | not valid JSON: expected a value at byte 11 of the record, found nul}
        STRING           | "a\\x"               | not valid JSON: expected an escape at byte 13 of the record, found \\x"}
        STRING           | "\\u12g4"            | not valid JSON: expected an escape at byte 12 of the record, found \\u12g4"}
        STRING           | "open                | not valid JSON: expected a value at byte 11 of the record, found "open}
        ARRAY<INT>       | [1 2]                | not valid JSON: expected ',' or ']' at byte 14 of the record, found 2]}
        ARRAY<INT>       | [1,]                 | not valid JSON: expected a value at byte 14 of the record, found ]}
        ROW<a,b,c>       | {"a" 1}              | not valid JSON: expected ':' at byte 16 of the record, found 1}}
        """)
    void refusesBadValues(String type, String value, String message) {
        String text = "{\"a\":7,\"x\":" + value + "}";
        Decoding decoding = decoding(type, Map.of());
        assertThatThrownBy(() -> decoding.record(text))
                .isInstanceOf(DecodeException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> decoding.lines(text + "\n{\"a\":7}\n", 10))
                .isInstanceOf(DecodeException.class)
                .hasMessage(message);

        Decoding lenient = decoding(type, Map.of("ignore-parse-errors", "true"));
        List<String> rows = lenient.lines(text + "\n{\"a\":8}\n", 10);
        if (message.startsWith("not valid")) {
            assertThat(rows).containsExactly("{\"a\":8,\"x\":null}");
            assertThat(lenient.decoder().skipped()).isEqualTo(1);
        } else {
            assertThat(rows).hasSize(2);
            assertThat(rows.getFirst()).startsWith("{\"a\":7,\"x\":").contains("null");
            assertThat(lenient.decoder().skipped()).isZero();
        }
    }
}
