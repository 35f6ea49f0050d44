package dev.headrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.batch.Slice;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextPagesTest {
    private static byte[] bytes(TextPages text, long cell) {
        int from = Slice.offset(TextPages.slice(cell));
        return Arrays.copyOfRange(text.page(cell), from, from + Slice.length(cell));
    }

    private static void move(TextPages text, Map<Integer, Long> cells, int sixteenths) {
        text.beginMoving(sixteenths);
        cells.replaceAll((_, cell) -> text.moved(cell));
        text.endMoving();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void values_of_any_length_stay_what_they_are_while_others_come_and_go(long seed) {
        Random random = new Random(seed);
        TextPages text = new TextPages();
        Map<Integer, byte[]> expected = new HashMap<>();
        Map<Integer, Long> cells = new HashMap<>();
        for (int step = 0; step < 40_000; step++) {
            int key = random.nextInt(3000);
            if (cells.containsKey(key)) {
                text.release(cells.remove(key));
                expected.remove(key);
            }
            if (random.nextInt(3) > 0) {
                int most =
                        random.nextInt(1000) == 0 ? TextPages.PAGE_BYTES * 2 : random.nextInt(50) == 0 ? 20_000 : 100;
                byte[] value = new byte[random.nextInt(most)];
                random.nextBytes(value);
                cells.put(key, text.append(value, 0, value.length));
                expected.put(key, value);
            }
            if (random.nextInt(1000) == 0) {
                text.freeEmpty();
                if (text.isGarbage(8)) {
                    move(text, cells, 4);
                }
                cells.forEach((k, cell) -> assertThat(bytes(text, cell))
                        .as("seed %d, key %d", seed, k)
                        .isEqualTo(expected.get(k)));
            }
        }
        long live = expected.values().stream().mapToLong(v -> v.length + 7 & -8).sum();
        assertThat(text.live()).isEqualTo(live);
    }

    @Test
    void memory_follows_what_is_in_use() {
        TextPages text = new TextPages();
        Map<Integer, Long> cells = new HashMap<>();
        byte[] value = new byte[1000];
        for (int key = 0; key < 50_000; key++) {
            cells.put(key, text.append(value, 0, value.length));
        }
        assertThat(text.memory()).isBetween(50_000_000L, 52_000_000L);
        for (int key = 0; key < 49_000; key++) {
            text.release(cells.remove(key));
        }
        text.freeEmpty();
        assertThat(text.memory()).isLessThan(3_000_000);
        for (int key = 49_000; key < 49_800; key++) {
            text.release(cells.remove(key));
        }
        assertThat(text.isGarbage(8)).isTrue();
        move(text, cells, 4);
        assertThat(text.memory()).isLessThan(1_200_000);
        assertThat(text.isGarbage(8)).isFalse();
    }

    @Test
    void numbers_of_pages_given_back_are_used_again() {
        TextPages text = new TextPages();
        byte[] large = new byte[TextPages.PAGE_BYTES / 2 + 1];
        for (int i = 0; i < 100_000; i++) {
            text.release(text.append(large, 0, large.length));
            text.freeEmpty();
        }
        assertThat(text.live()).isZero();
        assertThat(text.memory()).isLessThan(10_000);
    }
}
