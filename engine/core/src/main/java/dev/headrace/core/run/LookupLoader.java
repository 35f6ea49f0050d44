package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import dev.headrace.api.error.UserError;
import dev.headrace.core.operator.CalcOperator;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.Output;
import dev.headrace.core.operator.join.LookupTable;
import dev.headrace.core.plan.Plan;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Reads the tables of lookup joins whole. */
final class LookupLoader {
    private final Connections connections;

    LookupLoader(Connections connections) {
        this.connections = connections;
    }

    LookupTable load(Plan plan, List<Integer> keys, OperatorContext context) {
        LookupTable table = new LookupTable(plan.schema().types(), keys);
        read(plan, context, new Output() {
            @Override
            public void emit(Batch batch) {
                table.add(batch);
            }

            @Override
            public void watermark(long watermark) {}
        });
        return table;
    }

    private void read(Plan plan, OperatorContext context, Output output) {
        switch (plan) {
            case Plan.Calc calc -> {
                Operator operator = new CalcOperator(calc, context);
                operator.connect(output);
                read(calc.input(), context, new Gates(operator, 1).input(0));
                operator.close();
            }
            case Plan.Scan scan -> scan(scan, output);
            default ->
                throw UserError.request("a lookup join needs a table on its right side, not a query that keeps state");
        }
    }

    private void scan(Plan.Scan scan, Output output) {
        Source source = connections.source(scan.table());
        if (!source.isBounded()) {
            throw UserError.request("table '" + scan.table().name()
                    + "' has no end, so it cannot be looked up (FOR SYSTEM_TIME AS OF); use a regular join, or give the"
                    + " table an end (for Kafka: 'scan.bounded.mode')");
        }
        try (SourceReader reader = source.open(scan.request())) {
            for (Split split : source.discover(Set.of())) {
                reader.assign(split);
            }
            Batch batch = Batch.of(scan.schema());
            for (int split = reader.read(batch); split != SourceReader.ENDED; split = reader.read(batch)) {
                if (split == SourceReader.NOTHING) {
                    LockSupport.parkNanos(1_000_000);
                } else if (batch.rows() > 0) {
                    output.emit(batch);
                }
            }
        }
    }
}
