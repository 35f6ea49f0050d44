package dev.headrace.testing;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.type.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What has been committed to a table, in order. A committable is its rows as lines behind a name {@code
 * SNAPSHOT/WORKER/SINK} that no other committable has, so committing twice does no harm, and what no snapshot holds is gone.
 */
final class WrittenTable {
    private static final String SEPARATOR = "\u001f";

    private final Schema schema;
    private final List<Integer> key;
    private final Set<String> names = new HashSet<>();
    private final Set<String> prepared = new HashSet<>();
    private final List<Change> changes = new ArrayList<>();

    WrittenTable(TableDefinition table) {
        schema = table.physical();
        key = table.primaryKey().stream().map(schema::indexOf).toList();
    }

    /** A committed row, its cells as {@link RowText.Writer} gives them. */
    record Change(ChangeKind kind, List<String> cells) {
        @Override
        public String toString() {
            return kind.symbol() + " " + String.join(" | ", cells);
        }
    }

    Schema schema() {
        return schema;
    }

    synchronized List<Change> changes() {
        return List.copyOf(changes);
    }

    /**
     * The table that the changes lead to, each row with its number.
     *
     * @param trouble takes what is wrong with the order of the changes: rows taken that were not there
     */
    synchronized Map<List<String>, Integer> fold(List<String> trouble) {
        Map<List<String>, Integer> table = new LinkedHashMap<>();
        if (key.isEmpty()) {
            for (Change change : changes) {
                boolean adds = ChangeKind.adds((byte) change.kind().ordinal());
                int count = table.merge(change.cells(), adds ? 1 : -1, Integer::sum);
                if (count < 0) {
                    trouble.add("takes a row that is not there: " + change);
                }
                if (count == 0) {
                    table.remove(change.cells());
                }
            }
            return table;
        }
        Map<List<String>, List<String>> byKey = new LinkedHashMap<>();
        for (Change change : changes) {
            List<String> values = key.stream().map(change.cells()::get).toList();
            if (ChangeKind.adds((byte) change.kind().ordinal())) {
                byKey.put(values, change.cells());
            } else if (byKey.remove(values) == null) {
                trouble.add("takes a key that is not there: " + change);
            }
        }
        byKey.values().forEach(row -> table.merge(row, 1, Integer::sum));
        return table;
    }

    /** What happens to the calls of one process, and who counts its open writers. */
    record Disturbance(KillPoints kills, TableFaults faults, Runnable opened, Runnable closed) {}

    Sink sink(Disturbance disturbance) {
        KillPoints kills = disturbance.kills();
        TableFaults faults = disturbance.faults();
        return new Sink() {
            @Override
            public ChangelogMode accepts() {
                return key.isEmpty() ? ChangelogMode.RETRACT : ChangelogMode.UPSERT;
            }

            @Override
            public SinkWriter open(WriterContext context) {
                faults.pass("opening a writer");
                disturbance.opened().run();
                return new Writer(context, disturbance);
            }

            @Override
            public void commit(List<byte[]> committables) {
                kills.pass("before a commit");
                for (byte[] committable : committables) {
                    faults.passCommit("before a commit");
                    commitOne(new String(committable, StandardCharsets.UTF_8));
                    kills.pass("after a commit");
                    faults.passCommit("after a commit");
                }
            }

            @Override
            public List<Fate> fates(List<byte[]> committables) {
                faults.pass("asking what has become of a commit");
                return committables.stream().map(c -> fate(name(c))).toList();
            }

            @Override
            public void withdraw(List<byte[]> committables) {
                for (byte[] committable : committables) {
                    kills.pass("before a withdrawal");
                    faults.pass("before a withdrawal");
                    withdrawOne(name(committable));
                    faults.pass("after a withdrawal");
                }
            }

            @Override
            public void recover(List<byte[]> committables) {
                commit(committables);
            }
        };
    }

    private static String name(byte[] committable) {
        return new String(committable, StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElseThrow();
    }

    private synchronized Sink.Fate fate(String name) {
        if (names.contains(name)) {
            return new Sink.Fate.Visible();
        }
        return prepared.contains(name) ? new Sink.Fate.Prepared() : new Sink.Fate.Lost(name + " has been given up");
    }

    private synchronized void withdrawOne(String name) {
        if (names.contains(name)) {
            throw new IllegalStateException(name + " is withdrawn, but visible");
        }
        prepared.remove(name);
    }

    /** The snapshots of which something is visible here. */
    synchronized Set<String> committedSnapshots() {
        return names.stream().map(WrittenTable::snapshot).collect(Collectors.toSet());
    }

    /** Forgets what is prepared and not committed, but for that of some snapshots. */
    synchronized void giveUp(Set<String> butSnapshots) {
        prepared.removeIf(name -> !butSnapshots.contains(snapshot(name)));
    }

    private static String snapshot(String name) {
        return name.substring(0, name.indexOf('/'));
    }

    private synchronized void prepareOne(String name) {
        prepared.add(name);
    }

    private synchronized void commitOne(String committable) {
        String[] lines = committable.split("\n");
        if (!names.add(lines[0])) {
            return;
        }
        if (!prepared.remove(lines[0])) {
            throw new IllegalStateException(lines[0] + " is committed, but has been given up");
        }
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            ChangeKind kind = ChangeKind.of((byte) (line.charAt(0) - '0'));
            changes.add(new Change(
                    kind, List.of(line.substring(1).replace("\\n", "\n").split(SEPARATOR, -1))));
        }
    }

    private final class Writer implements SinkWriter {
        private final Sink.WriterContext context;
        private final Disturbance disturbance;
        private final RowText.Writer text = new RowText.Writer(schema);
        private final StringBuilder open = new StringBuilder();

        Writer(Sink.WriterContext context, Disturbance disturbance) {
            this.context = context;
            this.disturbance = disturbance;
        }

        @Override
        public void write(Batch batch) {
            for (int i = 0; i < batch.selected(); i++) {
                int row = batch.row(i);
                String cells = String.join(SEPARATOR, text.write(batch, row));
                open.append(batch.kind(row)).append(cells.replace("\n", "\\n")).append('\n');
            }
            disturbance.faults().pass("after a write");
        }

        @Override
        public Optional<byte[]> prepare(long snapshot) {
            disturbance.kills().pass("at a barrier");
            disturbance.faults().pass("preparing a commit");
            if (open.isEmpty()) {
                return Optional.empty();
            }
            String name = context.snapshot() + "-" + snapshot + "/" + context.worker() + "/" + context.sink();
            prepareOne(name);
            byte[] committable = (name + "\n" + open).getBytes(StandardCharsets.UTF_8);
            open.setLength(0);
            return Optional.of(committable);
        }

        @Override
        public void endEpoch() {
            disturbance.faults().pass("ending an epoch");
        }

        @Override
        public void close() {
            disturbance.closed().run();
            disturbance.faults().pass("closing a writer");
        }
    }
}
