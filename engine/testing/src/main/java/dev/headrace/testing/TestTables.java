package dev.headrace.testing;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.run.RunClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An external system in memory that outlives the jobs that use it: tables to read, and tables written exactly once. A table
 * is read as its {@link TableRows} say and is empty without; a table with a primary key takes upserts, another all changes.
 */
final class TestTables implements Connector {
    static final String NAME = "test";

    private final Map<String, TableRows> inputs = new TreeMap<>();
    private final Map<String, WrittenTable> outputs = new TreeMap<>();
    private final List<ReadTable> reading = new ArrayList<>();
    private final Waits waits = new Waits();
    private final RunClock clock;
    private final int batchRows;
    private KillPoints kills = KillPoints.never();
    private TableFaults faults = TableFaults.NONE;
    private int open;

    /** @param batchRows the most rows that a reader puts into a batch */
    TestTables(List<TableRows> inputs, RunClock clock, int batchRows) {
        inputs.forEach(i -> this.inputs.put(i.table(), i));
        this.clock = clock;
        this.batchRows = batchRows;
    }

    /** Makes calls fail, and reads give less than there is. */
    void withFaults(TableFaults newFaults) {
        faults = newFaults;
    }

    /** How many readers and writers are open. */
    synchronized int open() {
        return open;
    }

    private synchronized void opened() {
        open++;
    }

    private synchronized void closed() {
        open--;
    }

    /** Has the tables written that others have written to. */
    TestTables withOutputs(TestTables others) {
        outputs.putAll(others.outputs);
        return this;
    }

    /**
     * Forgets the readers of an earlier job; what was written stays, but what was prepared may be given up, if no table shows
     * any of that snapshot. The next one dies where {@code newKills} says.
     */
    void beginAttempt(KillPoints newKills) {
        kills = newKills;
        open = 0;
        if (faults.givesUp()) {
            Set<String> snapshots = new TreeSet<>();
            outputs.values().forEach(table -> snapshots.addAll(table.committedSnapshots()));
            outputs.values().forEach(table -> table.giveUp(snapshots));
        }
        reading.clear();
    }

    /** Whether the job has read all rows that there are. */
    boolean isReadToItsEnd() {
        return reading.stream().allMatch(ReadTable::isReadToItsEnd);
    }

    /** Whether some table that is read stays open behind its last row. */
    boolean staysOpen() {
        return reading.stream().anyMatch(r -> !r.isBounded());
    }

    Map<String, WrittenTable> outputs() {
        return outputs;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        TableRows rows =
                inputs.getOrDefault(table.name(), new TableRows(table.name(), ChangelogMode.INSERT_ONLY, List.of()));
        return new ReadTable(table, rows);
    }

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        WrittenTable written = outputs.computeIfAbsent(table.name(), n -> new WrittenTable(table));
        return written.sink(new WrittenTable.Disturbance(kills, faults, this::opened, this::closed));
    }

    /** Until when splits wait; a wait that has begun goes on when the process has died. */
    static final class Waits {
        private final Map<String, Long> untilNanos = new TreeMap<>();

        /** @param place the table, the split and the step in it */
        synchronized boolean isOver(String place, Duration duration, long nanos) {
            return nanos >= untilNanos.computeIfAbsent(place, p -> nanos + duration.toNanos());
        }
    }

    private final class ReadTable implements Source {
        private final TableDefinition table;
        private final TableRows rows;
        private final List<TestReader> readers = new ArrayList<>();

        ReadTable(TableDefinition table, TableRows rows) {
            this.table = table;
            this.rows = rows;
        }

        @Override
        public boolean isBounded() {
            return rows.splits().stream().allMatch(TableRows.Split::ends);
        }

        @Override
        public ChangelogMode changelogMode() {
            return rows.changes();
        }

        @Override
        public Schema metadata() {
            return new Schema(table.metadata().stream()
                    .map(m -> new Field(m.key(), m.type()))
                    .toList());
        }

        @Override
        public List<Split> discover(Set<String> known) {
            faults.pass("finding the splits of " + rows.table());
            return rows.splits().stream()
                    .filter(s -> isBounded() || !faults.overlooks())
                    .map(s -> new Split(s.name(), "0"))
                    .toList();
        }

        /** A table that stays open may have splits that are found later. */
        @Override
        public long discoveryIntervalMillis() {
            return faults == TableFaults.NONE ? 0 : 5;
        }

        @Override
        public SourceReader open(ScanRequest request) {
            List<Field> fields = new ArrayList<>(table.physical().fields());
            table.metadata().forEach(m -> fields.add(new Field(m.name(), m.type())));
            List<ScanRequest.Physical> wanted = request.columns().stream()
                    .map(column -> switch (column) {
                        case ScanRequest.Physical physical -> physical;
                        case ScanRequest.Metadata metadata ->
                            new ScanRequest.Physical(List.of(place(metadata.key())), metadata.type());
                    })
                    .toList();
            faults.pass("opening a reader of " + rows.table());
            TestReader reader = new TestReader(
                    rows,
                    new RowText.Reader(new Schema(fields), wanted),
                    clock,
                    batchRows,
                    waits,
                    faults,
                    TestTables.this::closed);
            opened();
            if (readers.isEmpty()) {
                reading.add(this);
            }
            readers.add(reader);
            return reader;
        }

        private int place(String key) {
            int place = table.physical().size();
            for (TableDefinition.MetadataColumn column : table.metadata()) {
                if (column.key().equals(key)) {
                    return place;
                }
                place++;
            }
            throw new IllegalArgumentException("no metadata " + key);
        }

        boolean isReadToItsEnd() {
            return readers.stream().mapToInt(TestReader::splitsRead).sum()
                    == rows.splits().size();
        }
    }
}
