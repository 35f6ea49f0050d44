package dev.headrace.connect.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DatagenTest {
    private static final long NOW = 1_700_000_000_123L;

    private long now = NOW;

    private Source source(Schema schema, String... options) {
        Map<String, String> all = new HashMap<>(Map.of("connector", "datagen"));
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return Reading.source(schema, all, () -> Instant.ofEpochMilli(now));
    }

    private List<String> read(DataType type, String... options) {
        List<String> all = new ArrayList<>(List.of("number-of-rows", "1000", "rows-per-second", "1000000000"));
        all.addAll(List.of(options));
        Schema schema = Schema.of(new Field("f", type));
        Source source = source(schema, all.toArray(String[]::new));
        assertThat(source.isBounded()).isTrue();
        return readAll(source, schema);
    }

    /** Reads to the end, a second passing with each look. */
    private List<String> readAll(Source source, Schema schema) {
        ScanRequest request = Reading.allColumns(schema);
        Batch batch = Reading.batch(request);
        List<String> rows = new ArrayList<>();
        try (SourceReader reader = source.open(request)) {
            source.discover(Set.of()).forEach(reader::assign);
            int split;
            while ((split = reader.read(batch)) != SourceReader.ENDED) {
                if (split >= 0) {
                    rows.addAll(Reading.rows(batch));
                } else {
                    now++;
                }
            }
        }
        return rows;
    }

    private static Arguments range(DataType type, double least, double most, String... options) {
        return Arguments.of(type, least, most, options);
    }

    static List<Arguments> ranges() {
        return List.of(
                range(DataType.BOOLEAN, 0, 1),
                range(DataType.TINYINT, -128, 127),
                range(DataType.SMALLINT, -32768, 32767),
                range(DataType.INT, Integer.MIN_VALUE, Integer.MAX_VALUE),
                range(DataType.BIGINT, Long.MIN_VALUE, Long.MAX_VALUE),
                range(DataType.INT, 5, 9, "fields.f.min", "5", "fields.f.max", "9"),
                range(DataType.BIGINT, -3, -3, "fields.f.min", "-3", "fields.f.max", "-3"),
                range(DataType.FLOAT, -1.5, 2, "fields.f.min", "-1.5", "fields.f.max", "2"),
                range(DataType.DOUBLE, -1.7976931348623157e308, 1.7976931348623157e308),
                range(DataType.DOUBLE, 0, 1, "fields.f.min", "0", "fields.f.max", "1"),
                range(DataType.decimal(4, 2), -9999, 9999),
                range(DataType.decimal(6, 2), 100, 250, "fields.f.min", "1", "fields.f.max", "2.5"),
                range(DataType.DATE, 19675, 19675),
                range(DataType.time(0), 79_000_000_000L, 81_000_000_000L),
                range(DataType.timestamp(3), NOW * 1000, NOW * 1000 + 1_000_000),
                range(
                        DataType.timestampLtz(3),
                        NOW * 1000 - 60_000_000,
                        NOW * 1000 + 1_000_000,
                        "fields.f.max-past",
                        "1 min"),
                range(DataType.of(Kind.INTERVAL_YEAR_MONTH), 0, 120_000),
                range(DataType.of(Kind.INTERVAL_DAY_TIME), 0, 86_400_000_000L));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void staysInRange(DataType type, double least, double most, String[] options) {
        List<Double> values = read(type, options).stream().map(Double::valueOf).toList();
        assertThat(values).hasSize(1000).allSatisfy(v -> assertThat(v).isBetween(least, most));
        if (type.kind() != Kind.TIMESTAMP && type.kind() != Kind.TIME && most > least) {
            double middle = least / 2 + most / 2;
            assertThat(values).anyMatch(v -> v <= middle).anyMatch(v -> v >= middle);
        }
    }

    @Test
    void makesTextAndBytes() {
        assertThat(read(DataType.STRING))
                .hasSize(1000)
                .doesNotHaveDuplicates()
                .allMatch(t -> t.matches("[0-9a-f]{100}"));
        assertThat(read(DataType.varchar(7))).allMatch(t -> t.matches("[0-9a-f]{7}"));
        assertThat(read(DataType.STRING, "fields.f.length", "3")).allMatch(t -> t.matches("[0-9a-f]{3}"));
        assertThat(read(DataType.STRING, "fields.f.length", "20", "fields.f.var-len", "true"))
                .allMatch(t -> t.matches("[0-9a-f]{1,20}"))
                .anyMatch(t -> t.length() == 1)
                .anyMatch(t -> t.length() == 20);
        assertThat(read(DataType.BYTES, "fields.f.length", "5")).hasSize(1000);
        assertThat(read(DataType.decimal(30, 2))).hasSize(1000);
    }

    @Test
    void makesNulls() {
        assertThat(read(DataType.INT, "fields.f.null-rate", "0.25"))
                .filteredOn("null"::equals)
                .hasSizeBetween(180, 320);
        assertThat(read(DataType.INT, "fields.f.null-rate", "1")).containsOnly("null");
    }

    static List<Arguments> sequences() {
        return List.of(
                Arguments.of(DataType.BIGINT, "3", "6", List.of("3", "4", "5", "6")),
                Arguments.of(DataType.TINYINT, "-1", "0", List.of("-1", "0")),
                Arguments.of(DataType.STRING, "9", "10", List.of("9", "10")),
                Arguments.of(DataType.DOUBLE, "0.5", "2", List.of("0.5", "1.5")),
                Arguments.of(DataType.decimal(10, 2), "1", "2", List.of("100", "200")));
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void countsUp(DataType type, String start, String end, List<String> expected) {
        Schema schema = Schema.of(new Field("f", type));
        Source source = source(schema, "fields.f.kind", "sequence", "fields.f.start", start, "fields.f.end", end);
        assertThat(source.isBounded()).isTrue();
        assertThat(readAll(source, schema)).isEqualTo(expected);
    }

    @Test
    void theShortestSequenceEndsTheTable() {
        Schema schema = Schema.of(new Field("a", DataType.INT), new Field("b", DataType.INT));
        String[] options = {
            "fields.a.kind", "sequence", "fields.a.start", "1", "fields.a.end", "9",
            "fields.b.kind", "sequence", "fields.b.start", "1", "fields.b.end", "3"
        };
        assertThat(readAll(source(schema, options), schema)).containsExactly("1|1", "2|2", "3|3");
    }

    @Test
    void isTheSameEachTimeAndGoesOnFromEachPosition() {
        Schema schema = Schema.of(
                new Field("a", DataType.INT.notNull()),
                new Field("b", DataType.STRING),
                new Field("c", DataType.DOUBLE));
        String[] options = {"number-of-rows", "5000", "rows-per-second", "1000000", "fields.b.length", "9"};
        List<String> all = readAll(source(schema, options), schema);
        assertThat(readAll(source(schema, options), schema)).isEqualTo(all);
        String[] seeded = java.util.Arrays.copyOf(options, 8);
        seeded[6] = "seed";
        seeded[7] = "1";
        assertThat(readAll(source(schema, seeded), schema)).doesNotContainAnyElementsOf(all);
        Source source = source(schema, options);
        for (int position : new int[] {0, 1, 2048, 4999, 5000}) {
            try (SourceReader reader = source.open(Reading.allColumns(schema))) {
                reader.assign(new Split("datagen-0-of-1", Integer.toString(position)));
                List<String> rest = new ArrayList<>();
                Batch batch = Reading.batch(Reading.allColumns(schema));
                while (reader.read(batch) != SourceReader.ENDED) {
                    rest.addAll(Reading.rows(batch));
                    now++;
                }
                assertThat(rest).isEqualTo(all.subList(position, 5000));
            }
        }
        Schema fewer = Schema.of(new Field("c", DataType.DOUBLE));
        assertThat(readAll(source(fewer, "number-of-rows", "1"), fewer).getFirst())
                .isEqualTo(all.getFirst().substring(all.getFirst().lastIndexOf('|') + 1));
    }

    @Test
    void keepsToItsRate() {
        Schema schema = Schema.of(new Field("a", DataType.INT));
        Source source = source(schema, "rows-per-second", "50");
        assertThat(source.isBounded()).isFalse();
        Batch batch = Reading.batch(Reading.allColumns(schema));
        try (SourceReader reader = source.open(Reading.allColumns(schema))) {
            source.discover(Set.of()).forEach(reader::assign);
            assertThat(reader.read(batch)).isEqualTo(SourceReader.NOTHING);
            now += 100;
            assertThat(reader.read(batch)).isZero();
            assertThat(batch.rows()).isEqualTo(5);
            assertThat(reader.read(batch)).isEqualTo(SourceReader.NOTHING);
        }
    }

    @Test
    void makesTheFieldsOfRows() {
        DataType row = DataType.row(List.of(new Field("x", DataType.INT), new Field("y", DataType.STRING)));
        Schema schema = Schema.of(new Field("r", row));
        Source source = source(schema, "number-of-rows", "2", "fields.r.x.min", "7", "fields.r.x.max", "7");
        ScanRequest request = new ScanRequest(List.of(new ScanRequest.Physical(List.of(0, 0), DataType.INT)));
        try (SourceReader reader = source.open(request)) {
            source.discover(Set.of()).forEach(reader::assign);
            Batch batch = Reading.batch(request);
            reader.read(batch);
            now += 1000;
            assertThat(Reading.drain(reader, batch)).containsExactly("7", "7");
        }
        ScanRequest whole = Reading.allColumns(schema);
        try (SourceReader reader = source.open(whole)) {
            source.discover(Set.of()).forEach(reader::assign);
            Batch batch = Reading.batch(whole);
            reader.read(batch);
            now += 1000;
            assertThat(reader.read(batch)).isZero();
            ByteHeap text = new ByteHeap(100);
            new ValueText(row)
                    .append(text, batch.column(0).heap(), batch.column(0).values()[1]);
            assertThat(new String(text.bytes(), 0, text.length(), StandardCharsets.UTF_8))
                    .matches("\\+I\\[7, [0-9a-f]{100}]");
        }
    }

    static List<Arguments> mistakes() {
        return List.of(
                Arguments.of(
                        DataType.INT,
                        "rows-per-second",
                        "0",
                        "option 'rows-per-second' is '0', but takes a whole number from 1 on"),
                Arguments.of(
                        DataType.INT,
                        "number-of-rows",
                        "-1",
                        "option 'number-of-rows' is '-1', but takes a whole number from 0 on"),
                Arguments.of(
                        DataType.INT,
                        "fields.f.kind",
                        "constant",
                        "option 'fields.f.kind' is 'constant', but takes one of: random, sequence"),
                Arguments.of(
                        DataType.INT,
                        "fields.f.kind",
                        "sequence",
                        "option 'fields.f.start' is missing; add 'fields.f.start' = '...' to its WITH clause"),
                Arguments.of(
                        DataType.BOOLEAN,
                        "fields.f.kind",
                        "sequence",
                        "option 'fields.f.kind' is 'sequence', but takes only random, for BOOLEAN"),
                Arguments.of(
                        DataType.TINYINT,
                        "fields.f.min",
                        "300",
                        "option 'fields.f.min' is '300', but takes a whole number from -128 to 127"),
                Arguments.of(
                        DataType.INT,
                        "fields.f.max",
                        "-2147483649",
                        "option 'fields.f.max' is '-2147483649', but takes a whole number from -2147483648 to 2147483647"),
                Arguments.of(
                        DataType.DOUBLE, "fields.f.min", "low", "option 'fields.f.min' is 'low', but takes a number"),
                Arguments.of(
                        DataType.decimal(3, 1),
                        "fields.f.max",
                        "100",
                        "option 'fields.f.max' is '100', but takes a number that fits DECIMAL(3, 1)"),
                Arguments.of(
                        DataType.INT,
                        "fields.f.null-rate",
                        "2",
                        "option 'fields.f.null-rate' is '2.0', but takes a number from 0 to 1"),
                Arguments.of(
                        DataType.varchar(5),
                        "fields.f.length",
                        "6",
                        "option 'fields.f.length' is '6', but takes a whole number from 1 to 5"),
                Arguments.of(
                        new DataType(Kind.CHAR, true, 5, 0, List.of()),
                        "fields.f.var-len",
                        "true",
                        "option 'fields.f.var-len' is 'true', but takes only false, for CHAR(5)"),
                Arguments.of(
                        DataType.array(DataType.INT),
                        "seed",
                        "1",
                        "the field 'f' is ARRAY<INT>, of which datagen makes no values; leave the field out, or put a computed column in its place"),
                Arguments.of(
                        DataType.INT,
                        "fields.g.kind",
                        "random",
                        "unknown option 'fields.g.kind'; did you mean 'fields.f.kind'?"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void refusesMistakes(DataType type, String option, String value, String message) {
        String[] options = value.equals("sequence") && type == DataType.BOOLEAN
                ? new String[] {option, value, "fields.f.start", "1", "fields.f.end", "2"}
                : new String[] {option, value};
        assertThatThrownBy(() -> source(Schema.of(new Field("f", type)), options))
                .isInstanceOf(UserError.class)
                .hasMessage("table 't': " + message);
    }

    @Test
    void refusesEmptyRanges() {
        Schema schema = Schema.of(new Field("f", DataType.INT));
        assertThatThrownBy(() -> source(schema, "fields.f.min", "3", "fields.f.max", "2"))
                .isInstanceOf(UserError.class)
                .hasMessage("table 't': option 'fields.f.max' is '2', but takes no less than the minimum, 3");
        assertThatThrownBy(
                        () -> source(schema, "fields.f.kind", "sequence", "fields.f.start", "3", "fields.f.end", "2"))
                .isInstanceOf(UserError.class)
                .hasMessage("table 't': option 'fields.f.end' is '2', but takes no less than its start, 3");
    }
}
