package dev.headrace.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.format.Decoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of whole records: nested fields, nulls, errors, lines. */
class JsonRecordsTest {
    private static final DataType BID = DataType.row(List.of(
            new Field("price", DataType.BIGINT),
            new Field("extra", DataType.STRING),
            new Field("at", DataType.row(List.of(new Field("time", DataType.timestamp(3)))))));
    private static final Schema EVENTS = Schema.of(new Field("kind", DataType.INT), new Field("bid", BID));
    private static final List<List<Integer>> LEAVES =
            List.of(List.of(0), List.of(1, 0), List.of(1, 1), List.of(1, 2, 0));
    private static final String NOTHING = "{\"kind\":null,\"bid.price\":null,\"bid.extra\":null,\"bid.at.time\":null}";

    private static Decoding events(Map<String, String> options) {
        return Decoding.of(new JsonFormat(), EVENTS, options, LEAVES);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {}                                                     | null | null | null | null
        {"kind":1}                                             | 1    | null | null | null
        {"kind":1,"bid":null}                                  | 1    | null | null | null
        {"bid":{}}                                             | null | null | null | null
        {"bid":{"price":5,"at":null}}                          | null | 5    | null | null
        {"bid":{"at":{"time":"2026-01-01 00:00:00"}}}          | null | null | null | "2026-01-01 00:00:00"
        {"bid":{"price":1,"extra":"a"},"bid":{"price":2}}      | null | 2    | null | null
        {"bid":{"price":2},"bid":{"extra":"a","price":null}}   | null | null | "a"  | null
        {"bid":{"price":1,"extra":"a"},"bid":null}             | null | null | null | null
        {"bid":null,"bid":{"price":1}}                         | null | 1    | null | null
        {"kind":1,"kind":2}                                    | 2    | null | null | null
        {"bid":{"extra":"\\u0061","extra":"\\u0062c"}}         | null | null | "bc" | null
        {"k\\u0069nd":3,"Kind":4}                              | 3    | null | null | null
        {"x":{"kind":[1,{"a":"}"}]},"kind":5,"y":"\\"}"}       | 5    | null | null | null
        """)
    void readsNestedFields(String record, String kind, String price, String extra, String time) {
        Decoding decoding = events(Map.of());
        String expected = "{\"kind\":%s,\"bid.price\":%s,\"bid.extra\":%s,\"bid.at.time\":%s}"
                .formatted(kind, price, extra, time);
        assertThat(decoding.record(record)).containsExactly(expected);
        // Rows next to it leave nothing behind.
        assertThat(decoding.lines("{}\n" + record + "\n{}\n" + record, 3))
                .containsExactly(NOTHING, expected, NOTHING, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        []                  | not valid JSON: expected '{' at byte 0 of the record, found []
        null                | not valid JSON: expected '{' at byte 0 of the record, found null
        {                   | not valid JSON: expected a field's name or '}' at byte 1 of the record, found the end of the record
        {"kind"             | not valid JSON: expected ':' at byte 7 of the record, found the end of the record
        {"kind":            | not valid JSON: expected a value at byte 8 of the record, found the end of the record
        {"kind":1           | not valid JSON: expected ',' or '}' at byte 9 of the record, found the end of the record
        {"kind":1,}         | not valid JSON: expected a field's name at byte 10 of the record, found }
        {"kind":1 "x":2}    | not valid JSON: expected ',' or '}' at byte 10 of the record, found "x":2}
        {kind:1}            | not valid JSON: expected a field's name or '}' at byte 1 of the record, found kind:1}
        {"x":tru}           | not valid JSON: expected a value at byte 5 of the record, found tru}
        {"x":[1,2}          | not valid JSON: expected ',' or '}' at byte 10 of the record, found the end of the record
        {"x":{"a":"b}       | not valid JSON: expected a value at byte 5 of the record, found {"a":"b}
        {"bid":{"price":1}  | not valid JSON: expected ',' or '}' at byte 18 of the record, found the end of the record
        {"bid":[]}          | field 'bid': expected an object, found []
        {"bid":{"price":""}} | field 'bid.price': expected BIGINT, found ""
        """)
    void tellsWhatIsWrong(String record, String message) {
        Decoding strict = events(Map.of());
        assertThatThrownBy(() -> strict.record(record))
                .isInstanceOf(DecodeException.class)
                .hasMessage(message);
        assertThat(strict.record("{}")).containsExactly(NOTHING);

        String lines = "{\"kind\":7}\n" + record + "\n{}\n";
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        Batch batch = strict.batch(8);
        strict.decoder().begin(batch, strict.targets(), bytes);
        assertThatThrownBy(() -> strict.decoder().decodeLines(bytes, 0, bytes.length, false, 8))
                .isInstanceOfSatisfying(
                        DecodeException.class, e -> assertThat(e.offset()).isEqualTo(11))
                .hasMessage(message);
        assertThat(batch.rows()).isEqualTo(1);

        Decoding lenient = events(Map.of("ignore-parse-errors", "true"));
        int skipped = message.startsWith("not") ? 1 : 0;
        assertThat(lenient.lines(lines, 8)).hasSize(3 - skipped).endsWith(NOTHING);
        assertThat(lenient.decoder().skipped()).isEqualTo(skipped);
    }

