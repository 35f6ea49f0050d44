package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.WideDecimal;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Constant rows as a source of one split, so that snapshots know whether they have been emitted. */
record ValuesInput(Plan.Values plan) implements Source {
    private static final String START = "0";
    private static final String END = "1";

    @Override
    public boolean isBounded() {
        return true;
    }

    @Override
    public ChangelogMode changelogMode() {
        return ChangelogMode.INSERT_ONLY;
    }

    @Override
    public List<Split> discover(Set<String> known) {
        return List.of(new Split("values", START));
    }

    @Override
    public long discoveryIntervalMillis() {
        return 0;
    }

    @Override
    public SourceReader open(ScanRequest request) {
        return new Reader(plan);
    }

    private static final class Reader implements SourceReader {
        private final Plan.Values plan;
        private boolean assigned;
        private boolean done;

        Reader(Plan.Values plan) {
            this.plan = plan;
        }

        @Override
        public int assign(Split split) {
            assigned = true;
            done = split.position().equals(END);
            return 0;
        }

        @Override
        public int read(Batch batch, int rows) {
            if (!assigned || done) {
                return ENDED;
            }
            batch.clear();
            batch.ensureCapacity(plan.rows().size());
            for (int row = 0; row < plan.rows().size(); row++) {
                for (int column = 0; column < batch.columns(); column++) {
                    set(batch, column, row, plan.rows().get(row).get(column));
                }
            }
            batch.setRows(plan.rows().size());
            done = true;
            return 0;
        }

        private static void set(Batch batch, int column, int row, Expression value) {
            var target = batch.column(column);
            switch (value) {
                case Expression.Literal(Long number, DataType _) -> target.setLong(row, number);
                case Expression.Literal(Double number, DataType _) -> target.setDouble(row, number);
                case Expression.Literal(String text, DataType _) -> target.setText(row, text);
                case Expression.Literal(BigDecimal number, DataType _) -> {
                    ByteHeap heap = new ByteHeap(WideDecimal.BYTES);
                    WideDecimal.put(heap.bytes(), 0, number.unscaledValue());
                    target.setBytes(row, heap.bytes(), 0, WideDecimal.BYTES);
                }
                case Expression.Literal(Expression.Binary(String hex), DataType _) -> {
                    byte[] bytes = HexFormat.of().parseHex(hex);
                    target.setBytes(row, bytes, 0, bytes.length);
                }
                case Expression.Null _ -> target.setNull(row);
                default -> throw new IllegalArgumentException("VALUES holds constants only, not " + value);
            }
        }

        @Override
        public boolean hasEnded(int split) {
            return done;
        }

        @Override
        public String position(int split) {
            return done ? END : START;
        }

        @Override
        public long lag(int split) {
            return done ? 0 : plan.rows().size();
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
}
