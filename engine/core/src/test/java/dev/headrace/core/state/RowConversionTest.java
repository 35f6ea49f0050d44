package dev.headrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.core.state.StateColumn.Start;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RowConversionTest {
    private static final StateColumn KEY = StateColumn.of("key", DataType.BIGINT);
    private static final StateColumn TEXT = StateColumn.of("text", DataType.STRING);
    private static final StateColumn NUMBER = StateColumn.of("number", DataType.BIGINT);
    private static final StateColumn NONE = new StateColumn("none", DataType.STRING, Start.NULL);
    private static final StateColumn ZERO = new StateColumn("zero", DataType.BIGINT, Start.ZERO);
    private static final StateColumn EMPTY = new StateColumn("empty", DataType.STRING, Start.ZERO);

    private static final StateColumn NOW = new StateColumn("now", DataType.BIGINT, Start.NOW);

    private static final StateSchema SAVED = new StateSchema("t", List.of(KEY, TEXT, NUMBER), 1, 1);
    private static final List<Layout> LAYOUTS = List.of(Layout.LONG, Layout.BYTES, Layout.LONG);

    /** A table of keys below {@code rows}; every third text is null. */
    private static StateDelta saved(int rows) {
        StateTable table = new StateTable(SAVED, true);
        Batch batch = Batch.of(List.of(DataType.BIGINT), rows);
        for (int i = 0; i < rows; i++) {
            batch.column(0).setLong(i, i);
        }
        batch.setRows(rows);
        int[] hashes = new int[rows];
        int[] slots = new int[rows];
        Hashing.hash(batch, new int[] {0}, hashes);
        table.findOrAddAll(batch, new int[] {0}, hashes, slots);
        for (int i = 0; i < rows; i++) {
            int row = slots[i] < 0 ? ~slots[i] : slots[i];
            byte[] text = ("text " + i).getBytes(StandardCharsets.UTF_8);
            if (i % 3 == 0) {
                table.setNull(row, 1, true);
            } else {
                table.setBytes(row, 1, text, Slice.of(0, text.length));
            }
            table.set(row, 2, i * 10L);
            table.markUnsaved(row);
        }
        List<StateDelta> deltas = table.takeUnsaved();
        assertThat(deltas).hasSize(1);
        return deltas.getFirst();
    }

    /** The rows of a delta by key, as text. */
    private static TreeMap<Long, List<String>> rows(StateDelta delta, StateSchema schema) {
        StateTable table = new StateTable(schema, true);
        table.restore(delta.bytes());
        TreeMap<Long, List<String>> rows = new TreeMap<>();
        for (int row = 0; row < table.rowLimit(); row++) {
            List<String> cells = new ArrayList<>();
            for (int column = 0; column < schema.columns().size(); column++) {
                long value = table.slice(row, column);
                cells.add(
                        table.isNull(row, column)
                                ? "NULL"
                                : table.layout(column) == Layout.BYTES
                                        ? new String(
                                                table.bytes(row, column),
                                                Slice.offset(value),
                                                Slice.length(value),
                                                StandardCharsets.UTF_8)
                                        : Long.toString(value));
            }
            rows.put(table.get(row, 0), cells);
            assertThat(KeyGroups.of(table.hashCells(row, 1))).isEqualTo(table.keyGroup(row));
        }
        return rows;
    }

    @Test
    void columns_go_come_and_move_and_rows_stay_in_their_key_groups() {
        StateSchema wanted = new StateSchema("t", List.of(KEY, NONE, NUMBER, ZERO, TEXT, EMPTY, NOW), 1, 1);
        StateDelta before = saved(500);
        StateDelta after = new RowConversion(LAYOUTS, wanted, List.of(0, -1, 2, -1, 1, -1, -1), 77).convert(before);
        TreeMap<Long, List<String>> rows = rows(after, wanted);
        assertThat(rows).hasSize(500);
        rows.forEach((key, cells) -> assertThat(cells)
                .containsExactly(
                        key.toString(),
                        "NULL",
                        Long.toString(key * 10),
                        "0",
                        key % 3 == 0 ? "NULL" : "text " + key,
                        "",
                        "77"));
        for (int group = 0; group < KeyGroups.COUNT; group++) {
            assertThat(after.offsets()[group + 1] > after.offsets()[group])
                    .isEqualTo(before.offsets()[group + 1] > before.offsets()[group]);
        }
    }

    @Test
    void a_conversion_and_its_reverse_give_the_same_bytes() {
        Random random = new Random();
        long seed = random.nextLong();
        random.setSeed(seed);
        StateDelta before = saved(random.nextInt(2000));
        StateSchema turned = new StateSchema("t", List.of(KEY, NUMBER, TEXT), 1, 1);
        StateDelta there = new RowConversion(LAYOUTS, turned, List.of(0, 2, 1), 0).convert(before);
        StateDelta back = new RowConversion(List.of(Layout.LONG, Layout.LONG, Layout.BYTES), SAVED, List.of(0, 2, 1), 0)
                .convert(there);
        assertThat(back.bytes()).as("seed %d", seed).isEqualTo(before.bytes());
        assertThat(back.offsets()).as("seed %d", seed).isEqualTo(before.offsets());
    }

    @Test
    void a_column_that_cannot_be_made_up_is_not_made_up() {
        RowConversion conversion = new RowConversion(
                LAYOUTS,
                new StateSchema("t", List.of(KEY, StateColumn.of("other", DataType.BIGINT)), 1, 1),
                List.of(0, -1),
                0);
        assertThatThrownBy(() -> conversion.convert(saved(1))).hasMessage("rows cannot start without other");
    }
}
