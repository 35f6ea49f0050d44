package dev.headrace.connect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Sink.Fate;
import dev.headrace.api.connect.Sink.WriterContext;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileSinkTest {
    private static final Schema BIDS = Schema.of(
            new Field("dt", DataType.STRING),
            new Field("id", DataType.BIGINT),
            new Field("hm", DataType.STRING),
            new Field("name", DataType.STRING));

    @TempDir
    private Path base;

    private Tables tables;

    @BeforeEach
    void makeTables() {
        tables = new Tables(base);
    }

    private FileSink sink(String... options) {
        return tables.sink(table(options));
    }

    private TableDefinition table(String... options) {
        List<String> all = new ArrayList<>(List.of("path", "out"));
        all.addAll(List.of(options));
        return tables.table(Tables.SCHEMA, List.of(), all.toArray(String[]::new));
    }

    private static Batch row(long id) {
        return Tables.batch(Tables.SCHEMA, new Object[] {id, "n" + id});
    }

    private static WriterContext worker(int worker, long snapshot) {
        return new WriterContext(worker, 2, snapshot, "sink");
    }

    /** Committed rows, sorted. */
    private List<String> rows() throws IOException {
        List<String> rows = new ArrayList<>();
        for (String text : files().values()) {
            rows.addAll(text.lines().toList());
        }
        return rows.stream().sorted().toList();
    }

    /** What a reader of the folder sees, by name. */
    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        Path out = base.resolve("out");
        for (var entry : new LocalStore(out).list("")) {
            files.put(entry.name(), Files.readString(out.resolve(entry.name())));
        }
        return files;
    }

    private List<Path> unfinished() throws IOException {
        try (Stream<Path> all = Files.walk(base)) {
            return all.filter(p -> p.getFileName().toString().startsWith(".")).toList();
        }
    }

    @Test
    void showsRowsWhenTheSnapshotIsCommitted() throws IOException {
        FileSink sink = sink();
        assertThat(sink.accepts()).isEqualTo(ChangelogMode.INSERT_ONLY);
        sink.recover(List.of());
        try (SinkWriter first = sink.open(worker(0, 0));
                SinkWriter second = sink.open(worker(1, 0))) {
            first.write(row(1));
            second.write(row(2));
            first.write(row(3));
            assertThat(first.bytesWritten()).isEqualTo(10);
            List<byte[]> committables =
                    List.of(first.prepare(1).orElseThrow(), second.prepare(1).orElseThrow());
            assertThat(rows()).isEmpty();
            sink.commit(committables);
            assertThat(rows()).containsExactly("1,n1", "2,n2", "3,n3");
            sink.commit(committables);
            assertThat(rows()).hasSize(3);
            assertThat(first.prepare(2)).isEmpty();
            first.write(row(4));
            sink.commit(List.of(first.prepare(3).orElseThrow()));
            assertThat(files().keySet())
                    .satisfiesExactly(
                            n -> assertThat(n).matches("part-0-0-0-[0-9a-f]{16}\\.plain"),
                            n -> assertThat(n).matches("part-0-0-1-[0-9a-f]{16}\\.plain"),
                            n -> assertThat(n).matches("part-1-0-0-[0-9a-f]{16}\\.plain"));
        }
        assertThat(unfinished()).isEmpty();
    }

    private enum Killed {
        WRITING,
        PREPARED,
        SNAPSHOT_TAKEN,
        HALF_COMMITTED,
        COMMITTED
    }

    /** A process writes rows 1 and 2, is killed at some step of a snapshot, and a second one goes on from what there is. */
    @ParameterizedTest
    @EnumSource
    void neitherLosesNorDoublesWhenKilled(Killed killed) throws IOException {
        FileSink before = sink();
        before.recover(List.of());
        SinkWriter first = before.open(worker(0, 0));
        SinkWriter second = before.open(worker(1, 0));
        List<byte[]> manifest = new ArrayList<>();
        first.write(row(1));
        second.write(row(2));
        if (killed.compareTo(Killed.PREPARED) >= 0) {
            List<byte[]> prepared =
                    List.of(first.prepare(1).orElseThrow(), second.prepare(1).orElseThrow());
            if (killed.compareTo(Killed.SNAPSHOT_TAKEN) >= 0) {
                manifest.addAll(prepared);
            }
            if (killed == Killed.HALF_COMMITTED) {
                before.commit(prepared.subList(0, 1));
            } else if (killed == Killed.COMMITTED) {
                before.commit(prepared);
            }
            // Rows of the next snapshot, of which nothing may stay.
            first.write(row(3));
        }
        // The process is gone: nothing is closed. The next starts from the manifest, or from nothing and reads all
        // again.
        FileSink.forgetRuns();
        long snapshot = manifest.isEmpty() ? 0 : 1;
        FileSink after = sink();
        after.recover(manifest);
        SinkWriter muted = after.open(worker(1, snapshot));
        try (SinkWriter writer = after.open(worker(0, snapshot))) {
            if (manifest.isEmpty()) {
                writer.write(row(1));
                writer.write(row(2));
            }
            writer.write(row(3));
            after.commit(List.of(writer.prepare(2).orElseThrow()));
        }
        muted.close();
        assertThat(rows()).containsExactly("1,n1", "2,n2", "3,n3");
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void withdrawsWhatIsPreparedAndTellsItFromWhatIsVisible() throws IOException {
        FileSink before = sink();
        before.recover(List.of());
        SinkWriter first = before.open(worker(0, 0));
        SinkWriter second = before.open(worker(1, 0));
        first.write(row(1));
        second.write(row(2));
        List<byte[]> manifest =
                List.of(first.prepare(1).orElseThrow(), second.prepare(1).orElseThrow());
        FileSink.forgetRuns();
        FileSink after = sink();
        assertThat(after.fates(manifest)).containsExactly(new Fate.Prepared(), new Fate.Prepared());
        before.commit(manifest.subList(0, 1));
        assertThat(after.fates(manifest)).containsExactly(new Fate.Visible(), new Fate.Prepared());
        after.withdraw(manifest.subList(1, 2));
        before.commit(manifest.subList(1, 2));
        after.resume(List.of());
        assertThat(rows()).containsExactly("1,n1");
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void leavesTheUploadsOfOtherSinksProcessesAndWorkersAlone() throws IOException {
        // Two statements insert into one table: each is a sink, and both have uploads that a snapshot lists.
        FileSink one = sink();
        FileSink two = sink();
        SinkWriter first = one.open(worker(0, 0));
        SinkWriter second = two.open(worker(0, 0));
        first.write(row(1));
        second.write(row(2));
        List<byte[]> ofOne = List.of(first.prepare(1).orElseThrow());
        List<byte[]> ofTwo = List.of(second.prepare(1).orElseThrow());
        // Another pod's worker has one too.
        SinkWriter elsewhere = one.open(worker(1, 0));
        elsewhere.write(row(3));
        List<byte[]> ofOther = List.of(elsewhere.prepare(1).orElseThrow());
        FileSink.forgetRuns();
        FileSink oneAgain = sink();
        FileSink twoAgain = sink();
        oneAgain.recover(ofOne);
        twoAgain.recover(ofTwo);
        try (SinkWriter writer = oneAgain.open(worker(0, 1));
                SinkWriter other = twoAgain.open(worker(0, 1))) {
            writer.write(row(4));
            other.write(row(5));
            writer.write(row(6));
            oneAgain.commit(List.of(writer.prepare(2).orElseThrow()));
            twoAgain.commit(List.of(other.prepare(2).orElseThrow()));
        }
        one.commit(ofOther);
        assertThat(rows()).containsExactly("1,n1", "2,n2", "3,n3", "4,n4", "5,n5", "6,n6");
    }

    @Test
    void keepsWhatEarlierRunsWrote() throws IOException {
        for (int run = 0; run < 3; run++) {
            FileSink sink = sink();
            sink.recover(List.of());
            try (SinkWriter writer = sink.open(worker(0, 0))) {
                writer.write(row(1));
                sink.commit(List.of(writer.prepare(1).orElseThrow()));
            }
        }
        assertThat(rows()).containsExactly("1,n1", "1,n1", "1,n1");
    }

    @Test
    void leavesTheUploadsOfOthersAlone() throws IOException {
        Tables others = new Tables(base);
        TableDefinition other =
                new TableDefinition("other", Tables.SCHEMA, List.of(), List.of(), List.of(), table().options(), base);
        FileSink otherSink = others.sink(other);
        try (SinkWriter writer = otherSink.open(worker(0, 0))) {
            writer.write(row(7));
            List<byte[]> prepared = List.of(writer.prepare(1).orElseThrow());
            sink().recover(List.of());
            otherSink.commit(prepared);
        }
        assertThat(rows()).containsExactly("7,n7");
    }

    @Test
    void rollsFilesBySizeAndTime() throws IOException {
        FileSink sink = sink("sink.rolling-policy.file-size", "12 b", "sink.rolling-policy.rollover-interval", "1 min");
        try (SinkWriter writer = sink.open(worker(0, 0))) {
            for (int i = 1; i <= 5; i++) {
                writer.write(row(i));
            }
            writer.endEpoch();
            tables.nowMillis += 59_999;
            writer.endEpoch();
            writer.write(row(6));
            writer.write(row(7));
            tables.nowMillis += 1;
            writer.endEpoch();
            writer.write(row(8));
            tables.nowMillis += 60_000;
            writer.endEpoch();
            writer.write(row(9));
            sink.commit(List.of(writer.prepare(1).orElseThrow()));
        }
        assertThat(files().values())
                .containsExactly("1,n1\n2,n2\n3,n3\n", "4,n4\n5,n5\n6,n6\n", "7,n7\n8,n8\n", "9,n9\n");
    }

    @Test
    void writesPartitions() throws IOException {
        TableDefinition table = tables.table(
                BIDS, List.of("dt", "hm"), "path", "out", "sink.partition-commit.policy.kind", "success-file");
        FileSink sink = tables.sink(table);
        try (SinkWriter writer = sink.open(worker(0, 0))) {
            writer.write(Tables.batch(
                    BIDS,
                    new Object[] {"2026-01-01", 1L, "00:00", "a"},
                    new Object[] {"2026-01-01", 2L, "00:01", "b"},
                    new Object[] {"2026-01-01", 3L, "00:00", "c"},
                    new Object[] {null, 4L, "", "d"}));
            sink.commit(List.of(writer.prepare(1).orElseThrow()));
            writer.write(Tables.batch(BIDS, new Object[] {"2026-01-01", 5L, "00:01", "e"}));
            sink.commit(List.of(writer.prepare(2).orElseThrow()));
            assertThat(writer.prepare(3)).isEmpty();
        }
        Map<String, String> texts = new TreeMap<>();
        files().forEach((name, text) -> texts.merge(name.replaceAll("part-.*", "part"), text, String::concat));
        assertThat(texts)
                .isEqualTo(Map.of(
                        "dt=2026-01-01/hm=00%3A00/part", "1,a\n3,c\n",
                        "dt=2026-01-01/hm=00%3A00/_SUCCESS", "",
                        "dt=2026-01-01/hm=00%3A01/part", "2,b\n5,e\n",
                        "dt=2026-01-01/hm=00%3A01/_SUCCESS", "",
                        "dt=__DEFAULT_PARTITION__/hm=__DEFAULT_PARTITION__/part", "4,d\n",
                        "dt=__DEFAULT_PARTITION__/hm=__DEFAULT_PARTITION__/_SUCCESS", ""));
        assertThat(Tables.readAll(tables.source(table), Tables.all(BIDS)))
                .containsExactlyInAnyOrder(
                        "2026-01-01|1|00:00|a",
                        "2026-01-01|3|00:00|c",
                        "2026-01-01|2|00:01|b",
                        "2026-01-01|5|00:01|e",
                        "null|4|null|d");
    }

    private List<String> marks() throws IOException {
        return files().keySet().stream().filter(n -> n.endsWith("_DONE")).toList();
    }

    @Test
    void marksPartitionsWhenTheSlowestWriterHasPassedThem() throws IOException {
        TableDefinition table = tables.table(
                BIDS,
                List.of("dt", "hm"),
                "path",
                "out",
                "sink.partition-commit.policy.kind",
                "success-file",
                "sink.partition-commit.success-file.name",
                "_DONE",
                "sink.partition-commit.trigger",
                "partition-time",
                "sink.partition-commit.delay",
                "1 min",
                "partition.time-extractor.timestamp-pattern",
                "$dt $hm:00");
        FileSink sink = tables.sink(table);
        SinkWriter first = sink.open(worker(0, 0));
        SinkWriter second = sink.open(worker(1, 0));
        first.write(Tables.batch(
                BIDS, new Object[] {"1970-01-01", 1L, "00:00", "a"}, new Object[] {"1970-01-01", 1L, "00:01", "a"}));
        first.watermark(60_000_000);
        second.watermark(59_000_000);
        sink.commit(List.of(first.prepare(1).orElseThrow(), second.prepare(1).orElseThrow()));
        assertThat(marks()).isEmpty();
        second.watermark(60_000_000);
        List<byte[]> manifest =
                List.of(first.prepare(2).orElseThrow(), second.prepare(2).orElseThrow());
        // Killed before the commit: the next process makes up for it, and knows of the partition that is not complete.
        FileSink after = tables.sink(table);
        after.recover(manifest);
        assertThat(marks()).containsExactly("dt=1970-01-01/hm=00%3A00/_DONE");
        try (SinkWriter writer = after.open(worker(0, 2))) {
            writer.watermark(Long.MAX_VALUE);
            after.commit(List.of(writer.prepare(3).orElseThrow()));
        }
        assertThat(marks()).hasSize(2);
    }

    @Test
    void marksPartitionsAfterADelay() throws IOException {
        FileSink sink = tables.sink(tables.table(
                BIDS,
                List.of("dt"),
                "path",
                "out",
                "sink.partition-commit.policy.kind",
                "success-file",
                "sink.partition-commit.success-file.name",
                "_DONE",
                "sink.partition-commit.delay",
                "10 s"));
        try (SinkWriter writer = sink.open(worker(0, 0))) {
            writer.write(Tables.batch(BIDS, new Object[] {"x", 1L, "00:00", "a"}));
            sink.commit(List.of(writer.prepare(1).orElseThrow()));
            tables.nowMillis += 9_999;
            sink.commit(List.of(writer.prepare(2).orElseThrow()));
            assertThat(marks()).isEmpty();
            tables.nowMillis += 1;
            sink.commit(List.of(writer.prepare(3).orElseThrow()));
            assertThat(marks()).containsExactly("dt=x/_DONE");
            assertThat(writer.prepare(4)).isEmpty();
        }
    }

    @Test
    void keepsManyPartitionsOpen() throws IOException {
        Schema schema = Tables.SCHEMA;
        FileSink sink = tables.sink(tables.table(schema, List.of("id"), "path", "out"));
        int rows = 5000;
        try (SinkWriter writer = sink.open(worker(0, 0))) {
            Object[][] values = new Object[rows][];
            for (int i = 0; i < rows; i++) {
                values[i] = new Object[] {(long) i % 1250, "n" + i};
            }
            for (int from = 0; from < rows; from += 1000) {
                writer.write(Tables.batch(schema, java.util.Arrays.copyOfRange(values, from, from + 1000)));
            }
            sink.commit(List.of(writer.prepare(1).orElseThrow()));
        }
        assertThat(rows()).hasSize(rows).doesNotHaveDuplicates();
    }

    @Test
    void writesOnlySelectedRowsAndRefusesUpdates() throws IOException {
        FileSink sink = sink();
        try (SinkWriter writer = sink.open(worker(0, 0))) {
            Batch batch =
                    Tables.batch(Tables.SCHEMA, new Object[] {1L, "a"}, new Object[] {2L, "b"}, new Object[] {3L, "c"});
            batch.ownKinds(3)[1] = ChangeKind.DELETE_CODE;
            batch.select(new int[] {0, 2}, 2);
            writer.write(batch);
            sink.commit(List.of(writer.prepare(1).orElseThrow()));
            assertThat(rows()).containsExactly("1,a", "3,c");
            batch.selectAll();
            assertThatThrownBy(() -> writer.write(batch))
                    .isInstanceOf(UserError.class)
                    .hasMessage(
                            "table 't': the format 'plain' holds inserts only, but the query also gives -D; write its changes"
                                    + " with 'format' = 'debezium-json', or use a query without updates");
        }
        FileSink changes = sink("format", "changes-plain");
        assertThat(changes.accepts()).isEqualTo(ChangelogMode.RETRACT);
        try (SinkWriter writer = changes.open(worker(0, 0))) {
            Batch batch = row(9);
            batch.ownKinds(1)[0] = ChangeKind.DELETE_CODE;
            writer.write(batch);
            changes.commit(List.of(writer.prepare(1).orElseThrow()));
        }
        assertThat(rows()).contains("-D,9,n9");
    }

    @Test
    void saysWhyItCannotWrite() throws IOException {
        Files.writeString(base.resolve("out"), "a file");
        FileSink sink = sink();
        try (SinkWriter writer = sink.open(worker(0, 0))) {
            writer.write(row(1));
            assertThatThrownBy(() -> writer.prepare(1))
                    .isInstanceOf(UserError.class)
                    .hasMessageMatching(
                            "table 't': cannot write " + base.resolve("out") + "/part-0-0-0-[0-9a-f]{16}\\.plain:"
                                    + " there is a file at " + base.resolve("out")
                                    + " where a folder is needed; make room or give the"
                                    + " right to write there, and start the job again: it goes on from its last snapshot");
        }
    }

    @Test
    void leavesItToRemoteStorageToSayWhatToDo() {
        assertThat(sink().failed(
                                "write",
                                "s3://bucket/out/part-0",
                                new IOException("Read timed out; check that a server is there")))
                .hasMessage(
                        "table 't': cannot write s3://bucket/out/part-0: Read timed out; check that a server is there; the"
                                + " job goes on from its last snapshot when it starts again");
    }

    @Test
    void refusesPartitionsWithoutATime() {
        FileSink sink = tables.sink(tables.table(
                BIDS,
                List.of("dt"),
                "path",
                "out",
                "sink.partition-commit.policy.kind",
                "success-file",
                "sink.partition-commit.trigger",
                "partition-time"));
        try (SinkWriter writer = sink.open(worker(0, 0))) {
            assertThatThrownBy(() -> writer.write(Tables.batch(BIDS, new Object[] {"soon", 1L, "x", "y"})))
                    .isInstanceOf(UserError.class)
                    .hasMessage(
                            "table 't': the partition 'dt=soon/' gives the time 'soon', which is none; set"
                                    + " 'partition.time-extractor.timestamp-pattern' so that it reads like 2026-01-31 12:00:00");
        }
        assertThatThrownBy(() -> tables.sink(tables.table(
                        BIDS, List.of("dt"), "path", "out", "partition.time-extractor.timestamp-formatter", "{")))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 't': option 'partition.time-extractor.timestamp-formatter' is '{', but takes a pattern such as"
                                + " 'yyyy-MM-dd HH:mm:ss'");
    }
}
