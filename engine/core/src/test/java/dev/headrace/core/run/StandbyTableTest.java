package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.type.DataType;
import dev.headrace.core.snapshot.Holding;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.snapshot.SnapshotWriter;
import dev.headrace.core.snapshot.TableReader;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.StateDelta;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job's table of snapshots of it, each of few changes, is followed by tables of each kind of access. */
class StandbyTableTest {
    private static final StateSchema SCHEMA =
            StateSchema.unnamed("t", List.of(DataType.BIGINT, DataType.STRING, DataType.STRING), 1, 2);
    private static final List<Access> ALL =
            List.of(Access.KEYED, Access.IN_MEMORY, Access.chained(1), Access.chainedAndKeyed(1));
    private static final int[] KEYS = {0, 1};

    @TempDir
    Path folder;

    private SnapshotStore store;
    private SnapshotWriter writer;
    private Manifest latest;
    private final StateTable table = new StateTable(SCHEMA, Access.KEYED);
    private final Batch batch = Batch.of(List.of(DataType.BIGINT, DataType.STRING), 1);
    private final int[] hash = new int[1];

    @BeforeEach
    void begin() {
        store = new SnapshotStore(new LocalStore(folder));
        takeOver(manifest(1, 1, List.of()));
    }

    private static Manifest manifest(long id, long generation, List<Manifest.TableState> tables) {
        return new Manifest(
                Manifest.VERSION,
                id,
                generation,
                Manifest.Kind.CLAIM,
                "job",
                0,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                tables,
                Map.of(),
                "",
                "");
    }

    private void takeOver(Manifest claim) {
        latest = claim;
        writer = new SnapshotWriter(store, claim, List.of(), 1000);
    }

    private void snapshot() throws IOException {
        List<StateDelta> deltas = table.hasUnsaved() ? table.takeUnsaved() : List.of(StateDelta.EMPTY);
        List<SnapshotWriter.TableChange> changes = deltas.stream()
                .map(delta -> new SnapshotWriter.TableChange("step", SCHEMA, 0, delta))
                .toList();
        latest = writer.write(
                latest.id() + 1,
                List.of(new SnapshotWriter.Part(changes, List.of(), List.of(), Map.of())),
                Map.of(),
                false,
                0);
    }

    private int find(long number, String name) {
        batch.clear();
        batch.column(0).setLong(0, number);
        batch.column(1).setText(0, name);
        batch.setRows(1);
        Hashing.hash(batch, KEYS, hash);
        return table.find(hash[0], batch, KEYS, 0);
    }

    private void put(long number, String name, Optional<String> value) {
        int found = find(number, name);
        int row = found >= 0 ? found : table.add(hash[0], batch, KEYS, 0);
        if (value.isEmpty()) {
            table.setNull(row, 2, true);
        } else {
            byte[] bytes = value.get().getBytes(StandardCharsets.UTF_8);
            table.setNull(row, 2, false);
            table.setBytes(row, 2, bytes, Slice.of(0, bytes.length));
        }
        table.markUnsaved(row);
    }

    private void remove(long number, String name) {
        int row = find(number, name);
        if (row >= 0) {
            table.remove(row);
        }
    }

    private void change(Random random, int times) {
        for (int i = 0; i < times; i++) {
            long number = random.nextInt(200);
            String name = "n" + random.nextInt(20);
            switch (random.nextInt(4)) {
                case 0 -> remove(number, name);
                case 1 -> put(number, name, Optional.empty());
                default -> put(number, name, Optional.of("v".repeat(random.nextInt(30)) + i));
            }
        }
    }

    private TableReader reader() {
        return new TableReader(store, 0, KeyGroups.COUNT, Optional.empty());
    }

    private Manifest.TableState state() {
        return latest.tables().getFirst();
    }

    private StandbyTable filled(Access access) throws IOException {
        return StandbyTable.filled(
                reader(), new StateTables.Form(SCHEMA, access), latest, state(), StandbyTable.Room.ENOUGH);
    }

    private static Map<String, String> content(StateTable table) {
        Map<String, String> rows = new TreeMap<>();
        for (int row = 0; row < table.rowLimit(); row++) {
            if (table.isLive(row)) {
                String value = table.isNull(row, 2) ? "null" : text(table, row, 2);
                assertThat(rows.put(table.get(row, 0) + "|" + text(table, row, 1), value))
                        .isNull();
            }
        }
        return rows;
    }

    private static String text(StateTable table, int row, int column) {
        long slice = table.slice(row, column);
        return new String(table.bytes(row, column), Slice.offset(slice), Slice.length(slice), StandardCharsets.UTF_8);
    }

