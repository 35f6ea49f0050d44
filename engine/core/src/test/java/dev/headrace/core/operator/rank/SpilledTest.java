package dev.headrace.core.operator.rank;

import dev.headrace.core.operator.OperatorHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** All tests of these operators once more, with nothing of their state left in memory after an epoch. */
class SpilledTest {
    @BeforeEach
    void spill() {
        OperatorHarness.SPILLING.set(true);
    }

    @AfterEach
    void spillNoMore() {
        OperatorHarness.SPILLING.set(false);
    }

    @Nested
    class Deduplicate extends DeduplicateTest {}

    @Nested
    class Normalize extends NormalizeTest {}

    @Nested
    class Over extends OverTest {}

    @Nested
    class Rank extends RankTest {}

    @Nested
    class WindowRank extends WindowRankTest {}
}
