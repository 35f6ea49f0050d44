package dev.headrace.bench.flink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.types.RowKind;

/**
 * The sink {@code checksum}: rows and an order-independent checksum of the final table, by the definition of Headrace's sink
 * of this name, so that the totals of both can be compared. Option {@code hash}: only these columns; {@code key}: the latest
 * row of each key is the table. The totals are those of all writers of this process; a process runs one query.
 */
public final class ChecksumTable implements DynamicTableSinkFactory {
    private static final ConfigOption<String> HASH =
            ConfigOptions.key("hash").stringType().defaultValue("");
    private static final ConfigOption<String> KEY =
            ConfigOptions.key("key").stringType().defaultValue("");

    private static final LongAdder ROWS = new LongAdder();
    private static final LongAdder CHECKSUM = new LongAdder();
    private static final LongAdder CHANGES = new LongAdder();

    /** The totals once the job has ended: writers add theirs when they are closed. */
    static String total() {
        return String.format("rows=%d checksum=%016x changes=%d", ROWS.sum(), CHECKSUM.sum(), CHANGES.sum());
    }

    @Override
    public String factoryIdentifier() {
        return "checksum";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(HASH, KEY);
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        helper.validate();
        List<Column> columns = context.getCatalogTable().getResolvedSchema().getColumns();
        String key = helper.getOptions().get(KEY);
        return new TableSink(new RowSink(
                getters(columns, helper.getOptions().get(HASH)),
                key.isBlank() ? new RowData.FieldGetter[0] : getters(columns, key)));
    }

    private static RowData.FieldGetter[] getters(List<Column> columns, String names) {
        List<String> wanted = Arrays.stream(names.split(",")).map(String::strip).toList();
        return IntStream.range(0, columns.size())
                .filter(i -> names.isBlank() || wanted.contains(columns.get(i).getName()))
                .mapToObj(i ->
                        RowData.createFieldGetter(columns.get(i).getDataType().getLogicalType(), i))
                .toArray(RowData.FieldGetter[]::new);
    }

    private record TableSink(RowSink sink) implements DynamicTableSink {
        @Override
        public ChangelogMode getChangelogMode(ChangelogMode requested) {
            return ChangelogMode.all();
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
            return SinkV2Provider.of(sink);
        }

        @Override
        public DynamicTableSink copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return "checksum";
        }
    }

    private record RowSink(RowData.FieldGetter[] hashed, RowData.FieldGetter[] key) implements Sink<RowData> {
        @Override
        public SinkWriter<RowData> createWriter(WriterInitContext context) {
            return new RowWriter(hashed, key);
        }
    }

    private static final class RowWriter implements SinkWriter<RowData> {
        private final RowData.FieldGetter[] hashed;
        private final RowData.FieldGetter[] key;
        private final Map<String, Long> latest = new HashMap<>();
        private long rows;
        private long checksum;
        private long changes;

        RowWriter(RowData.FieldGetter[] hashed, RowData.FieldGetter[] key) {
            this.hashed = hashed;
            this.key = key;
        }

        @Override
        public void write(RowData row, Context context) {
            RowKind kind = row.getRowKind();
            boolean adds = kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER;
            changes++;
            long hash = hash(text(row, hashed));
            if (key.length == 0) {
                rows += adds ? 1 : -1;
                checksum += adds ? hash : -hash;
            } else if (kind != RowKind.UPDATE_BEFORE) {
                String name = text(row, key);
                Long old = adds ? latest.put(name, hash) : latest.remove(name);
                rows += (adds ? 1 : 0) - (old == null ? 0 : 1);
                checksum += (adds ? hash : 0) - (old == null ? 0 : old);
            }
        }

        private static String text(RowData row, RowData.FieldGetter[] fields) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < fields.length; i++) {
                Object value = fields[i].getFieldOrNull(row);
                text.append(i == 0 ? "" : "|");
                if (value == null) {
                    text.append("\\N");
                } else if (value instanceof TimestampData timestamp) {
                    text.append(timestamp.getMillisecond());
                } else {
                    text.append(value);
                }
            }
            return text.toString();
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

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {
            ROWS.add(rows);
            CHECKSUM.add(checksum);
            CHANGES.add(changes);
        }
    }
}