    /** Each row is found as its operator finds it. */
    private void assertFound(StateTable followed, Access access) {
        int inChains = 0;
        for (int number = 0; number < 200; number++) {
            if (access.prefix() > 0) {
                find(number, "");
                Hashing.hash(batch, new int[] {0}, hash);
                int row = followed.chains().first(hash[0], batch, new int[] {0}, 0);
                for (; row >= 0; row = followed.chains().next(row)) {
                    assertThat(followed.get(row, 0)).isEqualTo(number);
                    inChains++;
                }
            }
            for (int name = 0; access.byKey() && name < 20; name++) {
                boolean isThere = find(number, "n" + name) >= 0;
                assertThat(followed.find(hash[0], batch, KEYS, 0) >= 0).isEqualTo(isThere);
            }
        }
        assertThat(access.prefix() > 0 ? inChains : table.size()).isEqualTo(table.size());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void it_holds_what_the_snapshot_holds_that_it_followed(long seed) throws IOException {
        Random random = new Random(seed);
        int size = 2000 >> random.nextInt(4);
        change(random, size * 4);
        snapshot();
        List<StandbyTable> tables = new ArrayList<>();
        for (Access access : ALL) {
            tables.add(filled(access));
        }
        int filledAnew = 0;
        for (int round = 0; round < 30; round++) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                change(random, 1 + random.nextInt(size / 4));
                snapshot();
            }
            for (int i = 0; i < ALL.size(); i++) {
                Holding target = Holding.of(latest, state());
                if (tables.get(i).leadsTo(target)) {
                    tables.get(i).advance(reader(), target, StandbyTable.Room.ENOUGH);
                } else {
                    filledAnew++;
                    tables.set(i, filled(ALL.get(i)));
                }
                assertThat(content(tables.get(i).table()))
                        .as("seed %d, round %d, %s", seed, round, ALL.get(i))
                        .isEqualTo(content(table));
            }
        }
        assertThat(filledAnew).as("seed %d", seed).isPositive().isLessThan(ALL.size() * 30 / 2);
        for (int i = 0; i < ALL.size(); i++) {
            assertFound(tables.get(i).table(), ALL.get(i));
        }
    }

    @Test
    void a_row_that_was_removed_while_all_was_merged_does_not_stay() throws IOException {
        put(1, "stays", Optional.of("v"));
        put(1, "goes", Optional.of("v"));
        snapshot();
        StandbyTable standby = filled(Access.KEYED);
        Holding before = Holding.of(latest, state());
        remove(1, "goes");
        while (state().chunks().contains(before.chunks().getFirst())) {
            put(1, "stays", Optional.of("v" + latest.id()));
            snapshot();
        }
        assertThat(standby.leadsTo(Holding.of(latest, state()))).isFalse();
    }

    @Test
    void a_snapshot_that_was_gone_back_behind_leads_nowhere_but_to_what_has_all_of_it() throws IOException {
        put(1, "a", Optional.of("1"));
        snapshot();
        Manifest first = latest;
        StandbyTable ofFirst = filled(Access.KEYED);
        put(1, "a", Optional.of("2"));
        put(1, "b", Optional.of("2"));
        snapshot();
        StandbyTable ofSecond = filled(Access.KEYED);
        takeOver(manifest(latest.id() + 1, 2, first.tables()));
        put(1, "c", Optional.of("3"));
        snapshot();
        Holding target = Holding.of(latest, state());
        assertThat(ofSecond.leadsTo(target)).isFalse();
        assertThat(ofFirst.leadsTo(target)).isTrue();
        assertThat(ofFirst.leadsTo(Holding.of(first, first.tables().getFirst())))
                .isTrue();
        assertThat(ofSecond.leadsTo(Holding.of(first, first.tables().getFirst())))
                .isFalse();
    }

    @Test
    void the_same_bytes_in_a_table_that_was_dropped_and_made_anew_are_other_chunks() {
        Manifest.Chunk before = new Manifest.Chunk("s", 0, 10, false, 5);
        Manifest.Chunk changed = new Manifest.Chunk("t", 0, 10, false, 6);
        Manifest.Chunk anew = new Manifest.Chunk("s", 0, 10, false, 9);
        Holding holding = new Holding(1, 6, List.of(before, changed));
        assertThat(holding.changesTo(new Holding(1, 9, List.of(anew)))).isEmpty();
        assertThat(holding.changesTo(new Holding(1, 9, List.of(before)))).hasValue(List.of());
    }

    @Test
    void it_ends_where_there_is_no_room() throws IOException {
        change(new Random(1), 1000);
        snapshot();
        StandbyTable.Room none = bytes -> {
            if (bytes > 1000) {
                throw new StandbyTable.Full();
            }
        };
        StateTables.Form form = new StateTables.Form(SCHEMA, Access.KEYED);
        assertThatThrownBy(() -> StandbyTable.filled(reader(), form, latest, state(), none))
                .isInstanceOf(StandbyTable.Full.class);
    }
}
