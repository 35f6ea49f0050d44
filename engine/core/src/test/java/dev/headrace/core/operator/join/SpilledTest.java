package dev.headrace.core.operator.join;

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
    class IntervalJoin extends IntervalJoinTest {}

    @Nested
    class Join extends JoinTest {}

    @Nested
    class TemporalJoin extends TemporalJoinTest {}

    @Nested
    class WindowJoin extends WindowJoinTest {}
}
