package dev.headrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.core.snapshot.TableReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateTableTest {
    private static final StateSchema SCHEMA =
            StateSchema.unnamed("t", List.of(DataType.BIGINT, DataType.STRING, DataType.STRING, DataType.BIGINT), 1, 2);
    private static final int[] KEYS = {0, 1};

    private final Batch batch = Batch.of(List.of(DataType.BIGINT, DataType.STRING), 1);
    private final int[] hash = new int[1];

    private int hashOf(Long number, String text) {
        batch.clear();
        if (number == null) {
            batch.column(0).setNull(0);
        } else {
            batch.column(0).setLong(0, number);
        }
        batch.column(1).setText(0, text);
        batch.setRows(1);
        Hashing.hash(batch, KEYS, hash);
        return hash[0];
    }

    private static String text(StateTable table, int row, int column) {
        long slice = table.slice(row, column);
        return new String(table.bytes(row, column), Slice.offset(slice), Slice.length(slice), StandardCharsets.UTF_8);
    }

    private static Map<String, String> content(StateTable table) {
        Map<String, String> rows = new TreeMap<>();
        for (int row = 0; row < table.rowLimit(); row++) {
            if (table.isLive(row)) {
                String number = table.isNull(row, 0) ? "null" : Long.toString(table.get(row, 0));
                rows.put(
                        number + "|" + text(table, row, 1),
                        (table.isNull(row, 2) ? "null" : text(table, row, 2)) + "|" + table.get(row, 3));
            }
        }
        return rows;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void it_holds_what_a_map_holds_and_its_deltas_rebuild_it(long seed) {
        Random random = new Random(seed);
        Map<String, String> expected = new HashMap<>();
        StateTable table = new StateTable(SCHEMA, true);
        List<StateDelta> saved = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            Long number = random.nextInt(50) == 0 ? null : (long) random.nextInt(300);
            String name = "k" + random.nextInt(10) + "é".repeat(random.nextInt(3));
            int h = hashOf(number, name);
            String key = number + "|" + name;
            if (random.nextInt(3) == 0) {
                int row = table.find(h, batch, KEYS, 0);
                assertThat(row >= 0).isEqualTo(expected.containsKey(key));
                if (row >= 0) {
                    table.remove(row);
                    expected.remove(key);
                }
            } else {
                int row = table.findOrAdd(h, batch, KEYS, 0);
                assertThat(row >= 0).isEqualTo(expected.containsKey(key));
                row = row < 0 ? ~row : row;
                String value = "v" + random.nextInt(1000);
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                boolean isNull = random.nextInt(5) == 0;
                table.setNull(row, 2, isNull);
                if (!isNull) {
                    table.setBytes(row, 2, bytes, Slice.of(0, bytes.length));
                }
                table.set(row, 3, step);
                table.markChanged(row);
                expected.put(key, (isNull ? "null" : value) + "|" + step);
            }
            if (random.nextInt(500) == 0) {
                table.compact();
            }
            if (random.nextInt(1000) == 0) {
                saved.addAll(table.takeUnsaved());
                StateTable copy = new StateTable(SCHEMA, seed % 2 == 0);
                copy.restore(TableReader.merged(saved, SCHEMA).bytes());
                assertThat(content(copy)).isEqualTo(content(table));
            }
        }
        assertThat(content(table)).isEqualTo(new TreeMap<>(expected));
        assertThat(table.size()).isEqualTo(expected.size());
    }

    @Test
    void a_row_changed_twice_is_in_the_list_of_changes_once() {
        StateTable table = new StateTable(SCHEMA, true);
        int row = ~table.findOrAdd(hashOf(1L, "a"), batch, KEYS, 0);
        table.markChanged(row);
        table.markChanged(row);
        assertThat(table.changedCount()).isEqualTo(1);
        table.clearChanged();
        assertThat(table.changedCount()).isZero();
        table.markChanged(row);
        assertThat(table.changedCount()).isEqualTo(1);
    }

    @Test
    void key_groups_follow_the_partition_columns_and_cover_all_workers() {
        StateTable table = new StateTable(SCHEMA, true);
        int a = ~table.findOrAdd(hashOf(7L, "a"), batch, KEYS, 0);
        int b = ~table.findOrAdd(hashOf(7L, "b"), batch, KEYS, 0);
        assertThat(table.keyGroup(a)).isEqualTo(table.keyGroup(b));
        for (int workers = 1; workers <= 7; workers++) {
            for (int group = 0; group < KeyGroups.COUNT; group++) {
                int owner = KeyGroups.owner(group, workers);
                assertThat(group).isBetween(KeyGroups.first(owner, workers), KeyGroups.first(owner + 1, workers) - 1);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void a_chain_holds_the_rows_of_its_prefix_in_order_of_linking(long seed) {
        Random random = new Random(seed);
        StateTable table =
                new StateTable(StateSchema.unnamed("c", List.of(DataType.BIGINT, DataType.BIGINT), 1, 2), false);
        ChainIndex chains = new ChainIndex(table, 1);
        Map<Long, List<Integer>> expected = new HashMap<>();
        Batch key = Batch.of(List.of(DataType.BIGINT), 1);
        for (int step = 0; step < 10_000; step++) {
            long prefix = random.nextInt(40);
            key.clear();
            key.column(0).setLong(0, prefix);
            key.setRows(1);
            Hashing.hash(key, new int[] {0}, hash);
            List<Integer> rows = expected.computeIfAbsent(prefix, p -> new java.util.ArrayList<>());
            if (random.nextBoolean() || rows.isEmpty()) {
                int row = table.addRow(hash[0]);
                table.set(row, 0, prefix);
                table.set(row, 1, step);
                chains.link(hash[0], row);
                rows.add(row);
            } else {
                int row = rows.remove(random.nextInt(rows.size()));
                chains.unlink(hash[0], row);
                table.remove(row);
            }
            List<Integer> found = new java.util.ArrayList<>();
            for (int row = chains.first(hash[0], key, new int[] {0}, 0); row >= 0; row = chains.next(row)) {
                found.add(row);
            }
            assertThat(found).as("seed %d step %d", seed, step).isEqualTo(rows);
        }
    }
}
