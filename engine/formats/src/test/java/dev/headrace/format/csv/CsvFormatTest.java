package dev.headrace.format.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.connect.Encoder;
import dev.headrace.api.connect.Options;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.format.Decoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFormatTest {
    private static final CsvFormat FORMAT = new CsvFormat();
    private static final Schema SCHEMA = Schema.of(
            new Field("id", DataType.INT), new Field("name", DataType.STRING), new Field("note", DataType.STRING));
    private static final Map<String, DataType> TYPES = Map.ofEntries(
            Map.entry("BOOLEAN", DataType.BOOLEAN),
            Map.entry("INT", DataType.INT),
            Map.entry("DOUBLE", DataType.DOUBLE),
            Map.entry("DECIMAL(5, 2)", DataType.decimal(5, 2)),
            Map.entry("DECIMAL(38, 2)", DataType.decimal(38, 2)),
            Map.entry("STRING", DataType.STRING),
            Map.entry("BYTES", DataType.BYTES),
            Map.entry("DATE", DataType.DATE),
            Map.entry("TIME(3)", DataType.time(3)),
            Map.entry("TIMESTAMP(3)", DataType.timestamp(3)),
            Map.entry("TIMESTAMP_LTZ(3)", DataType.timestampLtz(3)),
            Map.entry("ARRAY<INT>", DataType.array(DataType.INT)),
            Map.entry("ARRAY<STRING>", DataType.array(DataType.STRING)),
            Map.entry("ARRAY<DECIMAL(38, 2)>", DataType.array(DataType.decimal(38, 2))),
            Map.entry(
                    "ROW<a,b>", DataType.row(List.of(new Field("a", DataType.INT), new Field("b", DataType.STRING)))));

    /** Options written as {@code name=value name=value}; a space is {@code SP}. */
    private static Map<String, String> options(String text) {
        Map<String, String> options = new HashMap<>();
        if (text != null) {
            for (String option : text.split(" ")) {
                String[] parts = option.split("=", 2);
                options.put(parts[0], parts[1].replace("SP", " "));
            }
        }
        return options;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        BOOLEAN          | true                     | true
        INT              | -5                       | -5
        INT              | "5"                      | 5
        INT              | NULL                     | null
        DOUBLE           | 1e3                      | 1000.0
        DECIMAL(5, 2)    | 1.005                    | 1.01
        DECIMAL(38, 2)   | 123456789012345678901    | 123456789012345678901.00
        STRING           | a b                      | "a b"
        STRING           | "a,b"                    | "a,b"
        STRING           | "say ""hi""\"             | "say \\"hi\\""
        STRING           | a"b                      | "a\\"b"
        STRING           | ""                       | ""
        STRING           | NULL                     | null
        STRING           | "NULL"                   | "NULL"
        BYTES            | AQI=                     | "AQI="
        DATE             | 2024-02-29               | "2024-02-29"
        TIME(3)          | 10:00:00.5               | "10:00:00.5"
        TIMESTAMP(3)     | 2026-01-01 00:00:00.123  | "2026-01-01 00:00:00.123"
        TIMESTAMP_LTZ(3) | 2026-01-01 00:00:00Z     | "2026-01-01 00:00:00Z"
        ARRAY<INT>       | 1;2;NULL                 | [1,2,null]
        ARRAY<INT>       | ""                       | []
        ARRAY<STRING>    | "a;;b,c"                 | ["a","","b,c"]
        ARRAY<DECIMAL(38, 2)> | 1;2.5               | [1.00,2.50]
        ROW<a,b>         | 1;x                      | {"a":1,"b":"x"}
        """)
    void readsGoodValues(String type, String value, String expected) {
        Schema schema = Schema.of(new Field("x", TYPES.get(type)), new Field("y", DataType.INT));
        Decoding decoding = Decoding.of(FORMAT, schema, Map.of("null-literal", "NULL"));
        String row = "{\"x\":" + expected + ",\"y\":7}";
        assertThat(decoding.record(value + ",7")).containsExactly(row);
        assertThat(decoding.lines(value + ",7\r\n" + value + ",7", 1)).containsExactly(row, row);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        INT          | x                      | field 'x': expected INT, found x
        INT          | 1.5                    | field 'x': expected INT, found 1.5
        INT          | ""                     | field 'x': expected INT, found nothing
        BOOLEAN      | yes                    | field 'x': expected BOOLEAN (true or false), found yes
        TIMESTAMP(3) | 2026-01-01T00:00:00    | field 'x': expected TIMESTAMP(3) (yyyy-MM-dd HH:mm:ss[.fraction]), found 2026-01-01T00:00:00
        BYTES        | A                      | field 'x': expected BYTES (base64 text), found A
        ARRAY<INT>   | 1;x                    | field 'x': expected ARRAY<INT>, found 1;x
        ROW<a,b>     | 1                      | field 'x': expected ROW<`a` INT, `b` STRING>, found 1
        """)
    void refusesBadValues(String type, String value, String message) {
        Schema schema = Schema.of(new Field("x", TYPES.get(type)), new Field("y", DataType.INT));
        Decoding strict = Decoding.of(FORMAT, schema, Map.of());
        assertThatThrownBy(() -> strict.record(value + ",7"))
                .isInstanceOf(DecodeException.class)
                .hasMessage(message);
        Decoding lenient = Decoding.of(FORMAT, schema, Map.of("ignore-parse-errors", "true"));
        assertThat(lenient.lines(value + ",7\n", 5)).containsExactly("{\"x\":null,\"y\":7}");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", textBlock = """
        none                               | 1,a,b            | 1 | a     | b
        field-delimiter=;                  | 1;a,a;b          | 1 | a,a   | b
        field-delimiter=\\t                | 1{TAB}a{TAB}b    | 1 | a     | b
        quote-character='                  | 1,'a,''a',"b"    | 1 | a,'a  | "b"
        disable-quote-character=true       | 1,"a,b"          | 1 | "a    | b"
        escape-character=\\                | 1,a\\,a,b\\\\    | 1 | a,a   | b\\
        escape-character=\\                | 1,"a\\"a",\\nb   | 1 | a"a   | {NL}b
        escape-character=\\                | 1,"a""a\\\\",b   | 1 | a"a\\ | b
        none                               | 1,"a{NL}a",b     | 1 | a{NL}a | b
        none                               | 1,"a{NL}{NL}""\",b | 1 | a{NL}{NL}" | b
        none                               | "1","a","b"      | 1 | a     | b
        none                               | 1,é,"😀"         | 1 | é     | 😀
        none                               | 1,aaaaaaaaaaaaaaaaaaaaaaaa,"bbbbbbbbbbbbbbbbbbbbbbb""b" | 1 | aaaaaaaaaaaaaaaaaaaaaaaa | bbbbbbbbbbbbbbbbbbbbbbb"b
        """)
    void readsByItsOptions(String options, String record, String id, String name, String note) {
        Decoding decoding = Decoding.of(FORMAT, SCHEMA, options(options));
        String text = shown(record);
        String expected = "{\"id\":" + id + ",\"name\":" + json(name) + ",\"note\":" + json(note) + "}";
        assertThat(decoding.record(text)).containsExactly(expected);
        assertThat(decoding.record(text + "\r\n")).containsExactly(expected);
        String lines = text + "\n" + text + "\r\n\n" + text;
        assertThat(decoding.lines(lines, 2)).containsExactly(expected, expected, expected);
        for (int cut = 0; cut < lines.getBytes(StandardCharsets.UTF_8).length; cut++) {
            assertThat(decoding.pieces(lines, cut, cut + 5))
                    .as("cut at %d", cut)
                    .containsExactly(expected, expected, expected);
        }
    }

    private static String shown(String text) {
        return text.replace("{TAB}", "\t").replace("{NL}", "\n");
    }

    private static String json(String text) {
        return '"' + shown(text).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        1,a            | the record has 2 fields, but the table has 3 columns: 1,a             | {"id":1,"name":"a","note":null}
        1,a,b,c        | the record has 4 fields, but the table has 3 columns: 1,a,b,c         | none
        1,"a"x,b       | expected ',' or the end of the line behind a closing quote, found x,b | none
        1,a,"b         | a quote is opened and not closed in the record: 1,a,"b               | none
        """)
    void tellsWhatIsWrong(String record, String message, String lenientRow) {
        Decoding strict = Decoding.of(FORMAT, SCHEMA, Map.of());
        assertThatThrownBy(() -> strict.record(record)).hasMessage(message);
        Decoding lenient = Decoding.of(FORMAT, SCHEMA, Map.of("ignore-parse-errors", "true"));
        List<String> expected = new ArrayList<>(List.of("{\"id\":1,\"name\":\"a\",\"note\":\"b\"}"));
        if (!lenientRow.equals("none")) {
            expected.add(lenientRow);
        }
        expected.add("{\"id\":2,\"name\":\"\",\"note\":\"\"}");
        assertThat(lenient.lines("1,a,b\n" + record + "\n2,,\n", 9)).isEqualTo(expected);
        assertThat(lenient.decoder().skipped()).isEqualTo(lenientRow.equals("none") ? 1 : 0);
    }

    @Test
    void skipsTheHeaderOfEachInput() {
        Decoding decoding = Decoding.of(FORMAT, SCHEMA, Map.of("header", "true", "allow-comments", "true"));
        String text = "\ufeff# made today\nid,name,\"the\nnote\"\n1,a,b\n#2,a,b\n3,a,b";
        String one = "{\"id\":1,\"name\":\"a\",\"note\":\"b\"}";
        String three = one.replace('1', '3');
        assertThat(decoding.lines(text, 1)).containsExactly(one, three);
        assertThat(decoding.lines("1,a,b\n", 1)).containsExactly(one);
        decoding.decoder().reset();
        assertThat(decoding.pieces(text, 5, 22, 30)).containsExactly(one, three);
        decoding.decoder().reset();
        decoding.decoder().resume();
        assertThat(decoding.lines("1,a,b\n", 1)).containsExactly(one);
        decoding.decoder().reset();
        assertThat(decoding.record("1,a,b")).containsExactly(one);
    }

    @Test
    void readsPartsOfRowsAndColumnsTwice() {
        Schema schema = Schema.of(
                new Field("r", DataType.row(List.of(new Field("a", DataType.INT), new Field("b", DataType.STRING)))),
                new Field("s", DataType.STRING),
                new Field("n", DataType.INT.notNull()));
        Decoding decoding = Decoding.of(
                FORMAT,
                schema,
                Map.of("null-literal", ""),
                List.of(List.of(0, 1), List.of(1), List.of(1), List.of(0, 0)));
        assertThat(decoding.lines("\"1;x\",\"\"\"y\"\"\",2\n,,2\n", 9))
                .containsExactly(
                        "{\"r.b\":\"x\",\"s\":\"\\\"y\\\"\",\"s\":\"\\\"y\\\"\",\"r.a\":1}",
                        "{\"r.b\":null,\"s\":null,\"s\":null,\"r.a\":null}");
        Decoding required = Decoding.of(FORMAT, schema, Map.of("null-literal", ""));
        assertThatThrownBy(() -> required.record("1;x,y,"))
                .hasMessage("field 'n' is null or missing, but its type is INT NOT NULL");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", textBlock = """
        none                                             | plain    | 1,plain,
        none                                             | a,b      | 1,"a,b",
        none                                             | a"b      | 1,"a""b",
        none                                             | a{NL}b   | 1,"a{NL}b",
        null-literal=n/a                                 | n/a      | 1,"n/a",n/a
        field-delimiter=; quote-character='              | a;'b     | 1;'a;''b';
        escape-character=\\                              | a"b\\    | 1,"a\\"b\\\\",
        disable-quote-character=true escape-character=\\ | a,b{NL}  | 1,a\\,b\\n,
        """)
    void writesByItsOptions(String options, String name, String expected) {
        Map<String, String> found = options(options);
        Batch batch = Batch.of(SCHEMA.types(), 1);
        batch.column(0).setLong(0, 1);
        batch.column(1).setText(0, shown(name));
        batch.column(2).setNull(0);
        batch.setRows(1);
        List<String> written = Decoding.encoded(FORMAT.encoder(SCHEMA, new Options("events", found)), batch);
        assertThat(written).containsExactly(shown(expected));
        found.putIfAbsent("null-literal", "");
        assertThat(Decoding.of(FORMAT, SCHEMA, found).record(written.getFirst()))
                .containsExactly("{\"id\":1,\"name\":" + json(name) + ",\"note\":null}");
    }

    @Test
    void readsBackWhatItWrites() {
        Schema schema = Schema.of(
                new Field("s", DataType.STRING),
                new Field("a", DataType.array(DataType.INT)),
                new Field("d", DataType.decimal(12, 8)),
                new Field("t", DataType.timestamp(6)),
                new Field("b", DataType.BYTES));
        Map<String, String> options = Map.of("null-literal", "", "allow-comments", "true");
        Encoder encoder = FORMAT.encoder(schema, new Options("events", options));
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                StringBuilder text = new StringBuilder();
                for (int j = random.nextInt(20); j > 0; j--) {
                    text.append("ab,\"\n\r#;é ".charAt(random.nextInt(10)));
                }
                lines.append('"').append(text.toString().replace("\"", "\"\"")).append("\",");
                lines.append(random.nextBoolean() ? "" : "1;;" + random.nextInt())
                        .append(',');
                lines.append(random.nextInt(100_000) / 1e4)
                        .append(",2026-01-01 00:00:00.")
                        .append(random.nextInt(1_000_000));
                lines.append(random.nextBoolean() ? ",AQID\n" : ",\n");
            }
            byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
            Decoding decoding = Decoding.of(FORMAT, schema, options);
            Batch batch = decoding.batch(16);
            decoding.decoder().begin(batch, decoding.targets(), bytes);
            decoding.decoder().decodeLines(bytes, 0, bytes.length, true, 16);
            List<String> rows = decoding.rows(batch);
            String written = String.join("\n", Decoding.encoded(encoder, batch));
            assertThat(rows).hasSize(10);
            assertThat(decoding.lines(written, 3)).as("seed %d", seed).isEqualTo(rows);
            int[] cuts = random.ints(6, 0, written.length()).sorted().toArray();
            assertThat(decoding.pieces(written, cuts))
                    .as("seed %d, cut at %s", seed, Arrays.toString(cuts))
                    .isEqualTo(rows);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        field-delimiter=ab                                | table 'events': option 'field-delimiter' is 'ab', but takes one ASCII character, or \\t
        field-delimiter="                                 | table 'events': option 'field-delimiter' is '"', but takes a character that is neither the quote nor the escape
        quote-character=' disable-quote-character=true    | table 'events': options 'quote-character' and 'disable-quote-character' exclude each other; remove one
        """)
    void refusesWrongOptions(String options, String message) {
        assertThatThrownBy(() -> Decoding.of(FORMAT, SCHEMA, options(options)))
                .isInstanceOf(UserError.class)
                .hasMessage(message);
    }

    @Test
    void refusesTypesAndValuesThatCsvCannotHold() {
        Schema maps = Schema.of(new Field("m", DataType.map(DataType.STRING, DataType.INT)));
        assertThatThrownBy(() -> Decoding.of(FORMAT, maps, Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessage("table 'events': column 'm' is a MAP<STRING, INT>, but a field of CSV holds a value, or an "
                        + "ARRAY or ROW of values; use the format json");
        Batch batch = Batch.of(SCHEMA.types(), 1);
        batch.column(1).setText(0, "a,b");
        batch.column(2).setNull(0);
        batch.setRows(1);
        Encoder encoder = FORMAT.encoder(SCHEMA, new Options("events", Map.of("disable-quote-character", "true")));
        assertThatThrownBy(() -> Decoding.encoded(encoder, batch))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("column 'name' has a value that holds the delimiter");
    }
}
