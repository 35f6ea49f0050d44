package dev.headrace.core.run;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.plan.Plan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A job that copies the table {@code numbers} of a {@link MemorySystem}: a scan, whose rows meet by their first column at the sink. */
final class CopyJob {
    static final Schema SCHEMA = Schema.of(new Field("id", DataType.BIGINT), new Field("n", DataType.BIGINT));

    private CopyJob() {}

    static TableDefinition table(String name) {
        return new TableDefinition(
                name,
                SCHEMA,
                List.of(),
                List.of(),
                List.of(),
                new Options(name, Map.of("connector", "memory")),
                Path.of("."));
    }

    /** The scan of a table of numbers. */
    static Plan.Scan scan(String name) {
        return new Plan.Scan(
                table(name),
                new ScanRequest(List.of(
                        new ScanRequest.Physical(List.of(0), DataType.BIGINT),
                        new ScanRequest.Physical(List.of(1), DataType.BIGINT))),
                SCHEMA,
                ChangelogMode.INSERT_ONLY,
                Optional.empty());
    }

    static JobPlan plan() {
        return new JobPlan(List.of(new Plan.SinkPlan(table("out"), scan("numbers"), List.of(0))), Map.of(), List.of());
    }

    static Connections connections(MemorySystem system) {
        Environment environment = new Environment((uri, base) -> new LocalStore(base), RunClock.SYSTEM, "test");
        return new Connections((name, table) -> null, environment).with(system);
    }

    static Job open(MemorySystem system, JobOptions options) {
        return Job.open(plan(), options, connections(system), (inputs, condition, projections) -> null);
    }
}
