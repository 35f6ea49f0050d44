package dev.headrace.connect.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.Sink.WriterContext;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.api.type.WideDecimal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintAndBlackholeTest {
    private static final Schema SCHEMA = Schema.of(new Field("a", DataType.INT), new Field("b", DataType.STRING));

    private static Sink sink(String connector, Schema schema, String... options) {
        Map<String, String> all = new HashMap<>(Map.of("connector", connector));
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        return Reading.connector(connector)
                .sink(Reading.table(schema, all), null, Reading.environment(InstantSource.fixed(Instant.EPOCH)));
    }

    private static Batch changes() {
        Batch batch = Batch.of(SCHEMA);
        batch.clear();
        byte[] kinds = batch.ownKinds(5);
        for (int row = 0; row < 5; row++) {
            batch.column(0).setLong(row, row == 3 ? -3 : row * 1000L);
            batch.column(1).setText(row, "näme " + row);
            kinds[row] = (byte) Math.min(row, 3);
        }
        batch.column(1).setNull(4);
        batch.setRows(5);
        batch.select(new int[] {0, 1, 2, 4}, 4);
        return batch;
    }

    /** What is written to standard output, or error, while the action runs. */
    private static String printed(boolean error, Runnable action) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = error ? System.err : System.out;
        Consumer<PrintStream> set = error ? System::setErr : System::setOut;
        set.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            set.accept(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ResourceLock(Resources.SYSTEM_OUT)
    @CsvSource(
            nullValues = "-",
            value = {
                "-, false, 1, ''",
                "-, false, 2, '2> '",
                "out, false, 1, 'out> '",
                "out, true, 3, 'out:2> '",
            })
    void printsAtTheEndOfAnEpoch(String identifier, boolean error, int workers, String prefix) {
        String[] options = identifier == null
                ? new String[] {"standard-error", Boolean.toString(error)}
                : new String[] {"print-identifier", identifier, "standard-error", Boolean.toString(error)};
        String text = printed(error, () -> {
            Sink sink = sink("print", SCHEMA, options);
            assertThat(sink.accepts()).isEqualTo(ChangelogMode.RETRACT);
            sink.recover(List.of());
            try (SinkWriter writer = sink.open(new WriterContext(workers == 1 ? 0 : 1, workers, 0, "sink"))) {
                assertThat(printed(error, () -> writer.write(changes()))).isEmpty();
                writer.endEpoch();
                writer.endEpoch();
                assertThat(writer.prepare(1)).isEmpty();
                assertThat(writer.bytesWritten()).isEqualTo(66 + 4 * prefix.length());
            }
            sink.commit(List.of());
        });
        assertThat(text)
                .isEqualTo(String.join(
                        "\n",
                        prefix + "+I[0, näme 0]",
                        prefix + "-U[1000, näme 1]",
                        prefix + "+U[2000, näme 2]",
                        prefix + "-D[4000, null]",
                        ""));
    }

    @Test
    @ResourceLock(Resources.SYSTEM_OUT)
    void printsEachType() {
        DataType wide = DataType.decimal(30, 2);
        Schema schema = Schema.of(
                new Field("a", DataType.BOOLEAN),
                new Field("b", DataType.BIGINT),
                new Field("c", DataType.FLOAT),
                new Field("d", DataType.DOUBLE),
                new Field("e", DataType.decimal(10, 2)),
                new Field("f", wide),
                new Field("g", DataType.BYTES),
                new Field("h", DataType.DATE),
                new Field("i", DataType.time(3)),
                new Field("j", DataType.timestamp(3)),
                new Field("k", DataType.timestampLtz(3)),
                new Field("l", DataType.of(Kind.INTERVAL_YEAR_MONTH)),
                new Field("m", DataType.of(Kind.INTERVAL_DAY_TIME)));
        Batch batch = Batch.of(schema);
        batch.clear();
        byte[] unscaled = new byte[WideDecimal.BYTES];
        WideDecimal.put(unscaled, 0, new BigInteger("-12345678901234567890123"));
        batch.column(0).setLong(0, 1);
        batch.column(1).setLong(0, Long.MIN_VALUE);
        batch.column(2).setDouble(0, 0.1f);
        batch.column(3).setDouble(0, 1e10);
        batch.column(4).setLong(0, -5);
        batch.column(5).setBytes(0, unscaled, 0, 16);
        batch.column(6).setBytes(0, new byte[] {1, -2}, 0, 2);
        batch.column(7).setLong(0, 20_000);
        batch.column(8).setLong(0, 3_723_004_000L);
        batch.column(9).setLong(0, 1_700_000_000_123_000L);
        batch.column(10).setLong(0, 1_700_000_000_123_000L);
        batch.column(11).setLong(0, 14);
        batch.column(12).setLong(0, 90_000_000);
        batch.setRows(1);
        String text = printed(false, () -> {
            try (SinkWriter writer = sink("print", schema).open(new WriterContext(0, 1, 0, "sink"))) {
                writer.write(batch);
            }
        });
        assertThat(text)
                .isEqualTo(
                        "+I[true, -9223372036854775808, 0.1, 1.0E10, -0.05, -123456789012345678901.23, [1, -2], 2024-10-04,"
                                + " 01:02:03.004, 2023-11-14T22:13:20.123, 2023-11-14T22:13:20.123Z, P1Y2M, PT1M30S]\n");
    }

    @Test
    @ResourceLock(Resources.SYSTEM_OUT)
    void printsCompositeValues() {
        DataType rowType = DataType.row(List.of(new Field("x", DataType.INT), new Field("y", DataType.STRING)));
        DataType array = DataType.array(rowType);
        DataType map = DataType.map(DataType.STRING, DataType.BIGINT);
        Schema schema =
                Schema.of(new Field("a", array), new Field("m", map), new Field("n", DataType.array(DataType.INT)));
        ByteHeap heap = new ByteHeap(64);
        Composite.Writer rows = Composite.Writer.ofRow(rowType);
        Composite.Writer elements = Composite.Writer.ofArray(rowType);
        elements.begin();
        for (int i = 0; i < 2; i++) {
            rows.begin();
            rows.set(0, i);
            if (i == 0) {
                rows.setBytes(1, new byte[] {'z'}, 0, 1);
            }
            elements.set(i, rows.finish(elements.parts()));
        }
        elements.setNull(2);
        Batch batch = Batch.of(schema);
        batch.clear();
        batch.column(0).setLong(0, elements.finish(heap));
        Composite.Writer keys = Composite.Writer.ofArray(DataType.STRING);
        Composite.Writer values = Composite.Writer.ofArray(DataType.BIGINT);
        keys.begin();
        values.begin();
        keys.setBytes(0, new byte[] {'k'}, 0, 1);
        values.set(0, 5);
        keys.setBytes(1, new byte[] {'l'}, 0, 1);
        values.setNull(1);
        batch.column(1).setLong(0, Composite.writeMap(keys, values, heap));
        batch.column(2).setNull(0);
        batch.column(0).shareHeap(heap.bytes());
        batch.column(1).shareHeap(heap.bytes());
        batch.setRows(1);
        String text = printed(false, () -> {
            try (SinkWriter writer = sink("print", schema).open(new WriterContext(0, 1, 0, "sink"))) {
                writer.write(batch);
            }
        });
        assertThat(text).isEqualTo("+I[[+I[0, z], +I[1, null], null], {k=5, l=null}, null]\n");
    }

    @Test
    void countsAndForgets() {
        BlackholeConnector.Blackhole sink = (BlackholeConnector.Blackhole) sink("blackhole", SCHEMA);
        assertThat(sink.accepts()).isEqualTo(ChangelogMode.UPSERT);
        sink.recover(List.of());
        try (SinkWriter writer = sink.open(new WriterContext(0, 1, 0, "sink"))) {
            writer.write(changes());
            writer.write(changes());
            assertThat(writer.prepare(1)).isEmpty();
        }
        sink.commit(List.of());
        assertThat(sink.rows()).isEqualTo(8);
        assertThat(ChangeKind.adds(changes().kind(0))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "print | standard-error | maybe | table 't': option 'standard-error' is 'maybe', but takes true or false",
                "print | colour | red | table 't': unknown option 'colour'; known options: connector, print-identifier, sink.parallelism, standard-error",
                "blackhole | x | y | table 't': unknown option 'x'; known options: connector, sink.parallelism",
            })
    void refusesWrongOptions(String connector, String name, String value, String message) {
        assertThatThrownBy(() -> sink(connector, SCHEMA, name, value))
                .isInstanceOf(UserError.class)
                .hasMessage(message);
    }

    @Test
    void refusesWhatItCannotDo() {
        for (String connector : List.of("print", "blackhole")) {
            assertThatThrownBy(() -> Reading.source(SCHEMA, Map.of("connector", connector), InstantSource.system()))
                    .isInstanceOf(UserError.class)
                    .hasMessage("table 't': the connector '" + connector + "' can only be inserted into, not read");
        }
        for (String connector : List.of("datagen", "nexmark", "nexmark-side")) {
            assertThatThrownBy(() -> sink(connector, SCHEMA))
                    .isInstanceOf(UserError.class)
                    .hasMessage("table 't': the connector '" + connector
                            + "' makes rows and cannot be written to; insert into a"
                            + " table with another connector, such as 'print'");
        }
    }
}
