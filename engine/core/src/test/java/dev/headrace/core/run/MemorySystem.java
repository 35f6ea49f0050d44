package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.connect.TableDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An external system in memory that outlives jobs: a table of splits of numbers to read (row i of split s is s * 1000000 +
 * i, i), and a log to write with transactions, as a broker would keep them.
 */
final class MemorySystem implements Connector {
    private final int splits;
    private final int rowsPerSplit;
    private final int batchRows;
    private final Map<String, List<String>> prepared = new LinkedHashMap<>();
    private final Set<String> committedTokens = new HashSet<>();
    private final List<String> committed = new ArrayList<>();

    MemorySystem(int splits, int rowsPerSplit, int batchRows) {
        this.splits = splits;
        this.rowsPerSplit = rowsPerSplit;
        this.batchRows = batchRows;
    }

    synchronized List<String> committed() {
        return List.copyOf(committed);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        return new Source() {
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
                List<Split> found = new ArrayList<>();
                for (int split = 0; split < splits; split++) {
                    found.add(new Split("split-" + split, "0"));
                }
                return found;
            }

            @Override
            public long discoveryIntervalMillis() {
                return 0;
            }

            @Override
            public SourceReader open(ScanRequest request) {
                return new Reader();
            }
        };
    }

    private final class Reader implements SourceReader {
        private final List<Integer> numbers = new ArrayList<>();
        private final List<Integer> positions = new ArrayList<>();
        private final List<Integer> holds = new ArrayList<>();
        private int turn;

        @Override
        public int assign(Split split) {
            numbers.add(Integer.parseInt(split.id().substring("split-".length())));
            positions.add(Integer.parseInt(split.position()));
            holds.add(rowsPerSplit);
            return numbers.size() - 1;
        }

        @Override
        public int read(Batch batch, int rows) {
            for (int tries = 0; tries < numbers.size(); tries++) {
                turn = (turn + 1) % numbers.size();
                int from = positions.get(turn);
                int count = Math.min(Math.min(rows, batchRows), holds.get(turn) - from);
                if (count > 0) {
                    batch.clear();
                    for (int i = 0; i < count; i++) {
                        batch.column(0).setLong(i, numbers.get(turn) * 1_000_000L + from + i);
                        batch.column(1).setLong(i, from + i);
                    }
                    batch.setRows(count);
                    positions.set(turn, from + count);
                    return turn;
                }
            }
            return positions.stream().allMatch(p -> p == rowsPerSplit) ? ENDED : NOTHING;
        }

        @Override
        public boolean hasEnded(int split) {
            return positions.get(split) == rowsPerSplit;
        }

        @Override
        public String position(int split) {
            return positions.get(split).toString();
        }

        @Override
        public long lag(int split) {
            return rowsPerSplit - positions.get(split);
        }

        @Override
        public void pause(int split, boolean paused) {}

        @Override
        public void holdAt(int split, String position) {
            int wanted = Integer.parseInt(position);
            if (wanted < positions.get(split)) {
                throw new IllegalStateException("split " + numbers.get(split) + " has been read up to "
                        + positions.get(split) + " and cannot hold at " + wanted);
            }
            holds.set(split, wanted);
        }

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

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        return new Sink() {
            @Override
            public ChangelogMode accepts() {
                return ChangelogMode.RETRACT;
            }

            @Override
            public SinkWriter open(WriterContext context) {
                return new Writer(context);
            }

            @Override
            public void commit(List<byte[]> committables) {
                synchronized (MemorySystem.this) {
                    for (byte[] committable : committables) {
                        String token = new String(committable, StandardCharsets.UTF_8);
                        if (committedTokens.add(token)) {
                            committed.addAll(prepared.remove(token));
                        }
                    }
                }
            }

            @Override
            public List<Fate> fates(List<byte[]> committables) {
                synchronized (MemorySystem.this) {
                    return committables.stream()
                            .map(c -> fate(new String(c, StandardCharsets.UTF_8)))
                            .toList();
                }
            }

            @Override
            public void withdraw(List<byte[]> committables) {
                synchronized (MemorySystem.this) {
                    committables.forEach(c -> prepared.remove(new String(c, StandardCharsets.UTF_8)));
                }
            }

            @Override
            public void recover(List<byte[]> committables) {
                commit(committables);
                synchronized (MemorySystem.this) {
                    prepared.clear();
                }
            }
        };
    }

    private Sink.Fate fate(String token) {
        if (committedTokens.contains(token)) {
            return new Sink.Fate.Visible();
        }
        return prepared.containsKey(token) ? new Sink.Fate.Prepared() : new Sink.Fate.Lost(token + " is lost");
    }

    /** Forgets what is prepared, as a broker does that has waited for too long. */
    synchronized void giveUp() {
        prepared.clear();
    }

    private final class Writer implements SinkWriter {
        private final Sink.WriterContext context;
        private List<String> open = new ArrayList<>();

        Writer(Sink.WriterContext context) {
            this.context = context;
        }

        @Override
        public void write(Batch batch) {
            for (int i = 0; i < batch.selected(); i++) {
                int row = batch.row(i);
                StringBuilder text =
                        new StringBuilder(ChangeKind.of(batch.kind(row)).symbol());
                for (int column = 0; column < batch.columns(); column++) {
                    text.append(' ').append(batch.column(column).values()[row]);
                }
                open.add(text.toString());
            }
        }

        @Override
        public Optional<byte[]> prepare(long snapshot) {
            if (open.isEmpty()) {
                return Optional.empty();
            }
            String token = context.snapshot() + "-" + snapshot + "-" + context.worker();
            synchronized (MemorySystem.this) {
                prepared.put(token, open);
            }
            open = new ArrayList<>();
            return Optional.of(token.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() {}
    }

    /** What is wrong with the committed rows, as against each row of each split once; a few examples. */
    List<String> differences() {
        Map<String, Integer> counts = new HashMap<>();
        committed().forEach(row -> counts.merge(row, 1, Integer::sum));
        List<String> found = new ArrayList<>();
        for (int split = 0; split < splits; split++) {
            for (int row = 0; row < rowsPerSplit; row++) {
                int count = counts.getOrDefault("+I " + (split * 1_000_000L + row) + " " + row, 0);
                if (count != 1 && found.size() < 10) {
                    found.add("split " + split + " row " + row + ": " + count + " times");
                }
            }
        }
        if (found.isEmpty() && counts.size() != splits * rowsPerSplit) {
            found.add(counts.size() + " different rows");
        }
        return found;
    }
}
