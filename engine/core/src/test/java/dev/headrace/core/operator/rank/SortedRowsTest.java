package dev.headrace.core.operator.rank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SortedRowsTest {
    @Test
    void random() {
        for (int round = 0; round < 20; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            // A row's prefix is its number without the last digits, so that many share one.
            int shared = 1 + random.nextInt(100);
            SortedRows sorted = new SortedRows();
            TreeSet<Integer> expected = new TreeSet<>(Comparator.naturalOrder());
            List<Integer> present = new ArrayList<>();
            for (int step = 0; step < 8000; step++) {
                boolean shrinking = step > 5000;
                if (!present.isEmpty() && random.nextInt(4) < (shrinking ? 3 : 1)) {
                    int at = random.nextInt(present.size());
                    int row = present.set(at, present.getLast());
                    present.removeLast();
                    sorted.remove(row, row / shared, Integer::compare);
                    expected.remove(row);
                } else {
                    int row = random.nextInt(1_000_000);
                    if (expected.add(row)) {
                        present.add(row);
                        sorted.add(row, row / shared, Integer::compare);
                    }
                }
            }
            int[] all = new int[expected.size()];
            assertThat(sorted.size()).as("seed %d", seed).isEqualTo(all.length);
            assertThat(sorted.first(all.length, all, 0)).isEqualTo(all.length);
            assertThat(Arrays.stream(all).boxed()).as("seed %d", seed).containsExactlyElementsOf(expected);
            int[] some = new int[10];
            assertThat(sorted.first(7, some, 1)).isEqualTo(Math.min(7, all.length));
        }
    }
}