    @Test
    void showsAtMostAHundredCharacters() {
        assertThatThrownBy(() -> events(Map.of()).record("{\"kind\":\"" + "é".repeat(200) + "\"}"))
                .hasMessage("field 'kind': expected INT, found \"" + "é".repeat(96) + "...");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"a":1,"r":{"b":2}}     | false | {"a":1,"r.b":2}
        {"a":1}                 | false | field 'r' is null or missing, but its type is ROW NOT NULL
        {"a":1,"r":{}}          | false | field 'r.b' is null or missing, but its type is BIGINT NOT NULL
        {"a":null,"r":{"b":2}}  | false | field 'a' is null or missing, but its type is INT NOT NULL
        {"r":{"b":2}}           | false | field 'a' is null or missing, but its type is INT NOT NULL
        {"r":{"b":2}}           | true  | field 'a' is missing from the record, and 'fail-on-missing-field' is true
        {"a":1,"r":{}}          | true  | field 'r.b' is missing from the record, and 'fail-on-missing-field' is true
        {"a":1,"r":{"b":null}}  | true  | field 'r.b' is null or missing, but its type is BIGINT NOT NULL
        """)
    void refusesNullsWhereThereMayBeNone(String record, String failOnMissing, String expected) {
        Schema schema = Schema.of(
                new Field("a", DataType.INT.notNull()),
                new Field(
                        "r",
                        DataType.row(List.of(new Field("b", DataType.BIGINT.notNull())))
                                .notNull()));
        List<List<Integer>> paths = List.of(List.of(0), List.of(1, 0));
        Decoding decoding =
                Decoding.of(new JsonFormat(), schema, Map.of("fail-on-missing-field", failOnMissing), paths);
        if (expected.startsWith("{")) {
            assertThat(decoding.record(record)).containsExactly(expected);
        } else {
            assertThatThrownBy(() -> decoding.record(record))
                    .isInstanceOf(DecodeException.class)
                    .hasMessage(expected);
            Decoding lenient = Decoding.of(new JsonFormat(), schema, Map.of("ignore-parse-errors", "true"), paths);
            assertThat(lenient.record(record)).isEmpty();
            assertThat(lenient.decoder().skipped()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 128, 200})
    void readsObjectsOfManyFields(int count) {
        List<Field> fields = new ArrayList<>();
        StringBuilder record = new StringBuilder("{");
        StringBuilder expected = new StringBuilder("{");
        StringBuilder empty = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            fields.add(new Field("field" + i, i % 7 == 3 ? DataType.STRING : DataType.INT));
            String value = i % 5 == 4 ? "null" : i % 7 == 3 ? "\"v" + i + "\"" : "" + i;
            if (i % 11 != 5) {
                record.append("\"field").append(count - 1 - i).append("\":null,");
                record.append("\"field").append(i).append("\":").append(value).append(',');
            }
            expected.append("\"field")
                    .append(i)
                    .append("\":")
                    .append(i % 11 != 5 ? value : "null")
                    .append(',');
            empty.append("\"field").append(i).append("\":null,");
        }
        record.append("\"last\":0}");
        // Those given null by their mirror after their value are null.
        Decoding decoding = Decoding.of(new JsonFormat(), new Schema(fields), Map.of());
        String plain = close(empty);
        String once = expectedAfterMirror(count, close(expected));
        assertThat(decoding.lines("{}\n" + record + "\n{}", 10)).containsExactly(plain, once, plain);
        Decoding strict = Decoding.of(new JsonFormat(), new Schema(fields), Map.of("fail-on-missing-field", "true"));
        assertThatThrownBy(() -> strict.record("{}"))
                .hasMessage("field 'field0' is missing from the record, and 'fail-on-missing-field' is true");
    }

    private static String close(StringBuilder text) {
        return text.substring(0, text.length() - 1) + "}";
    }

    private static String expectedAfterMirror(int count, String expected) {
        String result = expected;
        for (int i = 0; i < count; i++) {
            int mirror = count - 1 - i;
            // Written in step i, its null comes after the value written in step mirror, if that step was earlier.
            if (i % 11 != 5 && mirror < i) {
                result = result.replaceAll("\"field" + mirror + "\":[^,}]*", "\"field" + mirror + "\":null");
            }
        }
        return result;
    }

    @Test
    void readsRowsWholeAndInPartsAndTwice() {
        Decoding decoding = Decoding.of(
                new JsonFormat(),
                EVENTS,
                Map.of(),
                List.of(List.of(1), List.of(1, 1), List.of(1, 1), List.of(1), List.of(1, 2, 0)));
        String bid = "{\"price\":null,\"extra\":\"a\\n\",\"at\":null}";
        assertThat(decoding.lines("{\"bid\":{\"extra\":\"\\u0061\\n\"}}\n{}", 9))
                .containsExactly(
                        "{\"bid\":" + bid + ",\"bid.extra\":\"a\\n\",\"bid.extra\":\"a\\n\",\"bid\":" + bid
                                + ",\"bid.at.time\":null}",
                        "{\"bid\":null,\"bid.extra\":null,\"bid.extra\":null,\"bid\":null,\"bid.at.time\":null}");
    }

    @Test
    void countsRecordsWithoutReadingFields() {
        Decoding decoding = Decoding.of(new JsonFormat(), EVENTS, Map.of(), List.of());
        assertThat(decoding.lines("{\"a\":[1,{\"b\":\"]\"}],\"c\":-1.5e3}\n\n{}", 1))
                .containsExactly("{}", "{}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"kind":1}{"kind":2}  | not valid JSON: expected the end of the line at byte 10 of the record, found {"kind":2}
        {"kind":1}x           | not valid JSON: expected the end of the line at byte 10 of the record, found x
        """)
    void takesOneRecordALine(String line, String message) {
        assertThatThrownBy(() -> events(Map.of()).lines(line + "\n", 8)).hasMessage(message);
    }

    @Test
    void neverLetsARecordSpanLines() {
        Decoding lenient = events(Map.of("ignore-parse-errors", "true"));
        String lines = """
                {"kind":
                1}
                {"bid":{"extra":"a
                "}}
                {"kind":"\\
                {"kind":2}
                {"x":[
                {"kind":3}
                {"x":"
                {"kind":4}
                """;
        assertThat(lenient.lines(lines, 100))
                .containsExactly(
                        NOTHING.replace("kind\":null", "kind\":2"),
                        NOTHING.replace("kind\":null", "kind\":3"),
                        NOTHING.replace("kind\":null", "kind\":4"));
        assertThat(lenient.decoder().skipped()).isEqualTo(7);
        // A message of its own may be spread over lines.
        assertThat(lenient.record("{\"kind\":\n1\n}\n")).containsExactly(NOTHING.replace("kind\":null", "kind\":1"));
    }

    @Test
    void skipsEmptyLinesAndByteOrderMarks() {
        assertThat(events(Map.of()).lines("\ufeff{}\n\n  \r\n\t{} \r\n{}\r\n\n", 2))
                .containsExactly(NOTHING, NOTHING, NOTHING);
        assertThat(events(Map.of()).lines("", 2)).isEmpty();
        assertThat(events(Map.of()).lines(" \n ", 2)).isEmpty();
        assertThat(events(Map.of()).record("\ufeff {}")).containsExactly(NOTHING);
        assertThat(events(Map.of()).record("")).isEmpty();
    }

    @Test
    void leavesACutRecordAsItIs() {
        Decoding decoding = events(Map.of());
        byte[] bytes = "{\"bid\":{\"extra\":\"\\u0061\\n\"},\"kind\":1".getBytes(StandardCharsets.UTF_8);
        byte[] before = bytes.clone();
        Batch batch = decoding.batch(8);
        decoding.decoder().begin(batch, decoding.targets(), bytes);
        assertThat(decoding.decoder().decodeLines(bytes, 0, bytes.length, false, 8))
                .isZero();
        assertThat(batch.rows()).isZero();
        assertThat(bytes).isEqualTo(before);
    }

    @Test
    void growsTheBatchForMoreRecords() {
        Decoding decoding = events(Map.of());
        byte[] bytes = "{\"kind\":1}".getBytes(StandardCharsets.UTF_8);
        Batch batch = decoding.batch(2);
        decoding.decoder().begin(batch, decoding.targets(), bytes);
        for (int i = 0; i < 9; i++) {
            decoding.decoder().decode(bytes, 0, bytes.length);
        }
        assertThat(decoding.rows(batch)).hasSize(9).containsOnly(NOTHING.replace("kind\":null", "kind\":1"));
    }

    @Test
    void learnsNoMoreNamesThanItCanUse() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            lines.append("{\"n")
                    .append(i)
                    .append("\":1,\"kind\":")
                    .append(i)
                    .append(",\"m")
                    .append(i)
                    .append("\":[]}\n");
        }
        List<String> rows = events(Map.of()).lines(lines.toString(), 700);
        assertThat(rows).hasSize(2000);
        assertThat(rows.get(1999)).isEqualTo(NOTHING.replace("kind\":null", "kind\":1999"));
    }

    @Test
    void refusesKeysThatAreNoText() {
        Schema schema = Schema.of(new Field("m", DataType.array(DataType.map(DataType.INT, DataType.INT))));
        assertThatThrownBy(() -> Decoding.of(new JsonFormat(), schema, Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessage("table 'events': field 'm.element' is a MAP<INT, INT>, but the names in a JSON object are "
                        + "text; declare its key as STRING");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        2026-01-01T00:00:00.5  | 2026-01-01 00:00:00.5
        2026-01-01T00:00       | 2026-01-01 00:00:00
        """)
    void readsIsoTimestamps(String text, String expected) {
        Schema schema = Schema.of(new Field("t", DataType.timestamp(3)), new Field("z", DataType.timestampLtz(3)));
        Decoding decoding = Decoding.of(new JsonFormat(), schema, Map.of("timestamp-format.standard", "ISO-8601"));
        assertThat(decoding.record("{\"t\":\"" + text + "\",\"z\":\"" + text + "Z\"}"))
                .containsExactly("{\"t\":\"" + expected + "\",\"z\":\"" + expected + "Z\"}");
        assertThatThrownBy(() -> decoding.record("{\"t\":\"2026-01-01 00:00:00\"}"))
                .hasMessage("field 't': expected TIMESTAMP(3) (yyyy-MM-ddTHH:mm:ss[.fraction]), found "
                        + "\"2026-01-01 00:00:00\"");
    }
}
