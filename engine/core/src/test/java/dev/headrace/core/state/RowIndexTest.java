package dev.headrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowIndexTest {
    private static Set<Integer> rows(RowIndex index, int hash) {
        Set<Integer> found = new HashSet<>();
        long[] page = index.page(hash);
        int at = RowIndex.slot(page, hash);
        for (long entry = page[at]; entry != 0; entry = page[at]) {
            if ((int) (entry >>> 32) == hash) {
                found.add((int) entry - 1);
            }
            at = RowIndex.next(page, at);
        }
        return found;
    }

    @ParameterizedTest(name = "seed {0}, hashes and {1}, or {2}")
    @CsvSource({
        "1, -1, 0",
        "2, 0xFFFF, 0",
        "3, 0x7FFFFFFF, 0",
        "4, 0x3FF, 0x12345000",
        "5, 0xFFF00000, 0",
        "6, 0x3FFFFF, 0xABC00000"
    })
    void it_holds_the_rows_of_a_hash_however_hashes_are_spread(long seed, String and, String or) {
        Random random = new Random(seed);
        RowIndex index = new RowIndex();
        Map<Integer, Set<Integer>> expected = new HashMap<>();
        int[] hashes = new int[60_000];
        for (int row = 0; row < hashes.length; row++) {
            hashes[row] = random.nextInt() & Long.decode(and).intValue()
                    | Long.decode(or).intValue();
            index.enter(hashes[row], row);
            expected.computeIfAbsent(hashes[row], h -> new HashSet<>()).add(row);
            if (random.nextInt(4) == 0) {
                int gone = random.nextInt(row + 1);
                if (expected.get(hashes[gone]).remove(gone)) {
                    index.remove(hashes[gone], gone);
                }
            }
        }
        expected.forEach((hash, rows) ->
                assertThat(rows(index, hash)).as("seed %d, hash %x", seed, hash).isEqualTo(rows));
    }

    @Test
    void an_entry_leads_to_another_row_once_replaced() {
        RowIndex index = new RowIndex();
        index.enter(7, 1);
        index.enter(7, 2);
        index.replace(7, 1, 3);
        assertThat(rows(index, 7)).containsExactlyInAnyOrder(2, 3);
    }

    @Test
    void a_page_is_split_rather_than_all_entries_moved() {
        RowIndex index = new RowIndex();
        Random random = new Random(1);
        for (int row = 0; row < 1_000_000; row++) {
            index.enter(random.nextInt(), row);
        }
        assertThat(index.page(0).length).isEqualTo(RowIndex.PAGE_SLOTS + 1);
        assertThat(index.memory()).isBetween(8_000_000L, 30_000_000L);
    }
}
