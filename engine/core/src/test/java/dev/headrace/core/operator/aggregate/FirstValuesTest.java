package dev.headrace.core.operator.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.type.DataType;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstValuesTest {
    private static final byte[] NO_BYTES = {};

    @ParameterizedTest(name = "greatest: {0}")
    @ValueSource(booleans = {false, true})
    void at_random_the_first_value_is_that_of_a_sorted_set(boolean greatest) {
        for (int round = 0; round < 20; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            FirstValues first = new FirstValues(DataType.BIGINT, greatest);
            Map<Long, TreeSet<Long>> groups = new HashMap<>();
            Comparator<Long> order = greatest ? Comparator.reverseOrder() : Comparator.naturalOrder();
            int served = 0;
            for (int step = 0; step < 20_000; step++) {
                long group = 1 + random.nextInt(3);
                TreeSet<Long> values = groups.computeIfAbsent(group, g -> new TreeSet<>(order));
                if (values.isEmpty() || random.nextInt(5) < 3) {
                    long value = random.nextInt(step < 10_000 ? 1_000_000 : 500);
                    if (values.add(value)) {
                        first.added(group, value, NO_BYTES);
                    }
                } else {
                    long value = random.nextInt(4) > 0 ? values.first() : values.last();
                    values.remove(value);
                    first.removed(group, value, NO_BYTES);
                }
                if (!first.knows(group)) {
                    first.begin(group, values.size());
                    values.forEach(v -> first.added(group, v, NO_BYTES));
                } else {
                    served++;
                }
                assertThat(first.isEmpty(group))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(values.isEmpty());
                if (!values.isEmpty()) {
                    assertThat(first.first(group))
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(values.first());
                }
            }
            assertThat(served).as("seed %d", seed).isGreaterThan(18_000);
        }
    }
}
