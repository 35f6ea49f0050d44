package dev.headrace.bench;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.SinkWriter;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.WideDecimal;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The sink {@code checksum}: rows and an order-independent checksum of the final table, printed nowhere but kept for
 * {@link #total}. A row's text is its fields joined by {@code |}: decimals with their scale, timestamps as milliseconds,
 * null as {@code \N}; its hash is 64-bit FNV-1a of the UTF-8 bytes, mixed; the checksum is the sum of the hashes of rows
 * that are there. Option {@code hash}: only these columns; {@code key}: the latest row of each key is the table.
 */
public final class ChecksumConnector implements Connector {
    private long rows;
    private long checksum;
    private long changes;
    private final Map<String, Long> latest = new HashMap<>();

    /** Rows of the final table and its checksum. */
    public record Total(long rows, long checksum, long changes) {
        @Override
        public String toString() {
            return String.format("rows=%d checksum=%016x changes=%d", rows, checksum, changes);
        }
    }

    public synchronized Total total() {
        return new Total(rows, checksum, changes);
    }

    @Override
    public String name() {
        return "checksum";
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        throw UserError.request("table '" + table.name() + "': the connector checksum only takes rows");
    }

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        int[] hashed = columns(table, table.options().text("hash", ""));
        int[] key = table.options().text("key").map(k -> columns(table, k)).orElse(null);
        return new Sink() {
            @Override
            public ChangelogMode accepts() {
                return ChangelogMode.RETRACT;
            }

            @Override
            public SinkWriter open(WriterContext context) {
                return new Writer(table.physical().types(), hashed, key);
            }

            @Override
            public void commit(List<byte[]> committables) {}

            @Override
            public void recover(List<byte[]> committables) {}
        };
    }

    private static int[] columns(TableDefinition table, String names) {
        if (names.isBlank()) {
            return IntStream.range(0, table.physical().size()).toArray();
        }
        return Arrays.stream(names.split(","))
                .mapToInt(n -> table.physical().indexOf(n.strip()))
                .sorted()
                .toArray();
    }

    private final class Writer implements SinkWriter {
        private final List<DataType> types;
        private final int[] hashed;
        private final int[] key;
        private final StringBuilder text = new StringBuilder();

        Writer(List<DataType> types, int[] hashed, int[] key) {
            this.types = types;
            this.hashed = hashed;
            this.key = key;
        }

        @Override
        public void write(Batch batch) {
            synchronized (ChecksumConnector.this) {
                for (int i = 0; i < batch.selected(); i++) {
                    one(batch, batch.row(i));
                }
            }
        }

        private void one(Batch batch, int row) {
            boolean adds = ChangeKind.adds(batch.kind(row));
            changes++;
            long hash = hash(text(batch, row, hashed));
            if (key == null) {
                rows += adds ? 1 : -1;
                checksum += adds ? hash : -hash;
                return;
            }
            if (batch.kind(row) == ChangeKind.UPDATE_BEFORE_CODE) {
                return;
            }
            String name = text(batch, row, key);
            Long old = adds ? latest.put(name, hash) : latest.remove(name);
            rows += (adds ? 1 : 0) - (old == null ? 0 : 1);
            checksum += (adds ? hash : 0) - (old == null ? 0 : old);
        }

        private String text(Batch batch, int row, int[] columns) {
            text.setLength(0);
            for (int column : columns) {
                text.append(text.isEmpty() && column == columns[0] ? "" : "|");
                value(batch.column(column), types.get(column), row);
            }
            return text.toString();
        }

        private void value(Column column, DataType type, int row) {
            if (column.isNull(row)) {
                text.append("\\N");
                return;
            }
            long value = column.values()[row];
            switch (type.kind()) {
                case DECIMAL ->
                    text.append((type.isWideDecimal()
                                    ? WideDecimal.get(column.heap(), Slice.offset(value), type.scale())
                                    : BigDecimal.valueOf(value, type.scale()))
                            .toPlainString());
                case TIMESTAMP, TIMESTAMP_LTZ -> text.append(Math.floorDiv(value, 1000L));
                case FLOAT, DOUBLE -> text.append(Double.longBitsToDouble(value));
                default -> {
                    if (type.layout() == Layout.BYTES) {
                        text.append(column.textAt(row));
                    } else {
                        text.append(value);
                    }
                }
            }
        }

        @Override
        public Optional<byte[]> prepare(long snapshot) {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }

    private static long hash(String text) {
        long h = 0xCBF29CE484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            h = (h ^ b & 0xFF) * 0x100000001B3L;
        }
        h = (h ^ h >>> 30) * 0xBF58476D1CE4E5B9L;
        h = (h ^ h >>> 27) * 0x94D049BB133111EBL;
        return h ^ h >>> 31;
    }
}
