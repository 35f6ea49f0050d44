package dev.headrace.bench.flink;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.LookupTableSource;
import org.apache.flink.table.connector.source.lookup.LookupFunctionProvider;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.LookupFunction;

/** The connector {@code nexmark-side}: the table that query 13 looks up, 10,000 rows {@code (k, 'value-k')} in memory. */
public final class SideTable implements DynamicTableSourceFactory {
    @Override
    public String factoryIdentifier() {
        return "nexmark-side";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of();
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        return new SideSource();
    }

    private static final class SideSource implements LookupTableSource {
        @Override
        public LookupRuntimeProvider getLookupRuntimeProvider(LookupContext context) {
            return LookupFunctionProvider.of(new Rows());
        }

        @Override
        public DynamicTableSource copy() {
            return new SideSource();
        }

        @Override
        public String asSummaryString() {
            return "nexmark-side";
        }
    }

    /** Found by key; public because code that Flink generates calls it. */
    public static final class Rows extends LookupFunction {
        private transient List<List<RowData>> rows;

        @Override
        public void open(FunctionContext context) {
            rows = LongStream.range(0, 10_000)
                    .mapToObj(k -> List.<RowData>of(GenericRowData.of(k, StringData.fromString("value-" + k))))
                    .toList();
        }

        @Override
        public Collection<RowData> lookup(RowData keys) {
            long key = keys.getLong(0);
            return key >= 0 && key < rows.size() ? rows.get((int) key) : List.of();
        }
    }
}
