package dev.headrace.connect.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NexmarkTest {
    private static final TableDefinition EVERYTHING = NexmarkFields.everything();
    private static final ScanRequest ALL = NexmarkFields.allOf(EVERYTHING);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    /** The figures are those of the reference generator's JSON lines. */
    @ParameterizedTest
    @CsvSource({
        "42, 10000, 50, 2, 0, 0, 10000, 3316059, 937905391",
        "42, 10000, 50, 2, 1, 0, 10000, 3317008, 1833969899",
        "42, 10000, 50, 1, 0, 0, 20000, 6633067, 2405922118",
        "42, 10000, 50, 3, 0, 0, 6667, 2209674, 184807906",
        "42, 10000, 50, 3, 2, 0, 6667, 2211264, 3233694596",
        "7, 1000, 0, 4, 0, 0, 2000, 664051, 1525288309",
        "7, 1000, 0, 4, 3, 0, 2000, 663522, 1390819916",
        "42, 10000, 50, 2, 0, 500000000, 10000, 3396048, 29722382",
        "42, 10000, 50, 2, 1, 500000000, 10000, 3397323, 2282966721",
        "-5, 1, 7, 1, 0, 12345, 5000, 1658740, 1893815752",
        "42, 10000000, 50, 8, 0, 1000, 500, 165788, 1055434511",
        "42, 10000000, 50, 8, 7, 1000, 500, 166259, 1821793313",
    })
    void makesTheEventsOfTheReference(
            long seed, long rate, int jitter, int parts, int part, long from, int count, long bytes, long checksum) {
        NexmarkMaker maker = new NexmarkMaker(NexmarkModel.of(seed, rate, jitter), parts, EVERYTHING, ALL);
        Batch batch = Reading.batch(ALL);
        batch.ensureCapacity(Batch.CAPACITY);
        NexmarkJson json = new NexmarkJson();
        ByteHeap text = new ByteHeap(1 << 20);
        CRC32C crc = new CRC32C();
        long written = 0;
        for (long index = from; index < from + count; index += Batch.CAPACITY) {
            batch.clear();
            text.clear();
            maker.make(batch, part, index, (int) Math.min(Batch.CAPACITY, from + count - index));
            for (int row = 0; row < batch.rows(); row++) {
                json.append(batch, row, text);
            }
            crc.update(text.bytes(), 0, text.length());
            written += text.length();
        }
        assertThat(written).isEqualTo(bytes);
        assertThat(crc.getValue()).isEqualTo(checksum);
    }

    @Test
    void writesFilesOfTheSameEvents(@TempDir Path folder) throws IOException {
        long bytes = NexmarkFiles.write(20_000, 2, folder);
        byte[] first = Files.readAllBytes(folder.resolve("part-0000.json"));
        byte[] second = Files.readAllBytes(folder.resolve("part-0001.json"));
        assertThat(bytes).isEqualTo(first.length + second.length);
        assertThat(checksum(first)).isEqualTo(937905391L);
        assertThat(checksum(second)).isEqualTo(1833969899L);
        assertThat(folder.resolve("_EVENTS")).hasContent("20000");
        // A number that does not divide leaves no event out.
        NexmarkFiles.write(1003, 4, folder.resolve("uneven"));
        long lines = 0;
        for (int part = 0; part < 4; part++) {
            lines += Files.readAllLines(folder.resolve("uneven/part-000" + part + ".json"))
                    .size();
        }
        assertThat(lines).isEqualTo(1003);
    }

    private static long checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return crc.getValue();
    }

    @Test
    void whatIsLeftOutChangesNothingElse() {
        NexmarkModel model = NexmarkModel.of(42, 10_000, 50);
        List<List<String>> expected = columns(model, ALL);
        Random random = new Random(1);
        List<ScanRequest> requests = new ArrayList<>();
        ALL.columns().forEach(column -> requests.add(new ScanRequest(List.of(column))));
        for (int i = 0; i < 100; i++) {
            List<ScanRequest.ScanColumn> some = new ArrayList<>(ALL.columns());
            Collections.shuffle(some, random);
            some = new ArrayList<>(some.subList(0, 1 + random.nextInt(some.size())));
            some.add(some.getFirst());
            requests.add(new ScanRequest(some));
        }
        for (ScanRequest request : requests) {
            List<List<String>> found = columns(model, request);
            for (int i = 0; i < found.size(); i++) {
                int place = ALL.columns().indexOf(request.columns().get(i));
                assertThat(found.get(i)).as("%s of %s", place, request).isEqualTo(expected.get(place));
            }
        }
    }

    private static List<List<String>> columns(NexmarkModel model, ScanRequest request) {
        Batch batch = Reading.batch(request);
        batch.ensureCapacity(Batch.CAPACITY);
        List<List<String>> columns = new ArrayList<>();
        request.columns().forEach(c -> columns.add(new ArrayList<>()));
        for (int from = 0; from < 1000; from += 500) {
            batch.clear();
            new NexmarkMaker(model, 2, EVERYTHING, request).make(batch, 1, from, 500);
            for (String row : Reading.rows(batch)) {
                String[] values = row.split("\\|", -1);
                for (int i = 0; i < values.length; i++) {
                    columns.get(i).add(values[i]);
                }
            }
        }
        return columns;
    }

    @Test
    void givesRowsAsAWhole() {
        Schema schema = EVERYTHING.physical();
        ScanRequest whole = Reading.allColumns(schema);
        Source source = source(Map.of("events", "5000", "splits", "1"));
        Batch rows = Reading.batch(whole);
        Batch leaves = Reading.batch(ALL);
        try (SourceReader reader = source.open(whole);
                SourceReader plain = source.open(ALL)) {
            source.discover(Set.of()).forEach(reader::assign);
            source.discover(Set.of()).forEach(plain::assign);
            while (reader.read(rows) >= 0) {
                plain.read(leaves);
                for (int row = 0; row < rows.rows(); row++) {
                    int type = (int) rows.column(0).values()[row];
                    int leaf = 1;
                    for (int kind = 0; kind < 3; kind++) {
                        Column column = rows.column(1 + kind);
                        assertThat(column.isNull(row)).isEqualTo(kind != type);
                        List<Field> fields = column.type().fields();
                        for (int i = 0; kind == type && i < fields.size(); i++) {
                            Composite.Reader fieldsOf =
                                    Composite.Reader.ofRow(column.type()).at(column.heap(), column.values()[row]);
                            Column expected = leaves.column(leaf + i);
                            ByteHeap found = new ByteHeap(100);
                            new ValueText(fields.get(i).type()).append(found, fieldsOf.heap(), fieldsOf.cell(i));
                            ByteHeap wanted = new ByteHeap(100);
                            new ValueText(expected.type()).append(wanted, expected.heap(), expected.values()[row]);
                            assertThat(text(found)).isEqualTo(text(wanted));
                        }
                        leaf += fields.size();
                    }
                }
            }
        }
    }

    private static String text(ByteHeap heap) {
        return new String(heap.bytes(), 0, heap.length(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "2, 1000", "3, 1001", "7, 5000", "2, 0"})
    void splitsHoldEachEventOnce(int splits, long events) {
        Map<Long, Integer> seen = new HashMap<>();
        for (int part = 0; part < splits; part++) {
            for (long index = 0; index < NexmarkModel.length(events, part, splits); index++) {
                seen.merge(NexmarkModel.eventOf(part, index, splits), 1, Integer::sum);
            }
        }
        assertThat(seen).hasSize((int) events).allSatisfy((n, times) -> {
            assertThat(n).isLessThan(events);
            assertThat(times).isEqualTo(1);
        });
    }

    @Test
    void goesOnFromEachPosition() {
        Source source = source(Map.of("events", "10000", "splits", "2"));
        List<Split> splits = source.discover(Set.of());
        assertThat(splits).extracting(Split::id).containsExactly("nexmark-0-of-2", "nexmark-1-of-2");
        Batch batch = Reading.batch(ALL);
        try (SourceReader reader = source.open(ALL)) {
            splits.forEach(reader::assign);
            int number;
            while ((number = reader.read(batch)) >= 0) {
                Split rest = new Split(splits.get(number).id(), reader.position(number));
                String position = reader.position(number);
                int split = number;
                List<String> expected = new ArrayList<>();
                try (SourceReader alone = source.open(ALL);
                        SourceReader resumed = source.open(ALL)) {
                    alone.assign(splits.get(split));
                    Batch other = Reading.batch(ALL);
                    while (alone.read(other) >= 0) {
                        expected.addAll(Reading.rows(other));
                    }
                    resumed.assign(rest);
                    assertThat(resumed.lag(0)).isEqualTo(5000 - Long.parseLong(position));
                    assertThat(Reading.drain(resumed, other))
                            .isEqualTo(expected.subList(Integer.parseInt(position), 5000));
                }
            }
            assertThat(number).isEqualTo(SourceReader.ENDED);
        }
    }

    @Test
    void pausesAndHolds() {
        Source source = source(Map.of("events", "10000", "splits", "2"));
        Batch batch = Reading.batch(ALL);
        try (SourceReader reader = source.open(ALL)) {
            source.discover(Set.of()).forEach(reader::assign);
            reader.pause(0, true);
            reader.holdAt(1, "3000");
            assertThat(reader.read(batch)).isEqualTo(1);
            assertThat(reader.read(batch)).isEqualTo(1);
            assertThat(reader.position(1)).isEqualTo("3000");
            assertThat(reader.read(batch)).isEqualTo(SourceReader.NOTHING);
            assertThatThrownBy(() -> reader.holdAt(1, "2999"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("nexmark has been read up to row 3000 and cannot hold at 2999");
            reader.holdAt(1, "5000");
            reader.pause(0, false);
            while (reader.read(batch) >= 0) {
                assertThat(batch.rows()).isPositive();
            }
            assertThat(reader.hasEnded(0)).isTrue();
            assertThat(reader.hasEnded(1)).isTrue();
        }
    }

    @Test
    void isThrottledByTheClock() {
        long[] now = {1_000_000};
        Schema schema = EVERYTHING.physical();
        Source source = Reading.source(
                schema,
                Map.of("connector", "nexmark", "throttle", "100", "splits", "3"),
                () -> Instant.ofEpochMilli(now[0]));
        assertThat(source.isBounded()).isFalse();
        Batch batch = Reading.batch(ALL);
        try (SourceReader reader = source.open(ALL)) {
            source.discover(Set.of()).forEach(reader::assign);
            int rows = 0;
            for (int seconds = 0; seconds < 5; seconds++) {
                while (reader.read(batch) >= 0) {
                    rows += batch.rows();
                }
                assertThat(rows).isEqualTo(seconds * 100);
                now[0] += 1000;
            }
            assertThat(reader.lag(0)).isEqualTo(-1);
        }
    }

    @Test
    void takesATableOfSomeFields() {
        Schema schema = Schema.of(
                new Field(
                        "bid",
                        DataType.row(
                                List.of(new Field("price", DataType.BIGINT), new Field("auction", DataType.BIGINT)))),
                new Field("event_type", DataType.INT));
        Source source = Reading.source(schema, Map.of("connector", "nexmark", "events", "5", "splits", "1"), CLOCK);
        ScanRequest request = new ScanRequest(List.of(
                new ScanRequest.Physical(List.of(1), DataType.INT),
                new ScanRequest.Physical(List.of(0, 1), DataType.BIGINT)));
        try (SourceReader reader = source.open(request)) {
            source.discover(Set.of()).forEach(reader::assign);
            assertThat(Reading.drain(reader, Reading.batch(request)))
                    .hasSize(5)
                    .startsWith("0|null", "1|null")
                    .last()
                    .asString()
                    .startsWith("2|1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rate | 0 | table 't': option 'rate' is '0', but takes a whole number from 1 on",
                "events | -1 | table 't': option 'events' is '-1', but takes a whole number from 0 on",
                "events | x | table 't': option 'events' is 'x', but takes a whole number",
                "jitter | -1 | table 't': option 'jitter' is '-1', but takes a whole number from 0 to 2147483646",
                "splits | 0 | table 't': option 'splits' is '0', but takes a whole number from 1 to 1024",
                "throttle | -3 | table 't': option 'throttle' is '-3', but takes a whole number from 0 on",
                "evnts | 3 | table 't': unknown option 'evnts'; did you mean 'events'?",
            })
    void refusesWrongOptions(String name, String value, String message) {
        assertThatThrownBy(() -> source(Map.of(name, value)))
                .isInstanceOf(UserError.class)
                .hasMessage(message);
    }

    @Test
    void refusesWrongColumns() {
        assertThatThrownBy(() -> Reading.source(
                        Schema.of(new Field("bet", DataType.INT)), Map.of("connector", "nexmark"), CLOCK))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(
                        "table 't': a Nexmark event has no field 'bet'; there it has (event_type INT, person ROW<");
        Schema wrong = Schema.of(new Field("bid", DataType.row(List.of(new Field("price", DataType.STRING)))));
        assertThatThrownBy(() -> Reading.source(wrong, Map.of("connector", "nexmark"), CLOCK))
                .isInstanceOf(UserError.class)
                .hasMessage("table 't': the field 'bid.price' of a Nexmark event is BIGINT, but is declared as STRING");
        assertThatThrownBy(() -> Reading.connector("nexmark")
                        .sink(Reading.table(wrong, Map.of()), null, Reading.environment(CLOCK)))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 't': the connector 'nexmark' makes rows and cannot be written to; insert into a table with"
                                + " another connector, such as 'print'");
    }

    @Test
    void sideTable() {
        Schema schema = Schema.of(new Field("key", DataType.BIGINT), new Field("value", DataType.STRING));
        Source source = Reading.source(schema, Map.of("connector", "nexmark-side"), CLOCK);
        assertThat(source.isBounded()).isTrue();
        List<String> rows = Reading.readAll(source, schema);
        assertThat(rows).hasSize(10_000).startsWith("0|value-0", "1|value-1").endsWith("9999|value-9999");
        assertThatThrownBy(() -> Reading.source(
                        Schema.of(new Field("key", DataType.INT)), Map.of("connector", "nexmark-side"), CLOCK))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "table 't': the connector 'nexmark-side' has the columns (key BIGINT, value STRING), but the table"
                                + " declares (key INT)");
    }

    private static Source source(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(options);
        all.put("connector", "nexmark");
        return Reading.source(EVERYTHING.physical(), all, CLOCK);
    }
}
