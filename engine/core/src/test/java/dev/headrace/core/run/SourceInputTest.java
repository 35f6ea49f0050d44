package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.Output;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.WatermarkStrategy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A source of two splits, one far behind the other, whose splits are idle after five seconds without a row. */
class SourceInputTest {
    private static final Duration LONG = Duration.ofSeconds(8);
    private static final Schema SCHEMA = Schema.of(new Field("at", DataType.BIGINT));

    private final VirtualClock clock = new VirtualClock();
    private final List<Long> watermarks = new ArrayList<>();
    /** Splits with the time of their one row, in the order in which they are read. */
    private final Deque<long[]> rows = new ArrayDeque<>();

    private Duration emitting = Duration.ZERO;

    private final SourceInput input = input();

    private SourceInput input() {
        Plan.Scan plan = new Plan.Scan(
                null,
                new ScanRequest(List.of()),
                SCHEMA,
                ChangelogMode.INSERT_ONLY,
                Optional.of(new WatermarkStrategy(
                        new Expression.Input(0, DataType.BIGINT), Duration.ofSeconds(5), Duration.ZERO)));
        SourceInput made = new SourceInput(
                "scan",
                "at",
                plan,
                new Reader(),
                false,
                false,
                (inputs, condition, projections) -> (in, out) -> {
                    out.clear();
                    for (int row = 0; row < in.rows(); row++) {
                        out.column(0).setLong(row, in.column(0).values()[row]);
                    }
                    out.setRows(in.rows());
                },
                clock,
                new Output() {
                    @Override
                    public void emit(Batch batch) {
                        clock.advance(emitting);
                    }

                    @Override
                    public void watermark(long watermark) {
                        watermarks.add(watermark);
                    }
                });
        for (String split : List.of("ahead", "behind")) {
            made.add(new SourceInput.SplitStart(new Split(split, "0"), Operator.NO_WATERMARK, false));
        }
        made.dealt();
        return made;
    }

    private final class Reader implements SourceReader {
        private int splits;

        @Override
        public int assign(Split split) {
            return splits++;
        }

        @Override
        public int read(Batch batch, int most) {
            batch.clear();
            if (rows.isEmpty()) {
                return NOTHING;
            }
            long[] row = rows.removeFirst();
            batch.ensureCapacity(1);
            batch.column(0).setLong(0, row[1]);
            batch.setRows(1);
            return (int) row[0];
        }

        @Override
        public boolean hasEnded(int split) {
            return false;
        }

        @Override
        public String position(int split) {
            return "0";
        }

        @Override
        public long lag(int split) {
            return -1;
        }

        @Override
        public void pause(int split, boolean paused) {}

        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        public long recordsSkipped() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private void reads(int split, long time) {
        rows.add(new long[] {split, time});
        input.step(Batch.CAPACITY);
    }

    @Test
    void a_split_without_rows_for_long_holds_nobody_back() {
        reads(1, 50);
        reads(0, 100);
        assertThat(watermarks).containsExactly(50L);
        clock.advance(LONG);
        reads(0, 200);
        assertThat(watermarks).containsExactly(50L, 200L);
    }

    @Test
    void what_comes_after_the_source_may_take_long_and_makes_no_split_idle() {
        reads(1, 50);
        emitting = LONG;
        reads(0, 100);
        reads(0, 200);
        assertThat(watermarks).containsExactly(50L);
    }

    @Test
    void a_source_that_is_not_asked_has_no_idle_splits() {
        reads(1, 50);
        reads(0, 100);
        input.hold();
        clock.advance(LONG);
        reads(0, 200);
        assertThat(watermarks).containsExactly(50L);
    }
}
