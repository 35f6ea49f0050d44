package dev.headrace.core.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.type.DataType;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tables are written {@code partition / rest of the key / values}; a value with a question mark can start without being
 * saved, one with an exclamation mark is NOT NULL, and one with a number is of another type.
 */
class TableFitTest {
    private static StateSchema schema(String text) {
        String[] parts = text.split("/", -1);
        List<StateColumn> columns = Arrays.stream(parts)
                .flatMap(p -> Arrays.stream(p.split(" ")))
                .filter(c -> !c.isEmpty())
                .map(TableFitTest::column)
                .toList();
        int partition = count(parts[0]);
        return new StateSchema("t", columns, partition, partition + count(parts[1]));
    }

    private static int count(String part) {
        return part.isBlank() ? 0 : part.strip().split(" ").length;
    }

    private static StateColumn column(String text) {
        boolean starts = text.endsWith("?");
        boolean notNull = text.endsWith("!");
        String name = text.replaceAll("[?!0-9]", "");
        DataType type = text.matches(".*[0-9].*") ? DataType.STRING : DataType.BIGINT;
        return new StateColumn(
                name, notNull ? type.notNull() : type, starts ? StateColumn.Start.ZERO : StateColumn.Start.UNKNOWN);
    }

    private static Manifest.SchemaState saved(StateSchema schema) {
        return new Manifest.SchemaState(
                "t",
                schema.columns().stream()
                        .map(c -> new Manifest.ColumnState(
                                c.name(), c.type().toString(), c.type().layout()))
                        .toList(),
                schema.partitionColumns(),
                schema.keyColumns());
    }

    @ParameterizedTest(name = "{0} from {1}")
    @CsvSource({
        "'k/ /a b',     'k/ /a b',     'same'",
        "'k/ /a b',     'k/ /b a',     '[0, 2, 1]'",
        "'k/ /a',       'k/ /b a',     '[0, 2]'",
        "'k/ /a!',      'k/ /a',       'same'",
        "'k/ /a b?',    'k/ /a',       '[0, 1, -1]'",
        "'k/ /a b',     'k/ /a',       'its state lacks b'",
        "'k/ /a',       'k/ /a1',      'its state lacks a'",
        "'k/ /a?',      'k/ /a1',      '[0, -1]'",
        "'k l/ /a',     'l k/ /a',     'the rows of its state are told apart by other columns'",
        "'k/l m/a',     'k/m l/a',     '[0, 2, 1, 3]'",
        "'k/l/a',       'k/l m/a',     'the rows of its state are told apart by other columns'",
        "'k/l/a',       'k/a/l',       'the rows of its state are told apart by other columns'",
        "'k/ /l',       'k/l/',        'the rows of its state are told apart by other columns'",
        "' / /a',       ' / /a',       'same'",
        "'k/ /k a',     'k/ /k a',     'same'",
    })
    void a_table_fits_column_by_column(String wanted, String saved, String expected) {
        TableFit.Result result = TableFit.of(schema(wanted), saved(schema(saved)));
        String found =
                result.fit().map(f -> f.isSame() ? "same" : f.from().toString()).orElse(result.reason());
        assertThat(found).isEqualTo(expected);
    }
}
