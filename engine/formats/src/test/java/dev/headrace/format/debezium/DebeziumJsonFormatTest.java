package dev.headrace.format.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Options;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.format.Decoding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DebeziumJsonFormatTest {
    private static final Schema SCHEMA = Schema.of(
            new Field("id", DataType.INT.notNull()),
            new Field("name", DataType.STRING),
            new Field("tags", DataType.array(DataType.INT)));
    private static final DebeziumJsonFormat FORMAT = new DebeziumJsonFormat();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", textBlock = """
        {"before":null,"after":{"id":1,"name":"a","tags":[1]},"source":{"x":1},"op":"c","ts_ms":5}  | +I{"id":1,"name":"a","tags":[1]} | none
        {"after":{"id":1},"op":"r"}                                        | +I{"id":1,"name":null,"tags":null}  | none
        {"op":"c","after":{"id":1,"name":"\\u0061"},"before":{"id":9,"name":"b","tags":[]}} | +I{"id":1,"name":"a","tags":null} | none
        {"before":{"id":1,"name":"a"},"after":{"id":1,"tags":[2]},"op":"u"} | -U{"id":1,"name":"a","tags":null} | +U{"id":1,"name":null,"tags":[2]}
        {"op":"u","after":{"id":2},"before":{"id":1}}                      | -U{"id":1,"name":null,"tags":null} | +U{"id":2,"name":null,"tags":null}
        {"before":{"id":1,"name":"a"},"after":null,"op":"\\u0064"}         | -D{"id":1,"name":"a","tags":null} | none
        {"before":{"id":1},"op":"d"}                                       | -D{"id":1,"name":null,"tags":null} | none
        """)
    void readsChanges(String record, String first, String second) {
        Decoding decoding = Decoding.of(FORMAT, SCHEMA, Map.of());
        List<String> expected = second == null ? List.of(first) : List.of(first, second);
        assertThat(decoding.record(record)).isEqualTo(expected);
        String full = "{\"after\":{\"id\":7,\"name\":\"n\",\"tags\":[]},\"op\":\"c\"}\n";
        List<String> lines = decoding.lines(full + record + "\n" + full + record + "\n" + full, 100);
        String shown = "+I{\"id\":7,\"name\":\"n\",\"tags\":[]}";
        assertThat(lines).hasSize(3 + 2 * expected.size());
        assertThat(lines.getFirst()).isEqualTo(shown);
        assertThat(lines.subList(1, 1 + expected.size())).isEqualTo(expected);
        assertThat(lines.get(1 + expected.size())).isEqualTo(shown);
        assertThat(lines.subList(2 + expected.size(), 2 + 2 * expected.size())).isEqualTo(expected);
        assertThat(lines.getLast()).isEqualTo(shown);
        assertThat(decoding.lines(full + record + "\n" + full, 1)).isEqualTo(lines.subList(0, 2 + expected.size()));

        Decoding included = Decoding.of(FORMAT, SCHEMA, Map.of("schema-include", "true"));
        assertThat(included.record("{\"schema\":{\"fields\":[{\"op\":\"x\"}]},\"payload\":" + record + "}"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"after":{"id":1},"op":"t"}                 | field 'op' is expected to be 'c', 'r', 'u' or 'd', found 't'
        {"after":{"id":1},"op":"create"}            | field 'op' is expected to be 'c', 'r', 'u' or 'd', found 'create'
        {"after":{"id":1}}                          | field 'op' is expected to be 'c', 'r', 'u' or 'd', found nothing
        {"after":{"id":1},"op":null}                | field 'op' is expected to be 'c', 'r', 'u' or 'd', found nothing
        {"before":{"id":1},"after":null,"op":"c"}   | field 'after' is null or missing in a change of op 'c'
        {"before":{"id":1},"op":"u"}                | field 'after' is null or missing in a change of op 'u'
        {"before":null,"after":{"id":1},"op":"u"}   | field 'before' is null or missing in a change that is an update; let the source write the old row too (PostgreSQL: REPLICA IDENTITY FULL)
        {"before":null,"op":"d"}                    | field 'before' is null or missing in a change that is a delete; let the source write the old row too (PostgreSQL: REPLICA IDENTITY FULL)
        {"after":{"id":"x"},"op":"c"}               | field 'after.id': expected INT, found "x"
        {"before":{"name":"a"},"op":"d"}            | field 'before.id' is null or missing, but its type is INT NOT NULL
        [1]                                         | not valid JSON: expected '{' at byte 0 of the record, found [1]
        """)
    void refusesWhatIsNoChange(String record, String message) {
        Decoding strict = Decoding.of(FORMAT, SCHEMA, Map.of());
        assertThatThrownBy(() -> strict.record(record)).hasMessage(message);
        String good = "{\"after\":{\"id\":2,\"name\":\"n\",\"tags\":[3]},\"op\":\"c\"}\n";
        Decoding lenient = Decoding.of(FORMAT, SCHEMA, Map.of("ignore-parse-errors", "true"));
        String shown = "+I{\"id\":2,\"name\":\"n\",\"tags\":[3]}";
        assertThat(lenient.lines(good + record + "\n" + good + good, 9)).containsExactly(shown, shown, shown);
        assertThat(lenient.decoder().skipped()).isEqualTo(1);
    }

    @Test
    void skipsTombstones() {
        assertThat(Decoding.of(FORMAT, SCHEMA, Map.of()).record("")).isEmpty();
    }

    @Test
    void tellsWhenThePayloadIsMissing() {
        assertThatThrownBy(() -> Decoding.of(FORMAT, SCHEMA, Map.of("schema-include", "true"))
                        .record("{\"before\":null,\"after\":{\"id\":1},\"op\":\"c\"}"))
                .hasMessage("field 'payload' is null or missing, but its type is ROW NOT NULL");
    }

    @Test
    void readsChangesOfNoColumns() {
        Decoding decoding = Decoding.of(FORMAT, SCHEMA, Map.of(), List.of());
        assertThat(decoding.lines("{\"before\":{},\"after\":{},\"op\":\"u\"}\n".repeat(3000), Integer.MAX_VALUE))
                .hasSize(6000);
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 1, 2, 3})
    void writesChanges(byte kind) {
        Batch batch = Batch.of(SCHEMA.types(), 1);
        batch.column(0).setLong(0, 5);
        batch.column(1).setText(0, "a");
        batch.column(2).setNull(0);
        batch.setRows(1);
        batch.ownKinds(1)[0] = kind;
        String row = "{\"id\":5,\"name\":\"a\",\"tags\":null}";
        assertThat(Decoding.encoded(FORMAT.encoder(SCHEMA, new Options("events", Map.of())), batch))
                .containsExactly(
                        kind % 2 == 0
                                ? "{\"before\":null,\"after\":" + row + ",\"op\":\"c\"}"
                                : "{\"before\":" + row + ",\"after\":null,\"op\":\"d\"}");
    }

    @Test
    void carriesRetractions() {
        Options options = new Options("events", Map.of("schema-include", "true"));
        assertThat(FORMAT.decodes(options)).isEqualTo(ChangelogMode.RETRACT);
        assertThat(FORMAT.encodes(options)).isEqualTo(ChangelogMode.RETRACT);
        assertThatThrownBy(() -> FORMAT.encoder(SCHEMA, options))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'schema-include'");
    }
}
